//! The reader of the `Authentication` header takes exactly what the writer writes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use iampass_auth::protocol::Digest;
use iampass_auth::{ApplicationId, Authentication, HeaderFault, InvalidApplicationId, InvalidDecimal};
use proptest::prelude::*;

const SIGNATURE: &str = "QRnRME7c7hrH0n9VBePsWA==";

#[test]
fn each_wrong_part_is_named() {
    let good = format!("hmac app:9:{SIGNATURE}");
    assert!(Authentication::parse(&good).is_ok());
    for (value, fault) in [
        (String::new(), HeaderFault::Scheme),
        ("hmac".to_owned(), HeaderFault::Scheme),
        (format!("HMAC app:9:{SIGNATURE}"), HeaderFault::Scheme),
        (format!("hmac\tapp:9:{SIGNATURE}"), HeaderFault::Scheme),
        (format!(" hmac app:9:{SIGNATURE}"), HeaderFault::Scheme),
        (format!("Bearer app:9:{SIGNATURE}"), HeaderFault::Scheme),
        ("hmac ".to_owned(), HeaderFault::Parts),
        ("hmac app".to_owned(), HeaderFault::Parts),
        ("hmac app:9".to_owned(), HeaderFault::Parts),
        (format!("hmac app:9:{SIGNATURE}:"), HeaderFault::Parts),
        (format!("hmac app:9:1:{SIGNATURE}"), HeaderFault::Parts),
        (format!("hmac my:app:9:{SIGNATURE}"), HeaderFault::Parts),
        (format!("hmac :9:{SIGNATURE}"), HeaderFault::ApplicationId(InvalidApplicationId::Empty)),
        (
            format!("hmac  app:9:{SIGNATURE}"),
            HeaderFault::ApplicationId(InvalidApplicationId::Character { position: 0, character: ' ' }),
        ),
        (format!("hmac ..:9:{SIGNATURE}"), HeaderFault::ApplicationId(InvalidApplicationId::DotSegment)),
        (format!("hmac app::{SIGNATURE}"), HeaderFault::Nonce(InvalidDecimal::Empty)),
        (format!("hmac app:09:{SIGNATURE}"), HeaderFault::Nonce(InvalidDecimal::LeadingZero)),
        (format!("hmac app:00:{SIGNATURE}"), HeaderFault::Nonce(InvalidDecimal::LeadingZero)),
        (format!("hmac app:+9:{SIGNATURE}"), HeaderFault::Nonce(InvalidDecimal::NotADigit)),
        (format!("hmac app:-9:{SIGNATURE}"), HeaderFault::Nonce(InvalidDecimal::NotADigit)),
        (format!("hmac app: 9:{SIGNATURE}"), HeaderFault::Nonce(InvalidDecimal::NotADigit)),
        (format!("hmac app:٩:{SIGNATURE}"), HeaderFault::Nonce(InvalidDecimal::NotADigit)),
        (format!("hmac app:18446744073709551616:{SIGNATURE}"), HeaderFault::Nonce(InvalidDecimal::TooLarge)),
        ("hmac app:9:".to_owned(), HeaderFault::Signature),
        // Without padding, with bits after the last byte, of 15 and 18 bytes, in the URL alphabet.
        ("hmac app:9:QRnRME7c7hrH0n9VBePsWA".to_owned(), HeaderFault::Signature),
        ("hmac app:9:QRnRME7c7hrH0n9VBePsWB==".to_owned(), HeaderFault::Signature),
        ("hmac app:9:QRnRME7c7hrH0n9VBePs".to_owned(), HeaderFault::Signature),
        ("hmac app:9:QRnRME7c7hrH0n9VBePsWAAA".to_owned(), HeaderFault::Signature),
        ("hmac app:9:QRnRME7c7hrH0n9VBePsWAA=".to_owned(), HeaderFault::Signature),
        ("hmac app:9:QRnRME7c7hrH0n9VBeP-WA==".to_owned(), HeaderFault::Signature),
        (format!("hmac app:9:{SIGNATURE} "), HeaderFault::Signature),
        (format!("hmac app:9: {SIGNATURE}"), HeaderFault::Signature),
    ] {
        assert_eq!(Authentication::parse(&value).unwrap_err(), fault, "{value}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        id in "[!-9;-~]{3,40}",
        nonce: u64,
        signature in "[A-Za-z0-9+/]{21}[AQgw]==",
    ) {
        let id = ApplicationId::new(&id).unwrap();
        let digest = Digest::from_signature(&signature).unwrap();
        prop_assert_eq!(digest.signature(), signature);
        let written = Authentication::new(&id, nonce, digest).to_header_value();
        let read = Authentication::parse(&written).unwrap();
        prop_assert_eq!(read.application_id(), id.as_str());
        prop_assert_eq!(read.nonce(), nonce);
        prop_assert_eq!(read.digest(), &digest);
    }

    /// Near misses above all: random text would never come close.
    #[test]
    fn what_is_read_would_be_written_the_same(
        value in "hmac {1,2}[a.:]{0,3}:?[0-9+]{0,21}:?[A-Za-z0-9+/]{20,22}[AQgwB]={0,3}",
    ) {
        if let Ok(read) = Authentication::parse(&value) {
            prop_assert_eq!(read.to_header_value(), value);
        }
    }

    #[test]
    fn a_good_value_with_one_byte_changed_is_another_or_none(at in 0_usize..31, byte in 1_u8..127) {
        let good = format!("hmac app:9:{SIGNATURE}");
        let mut bytes = good.clone().into_bytes();
        bytes[at] = byte;
        let value = String::from_utf8(bytes).unwrap();
        if let Ok(read) = Authentication::parse(&value) {
            prop_assert_eq!(read.to_header_value(), value);
        }
    }

    #[test]
    fn no_text_makes_it_panic(value: String) {
        let _ = Authentication::parse(&value);
    }
}

#[test]
fn macs_are_equal_if_every_byte_is() {
    let digest = |bytes: [u8; 16]| Digest::from_signature(&STANDARD.encode(bytes)).unwrap();
    assert_eq!(digest([7; 16]), digest([7; 16]));
    for position in 0..16 {
        let mut other = [7; 16];
        other[position] = 6;
        assert_ne!(digest([7; 16]), digest(other));
    }
}
