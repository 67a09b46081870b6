//! Connects a command with the service: settings, connection, runtime.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use iampass_auth::{ApplicationId, Credentials};
use iampass_management::{BaseUrl, Connection, Error, ErrorKind, Settings as ClientSettings};
use tokio::runtime::{Builder, Runtime};

use crate::args::{Format, ServerArguments, ServiceArguments, SettingsArguments};
use crate::call_error::{CallError, CommandFailed, advice};
use crate::curl::CurlCommand;
use crate::error::{Failure, SystemError};
use crate::output;
use crate::session::{SessionFile, SessionFileProblem};
use crate::settings::{Layers, Purpose, Source};
use crate::verbose;

/// The service as the settings name it.
pub(crate) struct Service {
    connection: Connection,
    signed_by: SignedBy,
}

/// Who signs the calls.
enum SignedBy {
    /// An application, whose secret came from here.
    Application(Source),
    /// The session in this file.
    Session(PathBuf),
}

impl Service {
    pub(crate) fn open(arguments: &ServiceArguments) -> Result<Self, Failure> {
        if arguments.verbose {
            verbose::start();
        }
        let layers = Layers::new(&arguments.settings, Purpose::Call)?;
        let settings = layers.settings()?;
        let signed_by = SignedBy::Application(settings.secret.source.clone());
        Self::connect(settings.into_client_settings(), signed_by)
    }

    /// The service that the settings name, for the calls of a session that was started there. They are signed by the
    /// session, so the application's id and secret are not looked for.
    pub(crate) fn of_session(
        at: &ServerArguments,
        verbose: bool,
        file: &SessionFile,
    ) -> Result<Self, Failure> {
        if verbose {
            verbose::start();
        }
        let arguments = SettingsArguments { at: at.clone(), ..SettingsArguments::default() };
        let server = Layers::new(&arguments, Purpose::Session)?.server()?.value;
        file.check_server(&server)?;
        let settings = ClientSettings::new(server, file.session().credentials().clone());
        Self::connect(settings, SignedBy::Session(file.path().to_owned()))
    }

    fn connect(settings: ClientSettings, signed_by: SignedBy) -> Result<Self, Failure> {
        let server = settings.base_url.clone();
        warn_about_path(&server);
        let connection = Connection::new(settings).map_err(|error| CallError::new(server, error))?;
        Ok(Self { connection, signed_by })
    }

    pub(crate) fn server(&self) -> &BaseUrl {
        self.connection.base_url()
    }

    pub(crate) fn application_id(&self) -> &ApplicationId {
        self.connection.application_id()
    }

    /// A client of one of the service's APIs.
    pub(crate) fn client<C: From<Connection>>(&self) -> C {
        self.connection.clone().into()
    }

    /// The failure of a call.
    pub(crate) fn failure(&self, error: Error) -> Failure {
        match &self.signed_by {
            // The client says so of URLs that are in the file, before it sends anything.
            SignedBy::Session(path) if matches!(error.kind(), ErrorKind::ForeignUrl) => {
                SessionFileProblem::foreign_url(path, self.server(), error).into()
            }
            _ => CommandFailed(self.call_error(error)).into(),
        }
    }

    /// The same where it is about the call alone.
    pub(crate) fn call_error(&self, error: Error) -> CallError {
        CallError::new(self.server().clone(), error).with_secret_from(self.secret_from())
    }

    /// What to do about a failed call before it is made once more.
    pub(crate) fn advice(&self, error: &Error) -> Option<String> {
        advice(self.server(), error, self.secret_from())
    }

    fn secret_from(&self) -> Option<&Source> {
        match &self.signed_by {
            SignedBy::Application(source) => Some(source),
            SignedBy::Session(_) => None,
        }
    }

    /// Makes one call and waits for it. `None` if it was printed, in this format, in place of being sent.
    pub(crate) fn call<C: From<Connection>, T>(
        &self,
        curl: Option<Format>,
        call: impl AsyncFnOnce(C) -> Result<T, Error>,
    ) -> Result<Option<T>, Failure> {
        if let Some(format) = curl {
            return self.print(format, call).map(|()| None);
        }
        let answer = block_on(call(self.client()))?;
        answer.map(Some).map_err(|error| self.failure(error))
    }

    /// Prints a call as a command for curl, in place of making it.
    pub(crate) fn print<C: From<Connection>, T>(
        &self,
        format: Format,
        call: impl AsyncFnOnce(C) -> Result<T, Error>,
    ) -> Result<(), Failure> {
        let caught = Arc::new(Mutex::new(None));
        let sink = Arc::clone(&caught);
        let dry = self.connection.with_dry_run(move |request| {
            *sink.lock().unwrap_or_else(PoisonError::into_inner) = Some(request);
        });
        let ended = block_on(call(dry.into()))?;
        let request = caught.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (request, ended) {
            (Some(request), _) => output::report(&CurlCommand::new(&request), format),
            (None, Err(error)) => Err(self.failure(error)),
            (None, Ok(_)) => Ok(()),
        }
    }
}

/// Warns if the URL ends in the path that the clients add themselves.
pub(crate) fn warn_about_path(server: &BaseUrl) {
    if server.as_str().trim_end_matches('/').ends_with("/management") {
        output::message(
            "note: the server's URL ends in /management, and the client adds that itself; is it one too many?",
        );
    }
}

/// The application's id and secret, for what needs no server.
pub(crate) fn credentials(arguments: &SettingsArguments) -> Result<Credentials, Failure> {
    let (application_id, secret) = Layers::new(arguments, Purpose::Sign)?.credentials()?;
    Ok(Credentials::new(application_id.value, secret.value))
}

/// Runs a future to its end. What is left of it on other threads is not waited for: a lookup of a name, which cannot
/// be cancelled, takes as long as the name servers do not respond.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = runtime()?;
    let output = runtime.block_on(future);
    runtime.shutdown_background();
    Ok(output)
}

/// A runtime on the calling thread: one command makes one call at a time.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    Ok(Builder::new_current_thread().enable_all().build().map_err(SystemError)?)
}
