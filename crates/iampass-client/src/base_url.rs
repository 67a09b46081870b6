//! The URL of the service, checked to be safe for signed requests.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;

/// The one name that stands for this machine.
pub(crate) const LOCALHOST: &str = "localhost";

/// The URL below which the API is served.
///
/// `https`, or `http` to this machine alone (`localhost`, `127.0.0.0/8`, `[::1]`), because a signature
/// covers neither the method nor the body. A path prefix is kept; a slash at its end makes no difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Checks a URL.
    ///
    /// # Errors
    /// [`InvalidBaseUrl`] says which of the rules above was broken.
    pub fn parse(text: &str) -> Result<Self, InvalidBaseUrl> {
        let mut url = Url::parse(text).map_err(|_| InvalidBaseUrl::NotAUrl)?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(InvalidBaseUrl::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidBaseUrl::UserInfo);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidBaseUrl::QueryOrFragment);
        }
        if url.scheme() == "http" && !is_loopback(&url) {
            return Err(InvalidBaseUrl::PlainHttp);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }

    /// The URL, without a slash at its end: paths of operations are appended to it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// The part of a request's path that comes after the base URL's own path; `None` if the request's path does
    /// not begin with that.
    pub(crate) fn operation_path<'a>(&self, url: &'a Url) -> Option<&'a str> {
        url.path().strip_prefix(self.0.path().trim_end_matches('/'))
    }

    /// Whether a URL has the same scheme, host and port, and nothing that an HTTP client would not send as part
    /// of it (user name, password, fragment).
    pub(crate) fn is_same_origin(&self, url: &Url) -> bool {
        // The origin of a `blob:` URL is that of the URL inside.
        url.scheme() == self.0.scheme()
            && url.origin() == self.0.origin()
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none()
    }

    /// An IPv6 address has its brackets.
    pub(crate) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether it is plain http to a name that a resolver decides about.
    pub(crate) fn is_plain_localhost(&self) -> bool {
        !self.is_https() && self.host() == LOCALHOST
    }

    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }
}

/// Whether a URL's host is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    // A host in brackets is an IPv6 address.
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == LOCALHOST || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a base URL is refused. Correct the setting. The text itself is left out, because it may hold a
/// password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidBaseUrl {
    /// It does not parse as an absolute URL.
    #[error("the base URL is not an absolute URL; write it as in `https://main.iam-api.com`")]
    NotAUrl,
    /// Neither `https` nor `http`.
    #[error("the base URL must begin with `https://` (or `http://` for this machine alone)")]
    Scheme,
    /// It holds a user name or a password.
    #[error(
        "the base URL must not hold a user name or password; the application's secret is given on its own"
    )]
    UserInfo,
    /// It holds a `?query` or a `#fragment`.
    #[error("the base URL must not hold a query (`?`) or a fragment (`#`)")]
    QueryOrFragment,
    /// Plain `http` to another machine.
    #[error(
        "the base URL must begin with `https://`: plain http is for this machine alone (localhost, 127.0.0.1, [::1]), \
         because nothing else protects method and body"
    )]
    PlainHttp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn a_path_prefix_is_kept_and_told_from_the_operation_s_path() {
        for base in ["https://h", "https://h/", "https://h:8443/a/b%20c/", "http://[::1]:1"] {
            let base: BaseUrl = base.parse().unwrap();
            let request = url(&format!("{}/management/x/%2F", base.as_str()));
            assert_eq!(base.operation_path(&request), Some("/management/x/%2F"));
        }
        let base: BaseUrl = "https://h/prefix".parse().unwrap();
        assert_eq!(base.operation_path(&url("https://h/other/x")), None);
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let base: BaseUrl = "https://iampass.example/prefix".parse().unwrap();
        for same in
            ["https://iampass.example/a?b=c", "https://iampass.example:443/", "HTTPS://IAMPASS.example/x"]
        {
            assert!(base.is_same_origin(&url(same)), "{same}");
        }
        for other in [
            "http://iampass.example/",
            "https://iampass.example:8443/",
            "https://iampass.example.evil.example/",
            "https://evil.example/iampass.example",
            "https://user@iampass.example/",
            "https://user:password@iampass.example/",
            "https://iampass.example/#fragment",
            "https://iampass.example./",
            "file:///iampass.example",
            "data:text/plain,x",
            "blob:https://iampass.example/x",
        ] {
            assert!(!base.is_same_origin(&url(other)), "{other}");
        }
    }
}
