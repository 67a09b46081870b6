//! Where the service is. A [`BaseUrl`] is safe to send signed requests to.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;

/// The URL below which the Management API is served.
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

    /// The URL without a slash at its end, as operation paths are appended to it.
    pub(crate) fn as_prefix(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// The path that every request's path begins with; empty when there is none.
    pub(crate) fn path_prefix(&self) -> &str {
        self.0.path().trim_end_matches('/')
    }

    pub(crate) fn with_path(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(path);
        url
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    // A host in brackets is an IPv6 address.
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_prefix())
    }
}

/// Why a base URL is refused. Correct the setting; the text itself is left out, because it may hold a
/// password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, displaydoc::Display)]
#[non_exhaustive]
pub enum InvalidBaseUrl {
    /// It does not parse as an absolute URL.
    #[displaydoc("the base URL is not an absolute URL; write it as in `https://main.iam-api.com`")]
    NotAUrl,
    /// Neither `https` nor `http`.
    #[displaydoc("the base URL must begin with `https://` (or `http://` for this machine alone)")]
    Scheme,
    /// It holds a user name or a password.
    #[displaydoc(
        "the base URL must not hold a user name or password; the application's secret is given on its own"
    )]
    UserInfo,
    /// It holds a `?query` or a `#fragment`.
    #[displaydoc("the base URL must not hold a query (`?`) or a fragment (`#`)")]
    QueryOrFragment,
    /// Plain `http` to another machine.
    #[displaydoc(
        "the base URL must begin with `https://`: plain http is for this machine alone (localhost, 127.0.0.1, [::1]), \
         because nothing else protects method and body"
    )]
    PlainHttp,
}

impl std::error::Error for InvalidBaseUrl {}
