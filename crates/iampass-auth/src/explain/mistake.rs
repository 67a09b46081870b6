//! The well-known mistakes.

use std::fmt;

/// One thing that a signer does otherwise than Protocol 1 has it. `Display` says what was done, and what
/// to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake(pub(super) Kind);

impl Mistake {
    /// A short name that stays the same between releases.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.words().0
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::SecretOfOtherApplication { application_id } => write!(
                f,
                "the secret is that of the application `{application_id}`: use the one that belongs to the id"
            ),
            kind => f.write_str(kind.words().1),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    SecretHexDecoded,
    SecretBase64Decoded,
    SecretLineBreak,
    SecretOfOtherApplication { application_id: String },
    NonceRawBytes,
    NoncePadded,
    SecretBeforeNonce,
    TokenNotCut,
    TokenInHex,
    NoToken,
    SchemeLeftIn,
    QueryLeftOut,
    DefaultPortIncluded,
    PortLeftOut,
    HostLeftOut,
    OtherHost,
    PathDecoded,
    PrefixLeftOut,
    TimestampLeftOut,
    TimestampMisplaced,
    TimestampOfOtherSecond,
    NonceLeftOut,
    MethodIncluded,
    DigestEnd,
    DigestNotCut,
    SignatureInHex,
    SignatureUnpadded,
    SignatureUrlSafe,
    AuthorizationHeader,
    HeaderMisspelled,
    TimestampInMilliseconds,
}

impl Kind {
    /// Whether the vendor's page says to do so, which its clients do not.
    pub(super) fn is_the_pages(&self) -> bool {
        matches!(self, Self::NonceRawBytes | Self::SchemeLeftIn | Self::TimestampLeftOut)
    }

    #[expect(clippy::too_many_lines, reason = "it is a table")]
    fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::SecretHexDecoded => (
                "secret_hex_decoded",
                "the secret was decoded from hexadecimal: use its text as it was issued",
            ),
            Self::SecretBase64Decoded => {
                ("secret_base64_decoded", "the secret was decoded from base64: use its text as it was issued")
            }
            Self::SecretLineBreak => (
                "secret_line_break",
                "the secret has a line break at its end: take it off, files often end in one",
            ),
            Self::SecretOfOtherApplication { .. } => ("secret_of_other_application", ""),
            Self::NonceRawBytes => (
                "nonce_raw_bytes",
                "the token was made from the nonce's 8 bytes: hash its decimal text before the secret",
            ),
            Self::NoncePadded => {
                ("nonce_padded", "the nonce was hashed with leading zeros: write it without")
            }
            Self::SecretBeforeNonce => {
                ("secret_before_nonce", "the token was made from secret, then nonce: the nonce comes first")
            }
            Self::TokenNotCut => {
                ("token_not_cut", "the whole SHA-256 was taken as the token: take its first 16 bytes")
            }
            Self::TokenInHex => {
                ("token_in_hex", "the token was taken in hexadecimal: the HMAC's key is its 16 bytes")
            }
            Self::NoToken => (
                "no_token",
                "the secret itself was the HMAC's key: the key is the token, made from nonce and secret",
            ),
            Self::SchemeLeftIn => {
                ("scheme_left_in", "the scheme was left in: sign the URL without `http://` or `https://`")
            }
            Self::QueryLeftOut => {
                ("query_left_out", "the query was left out: sign the URL with `?` and what follows")
            }
            Self::DefaultPortIncluded => (
                "default_port_included",
                "the default port was included: sign the host without `:80` for http and `:443` for https",
            ),
            Self::PortLeftOut => (
                "port_left_out",
                "the port was left out: sign the host with it, unless it is the default one",
            ),
            Self::HostLeftOut => ("host_left_out", "the host was left out: the signed URL begins with it"),
            Self::OtherHost => (
                "other_host",
                "another host was signed than the `Host` header names: sign the one that is sent",
            ),
            Self::PathDecoded => {
                ("path_decoded", "the path was signed before it was percent-encoded: sign it as it is sent")
            }
            Self::PrefixLeftOut => {
                ("prefix_left_out", "`/management` was left out: sign the whole path, as it is sent")
            }
            Self::TimestampLeftOut => {
                ("timestamp_left_out", "the timestamp was left out: the signed text ends in it")
            }
            Self::TimestampMisplaced => {
                ("timestamp_misplaced", "the parts are in another order: sign nonce, URL, timestamp")
            }
            Self::TimestampOfOtherSecond => (
                "timestamp_of_other_second",
                "the signed timestamp is not the one in the header: read the clock once",
            ),
            Self::NonceLeftOut => {
                ("nonce_left_out", "the nonce was left out of the signed text: it begins with it")
            }
            Self::MethodIncluded => {
                ("method_included", "the method was signed too: sign nonce, URL and timestamp alone")
            }
            Self::DigestEnd => {
                ("digest_end", "the HMAC's last 16 bytes were sent: send the base64 of its first 16")
            }
            Self::DigestNotCut => {
                ("digest_not_cut", "the whole HMAC of 32 bytes was sent: send the base64 of its first 16")
            }
            Self::SignatureInHex => (
                "signature_in_hex",
                "the signature is in hexadecimal: send the base64 of the HMAC's first 16 bytes",
            ),
            Self::SignatureUnpadded => {
                ("signature_unpadded", "the signature's base64 has no padding: it ends in `==`")
            }
            Self::SignatureUrlSafe => (
                "signature_url_safe",
                "the signature is in the URL-safe alphabet: use standard base64, with `+` and `/`",
            ),
            Self::AuthorizationHeader => (
                "authorization_header",
                "it was sent as `Authorization`: the header is named `Authentication`",
            ),
            Self::HeaderMisspelled => (
                "header_misspelled",
                "it was sent under the name `…-Authentiaction-…`, which the vendor's page misspells",
            ),
            Self::TimestampInMilliseconds => {
                ("timestamp_in_milliseconds", "the timestamp is in milliseconds: send seconds")
            }
        }
    }
}
