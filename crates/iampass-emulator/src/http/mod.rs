//! What requests and responses have in common, whatever they are about.

pub(crate) mod answer;
pub(crate) mod answer_body;
pub(crate) mod body;
pub(crate) mod path;
