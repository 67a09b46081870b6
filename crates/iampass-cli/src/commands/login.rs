//! `iampass login`: stores a profile.

use iampass_management::{BaseUrl, Connection};

use crate::args::LoginArguments;
use crate::call_error::CallError;
use crate::confirm::{can_ask, confirm};
use crate::error::{CommandError, Failure};
use crate::exit::Exit;
use crate::output::{self, printable};
use crate::probe::{self, Unjudged, Verdict};
use crate::service::{block_on, warn_about_path};
use crate::settings::{Login, Profile, ProfileFile, ProfileName, SettingsProblem, Source};

/// How often a secret can be typed.
const TRIES: u32 = 3;

/// Why a profile was not stored: it is not certain that the server accepts the signature.
#[derive(Debug, thiserror::Error)]
enum NotStored {
    #[error("the profile was not stored: the signature cannot be judged: {why}")]
    Unjudged { server: BaseUrl, why: Unjudged },
    #[error("the profile was not stored: {0}")]
    Call(#[from] CallError),
}

impl CommandError for NotStored {
    fn exit(&self) -> Exit {
        match self {
            Self::Unjudged { .. } => Exit::Failed,
            Self::Call(error) => error.exit(),
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Unjudged { server, why } => Some(why.hint(server)),
            Self::Call(error) => error.hint_without_doctor(),
        };
        hint.map(|hint| format!("{hint} (--no-check stores it without asking the server)"))
    }

    fn server_message(&self) -> Option<&str> {
        match self {
            Self::Unjudged { why: Unjudged::OtherResponse(error), .. } => error.server_message(),
            Self::Unjudged { .. } => None,
            Self::Call(error) => error.server_message(),
        }
    }
}

pub(crate) fn run(arguments: &LoginArguments) -> Result<(), Failure> {
    let file = ProfileFile::of_this_user()?;
    if arguments.keyring {
        keyring_is_there()?;
    }
    let name = Login::name(&arguments.settings)?;
    let former = file.read()?.profiles.remove(name.as_str());
    if let Some(former) = &former
        && !arguments.yes
        && can_ask().is_ok()
    {
        confirm_replacement(&name, former)?;
    }
    let mut login = Login::gather(&arguments.settings, former.as_ref())?;
    if !login.variables.is_empty() {
        output::message(&format!("note: takes {} from the environment", login.variables.join(", ")));
    }
    warn_about_path(&login.settings.base_url);
    if !arguments.no_check {
        login = checked(login)?;
    }
    let Login { settings, secret, .. } = login;
    let profile = Profile {
        server: Some(settings.base_url.to_string()),
        application_id: Some(settings.credentials.application_id().to_string()),
        secret: Some(secret),
        keyring: arguments.keyring,
        ..Profile::default()
    };
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
    let path = file.path().display().to_string();
    output::message(&format!("stored the profile `{name}` in {}, {form}; {next}", printable(&path)));
    Ok(())
}

/// Fails before anything is asked for if the keyring is not built in.
fn keyring_is_there() -> Result<(), Failure> {
    if cfg!(feature = "keyring") { Ok(()) } else { Err(SettingsProblem::NoKeyring.into()) }
}

/// Asks, because the profile may have the only copy of its secret.
fn confirm_replacement(name: &ProfileName, former: &Profile) -> Result<(), Failure> {
    let part =
        |part: &Option<String>| part.as_deref().map_or("-".into(), |text| printable(text).into_owned());
    let what = format!(
        "There is a profile `{name}` already (application {}, {}).",
        part(&former.application_id),
        part(&former.server)
    );
    confirm(&what, &format!("Replace the profile `{name}`?"))
}

/// Fails if it is not certain that the server accepts the signature. A secret that was typed and is wrong may be typed
/// again.
fn checked(mut login: Login) -> Result<Login, Failure> {
    for _ in 1..TRIES {
        let Err(failure) = check(&login) else { return Ok(login) };
        let is_wrong = failure.exit() == Exit::NotAuthorised;
        if !is_wrong || login.secret_from != Source::Prompt {
            return Err(failure);
        }
        output::message("the server does not accept the secret; it can be typed again");
        login = login.with_secret_typed_again()?;
    }
    check(&login).map(|()| login)
}

fn check(login: &Login) -> Result<(), Failure> {
    let settings = login.settings.clone();
    let server = settings.base_url.clone();
    let asked = block_on(async { probe::ask(&Connection::new(settings)?).await })?;
    let why = match asked {
        Ok(Verdict::Accepted) => return Ok(()),
        Ok(Verdict::Unjudged(why)) => NotStored::Unjudged { server, why },
        Ok(Verdict::UnknownApplication(error)) => CallError::new(server, error).into(),
        Err(error) => CallError::new(server, error).with_secret_from(Some(&login.secret_from)).into(),
    };
    Err(why.into())
}
