//! The options of `iampass emulator`, each by what it changes.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
#[cfg(unix)]
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

#[cfg(unix)]
use iampass_emulator::{Application, Emulator};
#[cfg(unix)]
use rcgen::{CertificateParams, KeyPair};

use super::Running;
use crate::support::{APPLICATION_ID, SECRET, call, iampass, iampass_at, run};

/// Sends a request, signed if `timestamp` is given, and gives the whole answer.
fn send(url: &str, line: &str, timestamp: Option<u64>, body: &str) -> String {
    let (method, path) = line.split_once(' ').unwrap();
    let host = url.strip_prefix("http://").unwrap();
    let mut headers = String::new();
    if let Some(timestamp) = timestamp {
        let signed = format!("{url}{path}");
        let arguments = ["sign", &signed, "--timestamp", &timestamp.to_string()];
        headers = run(iampass_at(url).args(arguments)).data().replace('\n', "\r\n");
    }
    let mut stream = TcpStream::connect(host).unwrap();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn application() -> String {
    format!("{APPLICATION_ID}:{SECRET}")
}

#[test]
fn data_keeps_users_and_the_application_that_was_made_up() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("emulator.db");
    let file = file.to_str().unwrap();
    let exec = |script: &str| {
        let mut command = iampass();
        command.env("IAMPASS", env!("CARGO_BIN_EXE_iampass"));
        run(command.args(["emulator", "exec", "--data", file, "--", "sh", "-c", script])).data()
    };
    let first = exec(r#""$IAMPASS" users add alice; echo "$IAMPASS_APPLICATION_ID""#);
    let second = exec(r#""$IAMPASS" users add alice; echo "$IAMPASS_APPLICATION_ID""#);
    assert_eq!(first.replace("created", "existing"), second);

    let running = Running::start(&["--data", file]);
    let said = run(iampass().args(["emulator", "--listen", "127.0.0.1:0", "--data", file])).error(1);
    assert!(said.contains("another emulator uses the file"), "{said}");
    drop(running);
    fs::write(file, "x".repeat(5000)).unwrap();
    let said = run(iampass().args(["emulator", "--listen", "127.0.0.1:0", "--data", file])).error(1);
    assert!(said.contains("the file is not a SQLite database"), "{said}");
}

/// An application of the file can have any id: the admin API takes them, and fixtures bring them.
#[cfg(unix)]
#[test]
fn the_settings_that_it_tells_can_be_pasted_whatever_is_in_them() {
    let folder = tempfile::tempdir().unwrap();
    let (id, secret) = ("$(touch${IFS}pasted)'`touch${IFS}pasted`", "it's `touch pasted` $(touch pasted)");
    let file = folder.path().join("emulator.db");
    let application = Application::new(id, secret).unwrap();
    drop(Emulator::builder().data(&file).application(application).start().unwrap());

    let told = Running::start(&["--data", file.to_str().unwrap()]).signalled("TERM").stderr;
    let script = format!("{told}printf '%s\\n' \"$IAMPASS_APPLICATION_ID\" \"$IAMPASS_APPLICATION_SECRET\"");
    let before = fs::read_dir(&folder).unwrap().count();
    let pasted = run(Command::new("sh").args(["-c", &script]).current_dir(&folder)).data();
    assert_eq!(pasted, format!("{id}\n{secret}\n"));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), before, "{told}");
}

#[test]
fn explain_tells_the_client() {
    let plain = Running::start(&["--application", &application()]);
    let explaining = Running::start(&["--application", &application(), "--explain"]);
    let of = |url: &str| {
        send(url, &format!("GET /management/has_registered_mobile_device/{APPLICATION_ID}/a"), None, "")
    };
    assert!(of(&plain.url).ends_with("\r\n\r\nThe request could not be authenticated."));
    assert!(of(&explaining.url).contains("missing_header"), "{}", of(&explaining.url));
}

#[test]
fn the_clock_window_is_as_wide_as_asked_for() {
    let line = format!("POST /management/add_users/{APPLICATION_ID}");
    let status = |options: &[&str], seconds_ago: u64| {
        let running = Running::start(&[&["--application", &application()], options].concat());
        send(&running.url, &line, Some(now() - seconds_ago), r#"{"users": ["a"]}"#)[..12].to_owned()
    };
    assert_eq!(status(&[], 200), "HTTP/1.1 201");
    assert_eq!(status(&["--clock-window", "100"], 200), "HTTP/1.1 401");
    assert_eq!(status(&["--clock-window", "10000"], 5000), "HTTP/1.1 201");
}

#[test]
fn larger_bodies_than_asked_for_are_refused() {
    let running = Running::start(&["--application", &application(), "--body-limit", "20"]);
    let line = format!("POST /management/add_users/{APPLICATION_ID}");
    let status = |body| send(&running.url, &line, Some(now()), body)[..12].to_owned();
    assert_eq!(status(r#"{"users": ["abcde"]}"#), "HTTP/1.1 201");
    assert_eq!(status(r#"{"users": ["abcdef"]}"#), "HTTP/1.1 413");
}

#[cfg(unix)]
#[test]
fn beyond_loopback_the_admin_api_is_there_if_asked_for_and_both_are_warned_of() {
    let started = |options: &[&str]| {
        let running = Running::listening(
            &[&["--listen", "0.0.0.0:0", "--log", "none", "--application", &application()], options].concat(),
        );
        let answer = send(&running.url, "GET /_emulator/v1/applications", None, "");
        (answer[..12].to_owned(), running.signalled("TERM").stderr)
    };
    let plain = "warning: other machines can reach it, and it speaks plain http";
    assert_eq!(started(&[]), ("HTTP/1.1 404".to_owned(), format!("{plain}\n")));
    let warning = format!("{plain}; whoever does can read the secrets and change everything\n");
    assert_eq!(started(&["--admin"]), ("HTTP/1.1 200".to_owned(), warning));
}

/// Where the platform's store can be told by a variable.
#[cfg(target_os = "linux")]
#[test]
fn it_speaks_tls_with_a_certificate_of_either_kind() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (ca, certificate, key) = (file("ca.pem"), file("certificate.pem"), file("key.pem"));
    let added = |url: &str, trusted: &str| {
        run(iampass_at(url).env("SSL_CERT_FILE", trusted).args(["users", "add", "alice"])).data()
    };
    let base = ["--listen", "127.0.0.1:0", "--application", &application()];

    let options = ["--tls", "--tls-ca", &ca, "--tls-host", "main.iam-api.com"];
    let running = Running::listening(&[&base, &options[..]].concat());
    assert!(running.url.starts_with("https://127.0.0.1:"), "{}", running.url);
    assert_eq!(added(&running.url, &ca), "created alice\n");

    let own_key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().self_signed(&own_key).unwrap();
    fs::write(&certificate, own.pem()).unwrap();
    fs::write(&key, own_key.serialize_pem()).unwrap();
    let options = ["--tls-certificate", &certificate, "--tls-key", &key];
    let running = Running::listening(&[&base, &options[..]].concat());
    assert_eq!(added(&running.url, &certificate), "created alice\n");

    let printed = Running::listening(&[&base, &["--tls"][..]].concat()).signalled("TERM").stderr;
    assert!(printed.starts_with("-----BEGIN CERTIFICATE-----\n"), "{printed}");
}

#[test]
fn files_of_tls_that_cannot_be_used_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path().join("rubbish");
    fs::write(&there, SECRET).unwrap();
    let there = there.to_str().unwrap();
    let start = |options: &[&str]| {
        run(iampass().args(["emulator", "--listen", "127.0.0.1:0", "--application", "a:b"]).args(options))
    };
    let said = start(&["--tls-certificate", "no/such.pem", "--tls-key", there]).error(1);
    assert!(
        said.starts_with("error: the file of `--tls-certificate` cannot be read: no/such.pem\n"),
        "{said}"
    );
    let said = start(&["--tls-certificate", there, "--tls-key", there]).error(1);
    assert!(
        said.contains("cannot speak TLS: there is no certificate in PEM") && !said.contains(SECRET),
        "{said}"
    );
    let said = start(&["--tls", "--tls-ca", "no/such/folder/ca.pem"]).error(1);
    assert!(said.starts_with("error: the file of `--tls-ca` cannot be written: no/such/folder/"), "{said}");
    start(&["--tls-certificate", there]).error(2);
    start(&["--tls-ca", there]).error(2);
    start(&["--tls", "--tls-host", "not a host"]).error(1);
}

#[test]
fn options_before_exec_are_refused_rather_than_passed_over() {
    let run = call("", &["emulator", "--explain", "exec", "--", "true"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("cannot be used with '--explain'"), "{run:?}");
}

#[test]
fn a_sign_in_times_out_and_a_client_that_waits_for_it_is_one_line() {
    let fixture = tempfile::NamedTempFile::new().unwrap();
    let users = r#"[{"id": "alice", "has_device": true}]"#;
    let state = format!(
        r#"{{"applications": [{{"id": "{APPLICATION_ID}", "secret": "{SECRET}", "users": {users}}}]}}"#
    );
    fs::write(fixture.path(), state).unwrap();
    let import = ["--import", fixture.path().to_str().unwrap()];
    // It takes more than one question until the time is over.
    let running = Running::start(&[&import[..], &["--sign-in-timeout", "4s"]].concat());
    let told = call(&running.url, &["sign-in", "alice"]);
    assert_eq!((told.code, told.stdout.as_str()), (Some(3), "not signed in: timeout\n"));
    let said = running.signalled("TERM").stderr;
    let lines: Vec<_> = said.lines().filter(|line| line.contains("/session_status/")).collect();
    // One for each status that was told.
    assert_eq!(lines.len(), 2, "{said}");
}
