//! What the programs have in common.
#![allow(dead_code, reason = "not every program needs all of it")]

use iampass_emulator::{Emulator, Tls};
use iampass_management::{Connection, ManagementClient, Settings, UserId};
use rustls::crypto::CryptoProvider;
use tokio::runtime::{Builder, Runtime};

pub type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Client and emulator work before the neighbour is used, install nothing for the process, and work after it.
pub fn beside(neighbour: impl AsyncFnOnce() -> Result) -> Result {
    call()?;
    assert_no_provider()?;
    runtime()?.block_on(neighbour())?;
    call()
}

/// Calls an emulator over http, and another over https with its CA.
pub fn call() -> Result {
    for builder in [Emulator::builder(), Emulator::builder().tls(Tls::SelfSigned)] {
        let emulator = builder.start()?;
        let settings = Settings::new(emulator.base_url().parse()?, emulator.credentials().clone());
        let mut connection = Connection::builder(settings);
        if let Some(ca) = emulator.ca_certificate() {
            connection = connection.add_root_certificates_pem(ca);
        }
        let client = ManagementClient::from(connection.build()?);
        runtime()?.block_on(client.add_users([UserId::new("alice")?]))?;
    }
    Ok(())
}

pub fn assert_no_provider() -> Result {
    if CryptoProvider::get_default().is_some() {
        return Err("client or emulator have installed a TLS provider for the process".into());
    }
    Ok(())
}

fn runtime() -> std::io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}
