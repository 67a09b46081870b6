//! The canonical URL.

use std::hash::{BuildHasher as _, RandomState};

use iampass_auth::{InvalidUrl, canonical_url};
use proptest::prelude::*;

fn canonical(url: &str) -> String {
    let canonical = canonical_url(url).unwrap();
    assert_eq!(canonical.as_str(), canonical.to_string());
    canonical.to_string()
}

#[test]
fn what_is_kept_and_what_is_dropped() {
    for (url, signed) in [
        ("https://iam-api.com/a/b?c=d", "iam-api.com/a/b?c=d"),
        ("HTTPS://iam-api.com/a", "iam-api.com/a"),
        ("https://iam-api.com", "iam-api.com/"),
        ("https://iam-api.com?c=d", "iam-api.com/?c=d"),
        ("https://iam-api.com#top", "iam-api.com/"),
        ("https://iam-api.com/a?b#top?x=/", "iam-api.com/a?b"),
        ("https://iam-api.com/?", "iam-api.com/?"),
        ("https://iam-api.com:443/a", "iam-api.com/a"),
        ("http://iam-api.com:80/a", "iam-api.com/a"),
        ("https://iam-api.com:80/a", "iam-api.com:80/a"),
        ("http://iam-api.com:443/a", "iam-api.com:443/a"),
        ("https://iam-api.com:/a", "iam-api.com/a"),
        ("http://127.0.0.1:8080/a", "127.0.0.1:8080/a"),
        ("http://[::1]/a", "[::1]/a"),
        ("http://[::1]:80/a", "[::1]/a"),
        ("http://[::1]:9000?q", "[::1]:9000/?q"),
        ("https://iam-api.com/a://b:443@c", "iam-api.com/a://b:443@c"),
        ("https://iam-api.com?u=https://x:443/@", "iam-api.com/?u=https://x:443/@"),
        ("https://iam-api.com/%C3%A9/a%2Fb//c/", "iam-api.com/%C3%A9/a%2Fb//c/"),
    ] {
        assert_eq!(canonical(url), signed, "{url}");
    }
}

/// Equality is that of the signed text, not that of the URL.
#[test]
fn urls_with_the_same_signed_text_are_equal() {
    let hashes = RandomState::new();
    let [plain, with_port] = ["https://h/a", "https://h:443/a#x"].map(|url| canonical_url(url).unwrap());
    assert_eq!(plain, with_port);
    assert_eq!(hashes.hash_one(&plain), hashes.hash_one(with_port));
    assert_eq!(canonical_url("https://h").unwrap(), canonical_url("http://h:80/").unwrap());
    assert_ne!(plain, canonical_url("https://h:444/a").unwrap());
}

#[test]
fn what_is_refused() {
    let character = |position, character| InvalidUrl::Character { position, character };
    let scheme = |scheme: &str| InvalidUrl::UnsupportedScheme { scheme: scheme.to_owned() };
    for (url, error) in [
        ("", InvalidUrl::MissingScheme),
        ("/management/add_users/app", InvalidUrl::MissingScheme),
        ("iam-api.com/a", InvalidUrl::MissingScheme),
        ("//iam-api.com/a", InvalidUrl::MissingScheme),
        ("://iam-api.com/a", InvalidUrl::MissingScheme),
        ("/login?next=https://iam-api.com", InvalidUrl::MissingScheme),
        ("https:/iam-api.com/a", InvalidUrl::MissingScheme),
        ("ftp://iam-api.com/a", scheme("ftp")),
        ("httpss://iam-api.com/a", scheme("httpss")),
        ("https://", InvalidUrl::EmptyHost),
        ("https:///a", InvalidUrl::EmptyHost),
        ("https://:443/a", InvalidUrl::EmptyHost),
        ("https://[]/a", InvalidUrl::EmptyHost),
        ("https://?a", InvalidUrl::EmptyHost),
        ("https://[::1/a", InvalidUrl::UnbalancedBracket),
        ("https://a]/a", InvalidUrl::UnbalancedBracket),
        ("https://[[::1]/a", InvalidUrl::UnbalancedBracket),
        ("https://[::1]x/a", InvalidUrl::InvalidPort),
        ("https://a:b/", InvalidUrl::InvalidPort),
        ("https://a:1:2/", InvalidUrl::InvalidPort),
        ("https://a:65536/", InvalidUrl::InvalidPort),
        ("https://a:0443/", InvalidUrl::InvalidPort),
        ("https://a:+443/", InvalidUrl::InvalidPort),
        ("https://user@a/", InvalidUrl::UserInfo),
        ("https://user:password@a/", InvalidUrl::UserInfo),
        ("https://a/b c", character(11, ' ')),
        (" https://a/", character(0, ' ')),
        ("https://a/\n", character(10, '\n')),
        ("https://a/\u{7f}", character(10, '\u{7f}')),
        ("https://a/é", character(10, 'é')),
        ("https://bücher/", character(9, 'ü')),
        ("https://a/#é", character(11, 'é')),
        ("https://a\\b/c", character(9, '\\')),
    ] {
        assert_eq!(canonical_url(url), Err(error), "{url}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(url: String) {
        let _ = canonical_url(&url);
    }

    #[test]
    fn no_text_after_a_scheme_makes_it_panic(rest in "[a-z0-9:@/?#\\[\\]\\\\ .é-]{0,24}") {
        let _ = canonical_url(&format!("https://{rest}"));
    }

    #[test]
    fn it_is_the_url_less_its_scheme(
        host in "[a-z0-9.-]{1,20}",
        port in 1024_u16..,
        target in "/[!-\"$-~]{0,40}",
    ) {
        let sent = format!("{host}:{port}{target}");
        prop_assert_eq!(canonical(&format!("https://{sent}")), sent.clone());
        prop_assert_eq!(canonical(&format!("http://{sent}#fragment")), sent);
    }
}
