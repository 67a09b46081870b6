//! The same client for programs without an async runtime.
//!
//! ```no_run
//! use iampass_management::{UserId, blocking::ManagementClient};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let client = ManagementClient::from_env()?;
//! let alice = UserId::new("alice@example.com")?;
//! client.add_users([alice.clone()])?;
//! println!("{}", client.device_registration_link(&alice, None)?);
//! # Ok(())
//! # }
//! ```
//!
//! The calls are those of the async client, down to attempts, limits and errors. A runtime of its own, with
//! one thread, does the work for a client and its clones; it goes when the last of them does.
//!
//! A call that is made where an async runtime runs tasks would stop these, and does not happen: it ends
//! in [`Error::WithinRuntime`](crate::Error::WithinRuntime). Inside `spawn_blocking` calls are welcome, and
//! making, cloning and dropping clients is everywhere.

mod bulk;
mod client;
mod runtime;

pub use bulk::Bulk;
pub use client::ManagementClient;
