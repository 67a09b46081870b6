//! The URL as it enters the signed text.

use std::error::Error as StdError;
use std::fmt;
use std::hash::{Hash, Hasher};

use displaydoc::Display;

use super::decimal;

/// A URL as Protocol 1 signs it: host, `:port` unless it is the scheme's default, path, and
/// `?query` if there is one. No scheme (vendor's client; the vendor's page has it), no fragment.
///
/// It borrows from the URL it was made from, in pieces, because a dropped default port or a path
/// that has to be completed to `/` would otherwise cost a copy. `Display` puts them together.
#[derive(Clone, Copy, Debug)]
pub struct CanonicalUrl<'a> {
    /// Host and port and, when nothing comes between them, all that follows.
    start: &'a str,
    slash: &'static str,
    rest: &'a str,
}

impl CanonicalUrl<'_> {
    /// The pieces that, one after the other, are the signed URL.
    pub(crate) fn pieces(&self) -> [&str; 3] {
        [self.start, self.slash, self.rest]
    }

    /// How many bytes the signed URL has.
    pub(crate) fn len(&self) -> usize {
        self.start.len() + self.slash.len() + self.rest.len()
    }

    fn bytes(&self) -> impl Iterator<Item = u8> {
        self.pieces().into_iter().flat_map(str::bytes)
    }
}

/// What is signed counts, not where it was cut.
impl PartialEq for CanonicalUrl<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes().eq(other.bytes())
    }
}

impl Eq for CanonicalUrl<'_> {}

impl Hash for CanonicalUrl<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes().for_each(|byte| state.write_u8(byte));
    }
}

impl fmt::Display for CanonicalUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces().into_iter().try_for_each(|piece| f.write_str(piece))
    }
}

/// Brings an absolute `http` or `https` URL into the form that is signed.
///
/// The URL must be the one that is sent: percent-encoded, with dot segments already resolved.
/// Nothing is encoded, decoded or lower-cased here.
///
/// # Errors
///
/// When the URL is not absolute, not `http(s)`, has no host, a port that is no port, user-info, or
/// a character that no sent URL has (white space, control, not ASCII).
pub fn canonical_url(url: &str) -> Result<CanonicalUrl<'_>, InvalidUrl> {
    parse(url, UserInfo::Refuse)
}

/// As [`canonical_url`], for URLs of an HTTP client that takes user-info out before it sends.
#[cfg(feature = "reqwest")]
pub(crate) fn canonical_url_without_user_info(url: &str) -> Result<CanonicalUrl<'_>, InvalidUrl> {
    parse(url, UserInfo::Drop)
}

#[derive(Clone, Copy)]
enum UserInfo {
    Refuse,
    #[cfg(feature = "reqwest")]
    Drop,
}

fn parse(url: &str, user_info: UserInfo) -> Result<CanonicalUrl<'_>, InvalidUrl> {
    let has_fragment = check_characters(url)?;
    let (rest, default_port) = without_scheme(url)?;
    let sent = if has_fragment { rest.split('#').next().unwrap_or(rest) } else { rest };
    let (end_of_authority, is_plain) = look_at_authority(sent);
    let (authority, path_and_query) = sent.split_at(end_of_authority);
    if is_plain && path_and_query.starts_with('/') {
        return Ok(CanonicalUrl { start: sent, slash: "", rest: "" });
    }
    if path_and_query.starts_with('\\') {
        // Browsers read it as `/`, most HTTP clients as part of the host: nobody knows what is sent.
        let position = url.len() - rest.len() + end_of_authority;
        return Err(InvalidUrl::Character { position, character: '\\' });
    }
    let authority = match (authority.rsplit_once('@'), user_info) {
        (None, _) => authority,
        (Some(_), UserInfo::Refuse) => return Err(InvalidUrl::UserInfo),
        #[cfg(feature = "reqwest")]
        (Some((_, authority)), UserInfo::Drop) => authority,
    };
    Ok(CanonicalUrl {
        start: without_default_port(authority, default_port)?,
        slash: if path_and_query.starts_with('/') { "" } else { "/" },
        rest: path_and_query,
    })
}

/// Where the authority ends, and whether it is a host name alone, as nearly always: then there is nothing to
/// take out or to refuse.
fn look_at_authority(sent: &str) -> (usize, bool) {
    let mut is_plain = true;
    for (position, byte) in sent.bytes().enumerate() {
        match byte {
            b'/' | b'?' | b'\\' => return (position, is_plain && position > 0),
            b'@' | b':' | b'[' | b']' => is_plain = false,
            _ => {}
        }
    }
    (sent.len(), is_plain && !sent.is_empty())
}

/// Refuses what no sent URL has, and tells whether there is a `#`.
fn check_characters(url: &str) -> Result<bool, InvalidUrl> {
    // One pass without an early exit, so that the compiler can look at many bytes at a time.
    let is_plain =
        url.bytes().fold(true, |plain, byte| plain & byte.is_ascii_graphic() & !matches!(byte, b'#'));
    if is_plain {
        return Ok(false);
    }
    match url.char_indices().find(|(_, character)| !character.is_ascii_graphic()) {
        Some((position, character)) => Err(InvalidUrl::Character { position, character }),
        None => Ok(true),
    }
}

/// What follows `scheme://`, and the scheme's default port.
fn without_scheme(url: &str) -> Result<(&str, u16), InvalidUrl> {
    for (prefix, default_port) in [("https://", 443), ("http://", 80)] {
        if let Some((start, rest)) = url.split_at_checked(prefix.len())
            // As it is nearly always written, first: that is one comparison.
            && (start == prefix || start.eq_ignore_ascii_case(prefix))
        {
            return Ok((rest, default_port));
        }
    }
    match url.split_once("://") {
        Some((scheme, _)) if is_scheme(scheme) => {
            Err(InvalidUrl::UnsupportedScheme { scheme: scheme.to_owned() })
        }
        _ => Err(InvalidUrl::MissingScheme),
    }
}

/// Whether the text before `://` is a scheme at all, and not a path or a query that holds a URL.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

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
        // RFC 3986 lets a colon stand before no port; clients drop it.
        Some("") => Ok(host),
        Some(digits) => {
            let number = decimal::parse(digits.as_bytes()).map_err(|_| InvalidUrl::InvalidPort)?;
            let number = u16::try_from(number).map_err(|_| InvalidUrl::InvalidPort)?;
            Ok(if number == default_port { host } else { authority })
        }
    }
}

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
