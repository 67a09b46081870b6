//! The order of settings: flags, then the environment, then the profile. A profile that `--profile` names comes before
//! the environment.

use std::env;
use std::ffi::OsString;
use std::path::Path;

use iampass_auth::{ApplicationId, ApplicationSecret, Credentials};
use iampass_management::generated::SERVERS;
use iampass_management::{
    APPLICATION_ID_VARIABLE, APPLICATION_SECRET_VARIABLE, BaseUrl, SERVER_VARIABLE,
    Settings as ClientSettings,
};
use zeroize::Zeroizing;

use super::file::{ProfileFile, Profiles};
use super::keyring;
use super::name::ProfileName;
use super::problem::SettingsProblem;
use super::profile::Profile;
use super::secret;
use super::source::Source;
use super::sourced::Sourced;
use crate::args::SettingsArguments;

const PROFILE_VARIABLE: &str = "IAMPASS_PROFILE";

/// Everything that a call needs, and where each part came from.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) server: Sourced<BaseUrl>,
    pub(crate) application_id: Sourced<ApplicationId>,
    pub(crate) secret: Sourced<ApplicationSecret>,
}

impl Settings {
    /// What the client takes.
    pub(crate) fn into_client_settings(self) -> ClientSettings {
        let credentials = Credentials::new(self.application_id.value, self.secret.value);
        ClientSettings::new(self.server.value, credentials)
    }
}

/// What the settings are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To call the service.
    Call,
    /// To sign, which needs no server.
    Sign,
    /// To continue a session, which has its own credentials.
    Session,
}

/// The places where settings are looked for.
pub(crate) struct Layers<'a> {
    arguments: &'a SettingsArguments,
    purpose: Purpose,
    variables: Variables,
    profile: Option<SelectedProfile>,
    /// The names of the profiles, if none of them is used.
    not_asked: Vec<String>,
}

type Variables = fn(&str) -> Option<OsString>;

/// The profile that settings are taken from.
#[derive(Debug)]
pub(crate) struct SelectedProfile {
    pub(crate) name: ProfileName,
    /// What named it: `--profile`, `IAMPASS_PROFILE`, or the file itself.
    pub(crate) source: Source,
    profile: Profile,
    file: ProfileFile,
}

impl SelectedProfile {
    /// The file that contains it.
    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }
}

impl<'a> Layers<'a> {
    /// The layers of this run. The profile is read if one is named, or if something is missing without.
    pub(crate) fn new(arguments: &'a SettingsArguments, purpose: Purpose) -> Result<Self, SettingsProblem> {
        let mut layers = Self { purpose, ..Self::without_profile(arguments) };
        layers.profile = layers.selected_profile()?;
        Ok(layers)
    }

    /// Flags and environment alone.
    pub(super) fn without_profile(arguments: &'a SettingsArguments) -> Self {
        let variables: Variables = |name| env::var_os(name);
        Self { arguments, purpose: Purpose::Call, variables, profile: None, not_asked: Vec::new() }
    }

    fn selected_profile(&mut self) -> Result<Option<SelectedProfile>, SettingsProblem> {
        if let Some(Sourced { value: name, source }) = self.profile_name()? {
            let file = ProfileFile::of_this_user()?;
            return Ok(Some(SelectedProfile { profile: file.known(&name)?, name, source, file }));
        }
        let arguments = self.arguments;
        let is_missing = |flag: bool, variable| !flag && self.variable(variable).is_none();
        let needs_server = self.purpose != Purpose::Sign;
        let needs_credentials = self.purpose != Purpose::Session;
        let anything_missing = needs_server && is_missing(arguments.at.server.is_some(), SERVER_VARIABLE)
            || needs_credentials && is_missing(arguments.application_id.is_some(), APPLICATION_ID_VARIABLE)
            || needs_credentials && is_missing(arguments.secret_file.is_some(), APPLICATION_SECRET_VARIABLE);
        // Without a settings folder there are no profiles, but the environment may be enough.
        let Some(file) = ProfileFile::of_this_user().ok().filter(|_| anything_missing) else {
            return Ok(None);
        };
        let Profiles { current, mut profiles } = file.read()?;
        let Some(name) = current else {
            self.not_asked = profiles.into_keys().collect();
            return Ok(None);
        };
        match (name.parse(), profiles.remove(&name)) {
            (Ok(name), Some(profile)) => {
                let source = Source::Default;
                Ok(Some(SelectedProfile { name, source, profile, file }))
            }
            _ => Err(SettingsProblem::unknown_profile(&name, &profiles)),
        }
    }

    /// What `--profile` or `IAMPASS_PROFILE` says.
    pub(super) fn profile_name(&self) -> Result<Option<Sourced<ProfileName>>, SettingsProblem> {
        if let Some(name) = &self.arguments.at.profile {
            return Ok(Some(Sourced::new(name.clone(), Source::Flag("--profile"))));
        }
        let Some(text) = self.text(PROFILE_VARIABLE)? else { return Ok(None) };
        Sourced::checked(text.parse::<ProfileName>(), Source::Variable(PROFILE_VARIABLE)).map(Some)
    }

    /// The profile, if there is one.
    pub(crate) fn profile(&self) -> Option<&SelectedProfile> {
        self.profile.as_ref()
    }

    /// Everything, for a call.
    pub(crate) fn settings(&self) -> Result<Settings, SettingsProblem> {
        let server = self.server()?;
        let (application_id, secret) = self.credentials()?;
        Ok(Settings { server, application_id, secret })
    }

    /// The application's id and secret, for what needs no server.
    pub(crate) fn credentials(
        &self,
    ) -> Result<(Sourced<ApplicationId>, Sourced<ApplicationSecret>), SettingsProblem> {
        let application_id = self.application_id()?;
        let secret = self.secret(&application_id.value)?;
        Ok((application_id, secret))
    }

    /// The service's URL; the contract's preferred server if nothing names one.
    pub(crate) fn server(&self) -> Result<Sourced<BaseUrl>, SettingsProblem> {
        let found =
            self.found(self.arguments.at.server.as_deref(), "--server", SERVER_VARIABLE, "server", |p| {
                p.server.as_deref()
            })?;
        let Sourced { value, source } =
            found.unwrap_or_else(|| Sourced::new(SERVERS[0].to_owned(), Source::Default));
        Sourced::checked(BaseUrl::parse(&value), source)
    }

    pub(crate) fn application_id(&self) -> Result<Sourced<ApplicationId>, SettingsProblem> {
        let flag = "--application-id";
        let given = self.arguments.application_id.as_deref();
        let found = self
            .found(given, flag, APPLICATION_ID_VARIABLE, "application_id", |p| p.application_id.as_deref())?;
        let Sourced { value, source } = found.ok_or_else(|| self.missing(APPLICATION_ID_VARIABLE, flag))?;
        Sourced::checked(ApplicationId::new(&value), source)
    }

    /// The secret of this application: from a file, the environment or the profile; else it is asked for.
    pub(crate) fn secret(
        &self,
        application_id: &ApplicationId,
    ) -> Result<Sourced<ApplicationSecret>, SettingsProblem> {
        let Sourced { value, source } = self.secret_text_or_ask(application_id)?;
        Sourced::checked(ApplicationSecret::new(value.as_str()), source)
    }

    /// The secret, without asking for it.
    pub(crate) fn kept_secret(
        &self,
        application_id: &ApplicationId,
    ) -> Result<Sourced<ApplicationSecret>, SettingsProblem> {
        let missing = || self.missing(APPLICATION_SECRET_VARIABLE, "--secret-file");
        let Sourced { value, source } = self.secret_text(application_id)?.ok_or_else(missing)?;
        Sourced::checked(ApplicationSecret::new(value.as_str()), source)
    }

    pub(super) fn secret_text_or_ask(
        &self,
        application_id: &ApplicationId,
    ) -> Result<Sourced<Zeroizing<String>>, SettingsProblem> {
        match self.secret_text(application_id)? {
            Some(found) => Ok(found),
            None if secret::can_ask() => {
                let text = secret::ask(application_id.as_str());
                let text = text.map_err(|source| SettingsProblem::Prompt { source })?;
                Ok(Sourced::new(text, Source::Prompt))
            }
            None => Err(self.missing(APPLICATION_SECRET_VARIABLE, "--secret-file")),
        }
    }

    fn secret_text(
        &self,
        application_id: &ApplicationId,
    ) -> Result<Option<Sourced<Zeroizing<String>>>, SettingsProblem> {
        let in_file = |path: std::path::PathBuf| {
            let from = Source::SecretFile(path.clone());
            match secret::read_file(&path) {
                Ok(text) => Ok(Some(Sourced::new(text, from))),
                Err(source) => Err(SettingsProblem::SecretUnreadable { from, source }),
            }
        };
        if let Some(path) = &self.arguments.secret_file {
            return in_file(path.clone());
        }
        let in_variable = || -> Result<_, SettingsProblem> {
            let text = self.text(APPLICATION_SECRET_VARIABLE)?;
            let source = Source::Variable(APPLICATION_SECRET_VARIABLE);
            Ok(text.map(|text| Sourced::new(Zeroizing::new(text), source)))
        };
        let Some(SelectedProfile { name, profile, file, .. }) = &self.profile else { return in_variable() };
        let is_of_another = profile.secret_place() != "none"
            && profile.application_id.as_deref().is_some_and(|own| own != application_id.as_str());
        let profile_is_first = self.profile_is_named_by_a_flag() && !is_of_another;
        if !profile_is_first && let Some(found) = in_variable()? {
            return Ok(Some(found));
        }
        if is_of_another {
            let (profile, application_id) = (name.clone(), application_id.clone());
            return Err(SettingsProblem::OtherApplication { profile, application_id });
        }
        if let Some(secret) = &profile.secret {
            let source = Source::Profile { name: name.clone(), key: "secret" };
            return Ok(Some(Sourced::new(secret.clone(), source)));
        }
        if profile.keyring {
            let source = Source::Keyring { profile: name.clone() };
            return Ok(Some(Sourced::new(keyring::read(name)?, source)));
        }
        let Some(path) = &profile.secret_file else { return in_variable() };
        let path = secret::expanded(path);
        in_file(file.path().parent().map_or_else(|| path.clone(), |folder| folder.join(&path)))
    }

    fn found(
        &self,
        given: Option<&str>,
        flag: &'static str,
        variable: &'static str,
        key: &'static str,
        in_profile: fn(&Profile) -> Option<&str>,
    ) -> Result<Option<Sourced<String>>, SettingsProblem> {
        if let Some(text) = given {
            return Ok(Some(Sourced::new(text.to_owned(), Source::Flag(flag))));
        }
        let of_profile = self.profile.as_ref().and_then(|SelectedProfile { name, profile, .. }| {
            let source = Source::Profile { name: name.clone(), key };
            in_profile(profile).map(|text| Sourced::new(text.to_owned(), source))
        });
        if of_profile.is_some() && self.profile_is_named_by_a_flag() {
            return Ok(of_profile);
        }
        let of_variable = self.text(variable)?.map(|text| Sourced::new(text, Source::Variable(variable)));
        Ok(of_variable.or(of_profile))
    }

    fn profile_is_named_by_a_flag(&self) -> bool {
        self.profile.as_ref().is_some_and(|profile| matches!(profile.source, Source::Flag(_)))
    }

    fn missing(&self, variable: &'static str, flag: &'static str) -> SettingsProblem {
        SettingsProblem::Missing { variable, flag, not_asked: self.not_asked.clone() }
    }

    /// A variable that is empty counts as not set.
    fn variable(&self, name: &str) -> Option<OsString> {
        (self.variables)(name).filter(|value| !value.is_empty())
    }

    fn text(&self, variable: &'static str) -> Result<Option<String>, SettingsProblem> {
        let text = self.variable(variable).map(OsString::into_string).transpose();
        text.map_err(|_| SettingsProblem::NotUnicode { variable })
    }
}
