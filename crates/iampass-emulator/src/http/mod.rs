//! What requests and responses have in common, whatever they are about.

pub(crate) mod form_body;
pub(crate) mod host;
pub(crate) mod json_body;
pub(crate) mod methods;
pub(crate) mod path;
pub(crate) mod reader;
pub(crate) mod rejection;
pub(crate) mod response;
