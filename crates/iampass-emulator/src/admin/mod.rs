//! The admin API: what tests in any language do to the emulator. `/_emulator/v1/…`, JSON.

mod events;
mod guard;
mod handlers;
mod routes;
mod sign_ins;

pub(crate) use self::guard::{admit_form, admit_reader, refuse_foreign_form};
pub(crate) use self::routes::router;
