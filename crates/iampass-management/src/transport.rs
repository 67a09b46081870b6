//! The reqwest client that carries the requests.

use std::time::Duration;

use reqwest::{ClientBuilder, redirect};

use crate::base_url::BaseUrl;
use crate::error::Error;

/// What can be chosen about the connections.
#[derive(Debug)]
pub(crate) struct Transport {
    pub(crate) connect_timeout: Duration,
    pub(crate) pool_idle_timeout: Duration,
    pub(crate) proxy: Proxy,
    /// Texts in PEM, each with any number of certificates.
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) user_agent: String,
    #[cfg(feature = "native-tls")]
    pub(crate) native_tls: bool,
}

/// Which proxy is used.
pub(crate) enum Proxy {
    /// Those that the environment names.
    Environment,
    /// None at all.
    None,
    /// This one for everything.
    Url(String),
}

impl std::fmt::Debug for Proxy {
    /// Without the URL: it may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::None => "None",
            Self::Url(_) => "Url(redacted)",
        })
    }
}

impl Default for Transport {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            pool_idle_timeout: Duration::from_secs(60),
            proxy: Proxy::Environment,
            root_certificates: Vec::new(),
            user_agent: concat!("iampass-management/", env!("CARGO_PKG_VERSION")).to_owned(),
            #[cfg(feature = "native-tls")]
            native_tls: !cfg!(feature = "rustls"),
        }
    }
}

impl Transport {
    /// A client that follows no redirect: reqwest would hand the `Authentication` header and the body to
    /// whatever host the redirect names. `timeout` is for requests that have none of their own.
    pub(crate) fn client(&self, base_url: &BaseUrl, timeout: Duration) -> Result<reqwest::Client, Error> {
        let mut builder = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            // reqwest's own repeats would send one nonce twice. Without the limit, it copies each request for them
            // all the same.
            .retry(reqwest::retry::never().max_retries_per_request(0))
            .timeout(timeout)
            .https_only(base_url.is_https())
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(self.pool_idle_timeout)
            .tcp_nodelay(true)
            .user_agent(&self.user_agent);
        builder = match &self.proxy {
            // A proxy cannot reach this machine's own loopback, and must not see the plain http that is
            // allowed there.
            Proxy::Environment if base_url.is_loopback() => builder.no_proxy(),
            Proxy::Environment => builder,
            Proxy::None => builder.no_proxy(),
            Proxy::Url(url) => {
                let proxy = reqwest::Proxy::all(url).map_err(setup)?;
                builder.no_proxy().proxy(proxy)
            }
        };
        self.tls(builder, base_url)?.build().map_err(setup)
    }

    #[cfg_attr(
        not(any(feature = "rustls", feature = "native-tls")),
        expect(clippy::unused_self, reason = "without TLS there is nothing to choose")
    )]
    fn tls(&self, builder: ClientBuilder, base_url: &BaseUrl) -> Result<ClientBuilder, Error> {
        #[cfg(feature = "native-tls")]
        if self.native_tls {
            return native(builder, &self.root_certificates);
        }
        #[cfg(feature = "rustls")]
        return Ok(builder.tls_backend_preconfigured(crate::rustls_config::config(
            base_url.is_https(),
            &self.root_certificates,
        )?));
        #[cfg(not(feature = "rustls"))]
        if base_url.is_https() {
            Err(Error::Tls {
                source: "this program was built without TLS; enable the feature `rustls` or `native-tls`"
                    .into(),
            })
        } else {
            Ok(builder)
        }
    }
}

#[cfg(feature = "native-tls")]
fn native(builder: ClientBuilder, root_certificates: &[Vec<u8>]) -> Result<ClientBuilder, Error> {
    let mut builder = builder.tls_backend_native();
    for pem in root_certificates {
        let bundle = reqwest::Certificate::from_pem_bundle(pem)
            .map_err(|source| Error::Certificate { source: source.into() })?;
        if bundle.is_empty() {
            return Err(Error::Certificate { source: NO_CERTIFICATE.into() });
        }
        builder = builder.tls_certs_merge(bundle);
    }
    Ok(builder)
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
pub(crate) const NO_CERTIFICATE: &str = "there is no certificate in the text";

fn setup(source: reqwest::Error) -> Error {
    Error::Setup { source: source.without_url() }
}
