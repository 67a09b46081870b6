//! What the fuzz targets do with the bytes that they are given. Each function panics when something is found.
//!
//! The functions stand apart from the targets in `libfuzzer/`, so that a test can replay the corpus on any toolchain,
//! in the ordinary build.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a panic is how a finding is told"
)]

mod answers;
mod checkpoint;
mod emulator;
mod ids;
mod profiles;
mod scratch;
mod signatures;
mod toml;

pub use answers::answer;
pub use checkpoint::checkpoint;
pub use emulator::route;
pub use ids::{id, settings};
pub use profiles::profiles;
pub use signatures::{header, verifier};

/// A target's name, and what it does with its bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets, by the names of their folders in `corpus/` and of their programs in `libfuzzer/`.
pub const TARGETS: &[Target] = &[
    ("answer", answer),
    ("checkpoint", checkpoint),
    ("header", header),
    ("id", id),
    ("profiles", profiles),
    ("route", route),
    ("settings", settings),
    ("verifier", verifier),
];
