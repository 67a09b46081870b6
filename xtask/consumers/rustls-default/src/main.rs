//! rustls with its default features.

#[path = "../../shared.rs"]
mod shared;

fn main() -> shared::Result {
    shared::beside(async || {
        let config = rustls::ClientConfig::builder().with_root_certificates(rustls::RootCertStore::empty());
        let _config = config.with_no_client_auth();
        Ok(())
    })
}
