//! Requests that are made and signed, and not sent.

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, Method};
use reqwest::Request;

/// A request as it would have been sent, its signature included.
///
/// Whoever sends it acts as the application, once and within minutes: treat it as a secret until then.
/// `Debug` shows neither headers nor body.
#[derive(Clone)]
#[non_exhaustive]
pub struct SignedRequest {
    /// The HTTP method.
    pub method: Method,
    /// The URL, as it is signed and sent.
    pub url: String,
    /// The headers that the client sets. `Host`, `User-Agent` and what depends on the connection are left to
    /// whoever sends it: they are not signed.
    pub headers: HeaderMap,
    /// The body; empty when there is none.
    pub body: Vec<u8>,
}

impl fmt::Debug for SignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest").field("method", &self.method).finish_non_exhaustive()
    }
}

impl SignedRequest {
    fn new(request: &Request) -> Self {
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        Self {
            method: request.method().clone(),
            url: request.url().to_string(),
            headers: request.headers().clone(),
            body: body.to_vec(),
        }
    }
}

/// Takes requests in place of the service.
#[derive(Clone)]
pub(crate) struct Sink(Arc<dyn Fn(SignedRequest) + Send + Sync>);

impl Sink {
    pub(crate) fn new(sink: impl Fn(SignedRequest) + Send + Sync + 'static) -> Self {
        Self(Arc::new(sink))
    }

    pub(crate) fn take(&self, request: &Request) {
        (self.0)(SignedRequest::new(request));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_method_alone() {
        let mut request = Request::new(Method::POST, "https://iampass.example/marker".parse().unwrap());
        *request.body_mut() = Some("marker".into());
        let shown = format!("{:?}", SignedRequest::new(&request));
        assert_eq!(shown, "SignedRequest { method: POST, .. }");
    }
}
