//! The signing hook for requests made with `reqwest`.

use ::reqwest::header::{HeaderName, HeaderValue};
use ::reqwest::{Request, Url};

use crate::protocol::canonical_url::canonical_url_without_user_info;
use crate::protocol::headers;
use crate::sign::signer::Signer;

// `HeaderName` wants its names in lower case; a test holds them against those in `headers`.
static AUTHENTICATION: HeaderName = HeaderName::from_static("authentication");
static TIMESTAMP: HeaderName = HeaderName::from_static("x-iampass-authentication-timestamp");
static VERSION: HeaderName = HeaderName::from_static("x-iampass-authentication-version");
static VERSION_VENDOR_SPELLING: HeaderName = HeaderName::from_static("x-iamoass-authentication-version");

impl Signer {
    /// Signs a request for the URL it has now, with the present time and a new nonce.
    ///
    /// Call it last, just before the request is sent, and again for every further attempt: what an
    /// earlier call put in is replaced. User-info and fragment are not sent as part of the URL and
    /// so are not signed. Method and body are not signed either: only TLS protects them. Let the
    /// client follow no redirects, since a redirected request carries a signature for another URL.
    ///
    /// The value of `Authentication` is marked as sensitive, so that it is not logged.
    ///
    /// `reqwest` sends `http` and `https` alone, and any such URL of its can be signed. A request
    /// for anything else is left without authentication headers; sending it fails.
    pub fn sign_request(&self, request: &mut Request) {
        let signed = self.header_values(request.url());
        let headers = request.headers_mut();
        if let Some((authentication, timestamp)) = signed {
            let version = HeaderValue::from_static(headers::PROTOCOL_VERSION);
            headers.insert(&AUTHENTICATION, authentication);
            headers.insert(&TIMESTAMP, timestamp);
            headers.insert(&VERSION, version.clone());
            headers.insert(&VERSION_VENDOR_SPELLING, version);
        } else {
            headers.remove(&AUTHENTICATION);
            headers.remove(&TIMESTAMP);
            headers.remove(&VERSION);
            headers.remove(&VERSION_VENDOR_SPELLING);
        }
    }

    fn header_values(&self, url: &Url) -> Option<(HeaderValue, HeaderValue)> {
        let url = canonical_url_without_user_info(url.as_str()).ok()?;
        let signed = self.sign_canonical(&url);
        let timestamp = HeaderValue::from_str(signed.timestamp_text()).ok()?;
        // Takes the text over without copying it.
        let mut authentication = HeaderValue::try_from(signed.into_authentication()).ok()?;
        authentication.set_sensitive(true);
        Some((authentication, timestamp))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_headers_module() {
        for (ours, theirs) in [
            (&AUTHENTICATION, headers::AUTHENTICATION),
            (&TIMESTAMP, headers::TIMESTAMP),
            (&VERSION, headers::VERSION),
            (&VERSION_VENDOR_SPELLING, headers::VERSION_VENDOR_SPELLING),
        ] {
            assert_eq!(ours.as_str(), theirs.to_ascii_lowercase());
        }
    }
}
