//! A refused request, as input for the diagnosis.

use std::fmt;

/// A request that was refused, as it was received.
#[derive(Clone)]
pub struct RefusedRequest<'a> {
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    headers: Vec<(&'a str, &'a [u8])>,
}

impl<'a> RefusedRequest<'a> {
    /// Describes a request by its method, the URL that was given to
    /// [`Verifier::verify`](crate::Verifier::verify), and all of its headers.
    pub fn new<V: AsRef<[u8]> + ?Sized + 'a>(
        method: &'a str,
        url: &'a str,
        headers: impl IntoIterator<Item = (&'a str, &'a V)>,
    ) -> Self {
        let headers = headers.into_iter().map(|(name, value)| (name, value.as_ref())).collect();
        Self { method, url, headers }
    }

    /// Returns the first header of this name, if it is UTF-8.
    pub(super) fn header(&self, name: &str) -> Option<&'a str> {
        let (_, value) = self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(value).ok()
    }
}

/// Leaves out the URL, which contains user ids, and the headers, one of which holds the signature.
impl fmt::Debug for RefusedRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefusedRequest").field("method", &self.method).finish_non_exhaustive()
    }
}
