//! The emulator from outside: raw HTTP in, raw HTTP out.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy.toml's exemption for tests does not reach their helpers"
)]

mod admin;
mod admin_guard;
mod admin_sign_ins;
mod authentication;
mod client;
mod conformance;
mod data;
#[cfg(unix)]
mod data_files;
mod events;
mod explain;
mod faults;
mod fixtures;
mod forms;
mod habits;
mod health;
mod ids;
#[cfg(unix)]
mod kill;
mod library;
mod lifecycle;
mod links;
mod log;
mod not_emulated;
mod operations;
mod origin;
mod pages;
mod phone;
mod plus_signs;
mod readers;
mod refusal_codes;
mod refused_heads;
mod requests;
#[cfg(unix)]
mod shell;
mod sign_in;
mod sign_in_pages;
mod sign_in_signatures;
mod sign_in_time;
mod support;
#[cfg(feature = "rustls")]
mod tls;
