//! The URL in the form that is signed.

use std::borrow::Cow;
use std::fmt;

use thiserror::Error;

use super::decimal;

/// A URL as Protocol 1 signs it: host, `:port` unless it is the scheme's default, path, and
/// `?query` if there is one.
///
/// There is no scheme (as in the vendor's clients; the vendor's page includes it) and no fragment.
/// `Display` writes it as it is signed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CanonicalUrl<'a>(Cow<'a, str>);

impl CanonicalUrl<'_> {
    /// Returns the URL as it is signed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the host, and the port unless it is the scheme's default.
    pub(crate) fn authority(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }
}

impl fmt::Display for CanonicalUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Converts an absolute `http` or `https` URL into the form that is signed.
///
/// The URL must be the one that is sent: percent-encoded, with dot segments already resolved. Nothing
/// is encoded, decoded or lower-cased here.
///
/// # Errors
///
/// Returns an error if the URL is not absolute, not `http` or `https`, has no host, an invalid port,
/// user-info, or a character that cannot be sent in a URL (white space, control, not ASCII).
pub fn canonical_url(url: &str) -> Result<CanonicalUrl<'_>, InvalidUrl> {
    if let Some(position) = url.bytes().position(|byte| !byte.is_ascii_graphic()) {
        // All bytes before are ASCII, so a character begins here.
        let character = url[position..].chars().next().unwrap_or_default();
        return Err(InvalidUrl::Character { position, character });
    }
    let (rest, default_port) = split_scheme(url)?;
    let sent = rest.split_once('#').map_or(rest, |(sent, _fragment)| sent);
    let (authority, path_and_query) = sent.split_at(sent.find(['/', '?', '\\']).unwrap_or(sent.len()));
    if path_and_query.starts_with('\\') {
        // Browsers treat `\` as `/`, most HTTP clients as part of the host: it is unclear what is sent.
        let position = url.len() - rest.len() + authority.len();
        return Err(InvalidUrl::Character { position, character: '\\' });
    }
    if authority.contains('@') {
        return Err(InvalidUrl::UserInfo);
    }
    let host_and_port = without_default_port(authority, default_port)?;
    let canonical = match path_and_query.strip_prefix('/') {
        Some(_) if host_and_port == authority => Cow::Borrowed(sent),
        Some(_) => Cow::Owned(format!("{host_and_port}{path_and_query}")),
        // An empty path is sent as `/`.
        None => Cow::Owned(format!("{host_and_port}/{path_and_query}")),
    };
    Ok(CanonicalUrl(canonical))
}

/// Returns what follows `scheme://`, and the scheme's default port.
fn split_scheme(url: &str) -> Result<(&str, u16), InvalidUrl> {
    let (scheme, rest) = url.split_once(':').ok_or(InvalidUrl::MissingScheme)?;
    let rest = rest.strip_prefix("//").ok_or(InvalidUrl::MissingScheme)?;
    if scheme.eq_ignore_ascii_case("https") {
        Ok((rest, 443))
    } else if scheme.eq_ignore_ascii_case("http") {
        Ok((rest, 80))
    } else if is_scheme(scheme) {
        Err(InvalidUrl::UnsupportedScheme { scheme: scheme.to_owned() })
    } else {
        Err(InvalidUrl::MissingScheme)
    }
}

/// Whether the text before `://` is a scheme, and not the beginning of something else.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// Validates host and port, and removes the port if it is the default one or empty.
fn without_default_port(authority: &str, default_port: u16) -> Result<&str, InvalidUrl> {
    let end_of_host = if authority.starts_with('[') {
        authority.find(']').ok_or(InvalidUrl::UnbalancedBracket)? + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (host, port) = authority.split_at(end_of_host);
    if host.is_empty() || host == "[]" {
        return Err(InvalidUrl::EmptyHost);
    }
    let brackets = if host.starts_with('[') { 2 } else { 0 };
    if host.matches(['[', ']']).count() != brackets {
        return Err(InvalidUrl::UnbalancedBracket);
    }
    match port.strip_prefix(':') {
        None if port.is_empty() => Ok(host),
        None => Err(InvalidUrl::InvalidPort),
        // RFC 3986 allows a colon without a port; clients do not send it.
        Some("") => Ok(host),
        Some(digits) => {
            let number = decimal::parse(digits).map_err(|_| InvalidUrl::InvalidPort)?;
            let number = u16::try_from(number).map_err(|_| InvalidUrl::InvalidPort)?;
            Ok(if number == default_port { host } else { authority })
        }
    }
}

/// Why a URL cannot be signed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidUrl {
    /// The URL has no `scheme://`. Use the absolute URL that is sent, not its path.
    #[error("the URL is not absolute: give it as it is sent, with `https://` and the host")]
    MissingScheme,
    /// The scheme is neither `http` nor `https`. Protocol 1 consists of HTTP headers.
    #[error("the URL has the scheme `{scheme}`: only `https` and `http` requests can be signed")]
    UnsupportedScheme {
        /// The scheme as given.
        scheme: String,
    },
    /// The URL has no host. Add it.
    #[error("the URL has no host")]
    EmptyHost,
    /// A bracket of an IPv6 address is not closed or not opened. Write the address as `[::1]`.
    #[error("the URL's host has a bracket without its partner: write an IPv6 address as `[::1]`")]
    UnbalancedBracket,
    /// The port is not a number from 0 to 65535 without leading zeros. Correct it.
    #[error("the URL's port is not a number from 0 to 65535 without leading zeros")]
    InvalidPort,
    /// The URL has `user:password@` before the host. It is not sent as part of the URL, so it cannot
    /// be signed. Remove it.
    #[error("the URL has user-info (`…@`) in front of its host: take it out, it is never sent")]
    UserInfo,
    /// The URL has a character that cannot be sent in a URL. Percent-encode it first.
    #[error(
        "the URL has {character:?} at byte {position}: percent-encode it first, the URL is signed \
         as it is sent"
    )]
    Character {
        /// Its position, in bytes from the start.
        position: usize,
        /// The character itself.
        character: char,
    },
}
