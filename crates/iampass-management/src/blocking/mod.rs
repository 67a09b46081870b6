//! The same client for programs without an async runtime.
//!
//! ```no_run
//! use iampass_management::{UserId, blocking::ManagementClient};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let client = ManagementClient::from_env()?;
//! let alice = UserId::new("alice@example.com")?;
//! client.add_users([&alice])?;
//! println!("{}", client.device_registration_link(&alice, None)?);
//! # Ok(())
//! # }
//! ```
//!
//! The calls are those of the async client, down to attempts, limits and errors. They run on one thread that a client
//! shares with its clones, and the caller waits for them. The thread ends with the last clone.
//!
//! Calls can be made on plain threads, in `spawn_blocking` and in `block_in_place`. In an async task a call blocks the
//! worker thread that runs the task: use the async client there. A clock, a source of nonces or the function of a dry
//! run must not wait for calls of the same client: they run on its only thread.

mod bulk;
mod client;

pub use bulk::{Bulk, Reports};
pub use client::ManagementClient;
