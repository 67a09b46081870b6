//! A certificate authority of the test's own.

use std::sync::atomic::{AtomicU32, Ordering};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A name that only a proxy can resolve.
pub(super) const PROXIED_HOST: &str = "iampass.test";

pub(super) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// What is wrong with a server's certificate.
#[derive(Clone, Copy, Debug)]
pub(super) enum Flaw {
    None,
    AnotherHost,
    Expired,
    NotYetValid,
    SelfSigned,
}

/// A server's certificate and key.
pub(super) type Certificate = (CertificateDer<'static>, PrivateKeyDer<'static>);

impl Authority {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::default();
        // OpenSSL goes by names: two authorities of one name are one to it, and a certificate whose
        // subject is its issuer is signed by itself.
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        params.distinguished_name.push(DnType::CommonName, format!("the tests' authority {number}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// What a client has to trust.
    pub(super) fn pem(&self) -> String {
        self.0.pem()
    }

    /// For this machine, if it is a good one.
    pub(super) fn certificate(&self, flaw: Flaw) -> Certificate {
        let hosts = match flaw {
            Flaw::AnotherHost => vec!["elsewhere.example".to_owned()],
            _ => vec!["localhost".to_owned(), PROXIED_HOST.to_owned()],
        };
        let mut params = CertificateParams::new(hosts).unwrap();
        match flaw {
            Flaw::Expired => params.not_after = date_time_ymd(2024, 1, 1),
            Flaw::NotYetValid => params.not_before = date_time_ymd(4000, 1, 1),
            Flaw::None | Flaw::AnotherHost | Flaw::SelfSigned => {}
        }
        let key = KeyPair::generate().unwrap();
        let certificate = match flaw {
            Flaw::SelfSigned => params.self_signed(&key),
            _ => params.signed_by(&key, &self.0),
        };
        (certificate.unwrap().der().clone(), PrivatePkcs8KeyDer::from(key.serialize_der()).into())
    }
}
