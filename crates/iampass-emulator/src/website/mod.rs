//! The emulator's pages and their forms.

mod banner;
mod closed;
mod controls;
mod errors;
mod reference;
mod requests;
mod routes;
mod sign_ins;
mod sign_ins_of_user;
mod user;
mod users;

pub(crate) use self::errors::show_errors_to_people;
pub(crate) use self::routes::router;
