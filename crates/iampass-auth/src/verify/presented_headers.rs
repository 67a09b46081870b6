//! The authentication headers as a server received them.

use std::fmt;

use super::refusal::Refusal;
use crate::protocol::authentication::HeaderFault;
use crate::protocol::headers;

/// What a request presented under the names of [`headers`], not yet looked into.
#[derive(Clone, Copy, Default)]
pub struct PresentedHeaders<'a> {
    authentication: Presented<'a>,
    timestamp: Presented<'a>,
    version: Presented<'a>,
    version_vendor_spelling: Presented<'a>,
}

#[derive(Clone, Copy, Default)]
enum Presented<'a> {
    #[default]
    Absent,
    Once(&'a [u8]),
    Repeated,
}

impl<'a> PresentedHeaders<'a> {
    /// Picks the authentication headers out of all headers of a request, whatever the case of
    /// their names.
    ///
    /// Give every header, repeated ones repeatedly: a header that came twice is refused, because
    /// proxies and servers differ in which of the two they believe. With the `http` crate:
    /// `headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))`.
    pub fn from_pairs<V: AsRef<[u8]> + ?Sized + 'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a V)>,
    ) -> Self {
        let mut presented = Self::default();
        for (name, value) in pairs {
            if let Some(header) = presented.header(name) {
                *header = match header {
                    Presented::Absent => Presented::Once(value.as_ref()),
                    Presented::Once(_) | Presented::Repeated => Presented::Repeated,
                };
            }
        }
        presented
    }

    fn header(&mut self, name: &str) -> Option<&mut Presented<'a>> {
        if name.eq_ignore_ascii_case(headers::AUTHENTICATION) {
            Some(&mut self.authentication)
        } else if name.eq_ignore_ascii_case(headers::TIMESTAMP) {
            Some(&mut self.timestamp)
        } else if name.eq_ignore_ascii_case(headers::VERSION) {
            Some(&mut self.version)
        } else if name.eq_ignore_ascii_case(headers::VERSION_VENDOR_SPELLING) {
            Some(&mut self.version_vendor_spelling)
        } else {
            None
        }
    }

    pub(crate) fn authentication(&self) -> Result<&'a [u8], Refusal> {
        required(headers::AUTHENTICATION, self.authentication)
    }

    pub(crate) fn timestamp(&self) -> Result<&'a [u8], Refusal> {
        required(headers::TIMESTAMP, self.timestamp)
    }

    /// Whether this one version was sent under both spellings, as signers do.
    pub(crate) fn versions_are(&self, version: &str) -> bool {
        [self.version, self.version_vendor_spelling]
            .iter()
            .all(|presented| matches!(presented, Presented::Once(bytes) if *bytes == version.as_bytes()))
    }

    /// The version under each spelling that was sent: at least one.
    pub(crate) fn versions(&self) -> Result<[Option<(&'static str, &'a str)>; 2], Refusal> {
        let right = optional_text(headers::VERSION, self.version)?;
        let vendor = optional_text(headers::VERSION_VENDOR_SPELLING, self.version_vendor_spelling)?;
        if right.is_none() && vendor.is_none() {
            return Err(Refusal::MissingHeader { name: headers::VERSION });
        }
        Ok([
            right.map(|text| (headers::VERSION, text)),
            vendor.map(|text| (headers::VERSION_VENDOR_SPELLING, text)),
        ])
    }
}

fn required<'a>(name: &'static str, header: Presented<'a>) -> Result<&'a [u8], Refusal> {
    optional(name, header)?.ok_or(Refusal::MissingHeader { name })
}

fn optional<'a>(name: &'static str, header: Presented<'a>) -> Result<Option<&'a [u8]>, Refusal> {
    match header {
        Presented::Absent => Ok(None),
        Presented::Repeated => Err(Refusal::MalformedHeader { name, reason: HeaderFault::Repeated }),
        Presented::Once(bytes) => Ok(Some(bytes)),
    }
}

fn optional_text<'a>(name: &'static str, header: Presented<'a>) -> Result<Option<&'a str>, Refusal> {
    let not_text = || Refusal::MalformedHeader { name, reason: HeaderFault::NotText };
    let text = |bytes| std::str::from_utf8(bytes).ok().filter(|_| is_text(bytes)).ok_or_else(not_text);
    optional(name, header)?.map(text).transpose()
}

/// Whether a header's value is visible ASCII and spaces.
pub(crate) fn is_text(value: &[u8]) -> bool {
    value.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

impl fmt::Debug for PresentedHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresentedHeaders")
            .field(headers::AUTHENTICATION, &self.authentication)
            .field(headers::TIMESTAMP, &self.timestamp)
            .field(headers::VERSION, &self.version)
            .field(headers::VERSION_VENDOR_SPELLING, &self.version_vendor_spelling)
            .finish()
    }
}

/// Says that a header is there, not what it holds: one of them holds the signature.
impl fmt::Debug for Presented<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "absent",
            Self::Once(_) => "present",
            Self::Repeated => "repeated",
        })
    }
}
