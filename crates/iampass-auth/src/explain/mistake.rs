//! The well-known mistakes.

use std::fmt;

/// One deviation from Protocol 1. `Display` says what the signer did, and what it should do instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake(pub(super) Kind);

impl Mistake {
    /// A short name that stays the same between releases.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.code()
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.advice())?;
        match &self.0 {
            Kind::SecretOfOtherApplication { application_id } => {
                write!(f, " `{application_id}`: use the one that belongs to the id")
            }
            _ => Ok(()),
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
    /// Whether the vendor's page tells signers to do this. The vendor's clients do not.
    pub(super) fn is_in_vendor_docs(&self) -> bool {
        matches!(self, Self::NonceRawBytes | Self::SchemeLeftIn | Self::TimestampLeftOut)
    }

    fn code(&self) -> &'static str {
        match self {
            Self::SecretHexDecoded => "secret_hex_decoded",
            Self::SecretBase64Decoded => "secret_base64_decoded",
            Self::SecretLineBreak => "secret_line_break",
            Self::SecretOfOtherApplication { .. } => "secret_of_other_application",
            Self::NonceRawBytes => "nonce_raw_bytes",
            Self::NoncePadded => "nonce_padded",
            Self::SecretBeforeNonce => "secret_before_nonce",
            Self::TokenNotCut => "token_not_cut",
            Self::TokenInHex => "token_in_hex",
            Self::NoToken => "no_token",
            Self::SchemeLeftIn => "scheme_left_in",
            Self::QueryLeftOut => "query_left_out",
            Self::DefaultPortIncluded => "default_port_included",
            Self::PortLeftOut => "port_left_out",
            Self::HostLeftOut => "host_left_out",
            Self::OtherHost => "other_host",
            Self::PathDecoded => "path_decoded",
            Self::PrefixLeftOut => "prefix_left_out",
            Self::TimestampLeftOut => "timestamp_left_out",
            Self::TimestampMisplaced => "timestamp_misplaced",
            Self::TimestampOfOtherSecond => "timestamp_of_other_second",
            Self::NonceLeftOut => "nonce_left_out",
            Self::MethodIncluded => "method_included",
            Self::DigestEnd => "digest_end",
            Self::DigestNotCut => "digest_not_cut",
            Self::SignatureInHex => "signature_in_hex",
            Self::SignatureUnpadded => "signature_unpadded",
            Self::SignatureUrlSafe => "signature_url_safe",
            Self::AuthorizationHeader => "authorization_header",
            Self::HeaderMisspelled => "header_misspelled",
            Self::TimestampInMilliseconds => "timestamp_in_milliseconds",
        }
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::SecretOfOtherApplication { .. } => "the secret is that of the application",
            Self::SecretHexDecoded => {
                "the secret was decoded from hexadecimal: use its text as it was issued"
            }
            Self::SecretBase64Decoded => "the secret was decoded from base64: use its text as it was issued",
            Self::SecretLineBreak => {
                "the secret has a line break at its end: take it off, files often end in one"
            }
            Self::NonceRawBytes => {
                "the token was made from the nonce's 8 bytes: hash its decimal text before the secret"
            }
            Self::NoncePadded => "the nonce was hashed with leading zeros: write it without",
            Self::SecretBeforeNonce => "the token was made from secret, then nonce: the nonce comes first",
            Self::TokenNotCut => "the whole SHA-256 was taken as the token: take its first 16 bytes",
            Self::TokenInHex => "the token was taken in hexadecimal: the HMAC's key is its 16 bytes",
            Self::NoToken => {
                "the secret itself was the HMAC's key: the key is the token, made from nonce and secret"
            }
            Self::SchemeLeftIn => "the scheme was left in: sign the URL without `http://` or `https://`",
            Self::QueryLeftOut => "the query was left out: sign the URL with `?` and what follows",
            Self::DefaultPortIncluded => {
                "the default port was included: sign the host without `:80` for http and `:443` for https"
            }
            Self::PortLeftOut => "the port was left out: sign the host with it, unless it is the default one",
            Self::HostLeftOut => "the host was left out: the signed URL begins with it",
            Self::OtherHost => {
                "another host was signed than the `Host` header names: sign the one that is sent"
            }
            Self::PathDecoded => "the path was signed before it was percent-encoded: sign it as it is sent",
            Self::PrefixLeftOut => "`/management` was left out: sign the whole path, as it is sent",
            Self::TimestampLeftOut => "the timestamp was left out: the signed text ends in it",
            Self::TimestampMisplaced => "the parts are in another order: sign nonce, URL, timestamp",
            Self::TimestampOfOtherSecond => {
                "the signed timestamp is not the one in the header: read the clock once"
            }
            Self::NonceLeftOut => "the nonce was left out of the signed text: it begins with it",
            Self::MethodIncluded => "the method was signed too: sign nonce, URL and timestamp alone",
            Self::DigestEnd => "the HMAC's last 16 bytes were sent: send the base64 of its first 16",
            Self::DigestNotCut => "the whole HMAC of 32 bytes was sent: send the base64 of its first 16",
            Self::SignatureInHex => {
                "the signature is in hexadecimal: send the base64 of the HMAC's first 16 bytes"
            }
            Self::SignatureUnpadded => "the signature's base64 has no padding: it ends in `==`",
            Self::SignatureUrlSafe => {
                "the signature is in the URL-safe alphabet: use standard base64, with `+` and `/`"
            }
            Self::AuthorizationHeader => {
                "it was sent as `Authorization`: the header is named `Authentication`"
            }
            Self::HeaderMisspelled => {
                "it was sent under the name `…-Authentiaction-…`, which the vendor's page misspells"
            }
            Self::TimestampInMilliseconds => "the timestamp is in milliseconds: send seconds",
        }
    }
}
