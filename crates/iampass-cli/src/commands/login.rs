//! `iampass login`: stores a profile.

use iampass_management::{ManagementClient, Settings};

use crate::args::LoginArguments;
use crate::error::Failure;
use crate::output;
use crate::probe::{self, Verdict};
use crate::service::runtime;
use crate::settings::{Login, Profile, ProfileFile, SettingsProblem};

pub(crate) fn run(arguments: &LoginArguments) -> Result<(), Failure> {
    let file = ProfileFile::of_this_user()?;
    if arguments.keyring {
        keyring_is_there()?;
    }
    let Login { name, settings, secret, variables } = Login::gather(&arguments.settings, &file)?;
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
        check(settings)?;
    }
    let is_current = file.store(&name, profile)?;
    let next = if is_current {
        "it is the current profile".to_owned()
    } else {
        format!("`iampass profile use {name}` makes it the current one")
    };
    output::message(&format!("stored the profile `{name}` in {}; {next}", file.path().display()));
    Ok(())
}

/// Nothing is asked for that could not be kept.
fn keyring_is_there() -> Result<(), Failure> {
    if cfg!(feature = "keyring") { Ok(()) } else { Err(SettingsProblem::NoKeyring.into()) }
}

/// Fails if the server does not accept the signature.
fn check(settings: Settings) -> Result<(), Failure> {
    let server = settings.base_url.clone();
    let nobody = probe::nobody()?;
    let asked = runtime()?.block_on(async {
        match probe::ask(&ManagementClient::new(settings)?, &nobody).await? {
            Verdict::Accepted => Ok(()),
            Verdict::UnknownApplication(error) => Err(error),
        }
    });
    asked.map_err(|source| Failure::NotStored(Box::new(Failure::call(server, source))))
}
