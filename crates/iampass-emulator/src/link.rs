//! Registration links: an unguessable token, and the URL that carries it.

use std::fmt;

use crate::random::random_hex;

/// The path below the base URL at which links are used, with the token in the place of `{token}`.
pub(crate) const LINK_PATH: &str = "/register/{token}";
const LINK_PREFIX: &str = "/register/";

/// What makes a link unguessable: 128 random bits. Whoever has it can register a phone, so `Debug`
/// does not show it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct LinkToken(String);

impl LinkToken {
    pub(crate) fn random() -> Self {
        Self(random_hex())
    }

    /// Takes the token out of a link, whatever host the link was reached at.
    pub(crate) fn from_link(link: &str) -> Option<Self> {
        let path = link.split(['?', '#']).next()?;
        let (_, token) = path.rsplit_once(LINK_PREFIX)?;
        (!token.is_empty() && !token.contains('/')).then(|| Self::from_segment(token))
    }

    /// Takes a token that this crate wrote.
    pub(crate) fn from_export(token: &str) -> Option<Self> {
        let is_one = token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_one.then(|| Self::from_segment(token))
    }

    /// Takes the path segment of a request for a link.
    pub(crate) fn from_segment(segment: &str) -> Self {
        Self(segment.to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn link(&self, base_url: &str) -> String {
        format!("{base_url}{LINK_PREFIX}{}", self.0)
    }
}

/// A path as it may be logged: the token of a registration link is as good as a key until it is used.
pub(crate) fn redacted_path(path: &str) -> String {
    match path.strip_prefix(LINK_PREFIX) {
        Some(token) if !token.is_empty() && !token.contains('/') => LINK_PATH.to_owned(),
        _ => path.to_owned(),
    }
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(redacted)")
    }
}
