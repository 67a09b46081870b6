//! Which service is called, and as whom: flags above the environment above the profile.

mod edit;
mod file;
mod folder;
pub(crate) mod fuzzing;
mod keyring;
mod layers;
mod login;
pub(crate) mod name;
mod problem;
mod profile;
mod prompt;
mod secret;
mod source;
mod sourced;

pub(crate) use self::file::ProfileFile;
pub(crate) use self::layers::{Layers, Purpose};
pub(crate) use self::login::Login;
pub(crate) use self::name::ProfileName;
pub(crate) use self::problem::SettingsProblem;
pub use self::profile::Profile;
pub(crate) use self::source::Source;
pub(crate) use self::sourced::Sourced;
