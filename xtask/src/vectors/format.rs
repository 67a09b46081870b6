//! The form of `openapi/signing-vectors.json`. Its JSON Schema is derived from these types.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Signatures of calls of the IAMPASS Management and Authentication APIs, with every value on the way to them.
///
/// Whoever writes a signer replays `positive`; whoever writes a server, or checks requests, replays
/// `negative` too. Credentials are made up and open nothing.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vectors {
    /// Where the JSON Schema of this file is.
    #[serde(rename = "$schema")]
    pub(crate) schema: String,
    /// What these vectors are of: always `Authentication Protocol 1`.
    pub(crate) protocol: String,
    /// Requests that are signed as they should be.
    #[schemars(length(min = 60))]
    pub(crate) positive: Vec<Positive>,
    /// Requests that must be refused.
    #[schemars(length(min = 20))]
    pub(crate) negative: Vec<Negative>,
}

/// A request, signed at a given time with a given nonce: first what goes in, then each stage.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Positive {
    /// What is special about this one; no two have the same name.
    pub(crate) name: String,
    /// The `operationId` of the call.
    pub(crate) operation: String,
    /// The application's id; with a call about a session, the session's token.
    pub(crate) id: String,
    /// The application's secret or the session's. Its UTF-8 bytes are used as they are.
    pub(crate) secret: String,
    /// The user in the path, as the caller has it: not encoded. Only with operations that have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<String>,
    /// The display name in the query, not encoded. Only with the operation that takes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) display_name: Option<String>,
    /// The URL that is sent, to the letter.
    #[schemars(url)]
    pub(crate) url: String,
    /// The nonce `N`: a 64-bit number in decimal, unpadded. A string, because many JSON readers lose digits.
    #[schemars(regex(pattern = r"^(0|[1-9][0-9]{0,19})$"))]
    pub(crate) nonce: String,
    /// The time `T`: Unix seconds in decimal, unpadded.
    #[schemars(regex(pattern = r"^(0|[1-9][0-9]{0,19})$"))]
    pub(crate) timestamp: String,
    /// Stage 1, in hexadecimal: the first 16 bytes of the SHA-256 of `nonce` and the secret, one after the other.
    #[schemars(regex(pattern = r"^[0-9a-f]{32}$"))]
    pub(crate) token: String,
    /// Stage 2, `U`: the URL without `scheme://`.
    pub(crate) signed_url: String,
    /// Stage 3: `nonce`, `signed_url` and `timestamp`, one after the other.
    pub(crate) message: String,
    /// Stage 4, in hexadecimal: the first 16 bytes of the HMAC-SHA-256 of `message` with the token as key.
    #[schemars(regex(pattern = r"^[0-9a-f]{32}$"))]
    pub(crate) digest: String,
    /// Stage 5: the digest in base64, standard alphabet, with padding.
    #[schemars(regex(pattern = r"^[A-Za-z0-9+/]{22}==$"))]
    pub(crate) signature: String,
    /// The headers to send, by name.
    pub(crate) headers: BTreeMap<String, String>,
}

/// A request that a server must refuse, and what that server knows.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Negative {
    /// What is wrong with it; no two have the same name.
    pub(crate) name: String,
    /// Why it is refused. The first that applies, in the order in which the values are listed.
    pub(crate) reason: Reason,
    /// The secrets that the server knows: those of applications by their ids, of sessions by their tokens.
    pub(crate) secrets: BTreeMap<String, String>,
    /// The server's time, in Unix seconds.
    #[schemars(regex(pattern = r"^(0|[1-9][0-9]{0,19})$"))]
    pub(crate) now: String,
    /// How many seconds the time in a request may be away from the server's, each way.
    pub(crate) window: u32,
    /// Requests that the server accepted before this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) accepted_before: Vec<Request>,
    /// The request to refuse.
    pub(crate) request: Request,
}

/// A request as it came to the server.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// What it came for: the scheme, the `Host` header and the request target.
    #[schemars(url)]
    pub(crate) url: String,
    /// Name and value of each header that has to do with signing; a header that came twice is here twice.
    pub(crate) headers: Vec<(String, String)>,
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reason {
    /// One of the headers is not there.
    MissingHeader,
    /// A header came twice, or is not written as it should be.
    MalformedHeader,
    /// A version other than 1, under one of the two spellings of the header.
    UnsupportedVersion,
    /// The server does not know the application, or the session.
    UnknownApplication,
    /// The signature is for something else, or made with something else.
    SignatureMismatch,
    /// Signed too long ago, or too far in the future.
    OutsideClockWindow,
    /// The application, or the session, has used the nonce before.
    Replayed,
}

impl Reason {
    /// As it is written in the file, and as `iampass_auth::Refusal::code` has it.
    #[cfg(test)]
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::MissingHeader => "missing_header",
            Self::MalformedHeader => "malformed_header",
            Self::UnsupportedVersion => "unsupported_version",
            Self::UnknownApplication => "unknown_application",
            Self::SignatureMismatch => "signature_mismatch",
            Self::OutsideClockWindow => "outside_clock_window",
            Self::Replayed => "replayed",
        }
    }
}
