//! The way from a command to the service: settings, client, runtime.

use std::env;

use iampass_auth::Credentials;
use iampass_management::{BaseUrl, Error, ManagementClient, Settings};
use tokio::runtime::{Builder, Runtime};

use crate::error::Failure;

/// The service as the settings name it.
pub(crate) struct Service {
    client: ManagementClient,
    server: BaseUrl,
}

impl Service {
    pub(crate) fn from_settings() -> Result<Self, Failure> {
        let settings = Settings::from_env()?;
        let server = settings.base_url.clone();
        match ManagementClient::new(settings) {
            Ok(client) => Ok(Self { client, server }),
            Err(error) => Err(Failure::management(server, error)),
        }
    }

    /// Makes one call and waits for it.
    pub(crate) fn call<T>(
        self,
        call: impl AsyncFnOnce(ManagementClient) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        let Self { client, server } = self;
        runtime()?.block_on(call(client)).map_err(|error| Failure::management(server, error))
    }
}

/// The application's id and secret, for what needs no server.
pub(crate) fn credentials() -> Result<Credentials, Failure> {
    Ok(Settings::credentials_from_variables(|name| env::var_os(name))?)
}

/// A runtime on the calling thread: one command makes one call at a time.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    Builder::new_current_thread().enable_all().build().map_err(Failure::System)
}
