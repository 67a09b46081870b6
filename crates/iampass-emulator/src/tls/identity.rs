//! Certificates and keys: read from PEM, or made.

use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};

use crate::error::TlsError;

/// What a self-made certificate is for, beside the address that is listened on.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// How long a self-made certificate is valid; some clients take none for more than 398 days.
const VALIDITY: Duration = Duration::from_secs(397 * 86_400);
/// How much earlier its validity begins, for clients whose clock is slow.
const HEAD_START: Duration = Duration::from_secs(86_400);

/// A server's certificate and its key.
pub(super) struct Identity {
    /// The server's own first.
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
    /// In PEM, for a certificate that was made.
    pub(super) ca_certificate: Option<String>,
}

impl Identity {
    /// Reads both from PEM.
    pub(super) fn read(certificates: &str, key: &str) -> Result<Self, TlsError> {
        let chain = CertificateDer::pem_slice_iter(certificates.as_bytes())
            .collect::<Result<Vec<_>, _>>()
            .map_err(|source| TlsError::Certificate(source.into()))?;
        if chain.is_empty() {
            return Err(TlsError::NoCertificate);
        }
        let key =
            PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|source| TlsError::Key(source.into()))?;
        Ok(Self { chain, key, ca_certificate: None })
    }

    /// Makes both, and a CA that signs the certificate.
    pub(super) fn make(hosts: &[&str], listening_on: IpAddr) -> Result<Self, TlsError> {
        let mut names: Vec<String> = LOOPBACK.map(str::to_owned).into();
        if !listening_on.is_unspecified() {
            names.push(listening_on.to_string());
        }
        for &host in hosts {
            // rcgen takes whatever is ASCII.
            let plain = host.strip_prefix("*.").unwrap_or(host);
            if ServerName::try_from(plain).is_err() {
                return Err(TlsError::Host { host: host.to_owned() });
            }
            names.push(host.to_owned());
        }
        names.sort_unstable();
        names.dedup();

        let mut ca = params(Vec::new(), "IAMPASS emulator CA")?;
        ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let ca =
            CertifiedIssuer::self_signed(ca, KeyPair::generate().map_err(not_made)?).map_err(not_made)?;

        let mut server = params(names, "IAMPASS emulator")?;
        server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        server.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().map_err(not_made)?;
        let certificate = server.signed_by(&key, &ca).map_err(not_made)?;
        let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        Ok(Self { chain: vec![certificate.into()], key, ca_certificate: Some(ca.pem()) })
    }
}

fn not_made(source: rcgen::Error) -> TlsError {
    TlsError::Make(source.into())
}

fn params(names: Vec<String>, common_name: &str) -> Result<CertificateParams, TlsError> {
    let mut params = CertificateParams::new(names).map_err(not_made)?;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, common_name);
    params.distinguished_name = subject;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let start = date_time_ymd(1970, 1, 1) + now.saturating_sub(HEAD_START);
    params.not_before = start;
    params.not_after = start + VALIDITY;
    Ok(params)
}
