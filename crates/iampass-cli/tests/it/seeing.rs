//! `--verbose` and `--curl`: what is sent, without what must not be seen.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use httpmock::MockServer;
use iampass_emulator::Emulator;

use crate::support::{
    CALLS, SECRET, answers_with, call, closed_port, emulator, emulator_with_alice, iampass_at, run, stable,
};

/// Sends what curl would, and gives the status line.
fn as_curl(emulator: &Emulator, line: &str) -> String {
    let words = shlex::split(line).unwrap();
    assert_eq!(&words[..3], ["curl", "--globoff", "--request"]);
    let url = words.last().unwrap().strip_prefix(emulator.base_url()).unwrap();
    let host = emulator.base_url().strip_prefix("http://").unwrap();
    let mut request = format!("{} {url} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n", words[3]);
    let mut body = "";
    for option in words[4..words.len() - 1].chunks(2) {
        match &*option[0] {
            "--header" => request.extend([&option[1], "\r\n"]),
            "--data-raw" => body = &option[1],
            other => panic!("{other}"),
        }
    }
    request.extend(["content-length: ", &body.len().to_string(), "\r\n\r\n", body]);
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap().to_owned()
}

#[test]
fn curl_prints_what_would_be_sent_and_sends_nothing() {
    let emulator = emulator_with_alice();
    let before = emulator.requests().len();
    let mut lines = Vec::new();
    let named = ["device", "link", "alice", "--display-name", "It's 100% Zoë"];
    for arguments in CALLS.into_iter().chain([&named[..], &["users", "add", "it's", "a\nb", "é"]]) {
        let text = call(emulator.base_url(), &[arguments, &["--curl"]].concat()).data();
        let (mark, line) = text.trim_end().split_once('\n').unwrap();
        assert_eq!(mark, "# single use: the signature is good for one request, within some minutes");
        assert!(!line.contains('\n') && !text.contains(SECRET), "{text}");
        let json = call(emulator.base_url(), &[arguments, &["--curl", "--output", "json"]].concat()).data();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["single_use"], true);
        lines.push((arguments, line.to_owned()));
    }
    let wait = call(emulator.base_url(), &["device", "wait", "alice", "--curl"]).data();
    assert!(wait.contains("/has_registered_mobile_device/"), "{wait}");
    assert_eq!(emulator.requests().len(), before, "nothing is sent");
    stable(|| insta::assert_snapshot!("curl", lines[5].1));

    // Users come before their devices, and go last.
    for index in [6, 0, 2, 5, 3, 4, 1] {
        let (arguments, line) = &lines[index];
        let created = if arguments[1] == "add" { "201 Created" } else { "200 OK" };
        assert_eq!(as_curl(&emulator, line), format!("HTTP/1.1 {created}"), "{line}");
        assert_eq!(as_curl(&emulator, line), "HTTP/1.1 401 Unauthorized", "a second time: {line}");
    }
}

#[test]
fn curl_prints_each_request_of_an_import_and_of_a_removal() {
    let emulator = emulator_with_alice();
    let before = emulator.requests().len();
    let folder = tempfile::tempdir().unwrap();
    let ids = folder.path().join("ids");
    std::fs::write(&ids, "alice\nbob\nalice\ncarol\n").unwrap();
    let ids = ids.to_str().unwrap();
    let commands = |verb: &str| {
        let text = call(emulator.base_url(), &["users", verb, ids, "--chunk", "2", "--curl"]).data();
        let lines: Vec<_> = text.lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), 4, "a mark and a command for each chunk: {text}");
        [lines[1].clone(), lines[3].clone()]
    };
    let (import, remove) = (commands("import"), commands("remove"));
    assert_eq!(emulator.requests().len(), before, "nothing is sent");
    assert!(import[0].contains(r#"{"users":["alice","bob"]}"#) && import[1].contains(r#"["carol"]"#));
    for (commands, status) in [(import, "201 Created"), (remove, "200 OK")] {
        for command in commands {
            assert_eq!(as_curl(&emulator, &command), format!("HTTP/1.1 {status}"), "{command}");
        }
    }
    std::fs::write(ids, "alice\n..\n").unwrap();
    let run = call(emulator.base_url(), &["users", "import", ids, "--curl"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("line 2: ") && run.stdout.contains("alice"), "{run:?}");
}

#[test]
fn curl_needs_no_yes() {
    let emulator = emulator_with_alice();
    let text = call(emulator.base_url(), &["device", "lost", "alice", "--curl"]).data();
    assert!(text.contains("/lost_user_mobile_device/"), "{text}");
}

/// Times and waits differ from run to run.
fn told(stderr: &str) -> String {
    let numbers = regex::Regex::new(r"\d+ ms").unwrap();
    numbers.replace_all(stderr, "[n] ms").into_owned()
}

#[test]
fn verbose_shows_attempts_and_waits() {
    let emulator = emulator();
    let quiet = call(emulator.base_url(), &["users", "add", "alice"]);
    assert_eq!(quiet.stderr, "");
    let shown = call(emulator.base_url(), &["users", "add", "alice", "--verbose"]);
    assert_eq!(shown.stdout, "existing alice\n");
    stable(|| insta::assert_snapshot!("verbose_success", told(&shown.stderr)));

    let server = MockServer::start();
    server.mock(|_when, then| {
        then.status(503).body("busy");
    });
    let busy = run(iampass_at(&server.base_url()).args(["-v", "device", "lost", "--yes", "alice"]));
    assert_eq!(busy.code, Some(2), "the flag belongs to the command: {busy:?}");
    let busy = call(&server.base_url(), &["device", "lost", "--yes", "alice", "-v"]);
    stable(|| insta::assert_snapshot!("verbose_busy", told(&busy.stderr)));

    let closed = call(&closed_port(), &["device", "status", "alice", "-v"]);
    let attempts = closed.stderr.matches(": no connection after ").count();
    assert_eq!(attempts, 4, "{}", closed.stderr);
    assert_eq!(closed.stderr.matches("retrying in ").count(), 3, "{}", closed.stderr);
    let broken = call(&answers_with(b""), &["device", "status", "alice", "-v"]);
    assert!(broken.stderr.contains(": the connection broke after "), "{}", broken.stderr);
}
