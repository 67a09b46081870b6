//! Every exit code, and what is said with it.

use httpmock::MockServer;
#[cfg(target_os = "linux")]
use iampass_emulator::{Emulator, Tls};
#[cfg(target_os = "linux")]
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};

use crate::support::{
    CALLS, Run, WRONG_SECRET, answers_with, call, closed_port, emulator, iampass, iampass_at, run, stable,
};
#[cfg(target_os = "linux")]
use crate::support::{Home, another_authority, tls_emulator};

/// Each of the five calls ends with the same code; what is said is kept as a snapshot per operation.
#[track_caller]
fn all_calls(name: &str, code: i32, mut run: impl FnMut(&[&str]) -> Run) {
    let said: Vec<String> = CALLS
        .iter()
        .map(|arguments| {
            let text = run(arguments).error(code);
            assert_eq!(run(&[arguments, &["--output", "json"][..]].concat()).error(code), text);
            format!("$ iampass {}\n{text}", arguments.join(" "))
        })
        .collect();
    stable(|| insta::assert_snapshot!(name, said.join("\n")));
}

/// What is said about one answer to `device lost`, which of all calls takes most care.
fn after_answer(name: &str, code: i32, answer: &'static [u8]) {
    let said = call(&answers_with(answer), &["device", "lost", "alice", "--yes"]).error(code);
    stable(|| insta::assert_snapshot!(name, said));
}

#[test]
fn refused_is_3() {
    let server = MockServer::start();
    server.mock(|_when, then| {
        then.status(200).json_body(serde_json::json!({"status": false, "reason": "licence is used up"}));
    });
    all_calls("exit_3_refused", 3, |arguments| call(&server.base_url(), arguments));
}

#[test]
fn a_refusal_without_reason_is_3() {
    after_answer(
        "exit_3_no_reason",
        3,
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 16\r\n\r\n{\"status\":false}",
    );
}

#[test]
fn unknown_application_is_4() {
    let emulator = emulator();
    all_calls("exit_4_application", 4, |arguments| {
        run(iampass_at(emulator.base_url()).env("IAMPASS_APPLICATION_ID", "unknown").args(arguments))
    });
}

#[test]
fn unknown_user_is_4() {
    let emulator = emulator();
    for command in &CALLS[2..] {
        let said = call(emulator.base_url(), command).error(4);
        assert!(said.contains("User alice not found"), "{said}");
    }
}

#[test]
fn wrong_secret_is_5() {
    let emulator = emulator();
    all_calls("exit_5_wrong_secret", 5, |arguments| {
        run(iampass_at(emulator.base_url()).env("IAMPASS_APPLICATION_SECRET", WRONG_SECRET).args(arguments))
    });
}

#[test]
fn closed_port_is_6() {
    let server = closed_port();
    for arguments in CALLS {
        let said = call(&server, arguments).error(6);
        // What the operating system says of it differs from one to the next.
        assert!(said.contains("could not connect to the service (4 attempts)\n  because: "), "{said}");
        assert!(said.contains(&format!("hint: check that {server} (IAMPASS_SERVER) is right")), "{said}");
    }
}

#[test]
fn broken_connection_is_6() {
    for arguments in CALLS {
        let said = call(&answers_with(b""), arguments).error(6);
        assert!(said.contains("the connection broke"), "{said}");
        let advice = if arguments[1] == "lost" {
            "ask `iampass device status USER` before you repeat the command"
        } else {
            "the command can safely be repeated"
        };
        assert!(said.contains(advice), "{said}");
    }
}

/// No repeat helps, and nobody waits for a phone where the server is not trusted.
#[cfg(target_os = "linux")]
#[test]
fn a_certificate_that_is_not_trusted_is_6_at_once() {
    let (emulator, home) = (tls_emulator(), Home::new());
    let wait = ["device", "wait", "alice", "--timeout", "1h"];
    for arguments in CALLS.into_iter().chain([&wait[..]]) {
        let mut command = iampass_at(emulator.base_url());
        command.env("SSL_CERT_FILE", another_authority(&home)).env_remove("SSL_CERT_DIR");
        let run = run(command.args(arguments).arg("--verbose"));
        assert_eq!((run.code, run.stdout.as_str()), (Some(6), ""), "{run:?}");
        let said = run.stderr;
        assert!(said.contains(": 1 attempt, "), "{said}");
        assert!(said.contains("invalid peer certificate"), "{said}");
        assert!(said.contains("hint: is the server's name") && said.contains("SSL_CERT_FILE"), "{said}");
        assert!(!said.contains("before you repeat"), "nothing was sent: {said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_ca_that_is_shown_as_the_server_s_own_certificate_is_told_as_such() {
    let home = Home::new();
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let ca = params.self_signed(&key).unwrap().pem();
    let tls = Tls::from_pem(&ca, key.serialize_pem());
    let emulator = Emulator::builder().tls(tls).start().unwrap();
    // Even who trusts it does not take it for a server's.
    for file in [home.write("ca.pem", &ca), another_authority(&home)] {
        let said = |arguments: &[&str]| {
            let mut command = iampass_at(emulator.base_url());
            command.env("SSL_CERT_FILE", &file).env_remove("SSL_CERT_DIR");
            run(command.args(arguments))
        };
        let (call, doctor) = (said(CALLS[0]).error(6), said(&["doctor"]).stdout);
        for said in [call, doctor] {
            assert!(said.contains("the server shows the certificate of a CA as its own"), "{said}");
            assert!(!said.contains("is the server's name"), "{said}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_trust_store_that_cannot_be_read_is_named() {
    let mut command = iampass_at("https://iam-api.test");
    command.env("SSL_CERT_FILE", "/nonexistent").env_remove("SSL_CERT_DIR");
    let said = run(command.args(CALLS[0])).error(1);
    assert!(said.contains("SSL_CERT_FILE of the environment must name"), "{said}");
    assert!(said.contains("correct the variable that the message names"), "{said}");
    assert!(!said.contains("SSL_CERT_DIR"), "{said}");
}

#[test]
fn other_answers_are_1() {
    after_answer("exit_1_bad_request", 1, b"HTTP/1.1 400 Bad Request\r\ncontent-length: 7\r\n\r\nwhat? \n");
    after_answer(
        "exit_1_redirect",
        1,
        b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
    );
    after_answer(
        "exit_1_too_many",
        1,
        b"HTTP/1.1 429 Too Many Requests\r\ncontent-length: 9\r\n\r\nslow down",
    );
    after_answer(
        "exit_1_wait",
        1,
        b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 3600\r\ncontent-length: 0\r\n\r\n",
    );
    after_answer(
        "exit_1_broken_service",
        1,
        b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 8\r\n\r\n\x1b[31mBug",
    );
    after_answer(
        "exit_1_not_json",
        1,
        b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 14\r\n\r\n<h1>Login</h1>",
    );
}

#[test]
fn settings_are_2() {
    let emulator = emulator();
    for (case, variable, value) in [
        ("no_id", "IAMPASS_APPLICATION_ID", ""),
        ("bad_id", "IAMPASS_APPLICATION_ID", "with space"),
        ("no_secret", "IAMPASS_APPLICATION_SECRET", ""),
        ("bad_secret", "IAMPASS_APPLICATION_SECRET", "pasted with line feed\n"),
        ("plain_http", "IAMPASS_SERVER", "http://iam-api.com"),
        ("user_info", "IAMPASS_SERVER", "https://someone:password@iam-api.com"),
        ("no_url", "IAMPASS_SERVER", "iam-api.com"),
    ] {
        let said = CALLS.map(|arguments| {
            run(iampass_at(emulator.base_url()).env(variable, value).args(arguments)).error(2)
        });
        for other in &said {
            assert_eq!(*other, said[0], "every command says the same");
        }
        stable(|| insta::assert_snapshot!(format!("exit_2_{case}"), said[0]));
    }
    assert_eq!(emulator.requests(), []);
}

#[test]
fn sign_needs_settings_too() {
    let said = run(iampass().args(["sign", "https://main.iam-api.com/x"])).error(2);
    assert!(said.contains("IAMPASS_APPLICATION_ID is not set"), "{said}");
}

#[test]
fn usage_is_2() {
    for arguments in [
        &["users", "add", "alice", "--output", "xml"][..],
        &["users", "add", "-dash"],
        &["device", "status"],
        &["device", "status", "alice", "bob"],
        &["device", "link", "alice", "--secret", "x"],
        &["sign"],
        &["nonsense"],
    ] {
        call("http://127.0.0.1:1", arguments).error(2);
    }
}

#[test]
fn a_count_that_is_none_is_told_what_it_is() {
    for option in ["--chunk", "--concurrency"] {
        for value in ["0", "-1", "many"] {
            let given = format!("{option}={value}");
            let said = call("http://127.0.0.1:1", &["users", "import", "-", &given]).error(2);
            assert!(said.contains("it is a whole number from 1"), "{said}");
        }
    }
}
