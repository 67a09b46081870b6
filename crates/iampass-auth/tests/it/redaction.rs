//! No text of this crate shows a secret, a token or a signature.

use std::error::Error;

use iampass_auth::{
    ApplicationId, ApplicationSecret, Authentication, Credentials, PresentedHeaders, Signer, Verifier,
    canonical_url, headers, protocol, sign_with,
};

use crate::support::{NOW, URL};

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
    let token = hidden_forms(token.as_bytes());
    let digest = hidden_forms(digest.as_bytes());
    for text in shown {
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
        for text in texts_of_error(&refusal) {
            assert!(!text.contains(MARKER), "{text}");
            assert!(!text.contains(expected), "{text}");
            assert!(token.iter().all(|hidden| !text.contains(hidden)), "{text}");
        }
    }
}
