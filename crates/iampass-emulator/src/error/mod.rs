//! What can go wrong for the program that starts an emulator and looks into it.

mod import;
mod invalid;
mod start;
mod state;

pub use self::import::ImportError;
pub use self::invalid::{InvalidApplication, InvalidFault, InvalidPublicUrl};
pub use self::start::{DataError, StartError, TlsError};
pub use self::state::{StateError, StorageError};
