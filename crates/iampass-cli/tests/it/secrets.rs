//! No output of any command shows the application's secret.

use crate::support::{
    APPLICATION_ID, CALLS, Run, SECRET, answers_with, call, closed_port, emulator, iampass_at, run,
};

#[track_caller]
fn keeps_the_secret(run: &Run) {
    for marker in ["MARKERSECRET", "SECRETMARKER"] {
        assert!(!run.stdout.contains(marker) && !run.stderr.contains(marker), "{run:?}");
    }
}

#[test]
fn of_failing_calls() {
    let emulator = emulator();
    for arguments in CALLS {
        let failing = [
            call(&closed_port(), arguments),
            call(&answers_with(b""), arguments),
            call(&answers_with(b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\nno"), arguments),
            call(&answers_with(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno"), arguments),
            call("http://example.com", arguments),
            run(iampass_at(emulator.base_url()).env("IAMPASS_APPLICATION_ID", "other").args(arguments)),
            run(iampass_at(emulator.base_url()).env("IAMPASS_APPLICATION_ID", "a:b").args(arguments)),
            run(iampass_at(emulator.base_url())
                .env("IAMPASS_APPLICATION_SECRET", format!("{SECRET}\n"))
                .args(arguments)),
            run(iampass_at(emulator.base_url())
                .env("IAMPASS_APPLICATION_SECRET", format!("{SECRET}\n{SECRET}"))
                .args(arguments)),
            call(emulator.base_url(), &[arguments, &["--no-such-option"]].concat()),
        ];
        for run in failing {
            assert_ne!(run.code, Some(0), "{run:?}");
            keeps_the_secret(&run);
        }
    }
}

#[test]
fn of_sign_and_demo() {
    for arguments in [&["sign", "https://x.test/"][..], &["sign", "x"], &["demo"]] {
        keeps_the_secret(&call("https://x.test", arguments));
    }
}

#[test]
fn of_malformed_applications() {
    let id = APPLICATION_ID;
    for application in
        [SECRET.to_owned(), format!(":{SECRET}"), format!("{id}:{SECRET} "), format!("{id} :{SECRET}")]
    {
        let run = call("", &["emulator", "--listen", "127.0.0.1:0", "--application", &application]);
        assert_eq!(run.code, Some(2), "{run:?}");
        keeps_the_secret(&run);
    }
}

#[test]
fn of_verbose_and_curl() {
    let emulator = emulator();
    for arguments in CALLS {
        for option in ["--verbose", "--curl"] {
            keeps_the_secret(&call(emulator.base_url(), &[arguments, &[option]].concat()));
            keeps_the_secret(&call(&closed_port(), &[arguments, &[option]].concat()));
        }
    }
}
