//! The program as its users see it: runs the built binary against an emulator or a faulty server.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "in helpers as well as in tests, a panic is the failure report"
)]

mod bulk;
mod demo;
mod device;
mod doctor;
mod emulator;
mod errors;
mod formats;
mod help;
mod ids;
#[cfg(target_os = "linux")]
mod no_name_server;
mod output;
#[cfg(unix)]
mod private_files;
mod profiles;
#[cfg(unix)]
mod prompts;
mod proof;
mod qr;
mod secrets;
mod seeing;
mod session;
mod session_service;
mod settings;
mod shell;
mod sign;
mod sign_in;
mod support;
#[cfg(unix)]
mod terminal;
mod users;
mod verify;
