//! The authentication headers as a server received them.

use std::fmt;

use super::refusal::Refusal;
use crate::protocol::authentication::{Authentication, HeaderFault};
use crate::protocol::{decimal, headers};

/// How many characters of an unsupported version are shown in a refusal.
const SHOWN_VERSION: usize = 32;

/// The authentication headers of a request, not yet parsed. Their names are those in [`headers`].
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
    /// Selects the authentication headers among all headers of a request, regardless of the case of
    /// their names.
    ///
    /// Pass every header, and a repeated one as often as it came: a repeated authentication header is
    /// refused, because proxies and servers differ in which of the values they use. With the `http`
    /// crate: `headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))`.
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

    pub(super) fn authentication(&self) -> Result<Authentication<'a>, Refusal> {
        let name = headers::AUTHENTICATION;
        Authentication::parse(self.authentication.required(name)?)
            .map_err(|reason| Refusal::MalformedHeader { name, reason })
    }

    pub(super) fn timestamp(&self) -> Result<u64, Refusal> {
        let name = headers::TIMESTAMP;
        decimal::parse(self.timestamp.required(name)?)
            .map_err(|reason| Refusal::MalformedHeader { name, reason: HeaderFault::Timestamp(reason) })
    }

    /// Refuses any version but the one that is supported. Either of the two headers is enough; if both
    /// are there, both must be right.
    pub(super) fn check_version(&self) -> Result<(), Refusal> {
        let both = [
            (headers::VERSION, self.version.text(headers::VERSION)?),
            (
                headers::VERSION_VENDOR_SPELLING,
                self.version_vendor_spelling.text(headers::VERSION_VENDOR_SPELLING)?,
            ),
        ];
        let mut presented = both.into_iter().filter_map(|(name, text)| Some((name, text?))).peekable();
        if presented.peek().is_none() {
            return Err(Refusal::MissingHeader { name: headers::VERSION });
        }
        match presented.find(|(_, version)| *version != headers::PROTOCOL_VERSION) {
            None => Ok(()),
            Some((name, version)) => Err(Refusal::UnsupportedVersion {
                name,
                presented: version.chars().take(SHOWN_VERSION).collect(),
            }),
        }
    }
}

impl<'a> Presented<'a> {
    fn required(self, name: &'static str) -> Result<&'a str, Refusal> {
        self.text(name)?.ok_or(Refusal::MissingHeader { name })
    }

    /// Returns the value, which must be visible ASCII and spaces, if the header was sent.
    fn text(self, name: &'static str) -> Result<Option<&'a str>, Refusal> {
        let malformed = |reason| Refusal::MalformedHeader { name, reason };
        match self {
            Self::Absent => Ok(None),
            Self::Repeated => Err(malformed(HeaderFault::Repeated)),
            Self::Once(value) => std::str::from_utf8(value)
                .ok()
                .filter(|text| text.bytes().all(|byte| matches!(byte, b' '..=b'~')))
                .map(Some)
                .ok_or_else(|| malformed(HeaderFault::NotText)),
        }
    }
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

/// Shows whether a header is there, but not its value: one of them holds the signature.
impl fmt::Debug for Presented<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "absent",
            Self::Once(_) => "present",
            Self::Repeated => "repeated",
        })
    }
}
