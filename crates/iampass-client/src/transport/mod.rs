//! The reqwest client that carries the requests.

mod tls;

use std::time::Duration;

use reqwest::redirect;

use crate::base_url::BaseUrl;
use crate::error::ErrorKind;
use crate::proxy::{Proxy, ProxySetting};
use crate::tls_error::is_tls;

/// An unused connection is not closed for its age when it may be as old as this.
const A_YEAR: Duration = Duration::from_secs(365 * 86_400);

/// What can be set about connections.
#[derive(Debug)]
pub(crate) struct Transport {
    pub(crate) connect_timeout: Duration,
    pub(crate) pool_idle_timeout: Duration,
    pub(crate) proxy: ProxySetting,
    /// Texts in PEM, each with any number of certificates.
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) user_agent: String,
    #[cfg(feature = "native-tls")]
    pub(crate) native_tls: bool,
}

impl Default for Transport {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            pool_idle_timeout: Duration::from_secs(60),
            proxy: ProxySetting::Environment,
            root_certificates: Vec::new(),
            user_agent: concat!("iampass-client/", env!("CARGO_PKG_VERSION")).to_owned(),
            #[cfg(feature = "native-tls")]
            native_tls: !cfg!(feature = "rustls-no-provider"),
        }
    }
}

impl Transport {
    /// A client that follows no redirect: reqwest would send the `Authentication` header and the body to
    /// whatever host the redirect names. `timeout` is for requests that have none of their own.
    ///
    /// Whatever other crates of the program enable in reqwest, this client speaks HTTP/1.1, decompresses nothing and
    /// keeps no cookies.
    ///
    /// Also gives the proxy that the client uses, if any.
    pub(crate) fn client(
        &self,
        base_url: &BaseUrl,
        timeout: Duration,
    ) -> Result<(reqwest::Client, Option<Proxy>), ErrorKind> {
        let proxy = self.proxy.resolve(base_url)?;
        let builder = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            // reqwest's own retries would send a nonce twice. Without the limit, it copies each request for them
            // all the same.
            .retry(reqwest::retry::never().max_retries_per_request(0))
            .timeout(timeout)
            .https_only(base_url.is_https())
            .connect_timeout(self.connect_timeout)
            // hyper adds it to the present time, and panics where the sum cannot be represented.
            .pool_idle_timeout(Some(self.pool_idle_timeout).filter(|timeout| *timeout < A_YEAR))
            .tcp_nodelay(true)
            .http1_only()
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .no_hickory_dns()
            .no_proxy()
            .user_agent(&self.user_agent);
        let builder = match &proxy {
            Some(proxy) => builder.proxy(proxy.for_reqwest().map_err(setup)?),
            None => builder,
        };
        let needs_tls = base_url.is_https() || proxy.as_ref().is_some_and(Proxy::is_https);
        let client = tls::apply(builder, self, needs_tls)?.build().map_err(setup)?;
        Ok((client, proxy))
    }
}

fn setup(source: reqwest::Error) -> ErrorKind {
    let source = source.without_url();
    if is_tls(&source) { ErrorKind::Tls(source.into()) } else { ErrorKind::Setup(source) }
}
