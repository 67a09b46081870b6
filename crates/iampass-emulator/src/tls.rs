//! HTTPS: with a certificate that is made at the start, or one that is given.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

use crate::error::TlsError;

/// What a self-made certificate is for, beside the address that is listened on.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// How long a self-made certificate is valid; some clients take none for more than 398 days.
const VALIDITY: Duration = Duration::from_secs(397 * 86_400);
/// How much earlier its validity begins, for clients whose clock is slow.
const HEAD_START: Duration = Duration::from_secs(86_400);

/// Where the certificate and the key of a server that speaks HTTPS come from.
#[derive(Clone)]
#[non_exhaustive]
pub enum Tls {
    /// Both are made at the start, for the loopback addresses, `localhost` and the address that is
    /// listened on, and signed by a CA that is made for them alone. Its key is gone at once; its
    /// certificate is what clients have to trust: [`Emulator::ca_certificate`](crate::Emulator::ca_certificate).
    SelfSigned,
    /// As [`Tls::SelfSigned`], for these hosts (names or addresses) too: for a client that calls the
    /// emulator `main.iam-api.com`, or by a container's name.
    SelfSignedFor(Vec<String>),
    /// Both are given in PEM: [`Tls::from_pem`].
    Pem(PemFiles),
}

/// A certificate and its key in PEM. `Debug` does not show the key.
#[derive(Clone)]
pub struct PemFiles {
    certificates: String,
    key: Zeroizing<String>,
}

impl Tls {
    /// Takes a certificate with those that lead to its CA, the server's own first, and its private
    /// key (PKCS #8, SEC 1 or PKCS #1), both in PEM. They are looked into when the emulator starts.
    #[must_use]
    pub fn from_pem(certificates: impl Into<String>, key: impl Into<String>) -> Self {
        Self::Pem(PemFiles { certificates: certificates.into(), key: Zeroizing::new(key.into()) })
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SelfSigned => f.write_str("SelfSigned"),
            Self::SelfSignedFor(hosts) => f.debug_tuple("SelfSignedFor").field(hosts).finish(),
            Self::Pem(files) => f.debug_tuple("Pem").field(files).finish(),
        }
    }
}

impl fmt::Debug for PemFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PemFiles").field("certificates", &self.certificates).finish_non_exhaustive()
    }
}

/// TLS, ready to be spoken.
pub(crate) struct Ready {
    pub(crate) acceptor: TlsAcceptor,
    /// In PEM, for a self-made certificate.
    pub(crate) ca_certificate: Option<String>,
}

impl Tls {
    /// Makes or reads certificate and key.
    pub(crate) fn ready(&self, listening_on: IpAddr) -> Result<Ready, TlsError> {
        let (chain, key, ca_certificate) = match self {
            Self::SelfSigned => made(&[], listening_on)?,
            Self::SelfSignedFor(hosts) => made(hosts, listening_on)?,
            Self::Pem(files) => read(files)?,
        };
        // The process may have another provider, or none: this one is the emulator's own.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map_err(TlsError::Refused)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Ready { acceptor: Arc::new(config).into(), ca_certificate })
    }
}

type CertificateAndKey = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>, Option<String>);

fn read(files: &PemFiles) -> Result<CertificateAndKey, TlsError> {
    let chain = CertificateDer::pem_slice_iter(files.certificates.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(TlsError::Certificate)?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate);
    }
    let key = PrivateKeyDer::from_pem_slice(files.key.as_bytes()).map_err(TlsError::Key)?;
    Ok((chain, key, None))
}

fn made(hosts: &[String], listening_on: IpAddr) -> Result<CertificateAndKey, TlsError> {
    let mut names: Vec<String> = LOOPBACK.map(str::to_owned).into();
    if !listening_on.is_unspecified() {
        names.push(listening_on.to_string());
    }
    for host in hosts {
        // rcgen takes whatever is ASCII.
        let plain = host.strip_prefix("*.").unwrap_or(host);
        if ServerName::try_from(plain).is_err() {
            return Err(TlsError::Host { host: host.clone() });
        }
        names.push(host.clone());
    }
    names.sort_unstable();
    names.dedup();

    let mut ca = params(Vec::new(), "IAMPASS emulator CA")?;
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate().map_err(TlsError::Make)?)
        .map_err(TlsError::Make)?;

    let mut server = params(names, "IAMPASS emulator")?;
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().map_err(TlsError::Make)?;
    let certificate = server.signed_by(&key, &ca).map_err(TlsError::Make)?;
    let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    Ok((vec![certificate.into()], key, Some(ca.pem())))
}

fn params(names: Vec<String>, common_name: &str) -> Result<CertificateParams, TlsError> {
    let mut params = CertificateParams::new(names).map_err(TlsError::Make)?;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, common_name);
    params.distinguished_name = subject;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let start = date_time_ymd(1970, 1, 1) + now.saturating_sub(HEAD_START);
    params.not_before = start;
    params.not_after = start + VALIDITY;
    Ok(params)
}
