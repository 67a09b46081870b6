//! The reqwest client that carries the requests.

mod tls;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::{ClientBuilder, redirect};

use crate::base_url::{BaseUrl, LOCALHOST};
use crate::error::ErrorKind;
use crate::proxy::{Proxy, ProxySetting};
use crate::tls_error::is_tls;

pub(crate) use self::tls::TlsSettings;

/// An unused connection is not closed for its age when it may be as old as this.
const A_YEAR: Duration = Duration::from_secs(365 * 86_400);

/// Where plain http to `localhost` goes, whatever a resolver or a file of hosts says: nothing else would keep it on this
/// machine. Port 0 stands for the URL's.
const LOOPBACK: [SocketAddr; 2] = [
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
    SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0),
];

/// What can be set about connections.
#[derive(Debug)]
pub(crate) struct Transport {
    pub(crate) connect_timeout: Duration,
    pub(crate) pool_idle_timeout: Duration,
    pub(crate) proxy: ProxySetting,
    pub(crate) tls: TlsSettings,
    pub(crate) user_agent: String,
}

impl Default for Transport {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            pool_idle_timeout: Duration::from_secs(60),
            proxy: ProxySetting::Environment,
            tls: TlsSettings::default(),
            user_agent: concat!("iampass-client/", env!("CARGO_PKG_VERSION")).to_owned(),
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
        let client = self.builder(base_url, timeout, proxy.as_ref())?.build().map_err(setup)?;
        Ok((client, proxy))
    }

    fn builder(
        &self,
        base_url: &BaseUrl,
        timeout: Duration,
        proxy: Option<&Proxy>,
    ) -> Result<ClientBuilder, ErrorKind> {
        let mut builder = reqwest::Client::builder()
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
        if base_url.is_plain_localhost() {
            builder = builder.resolve_to_addrs(LOCALHOST, &LOOPBACK);
        }
        if let Some(proxy) = proxy {
            builder = builder.proxy(proxy.for_reqwest().map_err(setup)?);
        }
        let needs_tls = base_url.is_https() || proxy.is_some_and(Proxy::is_https);
        tls::apply(builder, &self.tls, needs_tls)
    }
}

fn setup(source: reqwest::Error) -> ErrorKind {
    let source = source.without_url();
    if is_tls(&source) { tls::setup_error(source) } else { ErrorKind::Setup(source) }
}

// With `rustls-no-provider` alone no client can be made before the program has installed a provider.
#[cfg(test)]
#[cfg(any(feature = "rustls", not(feature = "rustls-no-provider")))]
mod tests {
    use std::future::ready;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use reqwest::dns::{Name, Resolve, Resolving};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// Knows no name, and counts how often it was asked.
    #[derive(Clone, Default)]
    struct Resolver(Arc<AtomicUsize>);

    impl Resolve for Resolver {
        fn resolve(&self, _name: Name) -> Resolving {
            self.0.fetch_add(1, Ordering::Relaxed);
            Box::pin(ready(Err("no such name".into())))
        }
    }

    fn client(base_url: &str, resolver: &Resolver) -> reqwest::Client {
        let base_url = base_url.parse().unwrap();
        let builder = Transport::default().builder(&base_url, Duration::from_secs(5), None).unwrap();
        builder.dns_resolver(resolver.clone()).build().unwrap()
    }

    /// Responds to one request.
    async fn respond(listener: TcpListener) {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await.unwrap();
    }

    #[tokio::test]
    async fn plain_http_to_localhost_goes_to_the_loopback_address_whatever_a_resolver_says() {
        let resolver = Resolver::default();
        for address in ["127.0.0.1:0", "[::1]:0"] {
            // Not every machine has IPv6.
            let Ok(listener) = TcpListener::bind(address).await else { continue };
            let url = format!("http://localhost:{}/iampass", listener.local_addr().unwrap().port());
            tokio::spawn(respond(listener));
            let response = client(&url, &resolver).get(&url).send().await.unwrap();
            assert_eq!(response.status(), 200, "{address}");
        }
        assert_eq!(resolver.0.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn other_names_and_https_are_left_to_the_resolver() {
        for (base_url, url) in [
            ("http://127.0.0.1:1", "http://localhost:1"),
            ("http://localhost:1", "http://iampass.example:1"),
            #[cfg(any(feature = "rustls", feature = "native-tls"))]
            ("https://localhost:1", "https://localhost:1"),
        ] {
            let resolver = Resolver::default();
            client(base_url, &resolver).get(url).send().await.unwrap_err();
            assert_eq!(resolver.0.load(Ordering::Relaxed), 1, "{base_url}");
        }
    }
}
