//! What the contract says about an operation beyond its types.

use reqwest::Method;

use crate::generated::OPERATIONS;

/// One operation of the contract; the rows of [`OPERATIONS`] are generated from it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Operation {
    /// The contract's `operationId`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path below the base URL, with `{name}` in the place of each parameter.
    pub path: &'static str,
    /// Whether a call may be sent again when the answer to the first attempt was lost
    /// (`x-iampass-safe-to-repeat`).
    pub safe_to_repeat: bool,
}

impl Operation {
    /// Looks an operation up by its id.
    #[must_use]
    pub fn by_id(id: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|operation| operation.id == id)
    }

    /// Whether a path, as it goes out and less the base URL's own, is this operation's template with
    /// every parameter filled by exactly one segment.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let (mut template, mut path) = (self.path, path);
        while let Some((before, parameter)) = template.split_once('{') {
            let Some(segment) = path.strip_prefix(before) else { return false };
            let end = segment.find('/').unwrap_or(segment.len());
            if end == 0 {
                return false;
            }
            path = &segment[end..];
            template = parameter.split_once('}').map_or("", |(_, after)| after);
        }
        path == template
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_matches_when_one_segment_fills_each_parameter() {
        let operation = Operation::by_id("has_registered_mobile_device").unwrap();
        let path = "/management/has_registered_mobile_device/app/user";
        assert!(operation.matches(path));
        for other in [
            "",
            "/",
            "/management/has_registered_mobile_device/app",
            "/management/has_registered_mobile_device/app/",
            "/management/has_registered_mobile_device//user",
            "/management/has_registered_mobile_device/app/user/",
            "/management/has_registered_mobile_device/app/user/more",
            "/management/has_registered_mobile_devices/app/user",
            "/management/lost_user_mobile_device/app/user",
            "management/has_registered_mobile_device/app/user",
            "/more/management/has_registered_mobile_device/app/user",
        ] {
            assert!(!operation.matches(other), "{other}");
        }
    }
}
