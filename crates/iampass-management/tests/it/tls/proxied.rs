//! Calls that go through a proxy: the one that was set, or the one that the environment names.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use futures_util::StreamExt as _;
use iampass_management::{
    CallPolicy, ChunkReport, ChunkResult, Connection, ConnectionBuilder, Error, ErrorKind, ManagementClient,
    Settings,
};

use super::authority::{Authority, Flaw, PROXIED_HOST};
use super::proxy::Proxy;
use super::server::TlsServer;
use super::{causes, libraries, tells_untrusted};
use crate::support::{ClosedPort, credentials, user};
use iampass_fixture_service::Capture;

const PASSWORD: &str = "marker-password";
/// `name:marker-password`.
const BASIC: &str = "bmFtZTptYXJrZXItcGFzc3dvcmQ=";
/// In a child process: the base URL to call, and the file with the authority to trust.
const CHILD_URL: &str = "IAMPASS_TEST_PROXIED_URL";
const CHILD_AUTHORITY: &str = "IAMPASS_TEST_PROXIED_AUTHORITY";
/// In a child process: the variable that must be named because it cannot be used.
const CHILD_UNUSABLE: &str = "IAMPASS_TEST_PROXIED_UNUSABLE";

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
            // A retry does not help where the proxy wants another password.
            let is_retryable = address != refusing.address;
            assert!(error.is_connect() && error.is_retryable() == is_retryable, "{error:?}");
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
        run_child(&url, &file, &[(name, &proxy_url), ("NO_PROXY", no_proxy)]).await;
        assert_eq!(server.received().len(), 1);
        let asked_for = proxy.asked_for();
        if proxied {
            assert_tunnel(&asked_for, &server, None);
        } else {
            assert_eq!(asked_for, [""; 0]);
        }
    }
}

#[tokio::test]
async fn what_cannot_be_used_is_no_reason_to_go_direct() {
    let authority = Authority::new();
    let server = TlsServer::start(authority.certificate(Flaw::None)).await;
    let proxy = Proxy::to(Some(server.address)).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    std::fs::write(&file, authority.pem()).unwrap();
    let (url, proxy_url) = (proxied_url(&server), format!("http://{}", proxy.address));
    for (name, value) in [
        ("HTTPS_PROXY", format!("{proxy_url}\n")),
        ("https_proxy", format!("ftp://name:{PASSWORD}@{}", proxy.address)),
        ("ALL_PROXY", format!("htpp://name:{PASSWORD}@{}", proxy.address)),
        ("all_proxy", format!("http://name:{PASSWORD}@[no host")),
    ] {
        run_child(&url, &file, &[(name, &value), (CHILD_UNUSABLE, name)]).await;
    }
    // reqwest alone would take the empty spelling, and in a CGI program no variable of these at all.
    for variables in [
        [("HTTPS_PROXY", ""), ("https_proxy", &proxy_url)],
        [("REQUEST_METHOD", "GET"), ("ALL_PROXY", &proxy_url)],
    ] {
        run_child(&url, &file, &variables).await;
        assert_tunnel(&proxy.asked_for(), &server, None);
        assert_eq!(server.received().len(), 1);
    }
    assert_eq!((proxy.asked_for().len(), server.received().len()), (0, 0));
}

/// Makes a call in a process with these variables, and no others about proxies.
async fn run_child(url: &str, authority: &Path, variables: &[(&str, &str)]) {
    let mut child = Command::new(std::env::current_exe().unwrap());
    for variable in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        child.env_remove(variable).env_remove(variable.to_lowercase());
    }
    child
        .args(["--exact", "tls::proxied::a_call_as_the_environment_says", "--nocapture"])
        .env(CHILD_URL, url)
        .env(CHILD_AUTHORITY, authority)
        .envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || child.output().unwrap()).await.unwrap();
    assert!(output.status.success(), "{variables:?}: {}", String::from_utf8_lossy(&output.stdout));
}

/// Does nothing but in the child process of the tests above.
#[tokio::test]
async fn a_call_as_the_environment_says() {
    let Ok(url) = std::env::var(CHILD_URL) else { return };
    let pem = std::fs::read(std::env::var(CHILD_AUTHORITY).unwrap()).unwrap();
    let connection = builder(&url).add_root_certificates_pem(pem).build();
    if let Ok(name) = std::env::var(CHILD_UNUSABLE) {
        let error = connection.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::ProxySetting(invalid) if invalid.setting == name),
            "{error:?}"
        );
        let shown = format!("{error:?} {}", causes(&error));
        assert!(shown.contains(&name) && !shown.contains(PASSWORD), "{shown}");
        return;
    }
    ManagementClient::from(connection.unwrap()).lost_user_mobile_device(&user("marker-user")).await.unwrap();
}

/// The outcome of a call through a proxy, with the default number of attempts.
async fn call_through(builder: ConnectionBuilder, proxy: &str) -> Error {
    let policy = CallPolicy::default().with_backoff(Duration::ZERO, Duration::ZERO);
    let client = ManagementClient::from(builder.policy(policy).proxy(proxy).build().unwrap());
    client.lost_user_mobile_device(&user("marker-user")).await.unwrap_err()
}

/// The error names the proxy, and neither the password for it nor the user that the call is about.
fn assert_names(error: &Error, proxy: &str, case: &str) {
    let shown = format!("{error:?} {}", causes(error));
    assert!(error.is_connect() && error.to_string().contains(proxy), "{case}: {shown}");
    for secret in [PASSWORD, BASIC, "marker-user", "/management/"] {
        assert!(!shown.contains(secret), "{case}: {shown}");
    }
}

#[tokio::test]
async fn a_407_is_the_proxy_s_and_final() {
    let authority = Authority::new();
    let server = TlsServer::start(authority.certificate(Flaw::None)).await;
    let proxy = Proxy::to(None).await;
    let named = format!("http://{}", proxy.address);
    for (library, choose) in libraries() {
        // Plain http has no tunnel: the proxy is sent the request itself, and responds to it.
        for url in [proxied_url(&server), "http://localhost:1".to_owned()] {
            let given = format!("http://name:{PASSWORD}@{}", proxy.address);
            let error = call_through(choose(builder(&url)), &given).await;
            assert_names(&error, &named, library);
            assert!(matches!(error.kind(), ErrorKind::ProxyAuthentication { .. }), "{library}: {error:?}");
            assert!(!error.is_retryable() && error.attempts() == 1, "{library}: {error:?}");
            assert_eq!(proxy.asked_for().len(), 1, "{library}");
        }
    }
    assert_eq!(server.connections(), 0);
}

/// All other chunks would meet it too.
#[tokio::test]
async fn a_407_and_a_certificate_that_is_not_trusted_stop_a_bulk() {
    let server = TlsServer::start(Authority::new().certificate(Flaw::None)).await;
    let proxy = Proxy::to(None).await;
    let (to_proxy, to_server) = (format!("http://{}", proxy.address), proxied_url(&server));
    let through = Proxy::to(Some(server.address)).await;
    let through = format!("http://{}", through.address);
    for (library, choose) in libraries() {
        let not_trusted = tells_untrusted(library).then_some((to_server.as_str(), &through));
        for (url, proxy) in [("http://localhost:1", &to_proxy)].into_iter().chain(not_trusted) {
            let client = ManagementClient::from(choose(builder(url)).proxy(proxy).build().unwrap());
            let bulk = client.add_users_in_bulk((0..20).map(|number| number.to_string()));
            let reports: Vec<_> = bulk.chunk_size(1).concurrency(1).reports().collect().await;
            let is_sent = |report: &ChunkReport<_>| !matches!(report.result, ChunkResult::NotSent);
            let sent = reports.iter().filter(|report| is_sent(report)).count();
            assert_eq!(sent, 1, "{library}, {url}: {:?}", reports[0]);
        }
    }
}

#[tokio::test]
async fn another_refusal_of_a_tunnel_is_the_proxy_s_and_may_pass() {
    let authority = Authority::new();
    let server = TlsServer::start(authority.certificate(Flaw::None)).await;
    for response in [
        "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\n\r\n",
        "HTTP/1.1 302 Found\r\nlocation: http://login.example/\r\n\r\n",
        "SSH-2.0-OpenSSH\r\n\r\n",
    ] {
        let proxy = Proxy::refusing(response).await;
        let named = format!("http://{}", proxy.address);
        for (_, choose) in libraries() {
            let error = call_through(choose(builder(&proxied_url(&server))), &named).await;
            assert_names(&error, &named, response);
            assert!(matches!(error.kind(), ErrorKind::ProxyRefused { .. }), "{response}: {error:?}");
            assert!(error.is_retryable() && error.attempts() == 4, "{response}: {error:?}");
            assert_eq!(proxy.asked_for().len(), 4, "{response}");
        }
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_connection_that_fails_on_its_way_names_the_proxy() {
    let authority = Authority::new();
    let server = TlsServer::start(authority.certificate(Flaw::None)).await;
    let (nobody, through) = (ClosedPort::take(), Proxy::to(Some(server.address)).await);
    let hangs_up = Proxy::refusing("").await;
    for (case, address) in [
        ("nobody listens", nobody.address),
        ("the proxy hangs up", hangs_up.address),
        ("the service is not trusted", through.address),
    ] {
        let named = format!("http://{address}");
        for (library, choose) in libraries() {
            let given = format!("http://name:{PASSWORD}@{address}");
            let error = call_through(choose(builder(&proxied_url(&server))), &given).await;
            assert_names(&error, &named, case);
            let ErrorKind::Connect { proxy, .. } = error.kind() else { panic!("{case}: {error:?}") };
            assert_eq!(proxy.as_deref(), Some(named.as_str()), "{case}");
            let untrusted = case.ends_with("not trusted") && tells_untrusted(library);
            assert_eq!(
                (error.is_untrusted_certificate(), error.is_retryable()),
                (untrusted, !untrusted),
                "{case}"
            );
        }
    }
    assert_eq!(server.received(), [""; 0]);
}

#[tokio::test]
async fn a_proxy_of_https_must_be_trusted() {
    let authority = Authority::new();
    let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n".to_owned();
    let proxy = TlsServer::responding(authority.certificate(Flaw::None), refusal).await;
    let named = proxy.base_url();
    for url in ["https://iampass.test", "http://127.0.0.1:1"] {
        for (library, choose) in libraries() {
            let trusting = choose(builder(url)).add_root_certificates_pem(authority.pem());
            let error = call_through(trusting, &named).await;
            assert_names(&error, &named, library);
            assert!(
                matches!(error.kind(), ErrorKind::ProxyAuthentication { .. }),
                "{url}, {library}: {error:?}"
            );
            assert_eq!(proxy.received().len(), 1, "{url}, {library}");
            let error = call_through(choose(builder(url)), &named).await;
            assert_names(&error, &named, library);
            assert_eq!(
                error.is_untrusted_certificate(),
                tells_untrusted(library),
                "{url}, {library}: {error:?}"
            );
            assert_eq!(proxy.received(), [""; 0], "{url}, {library}");
        }
    }
}
