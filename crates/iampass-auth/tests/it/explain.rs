//! The well-known mistakes of signers are found and named.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use hmac::{Hmac, KeyInit as _, Mac as _};
use iampass_auth::explain::{Explanation, RefusedRequest, explain};
use iampass_auth::{ApplicationSecret, Refusal, Verifier, headers};
use sha2::{Digest as _, Sha256};

use crate::support::{APPLICATION, NOW, Sent, hex};

/// Hexadecimal and base64 as well, so that it can be decoded by mistake.
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const NONCE: u64 = 12_345_678_901_234_567_890;
const URL: &str = "https://api.example:8443/management/has_registered_mobile_device/f2f7/a%40b?c=d";
const MESSAGE_URL: &str = "api.example:8443/management/has_registered_mobile_device/f2f7/a%40b?c=d";

fn secret() -> ApplicationSecret {
    ApplicationSecret::new(SECRET).unwrap()
}

fn sha256(first: &[u8], second: &[u8]) -> Vec<u8> {
    Sha256::new().chain_update(first).chain_update(second).finalize().to_vec()
}

fn hmac(key: &[u8], message: &str) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(message).finalize().into_bytes().to_vec()
}

fn token() -> Vec<u8> {
    sha256(NONCE.to_string().as_bytes(), SECRET.as_bytes())[..16].to_vec()
}

fn message() -> String {
    format!("{NONCE}{MESSAGE_URL}{NOW}")
}

fn sent(signature: &str) -> Sent {
    Sent(vec![
        (headers::AUTHENTICATION, format!("hmac {APPLICATION}:{NONCE}:{signature}")),
        (headers::TIMESTAMP, NOW.to_string()),
        (headers::VERSION, "1".to_owned()),
    ])
}

fn explained_at(url: &str, sent: &Sent) -> (Refusal, Explanation) {
    let verifier = Verifier::new(|_: &str| Some(secret())).with_clock(|| NOW);
    let refusal = verifier.verify(&sent.presented(), url).unwrap_err();
    let pairs = sent.0.iter().map(|(name, value)| (*name, value.as_str()));
    let others = [("other".to_owned(), ApplicationSecret::new("secret of the other").unwrap())];
    let explanation = explain(&refusal, &RefusedRequest::new("GET", url, pairs), Some(&secret()), others);
    (refusal, explanation)
}

fn explained(sent: &Sent) -> Explanation {
    explained_at(URL, sent).1
}

fn codes(explanation: &Explanation) -> Vec<&'static str> {
    explanation.mistakes.iter().map(iampass_auth::explain::Mistake::code).collect()
}

/// The codes for a signature with this key over this text.
fn mistakes(key: &[u8], message: &str) -> Vec<&'static str> {
    codes(&explained(&sent(&STANDARD.encode(&hmac(key, message)[..16]))))
}

#[test]
fn mistakes_with_the_key() {
    let decimal = NONCE.to_string();
    let (decimal, secret) = (decimal.as_bytes(), SECRET.as_bytes());
    let decoded: Vec<u8> = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef].repeat(2);
    for (key, code) in [
        (sha256(&NONCE.to_be_bytes(), secret)[..16].to_vec(), "nonce_raw_bytes"),
        (sha256(&NONCE.to_le_bytes(), secret)[..16].to_vec(), "nonce_raw_bytes"),
        (sha256(secret, decimal)[..16].to_vec(), "secret_before_nonce"),
        (sha256(decimal, secret), "token_not_cut"),
        (hex(&token()).into_bytes(), "token_in_hex"),
        (hex(&sha256(decimal, secret)).into_bytes(), "token_in_hex"),
        (secret.to_vec(), "no_token"),
        (sha256(decimal, &decoded)[..16].to_vec(), "secret_hex_decoded"),
        (sha256(decimal, &STANDARD.decode(secret).unwrap())[..16].to_vec(), "secret_base64_decoded"),
        (sha256(decimal, format!("{SECRET}\n").as_bytes())[..16].to_vec(), "secret_line_break"),
        (sha256(decimal, format!("{SECRET}\r\n").as_bytes())[..16].to_vec(), "secret_line_break"),
    ] {
        assert_eq!(mistakes(&key, &message()), [code]);
    }
}

#[test]
fn a_padded_nonce() {
    let key = sha256(b"00000000000000000007", SECRET.as_bytes());
    let digest = hmac(&key[..16], &format!("7{MESSAGE_URL}{NOW}"));
    let authentication = format!("hmac {APPLICATION}:7:{}", STANDARD.encode(&digest[..16]));
    assert_eq!(codes(&explained(&sent("").with(headers::AUTHENTICATION, authentication))), ["nonce_padded"]);
}

#[test]
fn mistakes_with_the_message() {
    let path = MESSAGE_URL.split_once('/').unwrap().1;
    for (message, code) in [
        (format!("{NONCE}http://{MESSAGE_URL}{NOW}"), "scheme_left_in"),
        (format!("{NONCE}https://{MESSAGE_URL}{NOW}"), "scheme_left_in"),
        (format!("{NONCE}{}{NOW}", MESSAGE_URL.replace("?c=d", "")), "query_left_out"),
        (format!("{NONCE}{}{NOW}", MESSAGE_URL.replace(":8443", "")), "port_left_out"),
        (format!("{NONCE}/{path}{NOW}"), "host_left_out"),
        (format!("{NONCE}localhost/{path}{NOW}"), "other_host"),
        (format!("{NONCE}main.iam-api.com:8443/{path}{NOW}"), "other_host"),
        (format!("{NONCE}{}{NOW}", MESSAGE_URL.replace("%40", "@")), "path_decoded"),
        (format!("{NONCE}{}{NOW}", MESSAGE_URL.replace("/management", "")), "prefix_left_out"),
        (format!("{NONCE}{MESSAGE_URL}"), "timestamp_left_out"),
        (format!("{NONCE}{NOW}{MESSAGE_URL}"), "timestamp_misplaced"),
        (format!("{NOW}{NONCE}{MESSAGE_URL}"), "timestamp_misplaced"),
        (format!("{NOW}{MESSAGE_URL}{NONCE}"), "timestamp_misplaced"),
        (format!("{MESSAGE_URL}{NONCE}{NOW}"), "timestamp_misplaced"),
        (format!("{MESSAGE_URL}{NOW}{NONCE}"), "timestamp_misplaced"),
        (format!("{NONCE}{MESSAGE_URL}{}", NOW - 1), "timestamp_of_other_second"),
        (format!("{NONCE}{MESSAGE_URL}{}", NOW + 1), "timestamp_of_other_second"),
        (format!("{MESSAGE_URL}{NOW}"), "nonce_left_out"),
        (format!("{NONCE}GET{MESSAGE_URL}{NOW}"), "method_included"),
        (format!("GET{NONCE}{MESSAGE_URL}{NOW}"), "method_included"),
    ] {
        let explanation = explained(&sent(&STANDARD.encode(&hmac(&token(), &message)[..16])));
        assert_eq!(codes(&explanation), [code]);
        assert_eq!(explanation.signed.unwrap().as_str(), message);
    }
}

#[test]
fn an_included_default_port() {
    for (url, signed) in [
        ("https://h/a", "h:443/a"),
        ("HTTPS://h/a", "h:443/a"),
        ("http://h/a", "h:80/a"),
        ("https://h/a", "h:80/a"),
        ("http://[::1]/a", "[::1]:80/a"),
    ] {
        let signature = STANDARD.encode(&hmac(&token(), &format!("{NONCE}{signed}{NOW}"))[..16]);
        let (_, explanation) = explained_at(url, &sent(&signature));
        assert_eq!(codes(&explanation), ["default_port_included"], "{url}");
    }
}

#[test]
fn mistakes_with_the_signature() {
    let digest = hmac(&token(), &message());
    let right = STANDARD.encode(&digest[..16]);
    for (signature, code) in [
        (STANDARD.encode(&digest[16..]), "digest_end"),
        (STANDARD.encode(&digest), "digest_not_cut"),
        (hex(&digest), "signature_in_hex"),
        (hex(&digest[..16]), "signature_in_hex"),
        (right.trim_end_matches('=').to_owned(), "signature_unpadded"),
        (URL_SAFE.encode([0xff; 16]), "signature_url_safe"),
    ] {
        assert_eq!(codes(&explained(&sent(&signature))), [code], "{signature}");
    }
    for signature in [hex(&digest[..15]), right.replace('=', ""), "!".repeat(22), "!".repeat(44)] {
        let expected: &[&str] =
            if signature.len() == 22 && !signature.starts_with('!') { &["signature_unpadded"] } else { &[] };
        assert_eq!(codes(&explained(&sent(&signature))), expected, "{signature}");
    }
}

#[test]
fn mistakes_with_the_headers() {
    let right = STANDARD.encode(&hmac(&token(), &message())[..16]);
    let right = sent(&right);
    let value = right.0[0].1.clone();
    let renamed = |from: &str, to: &'static str| {
        let value = right.0.iter().find(|(name, _)| *name == from).unwrap().1.clone();
        right.clone().without(from).and(to, value)
    };
    for (sent, expected) in [
        (renamed(headers::AUTHENTICATION, "authorization"), &["authorization_header"][..]),
        (right.clone().without(headers::AUTHENTICATION).and("authorization", "Bearer x"), &[]),
        (right.clone().without(headers::AUTHENTICATION), &[]),
        (renamed(headers::TIMESTAMP, "x-iampass-authentiaction-timestamp"), &["header_misspelled"]),
        (renamed(headers::VERSION, "X-IAMPASS-Authentiaction-Version"), &["header_misspelled"]),
        (right.clone().without(headers::TIMESTAMP), &[]),
        (right.clone().without(headers::TIMESTAMP).and("authorization", value.clone()), &[]),
        (right.clone().with(headers::AUTHENTICATION, value.to_uppercase()), &[]),
    ] {
        assert_eq!(codes(&explained(&sent)), expected);
    }
}

#[test]
fn a_timestamp_in_milliseconds() {
    for (timestamp, expected) in [
        (NOW * 1_000 + 7, &["timestamp_in_milliseconds"][..]),
        ((NOW - 86_399) * 1_000, &["timestamp_in_milliseconds"]),
        ((NOW - 86_400) * 1_000, &[]),
        (NOW - 301, &[]),
    ] {
        let digest = hmac(&token(), &format!("{NONCE}{MESSAGE_URL}{timestamp}"));
        let sent = sent(&STANDARD.encode(&digest[..16])).with(headers::TIMESTAMP, timestamp.to_string());
        assert_eq!(codes(&explained(&sent)), expected, "{timestamp}");
    }
}

#[test]
fn several_mistakes_at_once() {
    // All that the vendor's page says differently from the vendor's clients.
    let key = &sha256(&NONCE.to_be_bytes(), SECRET.as_bytes())[..16];
    let page = mistakes(key, &format!("{NONCE}https://{MESSAGE_URL}"));
    assert_eq!(page, ["nonce_raw_bytes", "scheme_left_in", "timestamp_left_out"]);
    let two = mistakes(SECRET.as_bytes(), &format!("{NONCE}{MESSAGE_URL}{}", NOW + 1));
    assert_eq!(two, ["no_token", "timestamp_of_other_second"]);
    // Three others are not tried.
    let three = mistakes(SECRET.as_bytes(), &format!("{NONCE}https://{MESSAGE_URL}{}", NOW + 1));
    assert_eq!(three, [""; 0]);
}

#[test]
fn the_secret_of_another_application() {
    let key = sha256(NONCE.to_string().as_bytes(), b"secret of the other");
    let explanation = explained(&sent(&STANDARD.encode(&hmac(&key[..16], &message())[..16])));
    assert_eq!(codes(&explanation), ["secret_of_other_application"]);
    let text = "the secret is that of the application `other`: use the one that belongs to the id";
    assert_eq!(explanation.text(), text);
}

#[test]
fn an_unknown_mistake() {
    let (refusal, explanation) = explained_at(URL, &sent("AAAAAAAAAAAAAAAAAAAAAA=="));
    assert_eq!(explanation, Explanation::default());
    assert_eq!(explanation.text(), "");
    assert_eq!(refusal.expected_text().unwrap(), message());
}

#[test]
fn the_text_of_an_explanation_names_each_mistake() {
    let digest = hmac(SECRET.as_bytes(), &format!("{NONCE}https://{MESSAGE_URL}{NOW}"));
    let explanation = explained(&sent(&STANDARD.encode(&digest[..16])));
    assert_eq!(
        explanation.text(),
        "the secret itself was the HMAC's key: the key is the token, made from nonce and secret; \
         the scheme was left in: sign the URL without `http://` or `https://`"
    );
}

#[test]
fn a_named_mistake_leaves_no_guess_at_the_secret() {
    let guess = "its application secret is another one";
    for (signed, is_known) in
        [(format!("{NONCE}https://{MESSAGE_URL}{NOW}"), true), ("else".to_owned(), false)]
    {
        let signature = STANDARD.encode(&hmac(&token(), &signed)[..16]);
        let (refusal, explanation) = explained_at(URL, &sent(&signature));
        assert_eq!(!explanation.mistakes.is_empty(), is_known);
        let text = explanation.refusal_text(&refusal);
        assert!(text.starts_with("the signature is not right: the text to sign is nonce, URL"), "{text}");
        assert_eq!(text.contains(guess), !is_known, "{text}");
        // Whoever does not ask for an explanation is told of both possibilities.
        assert!(refusal.to_string().ends_with(guess), "{refusal}");
    }
    let (refusal, explanation) = explained_at(URL, &sent("").without(headers::VERSION));
    assert_eq!(explanation.refusal_text(&refusal), refusal.to_string());
}

/// The longer the URL, the fewer mistakes are tried: a request costs a server some milliseconds at most.
#[test]
fn of_a_long_url_single_mistakes_are_found_and_of_an_ordinary_one_pairs_too() {
    let line_break = sha256(NONCE.to_string().as_bytes(), format!("{SECRET}\r\n").as_bytes());
    let base64_decoded = sha256(NONCE.to_string().as_bytes(), &STANDARD.decode(SECRET).unwrap());
    for (bytes, pairs_are_found) in [(5_000, true), (6_000, false), (64_000, false)] {
        let signed_url = format!("api.example:8443/management/{}", "x".repeat(bytes));
        let url = format!("https://{signed_url}");
        let message = format!("{NONCE}{signed_url}{NOW}");
        let found = |key: &[u8], message: &str| {
            let signature = STANDARD.encode(&hmac(key, message)[..16]);
            let (refusal, explanation) = explained_at(&url, &sent(&signature));
            let told = explanation.refusal_text(&refusal).contains("the URL is too long to try");
            assert_eq!(told, explanation.cut_short);
            (explanation.cut_short, codes(&explanation))
        };
        assert_eq!(found(SECRET.as_bytes(), &message), (false, vec!["no_token"]));
        assert_eq!(found(&line_break[..16], &message), (false, vec!["secret_line_break"]));
        assert_eq!(found(&base64_decoded[..16], &message), (false, vec!["secret_base64_decoded"]));
        assert_eq!(found(&token(), &message.replace(":8443", "")), (false, vec!["port_left_out"]));
        let last_pair = found(&base64_decoded, &message);
        let expected = if pairs_are_found { vec!["secret_base64_decoded", "token_not_cut"] } else { vec![] };
        assert_eq!(last_pair, (!pairs_are_found, expected), "{bytes}");
        let unknown = found(b"made up", &message);
        assert_eq!(unknown, (!pairs_are_found, vec![]), "{bytes}");
    }
}

#[test]
fn other_applications_secrets_count_as_attempts() {
    let verifier = Verifier::new(|_: &str| Some(secret())).with_clock(|| NOW);
    for (bytes, is_found) in [(1_000, true), (64_000, false)] {
        let url = format!("https://api.example/{}", "x".repeat(bytes));
        let key = sha256(NONCE.to_string().as_bytes(), b"secret 99");
        let message = format!("{NONCE}{}{NOW}", url.trim_start_matches("https://"));
        let sent = sent(&STANDARD.encode(&hmac(&key[..16], &message)[..16]));
        let refusal = verifier.verify(&sent.presented(), &url).unwrap_err();
        let pairs = sent.0.iter().map(|(name, value)| (*name, value.as_str()));
        let others =
            (0..100).map(|n| (n.to_string(), ApplicationSecret::new(format!("secret {n}")).unwrap()));
        let request = RefusedRequest::new("GET", &url, pairs);
        let explanation = explain(&refusal, &request, Some(&secret()), others);
        assert_eq!((codes(&explanation).len(), explanation.cut_short), (usize::from(is_found), !is_found));
    }
}
