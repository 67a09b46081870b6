//! Which proxy is used.

use std::fmt;

use reqwest::ClientBuilder;

use crate::base_url::BaseUrl;

/// Which proxy is used.
pub(crate) enum Proxy {
    /// Those that the environment names.
    Environment,
    /// None at all.
    None,
    /// This one for everything.
    Url(String),
}

impl Proxy {
    pub(super) fn apply(&self, builder: ClientBuilder, base_url: &BaseUrl) -> reqwest::Result<ClientBuilder> {
        Ok(match self {
            // A proxy cannot reach this machine's own loopback, and must not see the plain http that is
            // allowed there.
            Self::Environment if base_url.is_loopback() => builder.no_proxy(),
            Self::Environment => builder,
            Self::None => builder.no_proxy(),
            Self::Url(url) => builder.no_proxy().proxy(reqwest::Proxy::all(url)?),
        })
    }
}

impl fmt::Debug for Proxy {
    /// Without the URL: it may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::None => "None",
            Self::Url(_) => "Url(redacted)",
        })
    }
}
