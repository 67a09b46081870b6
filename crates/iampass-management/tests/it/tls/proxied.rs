//! Calls that go through a proxy: the one that was set, or the one that the environment names.

use std::process::Command;

use iampass_management::{CallPolicy, Connection, ConnectionBuilder, ManagementClient, Settings};

use super::authority::{Authority, Flaw, PROXIED_HOST};
use super::proxy::Proxy;
use super::server::TlsServer;
use super::{causes, libraries};
use crate::markers::capture::Capture;
use crate::support::{ClosedPort, credentials, user};

const PASSWORD: &str = "marker-password";
/// `name:marker-password`.
const BASIC: &str = "bmFtZTptYXJrZXItcGFzc3dvcmQ=";
/// In a child process: the base URL to call, and the file with the authority to trust.
const CHILD_URL: &str = "IAMPASS_TEST_PROXIED_URL";
const CHILD_AUTHORITY: &str = "IAMPASS_TEST_PROXIED_AUTHORITY";

fn builder(url: &str) -> ConnectionBuilder {
    let settings = Settings::new(url.parse().unwrap(), credentials());
    Connection::builder(settings).policy(CallPolicy::one_attempt())
}

fn proxied_url(server: &TlsServer) -> String {
    format!("https://{PROXIED_HOST}:{}", server.address.port())
}

/// The proxy was asked for a tunnel to the service and for nothing else, with this right to it.
fn assert_tunnel(asked_for: &[String], server: &TlsServer, authorization: Option<&str>) {
    let [head] = asked_for else { panic!("{asked_for:?}") };
    let host = format!("{PROXIED_HOST}:{}", server.address.port());
    assert!(head.starts_with(&format!("CONNECT {host} HTTP/1.1\r\n")), "{head}");
    let mut lines = head.lines();
    let given = lines.find(|line| line.to_lowercase().starts_with("proxy-authorization:"));
    let right = match (given, authorization) {
        (Some(line), Some(value)) => line.ends_with(&format!(" Basic {value}")),
        (given, value) => given.is_none() && value.is_none(),
    };
    assert!(right, "{head}");
    for secret in ["marker-user", "hmac", "/management/"] {
        assert!(!head.contains(secret), "{head}");
    }
}

#[tokio::test]
async fn https_goes_through_a_tunnel() {
    let authority = Authority::new();
    let server = TlsServer::start(authority.certificate(Flaw::None)).await;
    let proxy = Proxy::to(Some(server.address)).await;
    for (library, choose) in libraries() {
        for (user_info, authorization) in [("", None), ("name:marker-password@", Some(BASIC))] {
            let client = choose(builder(&proxied_url(&server)))
                .proxy(format!("http://{user_info}{}", proxy.address))
                .add_root_certificates_pem(authority.pem())
                .build()
                .unwrap();
            let outcome = ManagementClient::from(client).lost_user_mobile_device(&user("marker-user")).await;
            outcome.unwrap_or_else(|error| panic!("{library}: {}", causes(&error)));
            assert_tunnel(&proxy.asked_for(), &server, authorization);
            let received = server.received();
            assert_eq!(received.len(), 1, "{library}");
            assert!(!received[0].to_lowercase().contains("proxy-"), "{}", received[0]);
        }
    }
}

#[tokio::test]
async fn its_password_is_shown_nowhere() {
    let authority = Authority::new();
    let server = TlsServer::start(authority.certificate(Flaw::None)).await;
    // One refuses, one is not there, one is no proxy, one is no URL.
    let refusing = Proxy::to(None).await;
    let nobody = ClosedPort::take();
    let no_proxy = crate::support::RawServer::responding("SSH-2.0-OpenSSH\r\n");
    let capture = Capture::begin();
    for (_, choose) in libraries() {
        for address in [refusing.address, nobody.address, no_proxy.address] {
            let builder =
                choose(builder(&proxied_url(&server))).proxy(format!("http://name:{PASSWORD}@{address}"));
            let before = format!("{builder:?}");
            let client = ManagementClient::from(builder.build().unwrap());
            let error = client.lost_user_mobile_device(&user("marker-user")).await.unwrap_err();
            assert!(error.is_connect() && error.is_retryable(), "{error:?}");
            let logged = capture.take();
            assert!(logged.contains("intercepts"), "{logged}");
            let shown = format!("{before} {client:?} {error:?} {} {logged}", causes(&error));
            for secret in [PASSWORD, BASIC, "marker-user"] {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
        let error = choose(builder("https://localhost"))
            .proxy(format!("http://name:{PASSWORD}@[no host"))
            .build()
            .unwrap_err();
        let shown = format!("{error:?} {}", causes(&error));
        assert!(!shown.contains(PASSWORD), "{shown}");
    }
    assert_eq!((server.connections(), server.received().len()), (0, 0));
}

#[tokio::test]
async fn the_environment_s_proxy_is_used_unless_the_service_is_on_this_machine() {
    let authority = Authority::new();
    let server = TlsServer::start(authority.certificate(Flaw::None)).await;
    let proxy = Proxy::to(Some(server.address)).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    std::fs::write(&file, authority.pem()).unwrap();
    let proxy_url = format!("http://{}", proxy.address);
    for (url, name, no_proxy, proxied) in [
        (proxied_url(&server), "HTTPS_PROXY", "", true),
        (proxied_url(&server), "ALL_PROXY", "", true),
        (server.base_url(), "HTTPS_PROXY", "", false),
        (server.base_url(), "ALL_PROXY", "localhost", false),
    ] {
        let mut child = Command::new(std::env::current_exe().unwrap());
        for variable in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
            child.env_remove(variable).env_remove(variable.to_lowercase());
        }
        child
            .args(["--exact", "tls::proxied::a_call_as_the_environment_says", "--nocapture"])
            .env(CHILD_URL, url)
            .env(CHILD_AUTHORITY, &file)
            .env(name, &proxy_url)
            .env("NO_PROXY", no_proxy);
        let output = tokio::task::spawn_blocking(move || child.output().unwrap()).await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        assert_eq!(server.received().len(), 1);
        let asked_for = proxy.asked_for();
        if proxied {
            assert_tunnel(&asked_for, &server, None);
        } else {
            assert_eq!(asked_for, [""; 0]);
        }
    }
}

/// Does nothing but in the child process of the test above.
#[tokio::test]
async fn a_call_as_the_environment_says() {
    let Ok(url) = std::env::var(CHILD_URL) else { return };
    let pem = std::fs::read(std::env::var(CHILD_AUTHORITY).unwrap()).unwrap();
    let client = builder(&url).add_root_certificates_pem(pem).build().unwrap();
    ManagementClient::from(client).lost_user_mobile_device(&user("marker-user")).await.unwrap();
}
