//! Where signed requests may go.

use iampass_client::{BaseUrl, InvalidBaseUrl};

#[test]
fn https_anywhere_and_http_to_this_machine() {
    for (given, shown) in [
        ("https://main.iam-api.com", "https://main.iam-api.com"),
        ("https://main.iam-api.com/", "https://main.iam-api.com"),
        ("https://main.iam-api.com:443/", "https://main.iam-api.com"),
        ("https://gateway.example:8443/iampass/", "https://gateway.example:8443/iampass"),
        ("https://gateway.example/a/b//", "https://gateway.example/a/b"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:9000/x", "http://[::1]:9000/x"),
        ("HTTPS://Main.IAM-API.com", "https://main.iam-api.com"),
    ] {
        assert_eq!(BaseUrl::parse(given).map(|url| url.to_string()), Ok(shown.to_owned()), "{given}");
    }
}

#[test]
fn everything_else_is_refused() {
    for (given, problem) in [
        ("", InvalidBaseUrl::NotAUrl),
        ("main.iam-api.com", InvalidBaseUrl::NotAUrl),
        ("https://", InvalidBaseUrl::NotAUrl),
        ("ftp://main.iam-api.com", InvalidBaseUrl::Scheme),
        ("file:///etc/passwd", InvalidBaseUrl::Scheme),
        ("https://user@main.iam-api.com", InvalidBaseUrl::UserInfo),
        ("https://:secret@main.iam-api.com", InvalidBaseUrl::UserInfo),
        ("https://main.iam-api.com/?a=b", InvalidBaseUrl::QueryOrFragment),
        ("https://main.iam-api.com/#top", InvalidBaseUrl::QueryOrFragment),
        ("http://main.iam-api.com", InvalidBaseUrl::PlainHttp),
        ("http://192.168.1.1", InvalidBaseUrl::PlainHttp),
        ("http://localhost.example", InvalidBaseUrl::PlainHttp),
        ("http://127.0.0.1.example", InvalidBaseUrl::PlainHttp),
        ("http://[::2]", InvalidBaseUrl::PlainHttp),
        ("http://0.0.0.0", InvalidBaseUrl::PlainHttp),
    ] {
        assert_eq!(BaseUrl::parse(given), Err(problem), "{given}");
    }
}
