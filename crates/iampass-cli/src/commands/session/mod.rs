//! `iampass session`: a sign-in's session after the run that has started it.

pub(super) mod report;
mod wait;

use std::path::Path;

use iampass_authentication::{AuthenticationClient, Session};

use self::report::{Ended, SessionReport};
pub(super) use self::wait::{Wait, WaitError};
use crate::args::{ServerArguments, SessionArguments, SessionCommand, SessionWaitArguments};
use crate::error::{Failure, SystemError};
use crate::output;
use crate::service::{Service, block_on};
use crate::session::{Pending, SessionFile};
use crate::shell_word::{quoted, quoted_path};
use crate::signals::Signals;

pub(crate) fn run(command: &SessionCommand) -> Result<(), Failure> {
    match command {
        SessionCommand::Status(arguments) => status(arguments),
        SessionCommand::Wait(arguments) => wait(arguments),
        SessionCommand::End(arguments) => end(arguments),
    }
}

fn status(arguments: &SessionArguments) -> Result<(), Failure> {
    let status = call(arguments, async |session| session.status().await)?;
    status.map_or(Ok(()), |status| output::report(&SessionReport::of(&status), arguments.output.format()))
}

fn end(arguments: &SessionArguments) -> Result<(), Failure> {
    let ended = call(arguments, async |session| session.end().await)?;
    ended.map_or(Ok(()), |()| output::report(&Ended { ended: true }, arguments.output.format()))
}

fn wait(SessionWaitArguments { session: arguments, timeout }: &SessionWaitArguments) -> Result<(), Failure> {
    if arguments.output.curl().is_some() {
        return status(arguments);
    }
    let (file, service) = open(arguments)?;
    let pending = stored(&arguments.session_file, &arguments.at);
    let wait = Wait { timeout: *timeout, user: None, pending };
    let status = block_on(async {
        let mut signals = Signals::listen().map_err(SystemError)?;
        wait.outcome(&service, file.session().clone(), &mut signals).await
    })??;
    output::report(&SessionReport::of(&status), arguments.output.format())?;
    wait.conclude(status)
}

fn open(arguments: &SessionArguments) -> Result<(SessionFile, Service), Failure> {
    let file = SessionFile::read(&arguments.session_file)?;
    let service = Service::of_session(&arguments.at, arguments.verbose, &file)?;
    Ok((file, service))
}

/// Makes one call of the session. `None` if it was printed in place of being sent.
fn call<T>(
    arguments: &SessionArguments,
    call: impl AsyncFnOnce(Session) -> Result<T, iampass_authentication::Error>,
) -> Result<Option<T>, Failure> {
    let (file, service) = open(arguments)?;
    let call = async |client: AuthenticationClient| call(client.session(file.session().clone())).await;
    service.call(arguments.output.curl(), call)
}

/// A sign-in whose session is in this file, on this server.
pub(super) fn stored(path: &Path, at: &ServerArguments) -> Pending {
    let mut arguments = format!("--session-file {}", quoted_path(path));
    if let Some(profile) = &at.profile {
        arguments.extend([" --profile ", profile.as_str()]);
    }
    if let Some(server) = &at.server {
        arguments.extend([" --server ", &quoted(server)]);
    }
    Pending::Stored(arguments)
}
