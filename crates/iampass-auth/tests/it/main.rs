//! Integration tests, a file per subject.

#![expect(clippy::similar_names, reason = "signer and signed, verifier and verified are the field's words")]

// Marked as tests so that `clippy.toml` allows their helpers to unwrap as well.
#[cfg(test)]
mod authentication;
#[cfg(test)]
mod caller;
#[cfg(test)]
mod canonical;
#[cfg(test)]
mod credentials;
#[cfg(test)]
mod explain;
#[cfg(test)]
mod redaction;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod replay;
#[cfg(test)]
#[cfg(feature = "reqwest")]
mod reqwest_hook;
#[cfg(test)]
mod signer;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tampering;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod window;
