//! HTTPS: with a certificate that is made at the start, or one that is given.

#[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
mod acceptor;
#[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
mod identity;

use std::fmt;
use std::net::IpAddr;

use zeroize::Zeroizing;

#[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
use self::identity::Identity;
use crate::error::TlsError;

/// Performs the TLS handshake with each client.
#[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
pub(crate) type Acceptor = tokio_rustls::TlsAcceptor;
/// Without a TLS feature there is none.
#[cfg(not(any(feature = "rustls", feature = "rustls-no-provider")))]
pub(crate) type Acceptor = std::convert::Infallible;

/// Where the certificate and the key of a server that speaks HTTPS come from.
#[derive(Clone)]
#[non_exhaustive]
pub enum Tls {
    /// Both are made at the start, for the loopback addresses, `localhost`, the address that is listened
    /// on and the [public URL](crate::Builder::public_url)'s host, and signed by a CA that is made for them alone. Its key is gone at once; its
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
    #[cfg_attr(
        not(any(feature = "rustls", feature = "rustls-no-provider")),
        expect(dead_code, reason = "nothing reads it without a TLS feature")
    )]
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
    pub(crate) acceptor: Acceptor,
    /// In PEM, for a self-made certificate.
    pub(crate) ca_certificate: Option<String>,
}

impl Tls {
    /// Makes or reads certificate and key.
    #[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
    pub(crate) fn ready(&self, listening_on: IpAddr, public_host: Option<&str>) -> Result<Ready, TlsError> {
        let make = |hosts: &[String]| {
            let hosts: Vec<_> = hosts.iter().map(String::as_str).chain(public_host).collect();
            Identity::make(&hosts, listening_on)
        };
        let identity = match self {
            Self::SelfSigned => make(&[])?,
            Self::SelfSignedFor(hosts) => make(hosts)?,
            Self::Pem(files) => Identity::read(&files.certificates, &files.key)?,
        };
        let Identity { chain, key, ca_certificate } = identity;
        Ok(Ready { acceptor: acceptor::make(chain, key)?, ca_certificate })
    }

    /// Says what is missing.
    #[cfg(not(any(feature = "rustls", feature = "rustls-no-provider")))]
    #[expect(clippy::unused_self, reason = "as with a TLS feature")]
    pub(crate) fn ready(&self, _listening_on: IpAddr, _public_host: Option<&str>) -> Result<Ready, TlsError> {
        Err(TlsError::NotBuilt)
    }
}
