//! The signing hook on `reqwest::Request`.

use iampass_auth::{PresentedHeaders, Signer, headers};
use reqwest::{Method, Request};

use crate::support::{NOW, credentials, verifier};

fn request(url: &str) -> Request {
    Request::new(Method::GET, url.parse().unwrap())
}

fn signer() -> Signer {
    Signer::new(credentials()).with_clock(|| NOW)
}

fn values<'a>(request: &'a Request, name: &str) -> Vec<&'a str> {
    request.headers().get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
}

fn nonce(request: &Request) -> String {
    values(request, headers::AUTHENTICATION)[0].split(':').nth(1).unwrap().to_owned()
}

/// Checks a signed request as a server would that got it under this URL.
fn verifies_as(request: &Request, url: &str) -> bool {
    let pairs = request.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    verifier().verify(&PresentedHeaders::from_pairs(pairs), url).is_ok()
}

#[test]
fn it_signs_the_url_that_is_sent() {
    for (url, sent) in [
        ("https://iam-api.com/a/b?c=d%20e", "https://iam-api.com/a/b?c=d%20e"),
        ("https://iam-api.com", "https://iam-api.com/"),
        ("https://IAM-API.com:443/a/../b", "https://iam-api.com/b"),
        ("https://user:p%40ss@iam-api.com/a@b", "https://iam-api.com/a@b"),
        ("https://iam-api.com/a#fragment", "https://iam-api.com/a"),
        ("http://[::1]:9000/é?q=ü|'", "http://[::1]:9000/%C3%A9?q=%C3%BC|%27"),
        ("http://127.0.0.1:8080/a b", "http://127.0.0.1:8080/a%20b"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ] {
        let mut request = request(url);
        signer().sign_request(&mut request);
        assert!(verifies_as(&request, sent), "{url}");
        assert!(!verifies_as(&request, &format!("{sent}x")), "{url}");
    }
}

#[test]
fn signing_again_replaces_every_header_and_draws_a_new_nonce() {
    let mut request = request("https://iam-api.com/a");
    for name in
        [headers::AUTHENTICATION, headers::TIMESTAMP, headers::VERSION, headers::VERSION_VENDOR_SPELLING]
    {
        let name = reqwest::header::HeaderName::try_from(name).unwrap();
        request.headers_mut().append(name.clone(), "stale".parse().unwrap());
        request.headers_mut().append(name, "staler".parse().unwrap());
    }
    request.headers_mut().insert("accept", "application/json".parse().unwrap());
    let mut nonces = vec![];
    for _ in 0..2 {
        signer().sign_request(&mut request);
        assert_eq!(values(&request, headers::AUTHENTICATION).len(), 1);
        assert_eq!(values(&request, headers::TIMESTAMP), [NOW.to_string()]);
        assert_eq!(values(&request, headers::VERSION), ["1"]);
        assert_eq!(values(&request, headers::VERSION_VENDOR_SPELLING), ["1"]);
        assert_eq!(values(&request, "accept"), ["application/json"]);
        assert_eq!(request.headers().len(), 5);
        nonces.push(nonce(&request));
    }
    assert_ne!(nonces[0], nonces[1]);
    assert!(verifies_as(&request, "https://iam-api.com/a"));
}

#[test]
fn signing_again_follows_the_url() {
    let mut request = request("https://iam-api.com/a");
    signer().sign_request(&mut request);
    *request.url_mut() = "https://main.iam-api.com/a".parse().unwrap();
    assert!(!verifies_as(&request, "https://main.iam-api.com/a"));
    signer().sign_request(&mut request);
    assert!(verifies_as(&request, "https://main.iam-api.com/a"));
}

#[test]
fn the_signature_is_not_logged() {
    let mut request = request("https://iam-api.com/a");
    signer().sign_request(&mut request);
    assert!(request.headers()[headers::AUTHENTICATION].is_sensitive());
    let value = values(&request, headers::AUTHENTICATION)[0];
    assert!(!format!("{request:?}").contains(value));
    assert!(!format!("{:?}", request.headers()).contains(value.rsplit_once(':').unwrap().1));
}

#[test]
fn what_reqwest_does_not_send_is_left_unsigned() {
    let mut request = request("data:text/plain,hello");
    request.headers_mut().insert("authentication", "stale".parse().unwrap());
    signer().sign_request(&mut request);
    assert!(request.headers().is_empty());
}
