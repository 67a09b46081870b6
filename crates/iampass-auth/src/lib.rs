#![doc = include_str!("../README.md")]

mod authentication;
mod canonical;
mod credentials;
mod decimal;
mod error;
pub mod explain;
pub mod headers;
mod presented;
pub mod protocol;
mod replay;
#[cfg(feature = "reqwest")]
mod reqwest;
mod short_hash;
mod signer;
mod source;
mod verifier;

pub use authentication::Authentication;
pub use canonical::{CanonicalUrl, canonical_url};
pub use credentials::{ApplicationId, ApplicationSecret, Credentials};
pub use error::{HeaderFault, InvalidApplicationId, InvalidDecimal, InvalidSecret, InvalidUrl, Refusal};
pub use headers::SignedHeaders;
pub use presented::PresentedHeaders;
pub use replay::DEFAULT_REPLAY_CAPACITY;
pub use signer::{Signer, sign_with};
pub use source::{Clock, NonceSource, SystemClock, ThreadRngNonce};
pub use verifier::{DEFAULT_WINDOW, SecretLookup, Verified, Verifier};
