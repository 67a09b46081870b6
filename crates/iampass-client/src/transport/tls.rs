//! TLS, as the features of this crate choose it.

use std::env;

use reqwest::ClientBuilder;

use crate::error::ErrorKind;

/// Where rustls looks for the trust store when one of them is set. The libraries of other systems do not read them.
const TRUST_STORE_VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// What can be set about TLS.
#[derive(Debug, Default)]
pub(crate) struct TlsSettings {
    /// Texts in PEM, each with any number of certificates.
    pub(crate) root_certificates: Vec<Vec<u8>>,
    /// The platform's own TLS is to be used though rustls could be.
    #[cfg(feature = "native-tls")]
    pub(crate) native: bool,
}

/// The error of a client that cannot be made because of TLS. That it has no trust store is the reason most often, so
/// the variables that choose one are named, if they are set.
pub(super) fn setup_error(source: reqwest::Error) -> ErrorKind {
    let is_read = cfg!(all(unix, not(target_vendor = "apple"), not(target_os = "android")));
    let set = TRUST_STORE_VARIABLES.into_iter().filter(|name| is_read && env::var_os(name).is_some());
    let variables: Vec<_> = set.collect();
    ErrorKind::Tls(if variables.is_empty() {
        source.into()
    } else {
        TrustStoreError { variables: variables.join(" and "), source }.into()
    })
}

/// The trust store that the environment names cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{variables} of the environment must name certificates in PEM that can be read")]
struct TrustStoreError {
    variables: String,
    source: reqwest::Error,
}

/// Sets up TLS. It is needed for a service or a proxy of https.
#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
pub(super) fn apply(
    builder: ClientBuilder,
    settings: &TlsSettings,
    needs_tls: bool,
) -> Result<ClientBuilder, ErrorKind> {
    let certificates = certificates(&settings.root_certificates)?;
    #[cfg(feature = "rustls-no-provider")]
    let builder = choose(builder, settings)?;
    #[cfg(not(feature = "rustls-no-provider"))]
    let builder = builder.tls_backend_native();
    if needs_tls {
        Ok(builder.tls_certs_merge(certificates))
    } else {
        // Without TLS no certificate is checked, and reqwest need not ask for the platform's trust store: a machine
        // without one can talk to a local emulator.
        Ok(builder.tls_certs_only([]))
    }
}

/// Refuses a service or a proxy of https, which needs one of the features.
#[cfg(not(any(feature = "rustls-no-provider", feature = "native-tls")))]
pub(super) fn apply(
    builder: ClientBuilder,
    _settings: &TlsSettings,
    needs_tls: bool,
) -> Result<ClientBuilder, ErrorKind> {
    if needs_tls {
        let problem = "this program was built without TLS; enable the feature `rustls` or `native-tls`";
        Err(ErrorKind::Tls(problem.into()))
    } else {
        Ok(builder)
    }
}

/// The TLS library.
#[cfg(feature = "rustls-no-provider")]
#[cfg_attr(not(feature = "native-tls"), expect(unused_variables, reason = "there is one to choose from"))]
fn choose(builder: ClientBuilder, settings: &TlsSettings) -> Result<ClientBuilder, ErrorKind> {
    #[cfg(feature = "native-tls")]
    if settings.native {
        return Ok(builder.tls_backend_native());
    }
    // reqwest would panic.
    if cfg!(not(feature = "rustls")) && rustls::crypto::CryptoProvider::get_default().is_none() {
        let problem = "no rustls provider is installed; with the feature `rustls-no-provider`, call \
                       `install_default` of a provider before the client is made";
        return Err(ErrorKind::Tls(problem.into()));
    }
    Ok(builder.tls_backend_rustls())
}

/// Some editors begin a text with it; readers of PEM then do not find its first certificate.
#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads texts in PEM, each of which must hold a certificate.
#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
fn certificates(texts: &[Vec<u8>]) -> Result<Vec<reqwest::Certificate>, ErrorKind> {
    let mut certificates = Vec::new();
    for text in texts {
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let bundle = reqwest::Certificate::from_pem_bundle(text)
            .map_err(|source| ErrorKind::Certificate(source.into()))?;
        if bundle.is_empty() {
            return Err(ErrorKind::Certificate("there is no certificate in the text".into()));
        }
        #[cfg(feature = "rustls-no-provider")]
        check(text).map_err(ErrorKind::Certificate)?;
        certificates.extend(bundle);
    }
    Ok(certificates)
}

/// With rustls, reqwest looks into certificates only when the client is built, and does not tell that they were the
/// reason.
#[cfg(feature = "rustls-no-provider")]
fn check(text: &[u8]) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    use rustls::pki_types::{CertificateDer, pem::PemObject as _};

    for certificate in CertificateDer::pem_slice_iter(text) {
        rustls::RootCertStore::empty().add(certificate?)?;
    }
    Ok(())
}
