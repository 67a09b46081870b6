//! What happens to every request and response, whatever path it is for.

pub(crate) mod drain;
pub(crate) mod headers;
pub(crate) mod record;
pub(crate) mod segments;
