//! `iampass login`: stores a profile.

use iampass_management::{Connection, Settings};

use crate::args::LoginArguments;
use crate::error::Failure;
use crate::output;
use crate::probe::{self, Verdict};
use crate::service::runtime;
use crate::settings::{Login, Profile, ProfileFile, SettingsProblem, Source};

pub(crate) fn run(arguments: &LoginArguments) -> Result<(), Failure> {
    let file = ProfileFile::of_this_user()?;
    if arguments.keyring {
        keyring_is_there()?;
    }
    let Login { name, settings, secret, secret_from, variables } = Login::gather(&arguments.settings, &file)?;
    if !variables.is_empty() {
        output::message(&format!("note: takes {} from the environment", variables.join(", ")));
    }
    let profile = Profile {
        server: Some(settings.base_url.to_string()),
        application_id: Some(settings.credentials.application_id().to_string()),
        secret: Some(secret),
        keyring: arguments.keyring,
        ..Profile::default()
    };
    if !arguments.no_check {
        check(settings, &secret_from)?;
    }
    let is_current = file.store(&name, profile)?;
    let next = if is_current {
        "it is the current profile".to_owned()
    } else {
        format!("`iampass profile use {name}` makes it the current one")
    };
    let form = if arguments.keyring {
        "its secret in the operating system's keyring"
    } else {
        "its secret in plain text, which you alone can read"
    };
    output::message(&format!("stored the profile `{name}` in {}, {form}; {next}", file.path().display()));
    Ok(())
}

/// Nothing is asked for that could not be kept.
fn keyring_is_there() -> Result<(), Failure> {
    if cfg!(feature = "keyring") { Ok(()) } else { Err(SettingsProblem::NoKeyring.into()) }
}

/// Fails if it is not certain that the server accepts the signature.
fn check(settings: Settings, secret_from: &Source) -> Result<(), Failure> {
    let server = settings.base_url.clone();
    let asked = runtime()?.block_on(async { probe::ask(&Connection::new(settings)?).await });
    let why = match asked {
        Ok(Verdict::Accepted) => return Ok(()),
        Ok(Verdict::Unjudged(why)) => Failure::Unjudged { server, why },
        Ok(Verdict::UnknownApplication(error)) => Failure::call(server, error),
        Err(error) => Failure::call(server, error).with_secret_from(secret_from),
    };
    Err(Failure::NotStored(Box::new(why)))
}
