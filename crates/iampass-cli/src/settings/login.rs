//! What `iampass login` stores: from flags and the environment, and what is missing from the terminal.

use std::io::{self, BufRead as _};

use iampass_auth::{ApplicationId, ApplicationSecret, Credentials};
use iampass_management::generated::SERVERS;
use iampass_management::{BaseUrl, Settings as ClientSettings};
use zeroize::Zeroizing;

use super::layers::Layers;
use super::name::ProfileName;
use super::problem::SettingsProblem;
use super::profile::Profile;
use super::secret;
use super::source::Source;
use super::sourced::Sourced;
use crate::args::SettingsArguments;
use crate::output::{self, printable};

/// The profile's name when none is given.
const DEFAULT_NAME: &str = "default";

/// A profile before it is stored.
pub(crate) struct Login {
    pub(crate) settings: ClientSettings,
    pub(crate) secret: Zeroizing<String>,
    pub(crate) secret_from: Source,
    /// The environment variables that were used.
    pub(crate) variables: Vec<&'static str>,
}

impl Login {
    /// The name that the profile is to have.
    pub(crate) fn name(arguments: &SettingsArguments) -> Result<ProfileName, SettingsProblem> {
        match Layers::without_profile(arguments).profile_name()? {
            Some(name) => Ok(name.value),
            None => {
                DEFAULT_NAME.parse().map_err(|reason| SettingsProblem::malformed(Source::Default, reason))
            }
        }
    }

    /// Gathers the settings. The values of a profile that is replaced are proposed when asking.
    pub(crate) fn gather(
        arguments: &SettingsArguments,
        former: Option<&Profile>,
    ) -> Result<Self, SettingsProblem> {
        let layers = Layers::without_profile(arguments);
        let can_ask = secret::can_ask();

        let mut server = layers.server()?;
        if server.source == Source::Default && can_ask {
            let proposed = former.and_then(|former| former.server.as_deref()).unwrap_or(SERVERS[0]);
            let typed = ask("Server", Some(proposed))?;
            server = Sourced::checked(BaseUrl::parse(&typed), Source::Prompt)?;
        }
        let application_id = match layers.application_id() {
            Err(SettingsProblem::Missing { .. }) if can_ask => {
                let typed =
                    ask("Application id", former.and_then(|former| former.application_id.as_deref()))?;
                Sourced::checked(ApplicationId::new(&typed), Source::Prompt)?
            }
            found => found?,
        };
        let Sourced { value: text, source } = layers.secret_text_or_ask(&application_id.value)?;
        let secret = Sourced::checked(ApplicationSecret::new(text.as_str()), source)?;

        let sources = [&server.source, &application_id.source, &secret.source];
        let variables = sources.into_iter().filter_map(|source| match source {
            Source::Variable(name) => Some(*name),
            _ => None,
        });
        let variables = variables.collect();
        let secret_from = secret.source.clone();
        let credentials = Credentials::new(application_id.value, secret.value);
        let settings = ClientSettings::new(server.value, credentials);
        Ok(Self { settings, secret: text, secret_from, variables })
    }

    /// Asks for the secret once more.
    pub(crate) fn with_secret_typed_again(self) -> Result<Self, SettingsProblem> {
        let ClientSettings { base_url, credentials, .. } = self.settings;
        let application_id = credentials.application_id().clone();
        let secret =
            secret::ask(application_id.as_str()).map_err(|source| SettingsProblem::Prompt { source })?;
        let Sourced { value, .. } =
            Sourced::checked(ApplicationSecret::new(secret.as_str()), Source::Prompt)?;
        let settings = ClientSettings::new(base_url, Credentials::new(application_id, value));
        Ok(Self { settings, secret, secret_from: Source::Prompt, variables: self.variables })
    }
}

/// Asks on the terminal. An empty line accepts the proposed value.
fn ask(question: &str, proposed: Option<&str>) -> Result<String, SettingsProblem> {
    let failed = |source| SettingsProblem::Prompt { source };
    let question = match proposed {
        Some(proposed) => format!("{question} [{}]:", printable(proposed)),
        None => format!("{question}:"),
    };
    output::question(&question).map_err(failed)?;
    let mut line = String::new();
    if io::stdin().lock().read_line(&mut line).map_err(failed)? == 0 {
        // Ctrl-D leaves the cursor behind the question.
        output::message_as_is("");
        return Err(failed(io::ErrorKind::UnexpectedEof.into()));
    }
    let typed = line.trim();
    Ok(if typed.is_empty() { proposed.unwrap_or_default() } else { typed }.to_owned())
}
