//! `iampass sign-in`: asks a user's phone, and waits for what the user does.

use iampass_authentication::{AuthenticationClient, Session, SignIn};

use super::session::report::SignInReport;
use super::session::{self, Wait, WaitError};
use crate::args::SignInArguments;
use crate::error::{Failure, SystemError};
use crate::exit::Exit;
use crate::output;
use crate::service::{Service, block_on};
use crate::session::{NewSessionFile, Pending, SessionFileProblem};
use crate::signals::Signals;

pub(crate) fn run(arguments: &SignInArguments) -> Result<(), Failure> {
    if arguments.no_wait && arguments.session_file.is_none() {
        return Err(SessionFileProblem::NotNamed.into());
    }
    if let Some(format) = arguments.output.curl() {
        let call = async |client: AuthenticationClient| {
            client.authenticate_with(&arguments.user, &arguments.options()).await
        };
        return Service::open(&arguments.service)?.print(format, call);
    }
    let file = arguments.session_file.as_deref().map(NewSessionFile::create).transpose()?;
    let service = Service::open(&arguments.service)?;
    block_on(sign_in(arguments, &service, file))?
}

async fn sign_in(
    arguments: &SignInArguments,
    service: &Service,
    file: Option<NewSessionFile>,
) -> Result<(), Failure> {
    let mut signals = Signals::listen().map_err(SystemError)?;
    let client: AuthenticationClient = service.client();
    let options = arguments.options();
    let start = signals.unless_stopped(client.authenticate_with(&arguments.user, &options)).await;
    let started = start.map_err(|signal| WaitError::Stopped { signal, pending: Pending::NotKnown })?;
    let session = match started.map_err(|error| service.failure(error))? {
        SignIn::Started(session) => session,
        not_started => return report_not_started(arguments, not_started),
    };
    store(service, &session, file).await?;
    if arguments.no_wait {
        return output::report(&SignInReport::started(), arguments.output.format());
    }
    let pending = match &arguments.session_file {
        Some(path) => session::stored(path, &arguments.service.settings.at),
        None => Pending::NotStored,
    };
    let wait = Wait { timeout: arguments.timeout, user: Some(&arguments.user), pending };
    let status = wait.outcome(service, session.store_with_secret(), &mut signals).await?;
    output::report(&SignInReport::of(&status), arguments.output.format())?;
    wait.conclude(status)
}

fn report_not_started(arguments: &SignInArguments, sign_in: SignIn) -> Result<(), Failure> {
    let lacks_mobile_device = sign_in.lacks_mobile_device();
    let reason = match sign_in {
        SignIn::NotStarted { reason } => reason,
        _ => None,
    };
    let reason = reason.map(|reason| reason.as_str().to_owned());
    output::report(&SignInReport::not_started(reason), arguments.output.format())?;
    if lacks_mobile_device {
        output::message(
            "hint: the user has no phone registered; `iampass device link USER` makes a link that registers one",
        );
    }
    Err(Failure::Reported(Exit::Refused))
}

/// Stores the session before waiting. If that fails, ends the session, because nothing could refer to it any more.
async fn store(service: &Service, session: &Session, file: Option<NewSessionFile>) -> Result<(), Failure> {
    let Some(file) = file else { return Ok(()) };
    let path = file.path().to_owned();
    let Err(source) = file.write(service.server(), &session.store_with_secret()) else { return Ok(()) };
    let ended = session.end().await.is_ok();
    Err(SessionFileProblem::NotStored { path, source, ended }.into())
}
