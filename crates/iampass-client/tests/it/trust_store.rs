//! A machine without CA certificates.

use std::process::Command;

use iampass_client::{ApplicationId, ApplicationSecret, Connection, Credentials, ErrorKind, Settings};

/// In a child process, where no CA certificate can be found.
const CHILD: &str = "IAMPASS_TEST_WITHOUT_TRUST_STORE";

/// Plain http to this machine checks no certificate, so it needs none.
#[test]
fn a_local_emulator_can_be_called_without_a_trust_store() {
    let connect = |url: &str| {
        let id = ApplicationId::new("app").unwrap();
        let credentials = Credentials::new(id, ApplicationSecret::new("not-a-real-secret").unwrap());
        Connection::new(Settings::new(url.parse().unwrap(), credentials))
    };
    if std::env::var_os(CHILD).is_some() {
        connect("http://127.0.0.1:8080").unwrap();
        let error = connect("https://main.iam-api.com").unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Tls(_)), "{error:?}");
        return;
    }
    let name = "trust_store::a_local_emulator_can_be_called_without_a_trust_store";
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name])
        .env(CHILD, "1")
        .env("SSL_CERT_FILE", "/nonexistent")
        .env("SSL_CERT_DIR", "/nonexistent")
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
}
