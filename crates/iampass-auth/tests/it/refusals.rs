//! The texts of refusals and errors.

use iampass_auth::{ApplicationId, ApplicationSecret, HeaderFault, Refusal, Signer, Verifier, headers};

use crate::support::{APPLICATION, NOW, authentication_with, credentials, present, sent, verifier};

const SIGNATURE: &str = "QRnRME7c7hrH0n9VBePsWA==";

#[test]
fn missing_headers() {
    let refusals: Vec<_> = [
        sent().without(headers::AUTHENTICATION),
        sent().without(headers::TIMESTAMP),
        sent().without(headers::VERSION).without(headers::VERSION_VENDOR_SPELLING),
    ]
    .iter()
    .map(|sent| sent.refusal().to_string())
    .collect();
    insta::assert_snapshot!(refusals.join("\n"));
}

#[test]
fn either_spelling_of_the_version_is_enough() {
    for name in [headers::VERSION, headers::VERSION_VENDOR_SPELLING] {
        assert!(sent().without(name).verify_with(&verifier()).is_ok());
    }
}

#[test]
fn other_versions() {
    let refusals: Vec<_> = [
        sent().with(headers::VERSION, "2"),
        sent().with(headers::VERSION_VENDOR_SPELLING, "01"),
        sent().without(headers::VERSION).with(headers::VERSION_VENDOR_SPELLING, ""),
        sent().with(headers::VERSION, "9".repeat(4000)),
    ]
    .iter()
    .map(|sent| sent.refusal().to_string())
    .collect();
    insta::assert_snapshot!(refusals.join("\n"));
}

#[test]
fn headers_that_cannot_be_read() {
    let refusals: Vec<_> = [
        sent().with(headers::AUTHENTICATION, format!("Hmac {APPLICATION}:1:{SIGNATURE}")),
        sent().with(headers::AUTHENTICATION, "hmac app:1"),
        authentication_with("", "1", SIGNATURE),
        authentication_with("a b", "1", SIGNATURE),
        authentication_with("..", "1", SIGNATURE),
        authentication_with("app", "0001", SIGNATURE),
        authentication_with("app", "0x1f", SIGNATURE),
        authentication_with("app", "", SIGNATURE),
        authentication_with("app", "18446744073709551616", SIGNATURE),
        authentication_with("app", "1", "QRnRME7c7hrH0n9VBePsWA"),
        sent().with(headers::TIMESTAMP, "1700000000.5"),
        sent().with(headers::AUTHENTICATION, "hmac é"),
        sent().and(headers::AUTHENTICATION, "hmac app:1:"),
        sent().and("x-iampass-authentication-timestamp", "1"),
    ]
    .iter()
    .map(|sent| sent.refusal().to_string())
    .collect();
    insta::assert_snapshot!(refusals.join("\n"));
}

#[test]
fn a_value_that_is_not_text() {
    let presented =
        iampass_auth::PresentedHeaders::from_pairs([(headers::AUTHENTICATION, b"hmac \xff".as_slice())]);
    let name = headers::AUTHENTICATION;
    let refused = Refusal::MalformedHeader { name, reason: HeaderFault::NotText };
    assert_eq!(verifier().verify(&presented, "https://iam-api.com/"), Err(refused));
}

#[test]
fn signatures_that_do_not_hold() {
    let unknown = Verifier::new(|_: &str| None).with_clock(|| NOW);
    let other_secret = Verifier::new(|_: &str| ApplicationSecret::new("another").ok()).with_clock(|| NOW);
    let narrow = verifier().with_replay_capacity(1);
    present(&narrow, 1, NOW).unwrap();
    present(&narrow, 2, NOW + 1).unwrap();
    let refusals = [
        sent().verify_with(&unknown).unwrap_err(),
        sent().verify_with(&other_secret).unwrap_err(),
        verifier().verify(&sent().presented(), "/management/add_users/app").unwrap_err(),
        present(&verifier(), 1, NOW - 301).unwrap_err(),
        present(&narrow, 2, NOW + 1).unwrap_err(),
        present(&narrow, 1, NOW).unwrap_err(),
    ]
    .map(|refusal| format!("{}: {refusal}", refusal.code()));
    insta::assert_snapshot!(refusals.join("\n"));
}

#[test]
fn the_first_thing_that_is_wrong_is_told() {
    let unknown = Verifier::new(|_: &str| None).with_clock(|| NOW);
    // Form before version, version before application, application before signature, and so on.
    let everything =
        authentication_with("app", "1", SIGNATURE).with(headers::TIMESTAMP, "0").with(headers::VERSION, "2");
    let form = everything.clone().with(headers::TIMESTAMP, "x");
    assert_eq!(form.verify_with(&unknown).unwrap_err().code(), "malformed_header");
    assert_eq!(everything.verify_with(&unknown).unwrap_err().code(), "unsupported_version");
    let version = everything.with(headers::VERSION, "1");
    assert_eq!(version.verify_with(&unknown).unwrap_err().code(), "unknown_application");
    assert_eq!(version.verify_with(&verifier()).unwrap_err().code(), "signature_mismatch");
    // A nonce that was used, by a request that has become too old.
    let verifier = verifier();
    present(&verifier, 1, NOW).unwrap();
    let old = present(&verifier, 1, NOW - 301).unwrap_err();
    assert_eq!(old.code(), "outside_clock_window");
}

#[test]
fn credentials_that_are_none() {
    let ids = ["", "..", "a:b", "app\n"].map(|id| ApplicationId::new(id).unwrap_err().to_string());
    let secrets = ["", "x\n", "a\tb"].map(|text| ApplicationSecret::new(text).unwrap_err().to_string());
    insta::assert_snapshot!([ids.join("\n"), secrets.join("\n")].join("\n"));
}

#[test]
fn urls_that_cannot_be_signed() {
    let signer = Signer::new(credentials());
    let errors = [
        "/management/add_users/app",
        "ftp://iam-api.com/",
        "https:///a",
        "https://[::1/",
        "https://iam-api.com:https/",
        "https://user:password@iam-api.com/",
        "https://iam-api.com/a b",
        "https://iam-api.com/é",
    ]
    .map(|url| signer.sign(url).unwrap_err().to_string());
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn causes_are_kept() {
    use std::error::Error as _;
    let refusal = authentication_with("app", "01", SIGNATURE).refusal();
    let fault = refusal.source().unwrap();
    assert_eq!(fault.source().unwrap().to_string(), "it has leading zeros");
}
