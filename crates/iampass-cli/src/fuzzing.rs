//! Doors for this repository's fuzz targets. What stands here is no interface: it changes without notice.

pub use crate::bulk::fuzzing::{Import, Imported};
pub use crate::settings::Profile;
pub use crate::settings::fuzzing::Profiles;
