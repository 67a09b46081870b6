//! What is taken as an application id and as a secret.

use iampass_auth::{ApplicationId, ApplicationSecret, InvalidApplicationId, InvalidSecret};

#[test]
fn application_ids() {
    for id in ["2f8104fba08f6d3682da2bd8e369316b", "a", "...", "..a", "a.b", "a/b%2F@\\~!"] {
        assert_eq!(ApplicationId::new(id).unwrap().as_str(), id);
        assert_eq!(id.parse::<ApplicationId>().unwrap().to_string(), id);
        assert_eq!(ApplicationId::try_from(id.to_owned()).unwrap().as_ref(), id);
    }
}

#[test]
fn not_application_ids() {
    let character = |position, character| InvalidApplicationId::Character { position, character };
    for (id, error) in [
        ("", InvalidApplicationId::Empty),
        (".", InvalidApplicationId::DotSegment),
        ("..", InvalidApplicationId::DotSegment),
        ("a:b", character(1, ':')),
        ("a b", character(1, ' ')),
        ("app\n", character(3, '\n')),
        ("ap\u{7f}", character(2, '\u{7f}')),
        ("éa", character(0, 'é')),
    ] {
        assert_eq!(ApplicationId::new(id), Err(error), "{id:?}");
    }
}

#[test]
fn secrets() {
    for secret in ["5M66BXP1TWHF67MHRTMY4OIN7AMKBV9T", "x", "two words", "é:/+=", "日本語"] {
        assert!(ApplicationSecret::new(secret).is_ok(), "{secret}");
        assert!(secret.parse::<ApplicationSecret>().is_ok());
        assert!(ApplicationSecret::try_from(secret.to_owned()).is_ok());
    }
}

#[test]
fn not_secrets() {
    for (secret, error) in [
        ("", InvalidSecret::Empty),
        (" secret", InvalidSecret::SurroundingSpace),
        ("secret\n", InvalidSecret::SurroundingSpace),
        ("secret\r\n", InvalidSecret::SurroundingSpace),
        ("\u{feff}secret", InvalidSecret::SurroundingSpace),
        ("secret\u{a0}", InvalidSecret::SurroundingSpace),
        ("\u{200b}secret", InvalidSecret::SurroundingSpace),
        ("   ", InvalidSecret::SurroundingSpace),
        ("sec\nret", InvalidSecret::ControlCharacter),
        ("sec\tret", InvalidSecret::ControlCharacter),
        ("secret\0", InvalidSecret::ControlCharacter),
    ] {
        assert_eq!(ApplicationSecret::new(secret), Err(error), "{secret:?}");
    }
}

#[test]
fn secrets_are_equal_when_their_text_is() {
    let secret = |text: &str| ApplicationSecret::new(text).unwrap();
    assert_eq!(secret("secret"), secret("secret"));
    assert_ne!(secret("secret"), secret("secres"));
    assert_ne!(secret("secret"), secret("secrets"));
}
