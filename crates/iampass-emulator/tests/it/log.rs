//! What the emulator writes to its log, at which level.

use std::fmt::{Debug, Write as _};
use std::sync::{Mutex, Once};

use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::support::{Backend, SECRET, Sent, exchange};

/// The emulator logs on its own thread, so the collector serves all of this program's tests at once.
/// Each test looks for its own marks.
static LINES: Mutex<Vec<(Level, String)>> = Mutex::new(Vec::new());

struct Collector;

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{}={value:?} ", field.name()).unwrap();
    }
}

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("iampass_emulator")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        LINES.lock().unwrap().push((*event.metadata().level(), line.0));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn collect() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Collector).unwrap());
}

fn lines_with(mark: &str) -> Vec<(Level, String)> {
    let lines = LINES.lock().unwrap();
    lines.iter().filter(|(_, line)| line.contains(mark)).cloned().collect()
}

#[test]
fn a_refusal_is_a_warning_and_its_explanation_is_for_tracing() {
    collect();
    let backend = Backend::with_users(&["mark-refused"]);
    let target = "/management/lost_user_mobile_device/app/mark-refused";
    let mut sent = backend.sign(Sent::new("GET", "/management/lost_user_mobile_device/app/other"));
    target.clone_into(&mut sent.target);
    sent.send(backend.address()).is_unauthorized();

    let explanations = lines_with("mark-refused");
    assert!(!explanations.is_empty());
    for (level, line) in explanations {
        assert_eq!(level, Level::TRACE, "{line}");
        assert!(line.contains(&format!("{}{target}", backend.address())), "{line}");
    }
    let warnings = lines_with("refusal=\"signature_mismatch\"");
    assert!(warnings.iter().any(|(level, line)| {
        *level == Level::WARN && line.contains("lost_user_mobile_device") && line.contains("401")
    }));
}

#[test]
fn nothing_that_is_secret_or_personal_is_logged() {
    collect();
    let backend = Backend::with_users(&["mark-user"]);
    let link = backend.link("device_registration_link", "mark-user?display_name=mark-name");
    backend.open("GET", &link);
    backend.open("POST", &link);
    let signed = backend.sign(Sent::new("GET", "/management/lost_user_mobile_device/app/mark-user"));
    let signature = signed.headers[0].1.rsplit_once(':').unwrap().1;
    signed.send(backend.address());
    signed.send(backend.address()).is_unauthorized();
    for page in ["/applications/app?search=mark-user", "/_emulator/v1/applications/app/users/mark-user/link"]
    {
        Sent::new("GET", page).send(backend.address());
    }
    assert!(!lines_with("{user_id}/link").is_empty());
    assert!(!lines_with("operation=\"device_registration_link\"").is_empty());
    backend.register_phone("mark-user");
    let session = backend.sign_in("mark-user");
    let unknown = Sent::new("GET", session.status_path.as_str());
    unknown.clone().send(backend.address());
    backend.send(unknown);
    session.ask();
    for target in ["/_emulator/v1/sign-ins", "/_emulator/v1/applications/app/users/mark-user/sign-in"] {
        assert_eq!(Sent::new("GET", target).send(backend.address()).status, 200);
    }
    let change = Sent::new("POST", format!("/_emulator/v1/sign-ins/{}", session.token));
    for status in ["active", "pending", "mark-user"] {
        change.clone().json(&json!({"session_status": status})).send(backend.address());
    }
    session.end();
    assert!(!lines_with("refusal=\"unknown_session\"").is_empty());
    assert!(!lines_with("operation=\"session_status\"").is_empty());
    // The token may be traced.
    let traced = lines_with(&session.token);
    assert!(traced.iter().all(|(level, _)| *level == Level::TRACE), "{traced:?}");
    let token = link.rsplit_once('/').unwrap().1;
    for mark in [SECRET, &session.secret, signature, token, "mark-user", "mark-name"] {
        assert_eq!(lines_with(mark), [], "{mark}");
    }
}

#[test]
fn no_link_is_logged_or_listed_however_it_is_requested() {
    collect();
    let backend = Backend::with_users(&["alice"]);
    let link = backend.link("device_registration_link", "alice");
    let token = link.rsplit_once('/').unwrap().1;
    let address = backend.address();
    for target in [
        format!("/register/{token}"),
        format!("/register/{token}?x=1"),
        format!("/register/{token}/"),
        format!("/register/{token}/x"),
        format!("/register/x/{token}"),
        format!("//register/{token}"),
        format!("/register//{token}"),
        format!("/x/register/{token}"),
        format!("/Register/{token}"),
        format!("/%72egister/{token}"),
        format!("/register%2F{token}"),
        format!("/register;{token}"),
        format!("/registre/{token}"),
        format!("/{token}"),
        format!("/management/has_registered_mobile_device/app/http%3A%2F%2Fh%2Fregister%2F{token}"),
        format!("/management/has_registered_mobile_device/app/http%253A%252F%252Fh%252Fregister%252F{token}"),
        format!("/management/x/../../register/{token}"),
        format!("http://{address}/register/{token}"),
        format!("http://{address}//register/{token}/"),
        format!("/register/{}%{:02x}", &token[..31], token.as_bytes()[31]),
    ] {
        for method in ["HEAD", "OPTIONS", "PUT", "DELETE", "PROPFIND"] {
            let got = Sent::new(method, target.as_str()).send(address);
            assert!(matches!(got.status, 404 | 405), "{method} {target}: {got:?}");
        }
    }
    let requests = backend.emulator.requests();
    assert_eq!(requests.len(), 102);
    let listed = format!("{requests:?}");
    let console = Sent::new("GET", "/requests").send(address).body;
    // The last one stands for one that is only partly as it was.
    for part in [token, &token[..31]] {
        assert_eq!(lines_with(part), []);
        assert!(!listed.contains(part) && !console.contains(part), "{listed}");
    }
    // It was nothing but looked for, and still works.
    assert_eq!(backend.open("POST", &link).status, 200);
}

#[test]
fn no_phone_is_logged_or_listed_however_it_is_requested() {
    collect();
    let backend = Backend::with_users(&["alice"]);
    let registered = backend.open("POST", &backend.link("device_registration_link", "alice")).body;
    let token = registered.rsplit_once('/').unwrap().1;
    let address = backend.address();
    let encoded = format!("http%3A%2F%2Fh%2Fphone%2F{token}");
    for target in [
        format!("/phone/{token}"),
        format!("/phone/{token}/x?y=1"),
        format!("//phone/{token}"),
        format!("/Phone/{token}"),
        format!("/phone%2F{token}"),
        format!("/{token}"),
        format!("http://{address}/phone/{token}/"),
        format!("/management/has_registered_mobile_device/app/{encoded}"),
        format!("/management/has_registered_mobile_device/app/{}", encoded.replace('%', "%25")),
        format!("/authentication/authenticate_user/app/{encoded}"),
    ] {
        for method in ["HEAD", "PUT"] {
            let got = Sent::new(method, target.as_str()).send(address);
            assert!(matches!(got.status, 404 | 405), "{method} {target}: {got:?}");
        }
    }
    for target in [format!("/phone/{token}"), format!("/phone/{token}/")] {
        Sent::new("GET", target.as_str()).send(address);
        Sent::new("POST", target).send(address);
    }
    // In the place of a user, in an explanation.
    let path = format!("/management/has_registered_mobile_device/app/{encoded}");
    assert_eq!(backend.send(Sent::new("GET", path)).status, 404);
    let listed = format!("{:?}", backend.emulator.requests());
    let console = Sent::new("GET", "/requests").send(address).body;
    assert_eq!(lines_with(token), []);
    assert!(!listed.contains(token) && !console.contains(token), "{listed}");
    // What is none stays, whatever the application is called.
    let path = "/management/has_registered_mobile_device/my-phone/alice";
    Sent::new("GET", path).send(address);
    assert_eq!(backend.emulator.requests().pop().unwrap().path, path);
}

#[test]
fn no_link_is_told_in_an_explanation() {
    let backend = Backend::with_users(&["alice"]);
    let link = backend.link("device_registration_link", "alice");
    let token = link.rsplit_once('/').unwrap().1;
    let encoded = link.replace(':', "%3A").replace('/', "%2F");
    let path = "/management/device_registration_link/app";
    // A link in the place of the user, and one in the query of a call that is wrongly signed.
    let unknown = backend.sign(Sent::new("GET", format!("{path}/{encoded}"))).send(backend.address());
    assert_eq!(unknown.status, 404);
    let mut wrong = backend.sign(Sent::new("GET", format!("{path}/alice")));
    wrong.target = format!("{path}/alice?display_name={encoded}");
    assert_eq!(wrong.send(backend.address()).status, 401);
    let requests = backend.emulator.requests();
    let explained: Vec<_> = requests.iter().filter_map(|request| request.refusal.as_ref()).collect();
    assert_eq!(
        explained.iter().map(|refusal| refusal.code).collect::<Vec<_>>(),
        ["unknown_user", "signature_mismatch"]
    );
    for refusal in explained {
        assert!(refusal.explanation.contains("{token}"), "{refusal:?}");
    }
    assert!(!format!("{requests:?}").contains(token), "{requests:?}");
    // What is not one stays.
    backend.sign(Sent::new("GET", format!("{path}/register"))).send(backend.address());
    let last = backend.emulator.requests().pop().unwrap().refusal.unwrap();
    assert_eq!(last.explanation, "Client Application app or User register not found.");
}

#[test]
fn why_a_request_is_refused_is_logged_by_its_code() {
    collect();
    let backend = Backend::with_users(&["alice"]);
    backend.get("has_registered_mobile_device", "mark-nobody");
    Sent::new("GET", "/mark-nowhere").send(backend.address());
    Sent::new("POST", "/management/send_registration_sms/app/mark-sms").send(backend.address());
    backend.post("add_users", &json!({"users": ["mark plus"]}));
    backend.get("has_registered_mobile_device", "mark+plus");
    exchange(backend.address(), b"G@T / HTTP/1.1\r\nHost: x\r\n\r\n");
    // Also of what is in no list: the admin API, and pages.
    Sent::new("GET", "/_emulator/v1/clock").header("Host", "evil.example").send(backend.address());
    Sent::new("POST", "/_emulator/v1/clock").json(&json!({})).send(backend.address());
    Sent::new("GET", "/requests/999999").send(backend.address());
    for mark in ["mark-nobody", "mark-nowhere", "mark-sms", "mark plus", "mark+plus"] {
        for (level, line) in lines_with(mark) {
            assert_eq!(level, Level::TRACE, "{line}");
        }
    }
    assert!(!lines_with("mark-nobody").is_empty());
    assert!(!lines_with("mark+plus").is_empty());
    for (code, status) in [
        ("unknown_user", "404"),
        ("unknown_path", "404"),
        ("plus_for_space", "404"),
        ("not_emulated", "501"),
        ("malformed_head", "400"),
        ("foreign_page", "403"),
        ("bad_clock_change", "400"),
        ("unknown_request", "404"),
    ] {
        let lines = lines_with(&format!("refusal=\"{code}\""));
        assert!(
            lines.iter().any(|(level, line)| *level == Level::INFO && line.contains(status)),
            "{lines:?}"
        );
    }
}
