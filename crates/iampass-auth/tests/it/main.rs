//! What the crate promises, a file per subject.

#![expect(clippy::similar_names, reason = "signer and signed, verifier and verified are the field's words")]

// Named as tests so that `clippy.toml`'s leave to unwrap holds for their helpers too.
#[cfg(test)]
mod authentication;
#[cfg(test)]
mod canonical;
#[cfg(test)]
mod credentials;
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
