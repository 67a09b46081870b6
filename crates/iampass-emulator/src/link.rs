//! Registration links: an unguessable token, and the URL that carries it.

use std::fmt;

use percent_encoding::percent_decode_str;

use crate::random::{TOKEN_LENGTH, is_token, random_hex};

/// The path at which links are used, with the token in the place of `{token}`.
pub(crate) const LINK_PATH: &str = "/register/{token}";
const LINK_PREFIX: &str = "/register/";
const LINK_WORD: &str = "register";
/// The same for the pages of phones.
const PHONE_WORD: &str = "phone";

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
        is_token(token).then(|| Self::from_segment(token))
    }

    /// Takes the path segment of a request for a link.
    pub(crate) fn from_segment(segment: &str) -> Self {
        Self(segment.to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn link(&self, origin: &str) -> String {
        format!("{origin}{LINK_PREFIX}{}", self.0)
    }
}

/// A path as it may be logged and listed. A registration link is as good as a key until it is used, and whoever
/// requests one in a wrong way has not used it: so whatever could be one is left out, whether there is a route for it or
/// not.
pub(crate) fn redacted_path(path: &str) -> String {
    // Ids of applications and sessions look like tokens.
    let has_ids = path.starts_with("/management/") || path.starts_with("/authentication/");
    let mut after_prefix = false;
    let segments = path.split('/').map(|segment| {
        let decoded = percent_decode_str(segment).decode_utf8_lossy().to_ascii_lowercase();
        let is_prefix =
            decoded.split(|character: char| !character.is_alphanumeric()).any(|word| word == LINK_WORD);
        let may_be_token =
            (after_prefix && !segment.is_empty()) || (holds_token(&decoded) && (is_prefix || !has_ids));
        after_prefix |= is_prefix;
        if may_be_token { "{token}" } else { segment }
    });
    redacted_text(&segments.collect::<Vec<_>>().join("/"))
}

/// A text that may hold links, as it may be logged and listed: an explanation has URLs and user ids in it. What follows
/// `register` and a slash is left out, however often the slash is percent-encoded. What follows `phone` is left out if it
/// has the form of a token: more than our own paths end with that word.
pub(crate) fn redacted_text(text: &str) -> String {
    redacted_after(PHONE_WORD, holds_token, &redacted_after(LINK_WORD, |_| true, text))
}

/// Leaves out what follows a word and a slash, if it is a key.
fn redacted_after(word: &str, is_key: impl Fn(&str) -> bool, text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let lower = text.to_ascii_lowercase();
    let mut rest = text;
    while let Some(start) = lower.split_at(lower.len() - rest.len()).1.find(word) {
        let (before, after) = rest.split_at(start + word.len());
        let following = after_slashes(after);
        redacted.push_str(before);
        redacted.push_str(after.strip_suffix(following).unwrap_or_default());
        rest = following;
        if following.len() < after.len() {
            rest = following
                .trim_start_matches(|character: char| character.is_ascii_alphanumeric() || character == '%');
            let key = following.strip_suffix(rest).unwrap_or_default();
            redacted.push_str(if !key.is_empty() && is_key(key) { "{token}" } else { key });
        }
    }
    redacted + rest
}

/// What comes after the slashes that a text begins with.
fn after_slashes(mut text: &str) -> &str {
    loop {
        let encoded = text.strip_prefix('%').map(|digits| digits.trim_start_matches("25"));
        let slash =
            encoded.and_then(|digits| digits.strip_prefix("2F").or_else(|| digits.strip_prefix("2f")));
        match text.strip_prefix('/').or(slash) {
            Some(rest) => text = rest,
            None => return text,
        }
    }
}

/// Whether a text has a part of the form of a token.
fn holds_token(text: &str) -> bool {
    text.split(|character: char| !character.is_ascii_hexdigit()).any(|part| part.len() >= TOKEN_LENGTH)
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(redacted)")
    }
}
