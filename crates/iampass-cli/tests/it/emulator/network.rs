//! Where the emulator is reached, and who gets through.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::Running;
use crate::support::{APPLICATION_ID, SECRET, call, closed_port, iampass, run};

fn application() -> String {
    format!("{APPLICATION_ID}:{SECRET}")
}

/// What it warns of next.
fn warning(stderr: &mut impl Iterator<Item = String>) -> String {
    stderr.find(|line| line.starts_with("warning: ")).unwrap()
}

fn stderr(running: &mut Running) -> impl Iterator<Item = String> + use<> {
    BufReader::new(running.child.stderr.take().unwrap()).lines().map(Result::unwrap)
}

fn connect(url: &str) -> TcpStream {
    let address: SocketAddr = url.split_once("://").unwrap().1.parse().unwrap();
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

#[test]
fn it_listens_on_names_and_both_kinds_of_addresses_and_says_where() {
    for (listen, begins) in [
        ("localhost:0", "http://127.0.0.1:"),
        ("127.0.0.1:0", "http://127.0.0.1:"),
        // Some machines have no IPv6.
        ("[::1]:0", if std::net::TcpListener::bind("[::1]:0").is_ok() { "http://[::1]:" } else { "" }),
    ] {
        if !begins.is_empty() {
            let running = Running::listening(&["--listen", listen, "--application", &application()]);
            assert!(running.url.starts_with(begins), "{listen}: {}", running.url);
            assert_eq!(call(&running.url, &["users", "add", "alice"]).data(), "created alice\n");
        }
    }
    let start = |listen: &str| run(iampass().args(["emulator", "--listen", listen]));
    let said = start("nobody.invalid:0").error(1);
    assert!(said.starts_with("error: the host of `--listen` cannot be found: nobody.invalid\n"), "{said}");
    let said = start("8080").error(2);
    assert!(said.contains("as in 127.0.0.1:8080, [::1]:8080 or localhost:8080"), "{said}");
}

#[test]
fn a_port_that_is_taken_is_not_looked_for_at_another_address_of_the_name() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = format!("localhost:{}", taken.local_addr().unwrap().port());
    let said = run(iampass().args(["emulator", "--listen", &listen])).error(1);
    assert!(said.contains("because: cannot listen on 127.0.0.1:"), "{said}");
}

#[test]
fn links_begin_with_the_public_url() {
    let url = "https://iampass.example";
    let running = Running::start(&["--application", &application(), "--public-url", url]);
    call(&running.url, &["users", "add", "alice"]).data();
    let link = call(&running.url, &["device", "link", "alice"]).data();
    assert!(link.starts_with("https://iampass.example/register/"), "{link}");
    #[cfg(unix)]
    for (admin, expected) in
        [(&[][..], ""), (&["--admin"], "warning: other machines can reach it; whoever does")]
    {
        let options = [&["--application", "a:b", "--public-url", url], admin].concat();
        let said = Running::start(&options).signalled("TERM").stderr;
        assert!(said.starts_with(expected) && said.is_empty() == expected.is_empty(), "{said}");
    }
    let said = run(iampass().args(["emulator", "--public-url", "https://iampass.example/below"])).error(2);
    assert!(said.contains("cannot be the public URL: it must not have a path"), "{said}");
}

#[test]
fn links_expire_and_second_phones_are_refused_if_asked_for() {
    let post = |running: &Running, link: &str| {
        let path = link.trim_end().strip_prefix(&running.url).unwrap();
        let mut stream = connect(&running.url);
        let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.rsplit_once("\r\n\r\n").unwrap().1.to_owned()
    };
    let with_link = |options: &[&str]| {
        let running = Running::start(&[&["--application", &application()], options].concat());
        call(&running.url, &["users", "add", "alice"]).data();
        let link = call(&running.url, &["device", "link", "alice"]).data();
        (running, link)
    };
    let (running, link) = with_link(&["--link-lifetime", "0s"]);
    assert_eq!(post(&running, &link), "This link has expired. Ask for a new one.");
    let (running, link) = with_link(&["--link-lifetime", "24h", "--second-phone", "refuse"]);
    assert!(post(&running, &link).starts_with("The phone is registered."));
    let second = call(&running.url, &["device", "link", "alice"]).data();
    assert!(post(&running, &second).starts_with("The user has a phone already."));
}

#[test]
fn sign_ins_time_out_when_they_are_told_to() {
    let sign_in = |options: &[&str]| {
        let running = Running::start(&[&["--application", &application()], options].concat());
        call(&running.url, &["users", "add", "alice"]).data();
        let link = call(&running.url, &["device", "link", "alice"]).data();
        let mut stream = connect(&running.url);
        let path = link.trim_end().strip_prefix(&running.url).unwrap();
        stream
            .write_all(format!("POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes())
            .unwrap();
        stream.read_to_string(&mut String::new()).unwrap();
        call(&running.url, &["sign-in", "alice", "--timeout", "0s"])
    };
    let told = |run: crate::support::Run| (run.code, run.stdout);
    assert_eq!(told(sign_in(&["--sign-in-timeout", "0s"])), (Some(3), "not signed in: timeout\n".to_owned()));
    assert_eq!(told(sign_in(&[])), (Some(1), "not signed in: pending\n".to_owned()));
}

#[test]
fn when_all_connections_are_taken_the_option_is_named_once() {
    let mut running = Running::start(&["--application", "a:b", "--max-connections", "1"]);
    let mut stderr = stderr(&mut running);
    let mut first = connect(&running.url);
    let waiting = [connect(&running.url), connect(&running.url)];
    let warned = warning(&mut stderr);
    assert!(warned.contains("--max-connections") && warned.contains("max_connections=1"), "{warned}");
    first.write_all(b"GET /first HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    assert_eq!(
        stderr.next().unwrap(),
        "GET /first 404 Not Found (unknown_path): There is nothing at this path."
    );
    // Those that waited take the place one after the other, and nothing more is said.
    for mut stream in waiting {
        stream.write_all(b"GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        assert_eq!(
            stderr.next().unwrap(),
            "GET /next 404 Not Found (unknown_path): There is nothing at this path."
        );
    }
    let said = run(iampass().args(["emulator", "--max-connections", "0"]));
    assert_eq!(said.code, Some(2), "{said:?}");
}

#[test]
fn who_speaks_the_wrong_protocol_is_told_of() {
    let mut plain = Running::start(&["--application", "a:b"]);
    connect(&plain.url).write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
    let told = warning(&mut stderr(&mut plain));
    assert!(told.contains("a client began with HTTP/2 at once"), "{told}");

    let mut tls = Running::listening(&["--listen", "127.0.0.1:0", "--application", "a:b", "--tls"]);
    let mut stderr = stderr(&mut tls);
    let mut stream = connect(&tls.url);
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("https://"), "{answer}");
    assert!(warning(&mut stderr).contains("a client spoke plain http on this port"));
    // Neither HTTP nor TLS.
    connect(&tls.url).write_all(b"\x01\x02\x03\x04\x05\x06").unwrap();
    let told = warning(&mut stderr);
    assert!(told.starts_with("warning: a TLS handshake failed error="), "{told}");
}

#[test]
fn health_says_whether_an_emulator_is_up() {
    let health = |arguments: &[&str]| run(iampass().args(["emulator", "health"]).args(arguments));
    let running = Running::start(&["--application", "a:b"]);
    let version = env!("CARGO_PKG_VERSION");
    let up = format!("the emulator at {}/ is up, version {version}\n", running.url);
    assert_eq!(health(&[&running.url]).data(), up);

    let said = health(&[&closed_port()]).error(1);
    assert!(said.starts_with("error: there is no healthy emulator at http://127.0.0.1:"), "{said}");
    assert!(said.contains("because: it does not respond") && said.contains("hint: "), "{said}");
    let other = crate::support::answers_with(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    assert!(health(&[&other]).error(1).contains("because: what responds there is no IAMPASS emulator"));
    let other = crate::support::answers_with(b"HTTP/1.1 503 Oh\r\nContent-Length: 0\r\n\r\n");
    assert!(health(&[&other]).error(1).contains("because: it responds 503"));
    for wrong in ["localhost", "ftp://localhost", "http://localhost/below", "http://a:b@localhost"] {
        health(&[wrong]).error(2);
    }
}

#[test]
fn health_takes_the_ca_of_an_emulator_that_speaks_tls() {
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    let ca = ca.to_str().unwrap();
    let options = ["--listen", "localhost:0", "--application", "a:b", "--tls", "--tls-ca", ca];
    let running = Running::listening(&options);
    let health = |arguments: &[&str]| run(iampass().args(["emulator", "health"]).args(arguments));
    assert!(health(&[&running.url, "--ca", ca]).data().contains(" is up, version "));
    let plain = running.url.replace("https", "http");
    assert!(health(&[&plain]).error(1).contains("it responds 400"));
    let said = health(&[&running.url]).error(1);
    assert!(said.contains("`--ca FILE`"), "{said}");
    std::fs::write(ca, "none").unwrap();
    let said = health(&[&running.url, "--ca", ca]).error(1);
    assert!(said.starts_with("error: the file of `--ca` cannot be read: "), "{said}");
}
