//! Links and settings lead to where their reader reaches the emulator.

use std::net::SocketAddr;

use iampass_auth::Signer;
use iampass_emulator::{Application, Builder, Emulator, InvalidPublicUrl, StartError};
use serde_json::json;

use crate::support::{Backend, Got, SECRET, Sent, credentials};

fn start(builder: Builder) -> Backend {
    let emulator = builder.application(Application::new("app", SECRET).unwrap()).start().unwrap();
    let backend = Backend { emulator, signer: Signer::new(credentials("app", SECRET)) };
    let local = at(&backend, [127, 0, 0, 1]);
    let add = Sent::new("POST", "/management/add_users/app").json(&json!({"users": ["alice"]}));
    assert_eq!(signed(&backend, add, &local.to_string()).send(local).status, 201);
    backend
}

fn at(backend: &Backend, ip: [u8; 4]) -> SocketAddr {
    (ip, backend.address().port()).into()
}

/// Signed for a host, and sent with it.
fn signed(backend: &Backend, sent: Sent, host: &str) -> Sent {
    sent.signed(&backend.signer, host).header("Host", host)
}

/// The link that a client gets who calls this host.
fn link(backend: &Backend, host: &str) -> String {
    let sent = Sent::new("GET", "/management/device_registration_link/app/alice");
    let got = signed(backend, sent, host).send(at(backend, [127, 0, 0, 1]));
    assert_eq!(got.status, 200, "{host}: {got:?}");
    got.json()["register_url"].as_str().unwrap().to_owned()
}

/// Follows a link of plain HTTP to the address in it.
fn follow(method: &'static str, link: &str) -> Got {
    let (host, path) = link.strip_prefix("http://").unwrap().split_once('/').unwrap();
    Sent::new(method, format!("/{path}")).header("Host", host).send(host.parse().unwrap())
}

#[cfg(target_os = "linux")]
const EVERYWHERE: ([u8; 4], u16) = ([0, 0, 0, 0], 0);

/// Linux has the whole of 127.0.0.0/8 on its loopback device; to the emulator they are addresses like others.
#[cfg(target_os = "linux")]
#[test]
fn a_client_that_calls_another_address_gets_a_link_that_it_can_open() {
    let backend = start(Emulator::builder().listen(EVERYWHERE.into()));
    let second = at(&backend, [127, 0, 0, 2]);
    let sent = Sent::new("GET", "/management/device_registration_link/app/alice");
    let got = sent.signed(&backend.signer, &second.to_string()).send(second);
    let link = got.json()["register_url"].as_str().unwrap().to_owned();
    assert!(link.starts_with(&format!("http://{second}/register/")), "{link}");
    assert_eq!(follow("GET", &link).status, 200);
    let registered = follow("POST", &link);
    let phone = registered.body.strip_prefix("The phone is registered. Its page is ").unwrap();
    assert!(phone.starts_with(&format!("http://{second}/phone/")), "{phone}");
    assert!(backend.has_device("alice"));
}

#[test]
fn a_link_begins_with_the_host_that_was_signed_for() {
    let backend = start(Emulator::builder());
    let port = backend.address().port();
    for host in [format!("localhost:{port}"), format!("127.0.0.1:{port}"), "iampass.example".to_owned()] {
        for operation in ["device_registration_link", "lost_user_mobile_device"] {
            let sent = Sent::new("GET", format!("/management/{operation}/app/alice"));
            let got = signed(&backend, sent, &host).send(backend.address());
            let link = got.json()["register_url"].as_str().unwrap().to_owned();
            assert!(link.starts_with(&format!("http://{host}/register/")), "{link}");
            // It is the same link at every other origin.
            let token = link.rsplit_once('/').unwrap().1;
            assert_eq!(follow("GET", &format!("http://{}/register/{token}", backend.address())).status, 200);
            backend.emulator.register_device(&format!("https://elsewhere.example/register/{token}")).unwrap();
        }
    }
}

#[test]
fn behind_a_proxy_links_begin_with_the_public_url() {
    let backend = start(Emulator::builder().public_url("https://iampass.example/"));
    let address = backend.address().to_string();
    // The proxy passes `Host` on, with or without the port that https has anyway; neighbours call the address.
    for host in ["iampass.example", address.as_str()] {
        let link = link(&backend, host);
        assert!(link.starts_with("https://iampass.example/register/"), "{link}");
    }
    let sent = Sent::new("GET", "/management/has_registered_mobile_device/app/alice");
    let sent = sent.signed(&backend.signer, "iampass.example").header("Host", "iampass.example:443");
    assert_eq!(sent.send(backend.address()).status, 200);
    backend.emulator.register_device(&link(&backend, "iampass.example")).unwrap();
    assert_eq!(backend.emulator.base_url(), format!("http://{address}"));
    let told = backend.emulator.shell_settings();
    assert!(told.starts_with("export IAMPASS_SERVER=https://iampass.example\n"), "{told}");
}

#[test]
fn the_console_shows_the_origin_that_it_is_reached_at() {
    let console = |backend: &Backend, host: &str| {
        let got = Sent::new("GET", "/").header("Host", host).send(backend.address());
        assert_eq!(got.status, 200, "{host}: {got:?}");
        let (_, settings) = got.body.split_once("export IAMPASS_SERVER=").unwrap();
        settings.split('\n').next().unwrap().to_owned()
    };
    let backend = start(Emulator::builder());
    let host = format!("localhost:{}", backend.address().port());
    assert_eq!(console(&backend, &host), format!("http://{host}"));
    let address = backend.address().to_string();
    assert_eq!(console(&backend, &address), backend.emulator.base_url());
    let backend = start(Emulator::builder().public_url("https://iampass.example").admin(true));
    for host in ["iampass.example", "localhost"] {
        assert_eq!(console(&backend, host), "https://iampass.example");
    }
}

#[test]
fn the_origin_of_the_public_url_may_use_the_admin_api() {
    let backend = start(Emulator::builder().public_url("https://iampass.example").admin(true));
    let call = |host: &str, origin: &str| {
        let sent = Sent::new("POST", "/_emulator/v1/clock").json(&json!({"move_by_seconds": 0}));
        sent.header("Host", host).header("Origin", origin).send(backend.address()).status
    };
    let (own, address) = ("https://iampass.example", backend.address().to_string());
    assert_eq!(call("iampass.example", own), 200);
    // A proxy that puts the emulator's address in the place of `Host`.
    assert_eq!(call(&address, own), 200);
    assert_eq!(call(&address, &format!("http://{address}")), 200);
    for (host, origin) in [
        ("iampass.example", "http://iampass.example"),
        ("iampass.example", "https://evil.example"),
        ("iampass.example:8443", own),
        ("evil.example", own),
        ("sub.iampass.example", own),
        (address.as_str(), "https://iampass.example.evil.example"),
    ] {
        assert_eq!(call(host, origin), 403, "{host} {origin}");
    }
}

#[test]
fn a_public_url_that_cannot_be_one_stops_the_start() {
    for (url, expected) in [
        ("iampass.example", InvalidPublicUrl::Scheme),
        ("https://iampass.example/iampass", InvalidPublicUrl::Path),
        ("https://a:b@iampass.example", InvalidPublicUrl::UserInfo),
    ] {
        match Emulator::builder().public_url(url).start().unwrap_err() {
            StartError::PublicUrl { url: named, source } => assert_eq!((&*named, source), (url, expected)),
            other => panic!("{other:?}"),
        }
    }
}
