//! What programs ask that wait until the emulator is up.

use iampass_emulator::Emulator;
use serde_json::json;

use crate::support::{Got, Sent};

const HEALTH: &str = "/_emulator/v1/health";

#[test]
fn it_is_healthy_whoever_asks_and_however_it_runs() {
    for builder in [
        Emulator::builder(),
        Emulator::builder().admin(false),
        Emulator::builder().listen(([0, 0, 0, 0], 0).into()),
    ] {
        let emulator = builder.start().unwrap();
        let address = ([127, 0, 0, 1], emulator.local_addr().port()).into();
        for host in ["localhost", "anything.example", "10.0.0.1:1"] {
            let got = Sent::new("GET", HEALTH).header("Host", host).send(address);
            got.is_json(200, &json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")}));
        }
        let got = Sent::new("POST", HEALTH).send(address);
        assert_eq!((got.status, got.header("allow")), (405, Some("GET, HEAD")));
    }
}

#[test]
fn what_is_waited_for_can_be_asked_without_its_body() {
    let head = |got: &Got| {
        let mut headers = got.headers.clone();
        headers.retain(|(name, _)| name != "date");
        headers.sort();
        (got.status, headers)
    };
    for admin in [true, false] {
        let emulator = Emulator::builder().admin(admin).start().unwrap();
        for path in [
            "/",
            "/docs",
            "/openapi.yaml",
            "/openapi.json",
            "/docs/authentication",
            "/openapi/authentication.yaml",
            "/openapi/authentication.json",
            HEALTH,
        ] {
            for accept in ["*/*", "text/html"] {
                let of =
                    |method| Sent::new(method, path).header("Accept", accept).send(emulator.local_addr());
                let (whole, without) = (of("GET"), of("HEAD"));
                assert!(!whole.body.is_empty() && without.body.is_empty(), "{path}");
                assert_eq!(head(&without), head(&whole), "{path}");
            }
        }
        // A foreign name gets no more of the console with one method than with the other.
        let status =
            |method| Sent::new(method, "/").header("Host", "evil.example").send(emulator.local_addr());
        assert_eq!(status("HEAD").status, status("GET").status);
        for path in ["/requests", "/assets/style.css", "/favicon.ico", "/_emulator/v1/export"] {
            let status = Sent::new("HEAD", path).send(emulator.local_addr()).status;
            assert!(matches!(status, 404 | 405), "{path}: {status}");
        }
    }
}

#[test]
fn browsers_find_an_icon_and_neither_is_among_the_requests() {
    let emulator = Emulator::builder().admin(false).start().unwrap();
    let icon = Sent::new("GET", "/favicon.ico").send(emulator.local_addr());
    assert_eq!((icon.status, icon.header("content-type")), (200, Some("image/svg+xml")));
    assert!(icon.body.starts_with("<svg "), "{}", icon.body);
    for method in ["GET", "HEAD"] {
        Sent::new(method, HEALTH).send(emulator.local_addr());
    }
    assert_eq!(emulator.requests(), []);
}
