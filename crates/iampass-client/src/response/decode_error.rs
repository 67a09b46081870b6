//! Why the body of a success cannot be decoded.

/// What is wrong with the body of a success. Holds places, never content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// There is no body.
    #[error("the body is empty")]
    Empty,
    /// The JSON ends before it is complete.
    #[error("the JSON is cut off in line {line}, column {column}")]
    CutOff {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// It is not JSON; often a page of HTML.
    #[error("it is not JSON (line {line}, column {column})")]
    NotJson {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// It is compressed, though the client does not offer that. Something between client and service compresses
    /// responses without being asked to; turn that off there.
    #[error("the body is compressed ({encoding}), and that was not asked for")]
    Compressed {
        /// `gzip`, `br`, `deflate`, `zstd`, `compress` or `an unknown encoding`.
        encoding: &'static str,
    },
    /// It is JSON, but not of the contract's shape.
    #[error("the JSON is not as the contract describes it (line {line}, column {column})")]
    Shape {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// The call has succeeded, and the member that it is about is missing or null.
    #[error("the call succeeded, but `{0}` is missing")]
    Missing(&'static str),
    /// This member is one of the credentials that the service gives, and cannot be signed with.
    #[error("`{0}` cannot be signed with")]
    Unusable(&'static str),
    /// It is longer than the call's policy allows
    /// ([`CallPolicy::response_limit`](crate::CallPolicy::response_limit)).
    #[error("it is longer than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// This member is not an absolute URL, or one that no service would hand out (`javascript:`, `data:`, `file:` and
    /// their like).
    #[error("`{0}` is not a URL that can be opened")]
    NotAUrl(&'static str),
}

impl DecodeError {
    pub(crate) fn from_json(body: &[u8], error: &serde_json::Error) -> Self {
        use serde_json::error::Category;
        let (line, column) = (error.line(), error.column());
        if body.iter().all(u8::is_ascii_whitespace) {
            return Self::Empty;
        }
        match error.classify() {
            Category::Eof => Self::CutOff { line, column },
            Category::Data => Self::Shape { line, column },
            Category::Syntax | Category::Io => Self::NotJson { line, column },
        }
    }
}
