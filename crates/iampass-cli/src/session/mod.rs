//! Sign-ins and their sessions from one run of the program to the next.

mod file;
mod pending;
mod problem;

pub(crate) use self::file::{NewSessionFile, SessionFile};
pub(crate) use self::pending::Pending;
pub(crate) use self::problem::SessionFileProblem;
