//! Applications that only an emulator on this machine knows.

use iampass_emulator::Application;

use crate::error::CommandError;
use crate::exit::Exit;

/// An application that cannot be served. The text itself is left out: it holds a secret.
#[derive(Debug, thiserror::Error)]
#[error("`--application` number {position} is not ID:SECRET")]
pub(crate) struct ApplicationError {
    position: usize,
    source: InvalidApplication,
}

impl CommandError for ApplicationError {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn hint(&self) -> Option<String> {
        Some("write it as in `--application my-app:any-secret-for-local-use`".to_owned())
    }
}

/// Why a text is no local application's id and secret.
#[derive(Debug, thiserror::Error)]
enum InvalidApplication {
    #[error("there is no `:` between id and secret")]
    NoColon,
    #[error(transparent)]
    Form(#[from] iampass_emulator::InvalidApplication),
}

/// Takes `ID:SECRET` apart. `position` is where it stands among several, counted from 1.
pub(crate) fn application(text: &str, position: usize) -> Result<Application, ApplicationError> {
    parsed(text).map_err(|source| ApplicationError { position, source })
}

fn parsed(text: &str) -> Result<Application, InvalidApplication> {
    // An id has no `:`, a secret may.
    let (id, secret) = text.split_once(':').ok_or(InvalidApplication::NoColon)?;
    Ok(Application::new(id, secret)?)
}
