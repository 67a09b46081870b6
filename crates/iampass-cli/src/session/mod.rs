//! Sessions that are kept in files between runs of the program.

mod file;
mod pending;
mod problem;

pub(crate) use self::file::{NewSessionFile, SessionFile};
pub(crate) use self::pending::Pending;
pub(crate) use self::problem::SessionFileProblem;
