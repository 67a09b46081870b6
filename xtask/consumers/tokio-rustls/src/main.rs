//! tokio-rustls with its default features.

#[path = "../../shared.rs"]
mod shared;

fn main() -> shared::Result {
    shared::beside(async || {
        let roots = rustls::RootCertStore::empty();
        let config = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let _connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
        Ok(())
    })
}
