//! The admin API: what tests in any language do to the emulator. `/_emulator/v1/…`, JSON.

mod guard;
mod handlers;

pub(crate) use self::guard::{Guard, admit_reader};
pub(crate) use self::handlers::{AdminCall, ROUTES, answer};
