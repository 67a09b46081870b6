//! The signing hook for `reqwest` requests.

use ::reqwest::header::{HeaderName, HeaderValue};
use ::reqwest::{Request, Url};

use crate::protocol::headers;
use crate::sign::signer::Signer;

// `HeaderName` requires lower case; a test compares these with the names in `headers`.
static AUTHENTICATION: HeaderName = HeaderName::from_static("authentication");
static TIMESTAMP: HeaderName = HeaderName::from_static("x-iampass-authentication-timestamp");
static VERSION: HeaderName = HeaderName::from_static("x-iampass-authentication-version");
static VERSION_VENDOR_SPELLING: HeaderName = HeaderName::from_static("x-iamoass-authentication-version");

impl Signer {
    /// Signs a request for its present URL, with the present time and a new nonce.
    ///
    /// Call it last, just before the request is sent, and again for every further attempt: it replaces
    /// the headers of an earlier call. User-info and fragment are not sent as part of the URL and so are
    /// not signed. Method and body are not signed either: only TLS protects them. The client must not
    /// follow redirects, since a redirected request carries a signature for another URL.
    ///
    /// The value of `Authentication` is marked as sensitive, so that it is not logged.
    ///
    /// `reqwest` sends only `http` and `https` URLs, and all of those can be signed. A request for any
    /// other URL is left without authentication headers; sending it fails.
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
            for name in [&AUTHENTICATION, &TIMESTAMP, &VERSION, &VERSION_VENDOR_SPELLING] {
                headers.remove(name);
            }
        }
    }

    /// Returns the values of `Authentication` and of the timestamp header.
    fn header_values(&self, url: &Url) -> Option<(HeaderValue, HeaderValue)> {
        let mut url = url.clone();
        // These fail only for a URL without a host, which `sign` refuses.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let signed = self.sign(url.as_str()).ok()?;
        let timestamp = HeaderValue::from_str(signed.timestamp_text()).ok()?;
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
        for (here, there) in [
            (&AUTHENTICATION, headers::AUTHENTICATION),
            (&TIMESTAMP, headers::TIMESTAMP),
            (&VERSION, headers::VERSION),
            (&VERSION_VENDOR_SPELLING, headers::VERSION_VENDOR_SPELLING),
        ] {
            assert_eq!(here.as_str(), there.to_ascii_lowercase());
        }
    }
}
