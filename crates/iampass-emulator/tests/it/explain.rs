//! What the author of a signer is told.
//!
//! The wrong signers are written here once more, with other crates than the emulator's, from the
//! words of what they do wrong.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use hmac::{Hmac, KeyInit as _, Mac as _};
use iampass_auth::Signer;
use iampass_emulator::{Application, Emulator, RecordedRefusal};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::support::{Backend, Got, Sent, credentials};

/// Hexadecimal and base64 at once, as secrets may look.
const HEX_SECRET: &str = "0123456789abcdef0123456789abcdef";
const TARGET: &str = "/management/device_registration_link/app/a%40b?display_name=A%20B";
const NONCE: u64 = 0x0102_0304_0506_0708;

fn backend() -> Backend {
    start(Emulator::builder().application(Application::new("app", HEX_SECRET).unwrap()))
}

fn start(builder: iampass_emulator::Builder) -> Backend {
    let signer = Signer::new(credentials("app", HEX_SECRET));
    Backend { emulator: builder.start().unwrap(), signer }
}

fn sha256(parts: [&[u8]; 2]) -> Vec<u8> {
    Sha256::digest(parts.concat()).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    format!("{:032x}", u128::from_be_bytes(bytes.try_into().unwrap()))
}

/// A signer that can do each thing in another way.
#[derive(Clone)]
struct Wrong {
    key: Vec<u8>,
    text: String,
    kept: std::ops::Range<usize>,
    timestamp: u64,
}

impl Wrong {
    /// One that does all rightly.
    fn at(backend: &Backend) -> Self {
        let timestamp = backend.emulator.unix_seconds();
        let key = sha256([NONCE.to_string().as_bytes(), HEX_SECRET.as_bytes()])[..16].to_vec();
        let text = format!("{NONCE}{}{TARGET}{timestamp}", backend.address());
        Self { key, text, kept: 0..16, timestamp }
    }

    fn key(mut self, key: &[u8]) -> Self {
        self.key = key.to_vec();
        self
    }

    fn text(mut self, text: String) -> Self {
        self.text = text;
        self
    }

    fn digest(&self) -> Vec<u8> {
        let mac = <Hmac<Sha256>>::new_from_slice(&self.key).unwrap().chain_update(&self.text);
        mac.finalize().into_bytes()[self.kept.clone()].to_vec()
    }

    fn send(&self, backend: &Backend) -> Got {
        self.send_as(backend, &STANDARD.encode(self.digest()), "Authentication", None)
    }

    fn send_as(&self, backend: &Backend, signature: &str, name: &str, host: Option<&str>) -> Got {
        let sent = Sent::new("GET", TARGET)
            .header(name, &format!("hmac app:{NONCE}:{signature}"))
            .header("X-IAMPASS-Authentication-Timestamp", &self.timestamp.to_string())
            .header("X-IAMPASS-Authentication-Version", "1");
        host.into_iter().fold(sent, |sent, host| sent.header("Host", host)).send(backend.address())
    }
}

fn refusal(backend: &Backend) -> RecordedRefusal {
    backend.emulator.requests().pop().unwrap().refusal.unwrap()
}

#[track_caller]
fn mistakes(backend: &Backend, wrong: &Wrong, expected: &[&str]) -> String {
    wrong.send(backend).is_unauthorized();
    let refusal = refusal(backend);
    assert_eq!((refusal.code, &refusal.mistakes[..]), ("signature_mismatch", expected));
    // What is expected is told whatever was found.
    let right = format!("{NONCE}{}{TARGET}{}", backend.address(), wrong.timestamp);
    assert!(refusal.explanation.contains(&right), "{}", refusal.explanation);
    assert!(!refusal.explanation.contains(HEX_SECRET), "{}", refusal.explanation);
    // The secret is only guessed at when nothing else was found.
    let guessed = refusal.explanation.contains("its application secret is another one");
    assert_eq!(guessed, expected.is_empty(), "{}", refusal.explanation);
    refusal.explanation
}

#[test]
fn the_signer_of_these_tests_is_right_when_it_does_nothing_wrong() {
    let backend = backend();
    let got = Wrong::at(&backend).send(&backend);
    // The user is not there; but the signature was.
    got.is_text(404, "Client Application app or User a@b not found.");
}

#[test]
fn each_mistake_with_the_token_is_named() {
    let backend = backend();
    let (nonce, secret) = (NONCE.to_string(), HEX_SECRET.as_bytes());
    let decimal = nonce.as_bytes();
    let whole = sha256([decimal, secret]);
    let in_hex = hex(&whole[..16]);
    let hex_decoded: Vec<u8> = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef].repeat(2);
    let base64_decoded = STANDARD.decode(HEX_SECRET).unwrap();
    let with_line_break = format!("{HEX_SECRET}\n");
    for (key, mistake) in [
        (sha256([&NONCE.to_be_bytes(), secret])[..16].to_vec(), "nonce_raw_bytes"),
        (sha256([&NONCE.to_le_bytes(), secret])[..16].to_vec(), "nonce_raw_bytes"),
        (sha256([format!("{NONCE:020}").as_bytes(), secret])[..16].to_vec(), "nonce_padded"),
        (sha256([secret, decimal])[..16].to_vec(), "secret_before_nonce"),
        (whole.clone(), "token_not_cut"),
        (in_hex.into_bytes(), "token_in_hex"),
        (secret.to_vec(), "no_token"),
        (sha256([decimal, &hex_decoded])[..16].to_vec(), "secret_hex_decoded"),
        (sha256([decimal, &base64_decoded])[..16].to_vec(), "secret_base64_decoded"),
        (sha256([decimal, with_line_break.as_bytes()])[..16].to_vec(), "secret_line_break"),
    ] {
        mistakes(&backend, &Wrong::at(&backend).key(&key), &[mistake]);
    }
}

#[test]
fn each_mistake_with_the_text_is_named_and_the_signed_text_shown() {
    let backend = backend();
    let right = Wrong::at(&backend);
    let (host, time) = (backend.address(), right.timestamp);
    let (port, path) = (host.port(), TARGET.split('?').next().unwrap());
    for (text, mistake) in [
        (format!("{NONCE}http://{host}{TARGET}{time}"), "scheme_left_in"),
        (format!("{NONCE}https://{host}{TARGET}{time}"), "scheme_left_in"),
        (format!("{NONCE}{host}{path}{time}"), "query_left_out"),
        (format!("{NONCE}127.0.0.1{TARGET}{time}"), "port_left_out"),
        (format!("{NONCE}{TARGET}{time}"), "host_left_out"),
        (format!("{NONCE}localhost:{port}{TARGET}{time}"), "other_host"),
        (format!("{NONCE}main.iam-api.com{TARGET}{time}"), "other_host"),
        (format!("{NONCE}{host}{}{time}", TARGET.replace("%40", "@")), "path_decoded"),
        (format!("{NONCE}{host}{}{time}", TARGET.replace("/management", "")), "prefix_left_out"),
        (format!("{NONCE}{host}{TARGET}"), "timestamp_left_out"),
        (format!("{NONCE}{time}{host}{TARGET}"), "timestamp_misplaced"),
        (format!("{NONCE}{host}{TARGET}{}", time + 1), "timestamp_of_other_second"),
        (format!("{host}{TARGET}{time}"), "nonce_left_out"),
        (format!("{NONCE}GET{host}{TARGET}{time}"), "method_included"),
    ] {
        let explanation = mistakes(&backend, &right.clone().text(text.clone()), &[mistake]);
        assert!(explanation.contains(&format!("what was signed is {text:?}")), "{explanation}");
    }
    let mut end = right;
    end.kept = 16..32;
    mistakes(&backend, &end, &["digest_end"]);
}

#[test]
fn a_default_port_that_was_signed_is_named() {
    let backend = backend();
    let right = Wrong::at(&backend);
    for port in [80, 443] {
        let text = format!("{NONCE}emulator.example:{port}{TARGET}{}", right.timestamp);
        let wrong = right.clone().text(text);
        let signature = STANDARD.encode(wrong.digest());
        wrong.send_as(&backend, &signature, "Authentication", Some("emulator.example")).is_unauthorized();
        assert_eq!(refusal(&backend).mistakes, ["default_port_included"]);
    }
}

#[test]
fn mistakes_are_found_in_pairs_and_the_vendors_pages_all_together() {
    let backend = backend();
    let right = Wrong::at(&backend);
    let host = backend.address();
    let raw = sha256([&NONCE.to_be_bytes(), HEX_SECRET.as_bytes()]);
    let scheme = format!("{NONCE}http://{host}{TARGET}");
    mistakes(&backend, &right.clone().text(scheme.clone()), &["scheme_left_in", "timestamp_left_out"]);
    mistakes(
        &backend,
        &right.clone().key(&raw[..16]).text(scheme),
        &["nonce_raw_bytes", "scheme_left_in", "timestamp_left_out"],
    );
    let text = format!("{NONCE}{TARGET}{}", right.timestamp);
    mistakes(&backend, &right.key(&raw[..16]).text(text), &["nonce_raw_bytes", "host_left_out"]);
}

#[test]
fn the_secret_of_another_application_is_named_and_any_other_is_not_guessed() {
    let backend = backend();
    backend.emulator.add_application(Application::new("other", "OTHERSECRET").unwrap()).unwrap();
    let key = |secret: &str| sha256([NONCE.to_string().as_bytes(), secret.as_bytes()])[..16].to_vec();
    let right = Wrong::at(&backend);
    let explanation =
        mistakes(&backend, &right.clone().key(&key("OTHERSECRET")), &["secret_of_other_application"]);
    assert!(explanation.starts_with("the secret is that of the application `other`"), "{explanation}");
    assert!(!explanation.contains("OTHERSECRET"));
    let explanation = mistakes(&backend, &right.key(&key("MADEUP")), &[]);
    assert!(explanation.starts_with("the signature is not right"), "{explanation}");
}

#[test]
fn a_sealed_secret_is_no_obstacle() {
    let backend = start(Emulator::builder().application(credentials("app", HEX_SECRET)));
    let right = Wrong::at(&backend);
    let text = format!("{NONCE}http://{}{TARGET}{}", backend.address(), right.timestamp);
    mistakes(&backend, &right.clone().text(text), &["scheme_left_in"]);
    let raw = sha256([&NONCE.to_be_bytes(), HEX_SECRET.as_bytes()]);
    mistakes(&backend, &right.key(&raw[..16]), &["nonce_raw_bytes"]);
}

#[test]
fn mistakes_of_form_are_named() {
    let backend = backend();
    let right = Wrong::at(&backend);
    let mut whole = right.clone();
    whole.kept = 0..32;
    let hex = hex(&right.digest());
    for (signature, mistake) in [
        (STANDARD.encode(whole.digest()), "digest_not_cut"),
        (hex, "signature_in_hex"),
        (STANDARD_NO_PAD.encode(right.digest()), "signature_unpadded"),
        (URL_SAFE.encode([0xff; 16]), "signature_url_safe"),
    ] {
        right.send_as(&backend, &signature, "Authentication", None).is_unauthorized();
        let refusal = refusal(&backend);
        assert_eq!((refusal.code, &refusal.mistakes[..]), ("malformed_header", &[mistake][..]));
        assert!(!refusal.explanation.contains(&signature));
    }

    right.send_as(&backend, &STANDARD.encode(right.digest()), "Authorization", None).is_unauthorized();
    assert_eq!(refusal(&backend).mistakes, ["authorization_header"]);
    assert!(refusal(&backend).explanation.contains("`Authentication` is missing"));

    let misspelled = Sent::new("GET", TARGET)
        .header("Authentication", &format!("hmac app:{NONCE}:{}", STANDARD.encode(right.digest())))
        .header("X-IAMPASS-Authentiaction-Timestamp", &right.timestamp.to_string());
    misspelled.send(backend.address()).is_unauthorized();
    assert_eq!(refusal(&backend).mistakes, ["header_misspelled"]);

    let mut milliseconds = right;
    milliseconds.timestamp *= 1_000;
    milliseconds.text = format!("{NONCE}{}{TARGET}{}", backend.address(), milliseconds.timestamp);
    milliseconds.send(&backend).is_unauthorized();
    let refusal = refusal(&backend);
    assert_eq!(
        (refusal.code, &refusal.mistakes[..]),
        ("outside_clock_window", &["timestamp_in_milliseconds"][..])
    );
}

#[test]
fn the_client_is_told_if_asked_for() {
    let application = Application::new("app", HEX_SECRET).unwrap();
    let backend = start(Emulator::builder().application(application).explain(true));
    let right = Wrong::at(&backend);
    let text = format!("{NONCE}http://{}{TARGET}{}", backend.address(), right.timestamp);
    let got = right.text(text.clone()).send(&backend);
    let explanation = refusal(&backend).explanation;
    got.is_text(
        401,
        &format!("The request could not be authenticated.\nsignature_mismatch: {explanation}\n"),
    );
    assert_eq!(got.header("www-authenticate"), Some("hmac"));
    assert!(got.body.contains("the scheme was left in: sign the URL without `http://`"), "{got:?}");
    assert!(got.body.contains(&format!("what was signed is {text:?}")), "{got:?}");
    assert!(!got.body.contains(HEX_SECRET));

    let got = Sent::new("GET", TARGET).send(backend.address());
    assert!(
        got.body.ends_with(
            "missing_header: the header `Authentication` is missing: send it with every request\n"
        )
    );

    // The other answers are the documented ones.
    let stranger = Signer::new(credentials("stranger", HEX_SECRET));
    let sent = Sent::new("GET", "/management/has_registered_mobile_device/stranger/a");
    let got = sent.signed(&stranger, &backend.address().to_string()).send(backend.address());
    got.is_text(404, "Client Application stranger not found");
    assert_eq!(backend.post("add_users", &json!({"users": ["alice"]})).status, 201);
}

#[test]
fn long_urls_leave_the_mistake_readable_in_the_log() {
    let backend = backend();
    let target = format!("{TARGET}{}", "x".repeat(4_000));
    let mut right = Wrong::at(&backend);
    right.text = format!("{NONCE}http://{}{target}{}", backend.address(), right.timestamp);
    let sent = Sent::new("GET", target)
        .header("Authentication", &format!("hmac app:{NONCE}:{}", STANDARD.encode(right.digest())))
        .header("X-IAMPASS-Authentication-Timestamp", &right.timestamp.to_string())
        .header("X-IAMPASS-Authentication-Version", "1");
    sent.send(backend.address()).is_unauthorized();
    let refusal = refusal(&backend);
    assert_eq!(refusal.mistakes, ["scheme_left_in"]);
    assert!(refusal.explanation.starts_with("the scheme was left in"), "{}", refusal.explanation);
    assert!(refusal.explanation.len() < 3_000);
}

#[test]
fn a_url_that_is_too_long_to_try_every_mistake_is_told_as_such() {
    let backend = backend();
    let target = format!("{TARGET}{}", "x".repeat(60_000));
    let right = Wrong::at(&backend);
    for (key, mistakes) in [(HEX_SECRET, &["no_token"][..]), ("MADEUP", &[])] {
        let wrong = right.clone().key(key.as_bytes());
        let wrong = wrong.text(format!("{NONCE}{}{target}{}", backend.address(), right.timestamp));
        let sent = Sent::new("GET", target.as_str())
            .header("Authentication", &format!("hmac app:{NONCE}:{}", STANDARD.encode(wrong.digest())))
            .header("X-IAMPASS-Authentication-Timestamp", &right.timestamp.to_string())
            .header("X-IAMPASS-Authentication-Version", "1");
        sent.send(backend.address()).is_unauthorized();
        let refusal = refusal(&backend);
        assert_eq!(refusal.mistakes, mistakes);
        let told = refusal.explanation.contains("the URL is too long to try every well-known mistake");
        assert_eq!(told, mistakes.is_empty(), "{}", &refusal.explanation[..300]);
    }
}
