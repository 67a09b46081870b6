#![doc = include_str!("../README.md")]

mod clock;
mod credentials;
pub mod explain;
pub mod protocol;
#[cfg(feature = "reqwest")]
mod reqwest;
mod sign;
mod verify;

pub use clock::{Clock, SystemClock};
pub use credentials::{ApplicationId, ApplicationSecret, Credentials, InvalidApplicationId, InvalidSecret};
pub use protocol::authentication::{Authentication, HeaderFault};
pub use protocol::canonical_url::{CanonicalUrl, InvalidUrl, canonical_url};
pub use protocol::decimal::InvalidDecimal;
pub use protocol::headers;
pub use sign::nonce::{NonceSource, ThreadRngNonce};
pub use sign::signed_headers::SignedHeaders;
pub use sign::signer::{Signer, sign_with};
pub use verify::DEFAULT_REPLAY_CAPACITY;
pub use verify::presented_headers::PresentedHeaders;
pub use verify::refusal::Refusal;
pub use verify::signed_text::SignedText;
pub use verify::verifier::{DEFAULT_WINDOW, SecretLookup, Verified, Verifier};
