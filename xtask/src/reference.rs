//! The one resolver of `$ref`.

use serde_json::Value;

/// What a node stands for: itself or, if it is a `$ref` into the document, what that leads to, if to anything.
pub(crate) fn resolve<'a>(document: &'a Value, node: &'a Value) -> Option<&'a Value> {
    match node.get("$ref") {
        None => Some(node),
        Some(reference) => document.pointer(reference.as_str()?.strip_prefix('#')?),
    }
}
