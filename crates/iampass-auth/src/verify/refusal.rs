//! Why a request was refused.

use std::time::Duration;

use thiserror::Error;

use super::signed_text::SignedText;
use crate::credentials::ApplicationId;
use crate::protocol::authentication::HeaderFault;
use crate::protocol::canonical_url::InvalidUrl;

/// The text of a signature mismatch, as far as it is true of every one.
pub(crate) const SIGNATURE_NOT_RIGHT: &str =
    "the signature is not right: the text to sign is nonce, URL as sent without scheme, timestamp";

/// Why a verifier refused a request.
///
/// `Display` is written for the author of the signer: it says what is wrong and what to do. Neither
/// `Display` nor `Debug` shows the URL, and with it user ids and display names: the text that should have
/// been signed is available as [`Refusal::expected_text`]. Nothing shows a secret, a token or the expected
/// signature.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// A header is missing. Send it with every request.
    #[error("the header `{name}` is missing: send it with every request")]
    MissingHeader {
        /// The header's name.
        name: &'static str,
    },
    /// A header is there but cannot be read. Write it as the reason says.
    #[error("the header `{name}` cannot be read: {reason}")]
    MalformedHeader {
        /// The header's name.
        name: &'static str,
        /// Why it cannot be read.
        #[source]
        reason: HeaderFault,
    },
    /// The version is not `1`, or its two spellings contradict each other. Send `1`.
    #[error(
        "the header `{name}` says {presented:?}: only version `1` of the protocol is spoken here, \
         send that under every spelling of the header"
    )]
    UnsupportedVersion {
        /// The header's name.
        name: &'static str,
        /// Its value, cut to a length that is safe to log.
        presented: String,
    },
    /// The application is not known. Check the application id, and which server it is for.
    #[error(
        "the application `{application_id}` is not known here: \
         check the application id, and that this is the server it was issued for"
    )]
    UnknownApplication {
        /// The id as presented.
        application_id: ApplicationId,
    },
    /// The URL that the request was received for cannot be signed, usually because of its `Host` header.
    #[error("the URL that the request came for cannot be signed: {0}")]
    UnsignableUrl(#[source] InvalidUrl),
    /// The request was received for a host that the verifier does not serve. Check the base URL of the
    /// client, and that proxies keep its `Host` header.
    #[error(
        "the request came for a host that is not served here: \
         check the base URL, and that proxies pass the `Host` header on"
    )]
    UnknownHost,
    /// The signature is for another text or was made with another secret. Compare the expected text with
    /// the one that the signer signed; if they are the same, the secret differs.
    #[error(
        "{SIGNATURE_NOT_RIGHT}; if the signer signed exactly that, its application secret is another one"
    )]
    SignatureMismatch {
        /// The text that should have been signed.
        expected: SignedText,
    },
    /// The clocks of signer and verifier differ too much. Set the clock, and sign again for each attempt.
    #[error(
        "the request was signed at {timestamp}, and it is {now} here: more than {window:?} apart; \
         set the signer's clock, and sign each attempt anew just before it is sent"
    )]
    OutsideClockWindow {
        /// The time of signing according to the signer, in Unix seconds.
        timestamp: u64,
        /// The verifier's time in Unix seconds.
        now: u64,
        /// How far they may differ, each way.
        window: Duration,
    },
    /// The nonce was used before. Draw a new one for every attempt.
    #[error(
        "the nonce {nonce} was already used by the application `{application_id}`: \
         draw a new random nonce and sign anew for every attempt, retries included"
    )]
    Replayed {
        /// The application that used the nonce.
        application_id: ApplicationId,
        /// The nonce.
        nonce: u64,
    },
    /// The verifier does not know whether the nonce was used before: the application sent very many
    /// requests, the verifier's clock was set, or there are more applications than it can remember. Sign
    /// again with the present time.
    #[error(
        "the nonces of second {timestamp} are no longer remembered here, so a replay could not be \
         told: sign anew with the present time"
    )]
    Forgotten {
        /// The time of signing according to the signer, in Unix seconds.
        timestamp: u64,
    },
}

impl Refusal {
    /// Returns the text that should have been signed, if the signature does not match.
    ///
    /// It contains the URL, and with it user ids and display names. Show it to the author of the signer,
    /// but do not log it.
    #[must_use]
    pub fn expected_text(&self) -> Option<&str> {
        match self {
            Self::SignatureMismatch { expected } => Some(expected.as_str()),
            _ => None,
        }
    }

    /// A short name of the reason that stays the same between releases, for logs and metrics.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingHeader { .. } => "missing_header",
            Self::MalformedHeader { .. } => "malformed_header",
            Self::UnsupportedVersion { .. } => "unsupported_version",
            Self::UnknownApplication { .. } => "unknown_application",
            Self::UnsignableUrl(_) => "unsignable_url",
            Self::UnknownHost => "unknown_host",
            Self::SignatureMismatch { .. } => "signature_mismatch",
            Self::OutsideClockWindow { .. } => "outside_clock_window",
            Self::Replayed { .. } => "replayed",
            Self::Forgotten { .. } => "forgotten",
        }
    }
}
