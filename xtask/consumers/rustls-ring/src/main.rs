//! rustls with ring alone: client and emulator take what the program installs, and say so while there is nothing.

#[path = "../../shared.rs"]
mod shared;

use iampass_emulator::{Emulator, StartError, Tls, TlsError};
use iampass_management::{ErrorKind, ManagementClient, Settings};

fn main() -> shared::Result {
    let emulator = Emulator::start()?;
    let settings = Settings::new("https://main.iam-api.com".parse()?, emulator.credentials().clone());
    let Err(error) = ManagementClient::new(settings) else {
        return Err("a client without a provider".into());
    };
    if !matches!(error.kind(), ErrorKind::Tls(_)) {
        return Err(error.into());
    }
    match Emulator::builder().tls(Tls::SelfSigned).start() {
        Err(StartError::Tls(TlsError::NoProvider)) => {}
        other => return Err(format!("an emulator without a provider: {other:?}").into()),
    }
    shared::assert_no_provider()?;
    rustls::crypto::ring::default_provider().install_default().map_err(|_| "there is a provider already")?;
    shared::call()
}
