//! HTTPS, with a certificate of the emulator's own and with one that is given.

use std::error::Error as _;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use iampass_auth::Signer;
use iampass_emulator::{Builder, Emulator, Fault, StartError, Tls, TlsError};
use iampass_management::{Connection, ManagementClient, Settings, UserId};
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::json;

use crate::support::{Backend, Got, SECRET, Sent, credentials};

fn start(builder: Builder) -> Backend {
    let emulator = builder.application(credentials("app", SECRET)).start().unwrap();
    Backend { emulator, signer: Signer::new(credentials("app", SECRET)) }
}

fn self_signed() -> Backend {
    start(Emulator::builder().tls(Tls::SelfSigned))
}

fn roots(pem: &str) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    roots
}

fn config(roots: RootCertStore) -> ClientConfig {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    builder.with_root_certificates(roots).with_no_client_auth()
}

/// Sends bytes to the emulator, which is believed to be this host, and reads to the end.
fn exchange(backend: &Backend, config: ClientConfig, host: &str, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let host = host.to_owned().try_into().unwrap();
    let connection = ClientConnection::new(Arc::new(config), host).unwrap();
    let stream = TcpStream::connect(backend.address())?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut stream = StreamOwned::new(connection, stream);
    stream.write_all(bytes)?;
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    // What came before the end is of interest, however it ended.
    if answer.is_empty() { read.map(|_| answer) } else { Ok(answer) }
}

fn trusting(backend: &Backend) -> ClientConfig {
    config(roots(backend.emulator.ca_certificate().unwrap()))
}

fn signed(backend: &Backend, sent: Sent) -> Vec<u8> {
    let url = format!("{}{}", backend.emulator.base_url(), sent.target);
    let pairs = backend.signer.sign(&url).unwrap();
    let sent = pairs.into_iter().fold(sent, |sent, (name, value)| sent.header(name, value));
    sent.bytes(backend.address())
}

fn send(backend: &Backend, sent: Sent) -> Got {
    let bytes = signed(backend, sent);
    Got::parse(&exchange(backend, trusting(backend), "127.0.0.1", &bytes).unwrap())
}

fn add(user: &str) -> Sent {
    Sent::new("POST", "/management/add_users/app").json(&json!({"users": [user]}))
}

#[test]
fn a_self_made_certificate_is_trusted_by_those_who_know_its_ca_alone() {
    let backend = self_signed();
    assert_eq!(backend.emulator.base_url(), format!("https://{}", backend.address()));
    assert_eq!(send(&backend, add("alice")).status, 201);
    let got = send(&backend, Sent::new("GET", "/management/device_registration_link/app/alice"));
    let link = got.json()["register_url"].as_str().unwrap().to_owned();
    assert!(link.starts_with(&format!("https://{}/register/", backend.address())), "{link}");

    let bytes = signed(&backend, add("bob"));
    let other = self_signed();
    let error = exchange(&backend, trusting(&other), "127.0.0.1", &bytes).unwrap_err();
    let error = error.get_ref().unwrap().to_string();
    assert!(error.contains("invalid peer certificate"), "{error}");
    assert_eq!(backend.users(), ["alice"]);
}

#[test]
fn a_self_made_certificate_names_loopback_and_the_hosts_that_are_asked_for() {
    let hosts = ["main.iam-api.com".to_owned(), "10.1.2.3".to_owned()];
    let backend = start(Emulator::builder().tls(Tls::SelfSignedFor(hosts.into())));
    let bytes = Sent::new("GET", "/nothing").bytes(backend.address());
    for host in ["127.0.0.1", "::1", "localhost", "main.iam-api.com", "10.1.2.3"] {
        let answer = exchange(&backend, trusting(&backend), host, &bytes).unwrap();
        assert_eq!(Got::parse(&answer).status, 404, "{host}");
    }
    for host in ["other.example", "10.1.2.4"] {
        assert!(exchange(&backend, trusting(&backend), host, &bytes).is_err(), "{host}");
    }
    let public = start(Emulator::builder().tls(Tls::SelfSigned).public_url("https://iampass.example:8443"));
    let bytes = Sent::new("GET", "/nothing").bytes(public.address());
    let answer = exchange(&public, trusting(&public), "iampass.example", &bytes).unwrap();
    assert_eq!(Got::parse(&answer).status, 404);
}

#[test]
fn the_default_port_of_https_is_not_signed() {
    let backend = self_signed();
    for (signed_for, host, status) in [
        ("https://main.iam-api.com", "main.iam-api.com", 201),
        ("https://main.iam-api.com:443", "main.iam-api.com", 201),
        ("https://main.iam-api.com", "main.iam-api.com:443", 201),
        ("https://main.iam-api.com:80", "main.iam-api.com:80", 201),
        ("https://main.iam-api.com", "main.iam-api.com:80", 401),
    ] {
        let sent = add("alice").header("Host", host);
        let pairs = backend.signer.sign(&format!("{signed_for}{}", sent.target)).unwrap();
        let sent = pairs.into_iter().fold(sent, |sent, (name, value)| sent.header(name, value));
        let bytes = sent.bytes(backend.address());
        let answer = exchange(&backend, trusting(&backend), "localhost", &bytes).unwrap();
        assert_eq!(Got::parse(&answer).status, status, "{signed_for} {host}");
    }
}

#[tokio::test]
async fn the_projects_client_is_served_when_it_knows_the_ca() {
    let backend = self_signed();
    let settings = || {
        let url = backend.emulator.base_url().parse().unwrap();
        Settings::new(url, credentials("app", SECRET))
    };
    let alice = UserId::new("alice").unwrap();
    let pem = backend.emulator.ca_certificate().unwrap();
    let connection = Connection::builder(settings()).add_root_certificates_pem(pem).build().unwrap();
    let client = ManagementClient::from(connection);
    client.add_users([alice.clone()]).await.unwrap();
    let link = client.device_registration_link(&alice, None).await.unwrap();
    backend.emulator.register_device(link.as_str()).unwrap();
    assert!(client.has_registered_mobile_device(&alice).await.unwrap());

    let client = ManagementClient::new(settings()).unwrap();
    assert!(client.has_registered_mobile_device(&alice).await.is_err());
}

#[test]
fn a_given_certificate_is_presented_and_no_ca_is_told() {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["given.example".to_owned()]).unwrap();
    let certificate = certificate.self_signed(&key).unwrap().pem();
    let backend = start(Emulator::builder().tls(Tls::from_pem(certificate.as_str(), key.serialize_pem())));
    assert_eq!(backend.emulator.ca_certificate(), None);
    let bytes = Sent::new("GET", "/nothing").bytes(backend.address());
    let answer = exchange(&backend, config(roots(&certificate)), "given.example", &bytes).unwrap();
    assert_eq!(Got::parse(&answer).status, 404);
}

#[test]
fn what_cannot_be_used_is_an_error_that_says_why_and_shows_no_key() {
    let key = || KeyPair::generate().unwrap();
    let certificate = |key: &KeyPair| CertificateParams::new(vec![]).unwrap().self_signed(key).unwrap().pem();
    let (one, other) = (key(), key());
    let refused = |tls: Tls| {
        let shown = format!("{tls:?}");
        assert!(!shown.contains("PRIVATE KEY"), "{shown}");
        match Emulator::builder().tls(tls).start().unwrap_err() {
            StartError::Tls(error) => error,
            other => panic!("{other:?}"),
        }
    };
    let error = refused(Tls::from_pem("", one.serialize_pem()));
    assert!(matches!(error, TlsError::NoCertificate), "{error:?}");
    let broken = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
    let error = refused(Tls::from_pem(broken, one.serialize_pem()));
    assert!(matches!(error, TlsError::Certificate(_)), "{error:?}");
    let error = refused(Tls::from_pem(certificate(&one), "no key"));
    assert!(matches!(error, TlsError::Key(_)), "{error:?}");
    let error = refused(Tls::from_pem(certificate(&one), other.serialize_pem()));
    assert!(matches!(error, TlsError::Refused(_)), "{error:?}");
    assert!(error.source().is_some());
    for none in ["é", "", "not a host", "https://localhost", "localhost:443", "*", "a.*"] {
        let error = refused(Tls::SelfSignedFor(vec![none.to_owned()]));
        assert!(matches!(&error, TlsError::Host { host } if host == none), "{error:?}");
    }
}

#[test]
fn faults_strike_below_tls_too() {
    let backend = self_signed();
    backend.emulator.inject(Fault::reset().applied()).unwrap();
    let bytes = signed(&backend, add("alice"));
    let error = exchange(&backend, trusting(&backend), "127.0.0.1", &bytes).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    assert_eq!(backend.users(), ["alice"]);

    backend.emulator.inject(Fault::cut_body()).unwrap();
    let got = send(&backend, add("bob"));
    assert!(got.body.len() < got.header("content-length").unwrap().parse().unwrap(), "{got:?}");
    assert_eq!(send(&backend, add("bob")).status, 201);
}

#[test]
fn who_speaks_no_tls_is_told_so_and_stops_nobody() {
    let backend = self_signed();
    // This one says nothing at all.
    let silent = TcpStream::connect(backend.address()).unwrap();
    let plain = b"GET /docs HTTP/1.1\r\nHost: x\r\n\r\n";
    let told = crate::support::exchange(backend.address(), plain);
    told.is_text(400, "This port speaks https: the URL must begin with https://.");
    assert_eq!(backend.last_refusal(), Some("plain_http"));
    let mut rubbish = TcpStream::connect(backend.address()).unwrap();
    rubbish.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    rubbish.write_all(b"\x01\x02\x03\x04\x05\x06").unwrap();
    let mut answer = Vec::new();
    let _alert_or_reset = rubbish.read_to_end(&mut answer).is_ok();
    assert!(!answer.starts_with(b"HTTP"));
    assert_eq!(send(&backend, Sent::new("GET", "/nothing")).status, 404);
    drop(silent);
}

#[test]
fn pages_of_the_https_origin_alone_may_use_the_admin_api() {
    let backend = self_signed();
    let clock = |scheme: &str| {
        let origin = format!("{scheme}://{}", backend.address());
        send(&backend, Sent::new("GET", "/_emulator/v1/clock").header("Origin", &origin)).status
    };
    assert_eq!((clock("https"), clock("http")), (200, 403));
}

#[test]
fn no_provider_is_installed_for_the_process() {
    let backend = self_signed();
    assert_eq!(send(&backend, Sent::new("GET", "/nothing")).status, 404);
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}
