//! `iampass verify`, and `iampass sign --explain`.

use std::process::{Command, Stdio};

use crate::support::{Home, Run, iampass, plain, run};

// One of the vendor's vectors: made by the vendor's own package, nonce and clock fixed.
const ID: &str = "0ad8a49bb70952d726cd441fbac82841";
const SECRET: &str = "HJ66HFFHNWVKPLLOI43HI3MXJVQERADB";
const TARGET: &str =
    "/management/has_registered_mobile_device/0ad8a49bb70952d726cd441fbac82841/DOMAIN%5Calice";
const TIMESTAMP: &str = "1234567890";
const AUTHENTICATION: &str = "hmac 0ad8a49bb70952d726cd441fbac82841:4294967296:s9nwsdSucHE3oYoC4fegzg==";

fn program(arguments: &[&str]) -> Command {
    let mut program = iampass();
    program.env("IAMPASS_APPLICATION_ID", ID).env("IAMPASS_APPLICATION_SECRET", SECRET).args(arguments);
    program
}

fn request(authentication: &str, timestamp: &str) -> String {
    format!(
        "GET {TARGET} HTTP/1.1\r\nHost: [::1]:9000\r\nAuthentication: {authentication}\r\n\
         X-IAMPASS-Authentication-Timestamp: {timestamp}\r\nX-IAMOASS-Authentication-Version: 1\r\n\r\n"
    )
}

fn verify(text: &str, arguments: &[&str]) -> Run {
    let home = Home::new();
    let file = home.write("request", text);
    let run = run(program(&["verify"]).arg(file).args(arguments));
    assert!(!format!("{run:?}").contains(SECRET), "{run:?}");
    run
}

#[test]
fn a_right_signature_is_right_however_old_and_in_every_form() {
    let whole = request(AUTHENTICATION, TIMESTAMP);
    let curls = format!("> {}", whole.trim_end().replace("\r\n", "\n> "));
    let said = verify(&whole, &[]).data();
    assert!(said.starts_with("the signature is right\n  signed ") && said.contains("years"), "{said}");
    verify(&format!("* Connected to x\n{curls}\n> \n< HTTP/1.1 404 Not Found\n< a: b\n"), &[]).data();
    let url = format!("http://[::1]:9000{TARGET}");
    let headers = whole.lines().skip(2).collect::<Vec<_>>().join("\n");
    verify(&headers, &["--url", &url]).data();

    for format in ["text", "json"] {
        let signed = run(program(&["sign", &url, "--output", format]).stdin(Stdio::null())).data();
        verify(&signed, &["--url", &url]).data();
    }
    verify(&whole, &["--at", "1234567900"]).data();
    let late = verify(&whole, &["--at", "1234569999"]);
    assert_eq!(late.code, Some(5), "{late:?}");
    assert!(late.stdout.contains("more than 300s apart"), "{late:?}");
}

#[test]
fn what_is_wrong_is_said() {
    let wrong = |authentication: &str| request(authentication, TIMESTAMP);
    let unpadded = AUTHENTICATION.trim_end_matches('=');
    let other = AUTHENTICATION.replace("s9nw", "AAAA");
    let with_scheme = "hmac 0ad8a49bb70952d726cd441fbac82841:4294967296:".to_owned() + &scheme_left_in();
    let mut said = String::new();
    for (case, text) in [
        ("another signature", wrong(&other)),
        ("the scheme was signed", wrong(&with_scheme)),
        ("no padding", wrong(unpadded)),
        ("milliseconds", request(AUTHENTICATION, "1234567890000")),
        ("no timestamp", wrong(AUTHENTICATION).replace("-Timestamp", "-Time")),
        ("another application", wrong(&AUTHENTICATION.replace("hmac 0ad", "hmac 1ad"))),
        ("another path", wrong(AUTHENTICATION).replace("alice", "bob")),
        ("under Authorization", wrong(AUTHENTICATION).replace("Authentication: ", "Authorization: ")),
    ] {
        let run = verify(&text, &[]);
        assert_eq!((run.code, run.stderr.as_str()), (Some(5), ""), "{case}: {run:?}");
        said.extend(["# ", case, "\n", &run.stdout, "\n"]);
    }
    let json = verify(&wrong(&with_scheme), &["--output", "json"]);
    said.extend(["# as JSON\n", &json.stdout, "\n"]);
    let table = verify(&wrong(&with_scheme), &["--output", "table"]);
    said.extend(["# as a table\n", &table.stdout]);
    plain(|| insta::assert_snapshot!("verify_wrong", said));
}

/// The signature of someone who follows the vendor's page in leaving the scheme in. Made by hand, with
/// Python's hmac and hashlib.
fn scheme_left_in() -> String {
    "L/rCo1JSNFe1aCm/8T+cVA==".to_owned()
}

#[test]
fn what_is_no_request_is_a_usage_error() {
    let problem = |text: &str, arguments: &[&str]| verify(text, arguments).error(2);
    assert!(problem("Authentication\n", &[]).contains("line 1 of the capture is no header"));
    assert!(problem("{\"a\": 1}", &[]).contains("no JSON object of header names"));
    let no_url = problem("Authentication: hmac a:1:b\n", &[]);
    assert!(no_url.contains("it has no request line\n  hint: give it with --url"), "{no_url}");
    assert!(problem("", &[]).contains("it has no request line"));
    assert!(problem(&"x".repeat(1_100_000), &[]).contains("longer than"));
    let missing = run(&mut program(&["verify", "/nonexistent/request"])).error(2);
    assert!(missing.contains("the capture cannot be read\n  because: "), "{missing}");
    let bytes = Home::new();
    let file = bytes.path("request");
    std::fs::write(&file, b"Authentication: \xff\xfe\nHost: x\n").unwrap();
    let odd = run(program(&["verify", "--url", "https://x.test/"]).arg(file));
    assert_eq!(odd.code, Some(5), "{odd:?}");
    assert!(odd.stdout.contains("its value is not plain ASCII text"), "{odd:?}");
}

/// The stages are those of the vendor's vector.
#[test]
fn sign_explains_every_stage() {
    let url = format!("http://[::1]:9000{TARGET}");
    let explain = |format| {
        let fixed = ["--nonce", "4294967296", "--timestamp", TIMESTAMP, "--output", format];
        run(program(&["sign", "--explain", &url]).args(fixed)).data()
    };
    let json: serde_json::Value = serde_json::from_str(&explain("json")).unwrap();
    assert_eq!(json["token"], "978b31ecfd71f8ee60ae9c2f180e381e");
    assert_eq!(json["message"], format!("4294967296[::1]:9000{TARGET}{TIMESTAMP}"));
    assert_eq!(json["digest"], "b3d9f0b1d4ae707137a18a02e1f7a0ce");
    assert_eq!(json["headers"]["Authentication"], AUTHENTICATION);
    let all = ["text", "json", "jsonl", "table"].map(explain).join("\n");
    assert!(!all.contains(SECRET), "{all}");
    plain(|| insta::assert_snapshot!("sign_explained", all));
}
