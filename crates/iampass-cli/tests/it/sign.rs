//! `iampass sign`.

use std::process::Command;

use iampass_auth::Authentication;

use crate::support::{Run, iampass, run, stable};

// One of the vendor's vectors: made by the vendor's own package, nonce and clock fixed.
const ID: &str = "0ad8a49bb70952d726cd441fbac82841";
const SECRET: &str = "HJ66HFFHNWVKPLLOI43HI3MXJVQERADB";
const URL: &str = "http://[::1]:9000/management/has_registered_mobile_device/0ad8a49bb70952d726cd441fbac82841/DOMAIN%5Calice";
const NONCE: &str = "4294967296";
const TIMESTAMP: &str = "1234567890";
const AUTHENTICATION: &str = "hmac 0ad8a49bb70952d726cd441fbac82841:4294967296:s9nwsdSucHE3oYoC4fegzg==";

fn program() -> Command {
    let mut program = iampass();
    program.arg("sign").env("IAMPASS_APPLICATION_ID", ID).env("IAMPASS_APPLICATION_SECRET", SECRET);
    program
}

fn sign(arguments: &[&str]) -> Run {
    run(program().args(arguments))
}

#[test]
fn the_headers_are_the_vendors() {
    let fixed = [URL, "--nonce", NONCE, "--timestamp", TIMESTAMP];
    assert_eq!(
        sign(&fixed).data(),
        format!(
            "Authentication: {AUTHENTICATION}\n\
             X-IAMPASS-Authentication-Timestamp: {TIMESTAMP}\n\
             X-IAMPASS-Authentication-Version: 1\n\
             X-IAMOASS-Authentication-Version: 1\n"
        )
    );
    assert_eq!(
        sign(&[&fixed[..], &["--output", "json"]].concat()).data(),
        format!(
            "{{\"Authentication\":\"{AUTHENTICATION}\",\
             \"X-IAMPASS-Authentication-Timestamp\":\"{TIMESTAMP}\",\
             \"X-IAMPASS-Authentication-Version\":\"1\",\
             \"X-IAMOASS-Authentication-Version\":\"1\"}}\n"
        )
    );
}

#[test]
fn each_nonce_is_new_and_the_time_is_now() {
    let before = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let [first, second] = [(); 2].map(|()| {
        let headers: serde_json::Value =
            serde_json::from_str(&sign(&["--output", "json", URL]).data()).unwrap();
        let time: u64 = headers["X-IAMPASS-Authentication-Timestamp"].as_str().unwrap().parse().unwrap();
        assert!((before..=before + 60).contains(&time));
        Authentication::parse(headers["Authentication"].as_str().unwrap()).unwrap().nonce()
    });
    assert_ne!(first, second);
}

#[test]
fn the_server_setting_is_not_looked_at() {
    run(program().env("IAMPASS_SERVER", "not a URL").arg(URL)).data();
}

#[test]
fn what_cannot_be_signed_is_explained() {
    for (name, url) in [
        ("no_scheme", "main.iam-api.com/x"),
        ("other_scheme", "ftp://main.iam-api.com/x"),
        ("no_host", "https:///x"),
        ("not_encoded", "https://main.iam-api.com/a b"),
        ("user_info", "https://someone:password@main.iam-api.com/x"),
        ("bad_port", "https://main.iam-api.com:99999/x"),
    ] {
        let said = sign(&[url]).error(2);
        assert!(!said.contains("password"), "{said}");
        stable(|| insta::assert_snapshot!(format!("sign_{name}"), said));
    }
}

#[test]
fn nonce_and_timestamp_are_numbers_of_64_bits() {
    for option in ["--nonce", "--timestamp"] {
        for value in ["18446744073709551616", "-1", "x", ""] {
            let said = sign(&[&format!("{option}={value}"), URL]).error(2);
            assert!(said.contains(option), "{said}");
        }
    }
}
