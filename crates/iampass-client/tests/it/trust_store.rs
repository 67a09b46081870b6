//! A machine without CA certificates.

use std::error::Error as _;
use std::iter::successors;
use std::process::Command;

use iampass_client::{ApplicationId, ApplicationSecret, Connection, Credentials, ErrorKind, Settings};

/// In a child process, where no CA certificate can be found: the variables that must be named.
const CHILD: &str = "IAMPASS_TEST_WITHOUT_TRUST_STORE";
const VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Plain http to this machine checks no certificate, so it needs none. https does; the error names the variables that
/// are set.
#[test]
fn a_local_emulator_can_be_called_without_a_trust_store() {
    let connect = |url: &str| {
        let id = ApplicationId::new("app").unwrap();
        let credentials = Credentials::new(id, ApplicationSecret::new("not-a-real-secret").unwrap());
        Connection::new(Settings::new(url.parse().unwrap(), credentials))
    };
    if let Some(named) = std::env::var_os(CHILD) {
        connect("http://127.0.0.1:8080").unwrap();
        let error = connect("https://main.iam-api.com").unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Tls(_)), "{error:?}");
        let text = error.to_string();
        for variable in VARIABLES {
            assert_eq!(text.contains(variable), named.to_str().unwrap().contains(variable), "{text}");
        }
        // The reason is kept.
        let mut causes = successors(error.source(), |cause| (*cause).source());
        assert!(causes.any(|cause| cause.to_string().contains("No CA certificates")), "{error:?}");
        return;
    }
    let name = "trust_store::a_local_emulator_can_be_called_without_a_trust_store";
    for set in [&VARIABLES[..], &VARIABLES[..1], &VARIABLES[1..]] {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", name]).env(CHILD, set.join(" "));
        VARIABLES.iter().fold(&mut child, |child, variable| child.env_remove(variable));
        let output = child.envs(set.iter().map(|variable| (variable, "/nonexistent"))).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}
