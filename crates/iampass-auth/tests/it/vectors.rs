//! The vendor's own signatures, stage by stage.
//!
//! `tests/vendor-vectors.json` was made by the vendor's Python package `IAMPASS` 0.0.32 as published
//! on the Python Package Index, with its nonce and clock held still. Each entry shows every value on
//! the way. It is the one thing here that neither our signer nor our verifier had a clock in; do not
//! regenerate it with our code.

use iampass_auth::{
    Authentication, PresentedHeaders, Signer, Verifier, canonical_url, headers, protocol, sign_with,
};
use serde_json::Value;

use crate::support::{credentials_of, hex};

struct Vector(Value);

impl Vector {
    fn all() -> Vec<Self> {
        let file: Value = serde_json::from_str(include_str!("../vendor-vectors.json")).unwrap();
        let vectors: Vec<_> = file.as_array().unwrap().iter().cloned().map(Self).collect();
        assert_eq!(vectors.len(), 14);
        vectors
    }

    fn text(&self, member: &str) -> &str {
        self.0[member].as_str().unwrap()
    }

    fn number(&self, member: &str) -> u64 {
        self.text(member).parse().unwrap()
    }

    fn credentials(&self) -> iampass_auth::Credentials {
        credentials_of(self.text("application_id"), self.text("application_secret"))
    }
}

#[test]
fn token() {
    for vector in Vector::all() {
        let token = protocol::token(vector.number("nonce"), vector.credentials().secret());
        assert_eq!(hex(token.as_bytes()), vector.text("token"));
    }
}

#[test]
fn canonical_url_and_message() {
    for vector in Vector::all() {
        let url = canonical_url(vector.text("url")).unwrap();
        let (nonce, timestamp) = (vector.text("nonce"), vector.text("timestamp"));
        let message = vector.text("message");
        let signed_url = &message[nonce.len()..message.len() - timestamp.len()];
        assert_eq!(url.to_string(), signed_url);
        let made = protocol::message(vector.number("nonce"), &url, vector.number("timestamp"));
        assert_eq!(made, message);
    }
}

#[test]
fn digest_of_the_message_and_of_the_request() {
    for vector in Vector::all() {
        let credentials = vector.credentials();
        let token = protocol::token(vector.number("nonce"), credentials.secret());
        let digest = protocol::digest(&token, vector.text("message"));
        assert_eq!(hex(digest.as_bytes()), vector.text("digest"));
        let url = canonical_url(vector.text("url")).unwrap();
        let (nonce, timestamp) = (vector.number("nonce"), vector.number("timestamp"));
        let at_once = protocol::request_digest(credentials.secret(), &url, nonce, timestamp);
        assert_eq!(hex(at_once.as_bytes()), vector.text("digest"));
    }
}

#[test]
fn headers_of_the_pure_function_and_of_the_signer() {
    for vector in Vector::all() {
        let (nonce, timestamp) = (vector.number("nonce"), vector.number("timestamp"));
        let url = canonical_url(vector.text("url")).unwrap();
        let signed = sign_with(&vector.credentials(), &url, nonce, timestamp);
        let expected = [
            (headers::AUTHENTICATION, vector.text("authentication")),
            (headers::TIMESTAMP, vector.text("timestamp")),
            (headers::VERSION, "1"),
            (headers::VERSION_VENDOR_SPELLING, "1"),
        ];
        assert_eq!(signed.pairs(), expected);

        let signer =
            Signer::new(vector.credentials()).with_clock(move || timestamp).with_nonce_source(move || nonce);
        assert_eq!(signer.sign(vector.text("url")).unwrap().pairs(), expected);
    }
}

#[test]
fn authentication_is_read_and_written_back() {
    for vector in Vector::all() {
        let value = vector.text("authentication");
        let parts = Authentication::parse(value).unwrap();
        assert_eq!(parts.application_id(), vector.text("application_id"));
        assert_eq!(parts.nonce(), vector.number("nonce"));
        assert_eq!(hex(parts.digest().as_bytes()), vector.text("digest"));
        assert_eq!(parts.to_header_value(), value);
    }
}

#[test]
fn verification() {
    for vector in Vector::all() {
        let credentials = vector.credentials();
        let timestamp = vector.number("timestamp");
        let verifier = Verifier::new(move |id: &str| {
            (id == credentials.application_id().as_str()).then(|| credentials.secret().clone())
        })
        .with_clock(move || timestamp);
        // As the Python package sends it: with its own spelling of the version's name alone.
        let presented = PresentedHeaders::from_pairs([
            ("authentication", vector.text("authentication")),
            ("x-iampass-authentication-timestamp", vector.text("timestamp")),
            ("x-iamoass-authentication-version", "1"),
        ]);
        let verified = verifier.verify(&presented, vector.text("url")).unwrap();
        assert_eq!(verified.application_id.as_str(), vector.text("application_id"));
        assert_eq!(verified.nonce, vector.number("nonce"));
        assert_eq!(verified.timestamp, timestamp);
    }
}
