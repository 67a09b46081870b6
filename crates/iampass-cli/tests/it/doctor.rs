//! `iampass doctor`: each fault is found, told with what to do, and ends in its own exit code.

use crate::support::{
    APPLICATION_ID, Home, Run, SECRET, WRONG_SECRET, answers_with, call, closed_port, emulator, iampass,
    iampass_at, run,
};
#[cfg(target_os = "linux")]
use crate::support::{another_authority, tls_emulator};

const DOCTOR: [&str; 1] = ["doctor"];

#[track_caller]
fn snapshot(home: &Home, name: &str, code: i32, run: &Run) {
    assert_eq!((run.code, run.stderr.as_str()), (Some(code), ""), "{run:?}");
    assert!(!run.stdout.contains("MARKER"), "{}", run.stdout);
    home.stable(|| insta::assert_snapshot!(format!("doctor_{name}"), run.stdout));
}

#[test]
fn all_is_well() {
    let (emulator, home) = (emulator(), Home::new());
    snapshot(&home, "well", 0, &call(emulator.base_url(), &DOCTOR));
    for format in ["json", "jsonl", "table"] {
        let well = call(emulator.base_url(), &["doctor", "--output", format]);
        snapshot(&home, &format!("well_{format}"), 0, &well);
    }
    assert_eq!(emulator.users(emulator.credentials().application_id()).unwrap(), [], "nothing is changed");
}

#[test]
fn each_setting_is_told_with_its_source() {
    let (emulator, home) = (emulator(), Home::new());
    let mut login = home.iampass();
    login.args(["login", "--no-check", "--server", "https://x.test", "--application-id", APPLICATION_ID]);
    run(login.env("IAMPASS_APPLICATION_SECRET", SECRET));
    let mut doctor = home.iampass();
    doctor.args(["doctor", "--application-id", APPLICATION_ID]).env("IAMPASS_PROFILE", "default");
    snapshot(&home, "sources", 0, &run(doctor.env("IAMPASS_SERVER", emulator.base_url())));
}

#[test]
fn faults_of_settings() {
    let home = Home::new();
    snapshot(
        &home,
        "nothing_set",
        2,
        &run(home.iampass().args(DOCTOR).args(["--server", "http://iam-api.com"])),
    );
    home.write_profiles("current = 5\n");
    snapshot(&home, "broken_profiles", 2, &run(home.iampass().args(DOCTOR)));
    let emulator = emulator();
    let mut secret = iampass_at(emulator.base_url());
    secret.args(DOCTOR).env("IAMPASS_APPLICATION_SECRET", format!("{SECRET}\n"));
    snapshot(&home, "bad_secret", 2, &run(&mut secret));
}

#[test]
fn faults_of_the_way() {
    let home = Home::new();
    let closed = call(&closed_port(), &DOCTOR);
    assert_eq!(closed.code, Some(6));
    assert!(closed.stdout.contains("failed   connection       127.0.0.1:"), "{}", closed.stdout);
    // No name server is asked about a label of more than 63 characters.
    let unknown = call(&format!("https://{}.test", "x".repeat(70)), &DOCTOR);
    assert_eq!(unknown.code, Some(6), "{unknown:?}");
    assert!(unknown.stdout.contains("failed   name "), "{}", unknown.stdout);
    let mut proxied = iampass_at("https://iam-api.test");
    proxied.args(DOCTOR).env("HTTPS_PROXY", closed_port().replace("//", "//user:MARKERPROXY@"));
    let proxied = run(proxied.env_remove("NO_PROXY").env_remove("no_proxy"));
    assert_eq!(proxied.code, Some(6), "{proxied:?}");
    assert!(proxied.stdout.contains("left to the proxy that HTTPS_PROXY names"), "{}", proxied.stdout);
    assert!(!proxied.stdout.contains("MARKERPROXY"), "{}", proxied.stdout);
    assert!(proxied.stdout.contains("failed   proxy "), "{}", proxied.stdout);
    assert!(proxied.stdout.contains("check that the proxy (HTTPS_PROXY) is right"), "{}", proxied.stdout);
    let proxy = proxied.stdout.lines().find(|line| line.contains("failed   proxy ")).unwrap();
    assert!(proxy.contains("(os error "), "the reason is told: {proxy}");
    drop(home);
}

#[test]
fn a_proxy_that_cannot_be_used_is_told_and_nothing_is_sent() {
    for value in ["http://user:MARKERPROXY@127.0.0.1:1\n", "socks5://user:MARKERPROXY@127.0.0.1:1"] {
        let proxied = |arguments: &[&str], no_proxy| {
            let mut command = iampass_at("https://iam-api.test");
            command
                .args(arguments)
                .env("HTTPS_PROXY", value)
                .env("NO_PROXY", no_proxy)
                .env_remove("no_proxy");
            run(&mut command)
        };
        let told = proxied(&DOCTOR, "");
        assert_eq!(told.code, Some(2), "{told:?}");
        assert!(told.stdout.contains("failed   proxy            the proxy setting HTTPS_PROXY "), "{told:?}");
        let call = proxied(&["device", "status", "alice"], "").error(2);
        assert!(call.contains("the proxy setting HTTPS_PROXY "), "{call}");
        assert!(!format!("{told:?}{call}").contains("MARKERPROXY"), "{told:?}{call}");
        let excepted = proxied(&DOCTOR, "iam-api.test");
        assert!(!excepted.stdout.contains("proxy"), "{excepted:?}");
    }
}

#[test]
fn what_a_proxy_refuses_is_told_as_the_proxy_s() {
    for (answer, said, hint) in [
        (
            &b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"[..],
            "asks for a user name and password",
            "write them into all_proxy",
        ),
        (
            b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n",
            "did not make a connection to the service",
            "may the proxy (all_proxy) connect to https://iam-api.test?",
        ),
    ] {
        let proxy = answers_with(answer);
        let proxied = |arguments: &[&str]| {
            let mut command = iampass_at("https://iam-api.test");
            command.args(arguments).env("all_proxy", proxy.replace("//", "//user:MARKERPROXY@"));
            run(["NO_PROXY", "no_proxy"].iter().fold(&mut command, |command, name| command.env_remove(name)))
        };
        let told = proxied(&DOCTOR);
        assert_eq!(told.code, Some(6), "{told:?}");
        assert!(told.stdout.contains("failed   proxy            "), "{told:?}");
        let call = proxied(&["device", "status", "alice"]).error(6);
        for shown in [&told.stdout, &call] {
            assert!(shown.contains(&format!("the proxy {proxy} {said}")) && shown.contains(hint), "{shown}");
            assert!(!shown.contains("MARKERPROXY"), "{shown}");
        }
    }
}

#[test]
fn faults_of_the_signature() {
    let (emulator, home) = (emulator(), Home::new());
    let doctor = |variable, value| run(iampass_at(emulator.base_url()).args(DOCTOR).env(variable, value));
    snapshot(&home, "wrong_secret", 5, &doctor("IAMPASS_APPLICATION_SECRET", WRONG_SECRET));
    snapshot(&home, "unknown_application", 4, &doctor("IAMPASS_APPLICATION_ID", "unknown"));
}

#[test]
fn a_wrong_clock_is_told() {
    for (seconds, words) in [(3_600, "behind the service's"), (-3_600, "ahead of the service's")] {
        let emulator = emulator();
        emulator.move_clock(seconds);
        let said = call(emulator.base_url(), &DOCTOR);
        assert_eq!(said.code, Some(0), "the client corrects it: {said:?}");
        let clock = said.stdout.lines().find(|line| line.contains(" clock ")).unwrap();
        assert!(clock.starts_with("warning") && clock.contains(words), "{clock}");
        assert!(clock.contains("this machine's is 1h ") || clock.contains("is 59m "), "{clock}");
        assert!(said.stdout.contains("the service accepts it"), "{}", said.stdout);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn tls_is_told_trusted_or_not() {
    let (emulator, home) = (tls_emulator(), Home::new());
    let url = emulator.base_url().replace("127.0.0.1", "localhost");
    let authority = home.write("ca.pem", emulator.ca_certificate().unwrap());
    let doctor = |file| {
        let mut command = iampass_at(&url);
        command.args(DOCTOR).env("SSL_CERT_FILE", file).env_remove("SSL_CERT_DIR");
        run(&mut command)
    };
    let trusted = doctor(authority);
    assert_eq!(trusted.code, Some(0), "{trusted:?}");
    assert!(trusted.stdout.contains("ok       TLS              the certificate is trusted"), "{trusted:?}");

    let unknown = doctor(another_authority(&home));
    assert_eq!(unknown.code, Some(6), "{unknown:?}");
    let tls = unknown.stdout.lines().find(|line| line.contains(" TLS ")).unwrap();
    assert!(tls.starts_with("failed") && tls.contains("invalid peer certificate"), "{tls}");
    assert!(unknown.stdout.contains("SSL_CERT_FILE names another"), "{unknown:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_scheme_that_is_not_the_ports_is_told() {
    let (plain, tls, home) = (emulator(), tls_emulator(), Home::new());
    // What most servers of https send to a client that speaks http.
    let alert = answers_with(b"\x15\x03\x01\x00\x02\x02\x46");
    for (url, code, line, advice) in [
        (plain.base_url().replace("http:", "https:"), 6, "failed   TLS ", "is that the port for https"),
        (alert, 6, "failed   signature ", "Then write https://"),
        (tls.base_url().replace("https:", "http:"), 1, "failed   signature ", "must begin with https://"),
    ] {
        let mut command = iampass_at(&url);
        command.args(DOCTOR).env("SSL_CERT_FILE", another_authority(&home)).env_remove("SSL_CERT_DIR");
        let said = run(&mut command);
        assert_eq!(said.code, Some(code), "{said:?}");
        assert!(said.stdout.contains(line) && said.stdout.contains(advice), "{said:?}");
    }
}

#[test]
fn the_doctor_asks_nobody_for_a_secret() {
    let said = run(iampass().args(DOCTOR).args(["--application-id", "a", "--server", "http://127.0.0.1:1"]));
    assert_eq!(said.code, Some(2));
    assert!(said.stdout.contains("IAMPASS_APPLICATION_SECRET is not set"), "{}", said.stdout);
}
