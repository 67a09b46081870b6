//! rustls, with ring as this client's own provider; the process-wide one is the program's to choose.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::error::Error;
use crate::transport::NO_CERTIFICATE;

/// The platform's trust store and these certificates besides, or, when there will be no TLS, none at
/// all.
pub(crate) fn config(used: bool, root_certificates: &[Vec<u8>]) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(tls)?;
    let extra = parse(root_certificates)?;
    if !used {
        // reqwest wants a configuration all the same. Asking the platform for its trust store would fail
        // on a machine that has none, where talking to a local emulator must still work.
        return Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth());
    }
    let verifier = if extra.is_empty() {
        Verifier::new(provider)
    } else {
        Verifier::new_with_extra_roots(extra, provider)
    };
    let verifier = Arc::new(verifier.map_err(tls)?);
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

fn parse(texts: &[Vec<u8>]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let mut certificates = Vec::new();
    for text in texts {
        let before = certificates.len();
        for certificate in CertificateDer::pem_slice_iter(text) {
            let certificate = certificate.map_err(unusable)?;
            // The verifier would refuse it too, but it could not be told from its own troubles there.
            RootCertStore::empty().add(certificate.clone()).map_err(unusable)?;
            certificates.push(certificate);
        }
        if certificates.len() == before {
            return Err(Error::Certificate { source: NO_CERTIFICATE.into() });
        }
    }
    Ok(certificates)
}

fn unusable(source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Certificate { source: Box::new(source) }
}

fn tls(source: rustls::Error) -> Error {
    Error::Tls { source: Box::new(source) }
}
