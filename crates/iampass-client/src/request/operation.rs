//! What the contract says about an operation beyond its types.

use http::Method;

/// The path parameter that names a user, in every contract of IAMPASS.
const USER_ID: &str = "{user_id}";

/// One operation of a contract; generated from it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Operation {
    /// The contract's `operationId`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path below the base URL, with `{name}` in the place of each parameter. For a call of which the service gives
    /// the whole URL (`x-iampass-given-urls`), the name of the member that holds it, in braces.
    pub path: &'static str,
    /// Whether a call may be sent again when the response to the first attempt was lost
    /// (`x-iampass-safe-to-repeat`).
    pub safe_to_repeat: bool,
}

impl Operation {
    /// An operation as the contract describes it.
    #[must_use]
    pub const fn new(id: &'static str, method: Method, path: &'static str, safe_to_repeat: bool) -> Self {
        Self { id, method, path, safe_to_repeat }
    }

    /// Whether a call of this operation names a user in its path.
    pub(crate) fn names_a_user(&self) -> bool {
        self.path.contains(USER_ID)
    }

    /// Whether the service gives the URL.
    pub(crate) fn has_given_url(&self) -> bool {
        self.path.starts_with('{')
    }

    /// Whether a path, as it goes out and less the base URL's own, is this operation's template with
    /// every parameter filled by exactly one segment.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let mut segments = path.split('/');
        let fits = |expected: &str| {
            segments.next().is_some_and(|segment| {
                if expected.starts_with('{') { !segment.is_empty() } else { expected == segment }
            })
        };
        self.path.split('/').all(fits) && segments.next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATION: Operation = Operation::new("read", Method::GET, "/notes/read/{book}/{note}", true);

    #[test]
    fn a_path_matches_when_one_segment_fills_each_parameter() {
        assert!(OPERATION.matches("/notes/read/book/note"));
        for other in [
            "",
            "/",
            "/notes/read/book",
            "/notes/read/book/",
            "/notes/read//note",
            "/notes/read/book/note/",
            "/notes/read/book/note/more",
            "/notes/reads/book/note",
            "/notes/lost/book/note",
            "notes/read/book/note",
            "/more/notes/read/book/note",
        ] {
            assert!(!OPERATION.matches(other), "{other}");
        }
    }
}
