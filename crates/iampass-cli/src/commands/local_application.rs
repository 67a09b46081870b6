//! Applications that only an emulator on this machine knows.

use iampass_emulator::Application;

use crate::error::{Failure, InvalidApplication};

/// Takes `ID:SECRET` apart. `position` is where it stands among several, counted from 1.
pub(crate) fn application(text: &str, position: usize) -> Result<Application, Failure> {
    parsed(text).map_err(|source| Failure::Application { position, source })
}

fn parsed(text: &str) -> Result<Application, InvalidApplication> {
    // An id has no `:`, a secret may.
    let (id, secret) = text.split_once(':').ok_or(InvalidApplication::NoColon)?;
    Ok(Application::new(id, secret)?)
}
