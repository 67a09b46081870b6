//! No text of this crate shows a secret, a token or a signature.

use std::error::Error;

use iampass_auth::explain::{RefusedRequest, explain};
use iampass_auth::{
    ApplicationId, ApplicationSecret, Authentication, Credentials, PresentedHeaders, Signer, Verifier,
    canonical_url, headers, protocol, sign_with,
};

use crate::support::{NOW, Sent, URL};

/// The secret, easy to find in a text.
const MARKER: &str = "MARKER-4f1d-secret";

fn credentials() -> Credentials {
    Credentials::new(ApplicationId::new("app").unwrap(), ApplicationSecret::new(MARKER).unwrap())
}

/// `Debug` plain and pretty, and the same of every cause of an error.
fn texts_of_error(error: &dyn Error) -> Vec<String> {
    let mut texts = vec![];
    let mut next = Some(error);
    while let Some(error) = next {
        texts.extend([error.to_string(), format!("{error:?}"), format!("{error:#?}")]);
        next = error.source();
    }
    texts
}

#[test]
fn debug_shows_neither_secret_nor_signature() {
    let credentials = credentials();
    let signer = Signer::new(credentials.clone()).with_clock(|| NOW).with_nonce_source(|| 5);
    let signed = signer.sign(URL).unwrap();
    let secret = credentials.secret().clone();
    let verifier = Verifier::new({
        let secret = secret.clone();
        move |_: &str| Some(secret.clone())
    });
    let token = protocol::token(5, &secret);
    let digest = protocol::request_digest(&secret, &canonical_url(URL).unwrap(), 5, NOW);
    let authentication = Authentication::parse(signed.authentication()).unwrap();
    let presented = PresentedHeaders::from_pairs(signed.iter());

    let shown = [
        format!("{secret:?} {secret:#?}"),
        format!("{credentials:?} {credentials:#?}"),
        format!("{signer:?} {signer:#?}"),
        format!("{signed:?} {signed:#?}"),
        format!("{verifier:?} {verifier:#?}"),
        format!("{token:?} {token:#?}"),
        format!("{digest:?} {digest:#?}"),
        format!("{authentication:?} {authentication:#?}"),
        format!("{presented:?} {presented:#?}"),
    ];
    assert!(shown[4].contains("replay_capacity: 262144"), "{}", shown[4]);
    assert!(shown[8].contains(": present"), "{}", shown[8]);
    let names = [
        "ApplicationSecret",
        "Credentials",
        "Signer",
        "SignedHeaders",
        "Verifier",
        "Token",
        "Digest",
        "Authentication",
        "PresentedHeaders",
    ];
    let token = hidden_forms(token.as_bytes());
    let digest = hidden_forms(digest.as_bytes());
    for (text, name) in shown.into_iter().zip(names) {
        assert!(text.starts_with(name), "{text}");
        assert!(!text.contains(MARKER), "{text}");
        assert!(!text.contains(signed.signature()), "{text}");
        assert!(!text.contains(&signed.signature()[..8]), "{text}");
        for hidden in token.iter().chain(&digest) {
            assert!(!text.contains(hidden), "{text}");
        }
    }
}

/// The forms in which bytes could appear in a text: as a list and as hexadecimal digits.
fn hidden_forms(bytes: &[u8]) -> [String; 2] {
    let hex: Vec<_> = bytes[..4].iter().map(|byte| format!("{byte:02x}")).collect();
    let list: Vec<_> = bytes[..4].iter().map(u8::to_string).collect();
    [hex.concat(), list.join(", ")]
}

#[test]
fn a_refused_secret_is_not_shown() {
    for secret in [format!("{MARKER}\n"), format!(" {MARKER}"), format!("{MARKER}\0{MARKER}")] {
        let error = ApplicationSecret::new(secret).unwrap_err();
        for text in texts_of_error(&error) {
            assert!(!text.contains(MARKER), "{text}");
        }
    }
}

#[test]
fn refusals_show_neither_the_secret_nor_the_signature_that_was_expected() {
    let credentials = credentials();
    let verifier = || {
        let secret = credentials.secret().clone();
        Verifier::new(move |id: &str| (id == "app").then(|| secret.clone())).with_clock(|| NOW)
    };
    let url = canonical_url(URL).unwrap();
    let right = sign_with(&credentials, &url, 5, NOW);
    let expected = right.signature();
    let wrong = "AAAAAAAAAAAAAAAAAAAAAA==";
    let token = hidden_forms(protocol::token(5, credentials.secret()).as_bytes());

    let used = verifier();
    used.verify(&PresentedHeaders::from_pairs(right.iter()), URL).unwrap();
    let time = NOW.to_string();
    let authentication = format!("hmac app:5:{expected}");
    let attempts = [
        (verifier(), format!("hmac app:5:{wrong}"), time.clone(), "1", "signature_mismatch"),
        (verifier(), format!("hmac other:5:{expected}"), time.clone(), "1", "unknown_application"),
        (verifier(), format!("hmac app:05:{expected}"), time.clone(), "1", "malformed_header"),
        (verifier(), format!("hmac app:5:{expected}="), time.clone(), "1", "malformed_header"),
        (verifier(), authentication.clone(), format!("{time}x"), "1", "malformed_header"),
        (verifier(), authentication.clone(), time.clone(), "2", "unsupported_version"),
        (used, authentication.clone(), time.clone(), "1", "replayed"),
        (verifier().with_clock(|| 0), authentication, time, "1", "outside_clock_window"),
    ];
    for (verifier, authentication, time, version, code) in attempts {
        let presented = PresentedHeaders::from_pairs([
            (headers::AUTHENTICATION, authentication.as_str()),
            (headers::TIMESTAMP, time.as_str()),
            (headers::VERSION, version),
        ]);
        let refusal = verifier.verify(&presented, URL).unwrap_err();
        assert_eq!(refusal.code(), code);
        assert_eq!(format!("{refusal:?}").contains("SignedText(redacted)"), code == "signature_mismatch");
        for text in texts_of_error(&refusal) {
            assert!(!text.contains(MARKER), "{text}");
            assert!(!text.contains(expected), "{text}");
            assert!(token.iter().all(|hidden| !text.contains(hidden)), "{text}");
        }
    }
}

/// URLs hold user ids and display names. Errors are logged, so their texts must not hold the URL.
#[test]
fn refusals_and_explanations_show_neither_user_ids_nor_display_names() {
    const PERSONAL: &str = "https://h/management/device_registration_link/app/mark-id?display_name=mark-name";
    let credentials = credentials();
    let verifier = || {
        let secret = credentials.secret().clone();
        Verifier::new(move |id: &str| (id == "app").then(|| secret.clone())).with_clock(|| NOW)
    };
    let url = canonical_url(PERSONAL).unwrap();
    let signed = sign_with(&credentials, &url, 5, NOW);
    // Signed with the scheme, by mistake.
    let wrong = protocol::digest(&protocol::token(5, credentials.secret()), &format!("5{PERSONAL}{NOW}"));
    let wrong = format!("hmac app:5:{}", wrong.signature());
    let used = verifier();
    used.verify(&PresentedHeaders::from_pairs(signed.iter()), PERSONAL).unwrap();
    let full = verifier().with_replay_capacity(1);
    full.verify(&PresentedHeaders::from_pairs(sign_with(&credentials, &url, 1, NOW).iter()), PERSONAL)
        .unwrap();

    let with = |name: &'static str, value: String| Sent::new(&signed).with(name, value);
    for (verifier, sent, url, code) in [
        (verifier(), with(headers::AUTHENTICATION, wrong), PERSONAL, "signature_mismatch"),
        (verifier(), Sent::new(&signed).without(headers::TIMESTAMP), PERSONAL, "missing_header"),
        (verifier(), with(headers::TIMESTAMP, "x".to_owned()), PERSONAL, "malformed_header"),
        (verifier(), with(headers::VERSION, "2".to_owned()), PERSONAL, "unsupported_version"),
        (Verifier::new(|_: &str| None), Sent::new(&signed), PERSONAL, "unknown_application"),
        (verifier(), Sent::new(&signed), &PERSONAL["https://h".len()..], "unsignable_url"),
        (verifier(), Sent::new(&signed), &format!("{PERSONAL} "), "unsignable_url"),
        (verifier().with_clock(|| 0), Sent::new(&signed), PERSONAL, "outside_clock_window"),
        (used, Sent::new(&signed), PERSONAL, "replayed"),
        (full, Sent::new(&signed), PERSONAL, "forgotten"),
    ] {
        let refusal = verifier.verify(&sent.presented(), url).unwrap_err();
        assert_eq!(refusal.code(), code);
        let pairs = sent.0.iter().map(|(name, value)| (*name, value.as_str()));
        let request = RefusedRequest::new("GET", url, pairs);
        let explanation = explain(&refusal, &request, Some(credentials.secret()), []);
        let mut texts = texts_of_error(&refusal);
        texts.extend([
            format!("{request:?} {request:#?}"),
            format!("{explanation:?} {explanation:#?}"),
            explanation.text(),
        ]);
        for text in texts {
            assert!(!text.contains("mark-"), "{text}");
        }
        if code == "signature_mismatch" {
            // Whoever asks for them by name gets the texts.
            let message = protocol::message(5, &canonical_url(PERSONAL).unwrap(), NOW);
            assert_eq!(refusal.expected_text(), Some(message.as_str()));
            assert_eq!(explanation.signed.unwrap().as_str(), format!("5{PERSONAL}{NOW}"));
        } else {
            assert_eq!((refusal.expected_text(), explanation.signed), (None, None));
        }
    }
}
