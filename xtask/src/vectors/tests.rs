//! The committed vectors, replayed with the crate's verifier; and what the file promises about itself.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use iampass_auth::{ApplicationSecret, PresentedHeaders, Refusal, Signer, Verified, Verifier};

use super::format::{Negative, Positive, Reason, Request, Vectors};
use super::{FILE, SCHEMA_FILE, run};
use crate::contracts::{AUTHENTICATION, CONTRACTS, MANAGEMENT};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn committed() -> Vectors {
    serde_json::from_str(&fs::read_to_string(root().join(FILE)).unwrap()).unwrap()
}

fn verify(verifier: &Verifier, request: &Request) -> Result<Verified, Refusal> {
    let pairs = request.headers.iter().map(|(name, value)| (name.as_str(), value));
    verifier.verify(&PresentedHeaders::from_pairs(pairs), &request.url)
}

fn request(vector: &Positive) -> Request {
    Request { url: vector.url.clone(), headers: vector.headers.clone().into_iter().collect() }
}

/// The server that a negative vector describes.
fn server(vector: &Negative) -> Verifier {
    let (secrets, now): (_, u64) = (vector.secrets.clone(), vector.now.parse().unwrap());
    Verifier::new(move |id: &str| ApplicationSecret::new(secrets.get(id)?.as_str()).ok())
        .with_clock(move || now)
        .with_window(std::time::Duration::from_secs(vector.window.into()))
}

#[test]
fn both_files_are_what_the_tables_make() {
    run(root(), true).unwrap();
}

#[test]
fn there_are_enough_and_no_two_have_the_same_name() {
    let vectors = committed();
    assert!(vectors.positive.len() >= 60, "{}", vectors.positive.len());
    assert!(vectors.negative.len() >= 20, "{}", vectors.negative.len());
    let names = vectors.positive.iter().map(|vector| &vector.name);
    let names: Vec<_> = names.chain(vectors.negative.iter().map(|vector| &vector.name)).collect();
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
}

#[test]
fn every_operation_of_the_contracts_is_there_and_no_other() {
    let contracts =
        CONTRACTS.iter().map(|contract| fs::read_to_string(root().join(contract.source)).unwrap());
    let contracts = contracts.collect::<String>();
    let ids = contracts
        .lines()
        .filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("operationId: "));
    let vectors = committed();
    let there = vectors.positive.iter().map(|vector| vector.operation.as_str());
    assert_eq!(ids.collect::<HashSet<_>>(), there.collect::<HashSet<_>>());
}

#[test]
fn every_positive_vector_verifies_and_is_signed_the_same_again() {
    for vector in committed().positive {
        let (nonce, timestamp): (u64, u64) =
            (vector.nonce.parse().unwrap(), vector.timestamp.parse().unwrap());
        let (id, secret) = (vector.id.clone(), vector.secret.clone());
        let server = Verifier::new(move |known: &str| {
            ApplicationSecret::new(secret.as_str()).ok().filter(|_| known == id)
        })
        .with_clock(move || timestamp);
        let accepted = verify(&server, &request(&vector)).expect(&vector.name);
        assert_eq!(accepted.nonce, nonce, "{}", vector.name);

        let id = vector.id.parse().unwrap();
        let secret = ApplicationSecret::new(vector.secret.as_str()).unwrap();
        let signer = Signer::new(iampass_auth::Credentials::new(id, secret))
            .with_clock(move || timestamp)
            .with_nonce_source(move || nonce);
        let headers = signer.sign(&vector.url).unwrap();
        assert_eq!(headers.signature(), vector.signature, "{}", vector.name);
        assert_eq!(vector.message, format!("{nonce}{}{timestamp}", vector.signed_url));
    }
}

#[test]
fn every_negative_vector_is_refused_for_its_reason() {
    for vector in committed().negative {
        let server = server(&vector);
        for earlier in &vector.accepted_before {
            verify(&server, earlier).expect(&vector.name);
        }
        let refusal = verify(&server, &vector.request).expect_err(&vector.name);
        assert_eq!(refusal.code(), vector.reason.code(), "{}", vector.name);
        let written = serde_json::to_value(vector.reason).unwrap();
        assert_eq!(written, vector.reason.code());
    }
}

#[test]
fn the_worked_example_of_each_contract_is_one_of_them() {
    let vectors = committed();
    for (contract, operation) in
        [(&MANAGEMENT, "has_registered_mobile_device"), (&AUTHENTICATION, "authenticate_user")]
    {
        let contract = fs::read_to_string(root().join(contract.source)).unwrap();
        let contract = contract.split_whitespace().collect::<Vec<_>>().join(" ");
        let name = format!("operation: {operation}");
        let vector = vectors.positive.iter().find(|vector| vector.name == name).unwrap();
        let example = format!(
            "application `{}` with the secret `{}`, nonce {} and time {}, that asks for `{}`, has the token `{}` (in \
             hexadecimal) and sends `{}`.",
            vector.id,
            vector.secret,
            vector.nonce,
            vector.timestamp,
            vector.url,
            vector.token,
            vector.headers[iampass_auth::headers::AUTHENTICATION],
        );
        assert!(contract.contains(&example), "{example}");
    }
}

#[test]
fn every_reason_is_met() {
    let vectors = committed();
    for reason in [
        Reason::MissingHeader,
        Reason::MalformedHeader,
        Reason::UnsupportedVersion,
        Reason::UnknownApplication,
        Reason::SignatureMismatch,
        Reason::OutsideClockWindow,
        Reason::Replayed,
    ] {
        assert!(vectors.negative.iter().any(|vector| vector.reason == reason), "{reason:?}");
    }
}

#[test]
fn the_url_safe_alphabet_makes_a_difference() {
    let vectors = committed();
    let vector = vectors.negative.iter().find(|vector| vector.name.contains("URL-safe")).unwrap();
    let value = &vector.request.headers[0].1;
    assert!(value.contains(['-', '_']), "choose another nonce: {value}");
}

#[test]
fn check_names_the_command_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("openapi")).unwrap();
    run(folder.path(), false).unwrap();
    run(folder.path(), true).unwrap();
    let path = folder.path().join(SCHEMA_FILE);
    fs::write(&path, "{}\n").unwrap();
    let error = run(folder.path(), true).unwrap_err().to_string();
    assert!(error.ends_with("run: cargo xtask vectors"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "{}\n");
}
