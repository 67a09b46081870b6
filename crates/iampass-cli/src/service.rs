//! The way from a command to the service: settings, client, runtime.

use std::sync::{Arc, Mutex, PoisonError};

use iampass_auth::{ApplicationId, Credentials};
use iampass_management::{BaseUrl, Error, ManagementClient};
use tokio::runtime::{Builder, Runtime};

use crate::args::{Format, ServiceArguments, SettingsArguments};
use crate::curl::CurlCommand;
use crate::error::Failure;
use crate::output;
use crate::settings::{Layers, Purpose, SettingsProblem};
use crate::verbose;

/// The service as the settings name it.
pub(crate) struct Service {
    client: ManagementClient,
    server: BaseUrl,
}

impl Service {
    pub(crate) fn open(arguments: &ServiceArguments) -> Result<Self, Failure> {
        if arguments.verbose {
            verbose::start();
        }
        let layers = layers(&arguments.settings, Purpose::Call)?;
        let settings = layers.settings()?.into_client_settings();
        let server = settings.base_url.clone();
        match ManagementClient::new(settings) {
            Ok(client) => Ok(Self { client, server }),
            Err(error) => Err(Failure::management(server, error)),
        }
    }

    pub(crate) fn server(&self) -> &BaseUrl {
        &self.server
    }

    pub(crate) fn application_id(&self) -> &ApplicationId {
        self.client.application_id()
    }

    /// For more than one call.
    pub(crate) fn into_client(self) -> (ManagementClient, BaseUrl) {
        (self.client, self.server)
    }

    /// Makes one call and waits for it. `None` if it was printed, in this format, in place of being sent.
    pub(crate) fn call<T>(
        self,
        curl: Option<Format>,
        call: impl AsyncFnOnce(ManagementClient) -> Result<T, Error>,
    ) -> Result<Option<T>, Failure> {
        if let Some(format) = curl {
            return self.print(format, call).map(|()| None);
        }
        let Self { client, server } = self;
        let answer = runtime()?.block_on(call(client));
        answer.map(Some).map_err(|error| Failure::management(server, error))
    }

    /// Prints a call as a command for curl, in place of making it.
    pub(crate) fn print<T>(
        &self,
        format: Format,
        call: impl AsyncFnOnce(ManagementClient) -> Result<T, Error>,
    ) -> Result<(), Failure> {
        let caught = Arc::new(Mutex::new(None));
        let sink = Arc::clone(&caught);
        let client = self.client.with_dry_run(move |request| {
            *sink.lock().unwrap_or_else(PoisonError::into_inner) = Some(request);
        });
        let ended = runtime()?.block_on(call(client));
        let request = caught.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (request, ended) {
            (Some(request), _) => output::report(&CurlCommand::new(&request), format),
            (None, Err(error)) => Err(Failure::management(self.server.clone(), error)),
            (None, Ok(_)) => Ok(()),
        }
    }
}

/// The application's id and secret, for what needs no server.
pub(crate) fn credentials(arguments: &SettingsArguments) -> Result<Credentials, Failure> {
    let (application_id, secret) = layers(arguments, Purpose::Sign)?.credentials()?;
    Ok(Credentials::new(application_id.value, secret.value))
}

/// Whoever names a profile may not expect the environment to stand above it, so they are told.
fn layers(arguments: &SettingsArguments, purpose: Purpose) -> Result<Layers<'_>, SettingsProblem> {
    let layers = Layers::new(arguments, purpose)?;
    let above = layers.variables_above_the_flag();
    if let (Some(profile), false) = (layers.profile(), above.is_empty()) {
        let (above, name) = (above.join(", "), &profile.name);
        output::message(&format!("note: {above} of the environment stands above the profile `{name}`"));
    }
    Ok(layers)
}

/// A runtime on the calling thread: one command makes one call at a time.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    Builder::new_current_thread().enable_all().build().map_err(Failure::System)
}
