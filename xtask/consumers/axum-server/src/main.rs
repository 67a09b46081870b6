//! axum-server with TLS by rustls.

#[path = "../../shared.rs"]
mod shared;

fn main() -> shared::Result {
    shared::beside(async || {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
        let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
        let config = axum_server::tls_rustls::RustlsConfig::from_pem(certificate.into(), key.into()).await?;
        let _server = axum_server::bind_rustls(std::net::SocketAddr::from(([127, 0, 0, 1], 0)), config);
        Ok(())
    })
}
