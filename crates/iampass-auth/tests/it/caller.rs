//! What a signature does not prove: that the request came to the right host, for the right application.

use iampass_auth::{InvalidUrl, PresentedHeaders, Refusal, Verified, Verifier, canonical_url, sign_with};

use crate::support::{APPLICATION, NOW, credentials, verifier};

fn verify_at(verifier: &Verifier, nonce: u64, url: &str) -> Result<Verified, Refusal> {
    let signed = sign_with(&credentials(), &canonical_url(url).unwrap(), nonce, NOW);
    verifier.verify(&PresentedHeaders::from_pairs(signed.iter()), url)
}

#[test]
fn a_request_that_was_signed_for_another_host() {
    let ours = ["https://main.iam-api.com", "https://IAM-API.com:443/", "http://[::1]:9000/base"];
    let verifier = verifier().with_base_urls(ours).unwrap();
    for (nonce, url) in (0..).zip([
        "https://main.iam-api.com/a",
        "https://MAIN.iam-api.com/a?b",
        "https://main.iam-api.com:443",
        "https://iam-api.com/a",
        "http://[::1]:9000/a",
        // The scheme is not signed.
        "https://[::1]:9000/a",
    ]) {
        assert!(verify_at(&verifier, nonce, url).is_ok(), "{url}");
    }
    for url in [
        "https://iam-api.example/a",
        "https://main.iam-api.com.example/a",
        "https://main.iam-api.com:8443/a",
        "http://main.iam-api.com:443/a",
        "https://main.iam-api.co/a",
        "http://[::1]/a",
        "https://other/https://main.iam-api.com/a",
        "https://other?main.iam-api.com/a",
    ] {
        let refusal = verify_at(&verifier, 100, url).unwrap_err();
        assert_eq!((&refusal, refusal.code()), (&Refusal::UnknownHost, "unknown_host"), "{url}");
    }
    // No nonce was used up.
    assert!(verify_at(&verifier, 100, "https://main.iam-api.com/a").is_ok());
}

#[test]
fn without_base_urls_every_host_is_served() {
    assert!(verify_at(&verifier(), 1, "https://any.example/a").is_ok());
}

#[test]
fn without_any_base_url_no_host_is_served() {
    let verifier = verifier().with_base_urls([""; 0]).unwrap();
    assert_eq!(verify_at(&verifier, 1, "https://any.example/a"), Err(Refusal::UnknownHost));
}

#[test]
fn base_urls_that_are_none() {
    for (url, error) in [
        ("main.iam-api.com", InvalidUrl::MissingScheme),
        ("https://", InvalidUrl::EmptyHost),
        ("https://user@main.iam-api.com", InvalidUrl::UserInfo),
    ] {
        assert_eq!(verifier().with_base_urls(["https://iam-api.com", url]).unwrap_err(), error);
    }
}

#[test]
fn the_application_of_the_path() {
    let verified = verify_at(&verifier(), 1, "https://h/management/add_users/other").unwrap();
    assert!(verified.is_for(APPLICATION));
    for other in ["other", "", &APPLICATION[1..], &APPLICATION.to_uppercase(), &format!("{APPLICATION}/")] {
        assert!(!verified.is_for(other), "{other}");
    }
}
