//! What can be wrong with an input, and why a request was refused.
//!
//! No text here ever holds a secret, a token or the signature that a verifier expected.

use std::error::Error as StdError;
use std::time::Duration;

use displaydoc::Display;

use crate::credentials::ApplicationId;

/// Why a text is not an [`ApplicationId`].
#[derive(Clone, Debug, Display, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidApplicationId {
    /// Nothing was given. Set the application id that IAMPASS issued.
    #[displaydoc("the application id is empty: give the id that IAMPASS issued for the application")]
    Empty,
    /// A URL path cannot carry `.` or `..` as a segment. Check what was passed as the id.
    #[displaydoc("the application id is `.` or `..`, which a URL path cannot carry")]
    DotSegment,
    /// A character that the `Authentication` header cannot carry. Remove it; it is usually white
    /// space or a line break that came along with a paste.
    #[displaydoc(
        "the application id has {character:?} at byte {position}: only visible ASCII other than `:` \
         can travel in the `Authentication` header"
    )]
    Character {
        /// Where it stands, in bytes from the start.
        position: usize,
        /// The character itself.
        character: char,
    },
}

impl StdError for InvalidApplicationId {}

/// Why a text is not an [`ApplicationSecret`](crate::ApplicationSecret). The text itself is never
/// shown.
#[derive(Clone, Debug, Display, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidSecret {
    /// Nothing was given. Set the secret that IAMPASS issued.
    #[displaydoc("the application secret is empty: give the secret that IAMPASS issued for the application")]
    Empty,
    /// White space or an invisible mark at an end, as a paste or an `echo` leaves it. Remove it:
    /// every byte of the secret takes part in the signature.
    #[displaydoc(
        "the application secret begins or ends with white space, a line break or an invisible mark: \
         remove it, every byte of the secret takes part in the signature"
    )]
    SurroundingSpace,
    /// A control character inside, as a paste of several lines leaves it. Give the secret alone.
    #[displaydoc("the application secret has a control character inside: give the secret alone, on one line")]
    ControlCharacter,
}

impl StdError for InvalidSecret {}

/// Why a URL cannot be signed.
#[derive(Clone, Debug, Display, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidUrl {
    /// No `scheme://` in front. Give the absolute URL that is sent, not its path.
    #[displaydoc("the URL is not absolute: give it as it is sent, with `https://` and the host")]
    MissingScheme,
    /// A scheme other than `http` and `https`. Protocol 1 is made of HTTP headers.
    #[displaydoc("the URL has the scheme `{scheme}`: only `https` and `http` requests can be signed")]
    UnsupportedScheme {
        /// The scheme as given.
        scheme: String,
    },
    /// Nothing stands where the host should be. Add it.
    #[displaydoc("the URL has no host")]
    EmptyHost,
    /// A bracket of an IPv6 address has no partner. Write the address as `[::1]`.
    #[displaydoc("the URL's host has a bracket without its partner: write an IPv6 address as `[::1]`")]
    UnbalancedBracket,
    /// The port is not a number from 0 to 65535 without leading zeros. Correct it.
    #[displaydoc("the URL's port is not a number from 0 to 65535 without leading zeros")]
    InvalidPort,
    /// `user:password@` in front of the host. It is not sent as part of the URL, so it cannot be
    /// signed; take it out.
    #[displaydoc("the URL has user-info (`…@`) in front of its host: take it out, it is never sent")]
    UserInfo,
    /// A character that a URL cannot have when it is sent. Percent-encode it first.
    #[displaydoc(
        "the URL has {character:?} at byte {position}: percent-encode it first, the URL is signed \
         as it is sent"
    )]
    Character {
        /// Where it stands, in bytes from the start.
        position: usize,
        /// The character itself.
        character: char,
    },
}

impl StdError for InvalidUrl {}

/// Why a text is not a number as the protocol writes it.
#[derive(Clone, Copy, Debug, Display, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidDecimal {
    /// No digit at all.
    #[displaydoc("it is empty")]
    Empty,
    /// Something other than `0`–`9`: a sign, a space, a decimal point.
    #[displaydoc("it has a character other than the digits 0-9")]
    NotADigit,
    /// Padded with zeros. Write the shortest form.
    #[displaydoc("it has leading zeros")]
    LeadingZero,
    /// More than 64 bits.
    #[displaydoc("it does not fit in 64 bits")]
    TooLarge,
}

impl StdError for InvalidDecimal {}

/// What is wrong with the form of a presented header.
#[derive(Clone, Debug, Display, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderFault {
    /// The header came more than once. Send it once.
    #[displaydoc("it was sent more than once")]
    Repeated,
    /// The value has bytes that are not visible ASCII or space.
    #[displaydoc("its value is not plain ASCII text")]
    NotText,
    /// The value does not begin with `hmac` and one space.
    #[displaydoc(
        "it does not begin with `hmac` in lower case and a single space; \
         the form is `hmac {{application_id}}:{{nonce}}:{{signature}}`"
    )]
    Scheme,
    /// The value is not three parts divided by two colons.
    #[displaydoc(
        "it does not have three parts divided by `:`; \
         the form is `hmac {{application_id}}:{{nonce}}:{{signature}}`"
    )]
    Parts,
    /// The first part is not an application id.
    #[displaydoc("{0}")]
    ApplicationId(InvalidApplicationId),
    /// The second part is not a nonce.
    #[displaydoc("its nonce is not an unpadded decimal 64-bit number: {0}")]
    Nonce(InvalidDecimal),
    /// The third part is not a signature.
    #[displaydoc(
        "its signature is not the base64 text (standard alphabet, with padding, 24 characters) \
         of 16 bytes"
    )]
    Signature,
    /// The value is not a timestamp.
    #[displaydoc("it is not Unix seconds as an unpadded decimal number: {0}")]
    Timestamp(InvalidDecimal),
}

impl StdError for HeaderFault {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::ApplicationId(reason) => Some(reason),
            Self::Nonce(reason) | Self::Timestamp(reason) => Some(reason),
            Self::Repeated | Self::NotText | Self::Scheme | Self::Parts | Self::Signature => None,
        }
    }
}

/// Why a verifier refused a request.
///
/// The text is written for the author of the signer: it says what is wrong and what to do. It may
/// hold the URL, and with it user ids, but never a secret, a token or the expected signature.
#[derive(Clone, Debug, Display, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// A header is missing. Send it with every request.
    #[displaydoc("the header `{name}` is missing: send it with every request")]
    MissingHeader {
        /// Which one.
        name: &'static str,
    },
    /// A header is there but cannot be read. Write it as the reason says.
    #[displaydoc("the header `{name}` cannot be read: {reason}")]
    MalformedHeader {
        /// Which one.
        name: &'static str,
        /// What is wrong with it.
        reason: HeaderFault,
    },
    /// The version is not `1`, or its two spellings contradict each other. Send `1`.
    #[displaydoc(
        "the header `{name}` says {presented:?}: only version `1` of the protocol is spoken here, \
         send that under every spelling of the header"
    )]
    UnsupportedVersion {
        /// The header that said so.
        name: &'static str,
        /// Its value, cut to a length that is safe to log.
        presented: String,
    },
    /// Nobody here knows this application. Check the application id, and which server it is for.
    #[displaydoc(
        "the application `{application_id}` is not known here: \
         check the application id, and that this is the server it was issued for"
    )]
    UnknownApplication {
        /// The id as presented.
        application_id: ApplicationId,
    },
    /// The request came for a URL that cannot be signed, mostly for want of a good `Host` header.
    #[displaydoc("the URL that the request came for cannot be signed: {0}")]
    UnsignableUrl(InvalidUrl),
    /// The signature is for another text or made with another secret. Compare the text with the
    /// one that the signer signed; if they are the same, the secret differs.
    #[displaydoc(
        "the signature is not right: the text to sign was {message:?} (nonce, URL as sent without \
         scheme, timestamp); if the signer signed exactly that, its application secret is another one"
    )]
    SignatureMismatch {
        /// The text that the verifier signed. It holds the request's URL.
        message: String,
    },
    /// The signer's clock and the verifier's are too far apart. Set the clock, and sign anew for
    /// each attempt.
    #[displaydoc(
        "the request was signed at {timestamp}, and it is {now} here: more than {window:?} apart; \
         set the signer's clock, and sign each attempt anew just before it is sent"
    )]
    OutsideClockWindow {
        /// When the signer says it signed, in Unix seconds.
        timestamp: u64,
        /// The verifier's time, in Unix seconds.
        now: u64,
        /// How far they may be apart, each way.
        window: Duration,
    },
    /// The nonce was used before. Draw a new one for every attempt.
    #[displaydoc(
        "the nonce {nonce} was already used by the application `{application_id}`: \
         draw a new random nonce and sign anew for every attempt, retries included"
    )]
    Replayed {
        /// Whose nonce it is.
        application_id: ApplicationId,
        /// The nonce.
        nonce: u64,
    },
    /// The verifier no longer knows which nonces were used at that second, so it cannot tell a
    /// replay from a new request: it served very many requests, or its clock was set. Sign anew
    /// with the present time.
    #[displaydoc(
        "the nonces of second {timestamp} are no longer remembered here, so a replay could not be \
         told: sign anew with the present time"
    )]
    Forgotten {
        /// When the signer says it signed, in Unix seconds.
        timestamp: u64,
    },
}

impl StdError for Refusal {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::MalformedHeader { reason, .. } => Some(reason),
            Self::UnsignableUrl(reason) => Some(reason),
            Self::MissingHeader { .. }
            | Self::UnsupportedVersion { .. }
            | Self::UnknownApplication { .. }
            | Self::SignatureMismatch { .. }
            | Self::OutsideClockWindow { .. }
            | Self::Replayed { .. }
            | Self::Forgotten { .. } => None,
        }
    }
}

impl Refusal {
    /// A short name of the reason that stays the same between releases, for logs and metrics.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingHeader { .. } => "missing_header",
            Self::MalformedHeader { .. } => "malformed_header",
            Self::UnsupportedVersion { .. } => "unsupported_version",
            Self::UnknownApplication { .. } => "unknown_application",
            Self::UnsignableUrl(_) => "unsignable_url",
            Self::SignatureMismatch { .. } => "signature_mismatch",
            Self::OutsideClockWindow { .. } => "outside_clock_window",
            Self::Replayed { .. } => "replayed",
            Self::Forgotten { .. } => "forgotten",
        }
    }
}
