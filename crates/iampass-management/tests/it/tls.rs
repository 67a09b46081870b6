//! TLS: who is trusted, what is sent to those who are not, and the proxy on the way.

mod authority;
mod proxied;
mod proxy;
mod server;

use std::error::Error as _;

use iampass_management::generated::OPERATIONS;
use iampass_management::{
    CallPolicy, Connection, ConnectionBuilder, Error, ErrorKind, ManagementClient, RegistrationLink, Settings,
};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use authority::{Authority, Flaw};
use server::TlsServer;

use crate::support::{credentials, user};

/// A TLS library, and how it is chosen.
type Library = (&'static str, fn(ConnectionBuilder) -> ConnectionBuilder);

/// Those that this program was built with.
fn libraries() -> &'static [Library] {
    &[
        ("the default", |builder| builder),
        #[cfg(feature = "native-tls")]
        ("the operating system's", ConnectionBuilder::use_native_tls),
    ]
}

/// rustls alone tells that it was the certificate.
fn tells_untrusted(case: &str) -> bool {
    cfg!(feature = "rustls") && case.starts_with("the default")
}

fn builder(server: &TlsServer) -> ConnectionBuilder {
    let settings = Settings::new(server.base_url().parse().unwrap(), credentials());
    Connection::builder(settings).policy(CallPolicy::one_attempt())
}

/// The call that does most harm when it goes astray.
async fn call(builder: ConnectionBuilder) -> Result<RegistrationLink, Error> {
    ManagementClient::from(builder.build().unwrap()).lost_user_mobile_device(&user("marker-user")).await
}

/// An error's whole text, its causes included.
fn causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// The connection did not come about for want of a good certificate, and nothing was sent on it.
fn assert_not_trusted(outcome: Result<RegistrationLink, Error>, server: &TlsServer, case: &str) {
    let error = outcome.expect_err(case);
    let told = tells_untrusted(case);
    assert!(error.is_connect() && error.is_untrusted_certificate() == told, "{case}: {error:?}");
    assert_eq!(error.is_retryable(), !told, "{case}: {error:?}");
    let text = causes(&error);
    assert!(text.to_lowercase().contains("certificate"), "{case}: {text}");
    for marker in ["marker-user", "/management/"] {
        assert!(!text.contains(marker), "{case}: {text}");
    }
    assert_eq!(server.received(), [""; 0], "{case}");
}

#[tokio::test]
async fn a_server_of_an_unknown_authority_is_refused_and_sent_nothing() {
    let authority = Authority::new();
    let server = TlsServer::start(authority.certificate(Flaw::None)).await;
    for (library, choose) in libraries() {
        assert_not_trusted(call(choose(builder(&server))).await, &server, library);
        let another = choose(builder(&server)).add_root_certificates_pem(Authority::new().pem());
        assert_not_trusted(call(another).await, &server, library);
    }
}

#[tokio::test]
async fn the_same_server_serves_whoever_trusts_its_authority() {
    let authority = Authority::new();
    let server = TlsServer::start(authority.certificate(Flaw::None)).await;
    for (library, choose) in libraries() {
        // Several texts, and several certificates in a text, with words around them as in many files.
        let both = format!("# ours\n{}\n# the other\n{}", authority.pem(), Authority::new().pem());
        let with_byte_order_mark = format!("\u{feff}{}", authority.pem());
        for pem in [authority.pem(), both, with_byte_order_mark] {
            let trusting = choose(builder(&server))
                .add_root_certificates_pem(Authority::new().pem())
                .add_root_certificates_pem(pem);
            call(trusting).await.unwrap_or_else(|error| panic!("{library}: {}", causes(&error)));
            let received = server.received();
            assert_eq!(received.len(), 1, "{library}");
            assert!(received[0].starts_with("GET /management/lost_user_mobile_device/"), "{library}");
        }
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_good_is_refused_though_its_authority_is_trusted() {
    let authority = Authority::new();
    for flaw in [Flaw::AnotherHost, Flaw::Expired, Flaw::NotYetValid, Flaw::SelfSigned] {
        let server = TlsServer::start(authority.certificate(flaw)).await;
        for (library, choose) in libraries() {
            let trusting = choose(builder(&server)).add_root_certificates_pem(authority.pem());
            assert_not_trusted(call(trusting).await, &server, &format!("{library}, {flaw:?}"));
        }
    }
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn who_is_not_trusted_is_not_asked_again() {
    let server = TlsServer::start(Authority::new().certificate(Flaw::None)).await;
    let error = call(builder(&server).policy(CallPolicy::default())).await.unwrap_err();
    assert_eq!(error.attempts(), 1, "{error:?}");
}

#[tokio::test]
async fn plain_http_on_the_port_is_not_talked_to() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let settings = Settings::new(url.parse().unwrap(), credentials());
    for (library, choose) in libraries() {
        let responding = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = vec![0; 64 * 1024];
            let count = stream.read(&mut bytes).await.unwrap();
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n").await.unwrap();
            bytes.truncate(count);
            bytes
        };
        let builder = choose(Connection::builder(settings.clone()).policy(CallPolicy::one_attempt()));
        let (outcome, bytes) = tokio::join!(call(builder), responding);
        let error = outcome.expect_err(library);
        assert!(error.is_connect() && error.is_retryable(), "{library}: {error:?}");
        assert!(!error.is_untrusted_certificate(), "{library}: {error:?}");
        assert!(!bytes.windows(11).any(|window| window == b"marker-user"), "{library}");
    }
}

#[test]
fn what_is_no_certificate_is_not_taken_for_one() {
    let pem = Authority::new().pem();
    let lines: Vec<_> = pem.lines().collect();
    let cut = format!("{}\nAAAA\n-----END CERTIFICATE-----\n", lines[..3].join("\n"));
    for (case, text) in [
        ("nothing", String::new()),
        ("words", "these are not the certificates".to_owned()),
        ("no end", lines[..lines.len() - 1].join("\n")),
        ("no base64", "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n".to_owned()),
        (
            "no certificate inside",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_owned(),
        ),
        ("half a certificate inside", cut),
        ("a private key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".to_owned()),
        (
            "a good one and a bad one",
            format!("{pem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        ),
    ] {
        for url in ["https://localhost", "http://localhost"] {
            let settings = Settings::new(url.parse().unwrap(), credentials());
            for (library, choose) in libraries() {
                let builder = choose(Connection::builder(settings.clone()));
                let outcome = builder.add_root_certificates_pem(text.clone()).build();
                let kind = outcome.as_ref().map_err(Error::kind);
                assert!(
                    matches!(kind, Err(ErrorKind::Certificate(_))),
                    "{case}, {library}, {url}: {outcome:?}"
                );
            }
        }
    }
}

/// A library must not choose the program's TLS provider.
#[cfg(feature = "rustls")]
#[tokio::test]
async fn no_provider_is_installed_for_the_process() {
    let authority = Authority::new();
    let server = TlsServer::start(authority.certificate(Flaw::None)).await;
    for (_, choose) in libraries() {
        call(choose(builder(&server)).add_root_certificates_pem(authority.pem())).await.unwrap();
    }
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}

/// Every operation is sent to a server that may not redirect it: neither to another host nor to plain
/// http.
#[tokio::test]
async fn a_redirect_is_not_followed() {
    let authority = Authority::new();
    let elsewhere = TlsServer::start(authority.certificate(Flaw::None)).await;
    let plain = crate::support::RawServer::json("200 OK", "{}");
    for target in [elsewhere.base_url(), plain.base_url()] {
        for status in [301, 302, 303, 307, 308] {
            let response = format!("HTTP/1.1 {status} x\r\nlocation: {target}/\r\ncontent-length: 0\r\n\r\n");
            let server = TlsServer::responding(authority.certificate(Flaw::None), response).await;
            for (library, choose) in libraries() {
                let trusting = choose(builder(&server)).add_root_certificates_pem(authority.pem());
                let client = trusting.build().unwrap().into();
                for operation in &OPERATIONS {
                    let error = crate::support::call(&client, operation.id).await.expect_err(library);
                    assert_eq!(error.status().map(|status| status.as_u16()), Some(status), "{error:?}");
                }
                assert_eq!(server.received().len(), OPERATIONS.len());
            }
        }
    }
    assert_eq!((elsewhere.connections(), plain.requests().len()), (0, 0));
}
