//! `doctor` and `login` say that a signature is accepted only where a wrong one is refused.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use crate::settings::login;
use crate::support::{
    APPLICATION_ID, Home, WRONG_SECRET, answers_in_turn, answers_with, call, emulator, iampass_at, run,
};

const PLAIN_404: &[u8] = b"HTTP/1.1 404 Not Found\r\ncontent-length: 9\r\nconnection: close\r\n\r\nNot Found";
const PAGE_404: &[u8] = b"HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\ncontent-length: 15\r\n\
    connection: close\r\n\r\n<html>No</html>";
const EITHER_404: &[u8] = b"HTTP/1.1 404 Not Found\r\ncontent-length: 46\r\nconnection: close\r\n\r\n\
    Client Application a or User nobody not found.";
const PAGE_200: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 14\r\n\
    connection: close\r\n\r\n<h1>Login</h1>";
const NO_PHONE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 41\r\n\
    connection: close\r\n\r\n{\"status\":true,\"device_registered\":false} ";
const REFUSED: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 16\r\n\
    connection: close\r\n\r\n{\"status\":false}";
const FORBIDDEN: &[u8] = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 4\r\nconnection: close\r\n\r\nstop";
const UNAUTHORIZED: &[u8] = b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno";

#[test]
fn where_a_wrong_signature_is_not_refused_nothing_is_accepted_or_stored() {
    for (path, response, reason, advice) in [
        (
            "",
            PLAIN_404,
            "a plain 404 came, whatever the signature",
            "IAMPASS, and does nothing else answer in its place?",
        ),
        ("/management", PLAIN_404, "the server's URL has a path: /management", "is that path one too many?"),
        ("", PAGE_404, "a web page came in place of IAMPASS's response", "does a proxy or a website answer"),
        ("", EITHER_404, "it may not know the application", "is the application id right"),
        ("", PAGE_200, "the response cannot be decoded", "does no proxy answer in its place?"),
        (
            "",
            NO_PHONE,
            "the service takes a wrong signature as well",
            "does nothing else answer in its place?",
        ),
        (
            "",
            REFUSED,
            "the service takes a wrong signature as well",
            "does nothing else answer in its place?",
        ),
        ("", FORBIDDEN, "unexpected response: 403 Forbidden", "Try again later"),
    ] {
        let server = format!("{}{path}", answers_with(response));
        let doctor = call(&server, &["doctor"]);
        assert_eq!(doctor.code, Some(1), "{doctor:?}");
        let said = format!("{}{}", doctor.stdout, doctor.stderr);
        assert!(said.contains("failed   signature        cannot be judged: "), "{said}");
        assert!(said.contains(reason) && said.contains(advice), "{said}");
        assert!(!said.contains("the service accepts it"), "{said}");

        let home = Home::new();
        let stored = run(&mut login(&home, &server, "default"));
        assert_eq!(stored.code, Some(1), "{stored:?}");
        let start = "error: the profile was not stored: the signature cannot be judged: ";
        assert!(stored.stderr.contains(start) && stored.stderr.contains(reason), "{stored:?}");
        assert!(stored.stderr.contains("(--no-check stores it without asking the server)"), "{stored:?}");
        assert!(!home.profiles().exists());
        assert_eq!(run(login(&home, &server, "default").arg("--no-check")).code, Some(0));
        assert!(home.profiles().exists());
    }
}

/// The doctor asks for the head of a response, with the right signature, and with a wrong one.
#[test]
fn the_same_request_with_a_wrong_signature_decides() {
    for (answers, code, said) in [
        (vec![NO_PHONE, NO_PHONE, UNAUTHORIZED], 0, "ok       signature        the service accepts it"),
        (vec![REFUSED, REFUSED, UNAUTHORIZED], 0, "ok       signature        the service accepts it"),
        (vec![PLAIN_404, PLAIN_404, UNAUTHORIZED], 0, "ok       signature        the service accepts it"),
        (vec![NO_PHONE, NO_PHONE, PLAIN_404], 1, "cannot be judged: the service takes a wrong signature"),
        (vec![NO_PHONE, NO_PHONE, FORBIDDEN], 1, "with a wrong signature got no verdict: "),
        (vec![NO_PHONE, UNAUTHORIZED], 5, "failed   signature        the signature was not accepted"),
    ] {
        let doctor = call(&answers_in_turn(answers), &["doctor"]);
        assert_eq!(doctor.code, Some(code), "{doctor:?}");
        assert!(doctor.stdout.contains(said), "{doctor:?}");
    }
}

/// The way is looked at before, by a connection that nothing is sent on; what becomes of the next is no fault of TLS.
#[test]
fn tls_is_not_blamed_for_a_connection_that_does_not_come_about() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || drop(listener.accept().unwrap()));
    let doctor = call(&server, &["doctor"]);
    assert_eq!(doctor.code, Some(6), "{doctor:?}");
    assert!(doctor.stdout.contains("ok       connection "), "{doctor:?}");
    assert!(doctor.stdout.contains("failed   connection "), "{doctor:?}");
    assert!(doctor.stdout.contains("skipped  TLS "), "{doctor:?}");
}

/// The proxy has done its part when the tunnel stands.
#[test]
fn a_proxy_is_not_blamed_for_what_is_no_tls_behind_it() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut bytes) = (stream.unwrap(), [0; 4096]);
            let mut came = |stream: &mut TcpStream| stream.read(&mut bytes).is_ok_and(|read| read > 0);
            let tunnel = b"HTTP/1.1 200 OK\r\n\r\n";
            if came(&mut stream) && stream.write_all(tunnel).is_ok() && came(&mut stream) {
                // The first words of TLS, answered in plain HTTP.
                stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").ok();
            }
        }
    });
    let mut command = iampass_at("https://iam-api.test");
    command.arg("doctor").env("HTTPS_PROXY", &proxy).env_remove("NO_PROXY").env_remove("no_proxy");
    let doctor = run(&mut command);
    assert_eq!(doctor.code, Some(6), "{doctor:?}");
    assert!(doctor.stdout.contains("failed   TLS "), "{doctor:?}");
    assert!(doctor.stdout.contains("is that the port for https"), "{doctor:?}");
    assert!(!doctor.stdout.contains("failed   proxy "), "{doctor:?}");
}

#[test]
fn a_wrong_secret_is_told_with_where_it_came_from() {
    let (emulator, home) = (emulator(), Home::new());
    let file = home.write_private("secret", WRONG_SECRET);
    let told = |command: &mut std::process::Command, place: &str| {
        let said = run(command.args(["users", "add", "alice"])).error(5);
        let hint =
            format!("  hint: the secret came from {place}; is it the application's, and are both those of");
        assert!(said.contains(&hint) && said.contains("`iampass doctor`"), "{said}");
    };
    told(
        iampass_at(emulator.base_url()).env("IAMPASS_APPLICATION_SECRET", WRONG_SECRET),
        "IAMPASS_APPLICATION_SECRET",
    );
    let named = |home: &Home| {
        let mut command = home.iampass();
        command.env("IAMPASS_SERVER", emulator.base_url()).env("IAMPASS_APPLICATION_ID", APPLICATION_ID);
        command
    };
    home.write_profiles(&format!("[profiles.a]\nsecret = \"{WRONG_SECRET}\"\n"));
    told(named(&home).env("IAMPASS_PROFILE", "a"), "the profile `a`");
    let said = run(named(&home).args(["users", "add", "alice", "--secret-file"]).arg(&file)).error(5);
    assert!(said.contains(&format!("the secret came from {}; ", file.display())), "{said}");

    let said =
        run(login(&home, emulator.base_url(), "b").env("IAMPASS_APPLICATION_SECRET", WRONG_SECRET)).stderr;
    assert!(said.contains("the secret came from IAMPASS_APPLICATION_SECRET; "), "{said}");
    let mut doctor = iampass_at(emulator.base_url());
    let said = run(doctor.arg("doctor").env("IAMPASS_APPLICATION_SECRET", WRONG_SECRET)).stdout;
    assert!(said.contains("the secret came from IAMPASS_APPLICATION_SECRET; "), "{said}");
    for said in [said, run(&mut login(&home, "http://127.0.0.1:1", "c")).stderr] {
        assert!(!said.contains("iampass doctor"), "it looks at what is stored: {said}");
    }
}

#[test]
fn hints_of_401_and_404_point_to_the_doctor() {
    let emulator = emulator();
    let home = Home::new();
    let ids = home.write("ids", "alice\n");
    let ids = ids.to_str().unwrap();
    for (variable, value, code) in
        [("IAMPASS_APPLICATION_SECRET", WRONG_SECRET, 5), ("IAMPASS_APPLICATION_ID", "unknown", 4)]
    {
        for arguments in [&["users", "add", "alice"][..], &["device", "status", "alice"]] {
            let said = run(iampass_at(emulator.base_url()).args(arguments).env(variable, value)).error(code);
            assert!(said.contains("`iampass doctor`"), "{said}");
            // The service's text on a call about a user may mean either.
            let either = said.contains(" or User ");
            assert_eq!(said.contains("`iampass users add` adds"), either, "{said}");
        }
        let bulk = run(iampass_at(emulator.base_url()).args(["users", "import", ids]).env(variable, value));
        assert_eq!(bulk.code, Some(code), "{bulk:?}");
        assert!(bulk.stderr.contains("`iampass doctor` finds out more; then "), "{bulk:?}");
    }
}
