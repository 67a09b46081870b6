//! What `iampass login` stores: from flags and the environment, and what is missing from the terminal.

use std::io::{self, BufRead as _, Write as _};

use iampass_auth::{ApplicationId, ApplicationSecret, Credentials};
use iampass_management::generated::SERVERS;
use iampass_management::{BaseUrl, Settings as ClientSettings};
use zeroize::Zeroizing;

use super::file::ProfileFile;
use super::layers::Layers;
use super::name::ProfileName;
use super::problem::SettingsProblem;
use super::secret;
use super::source::{Source, Sourced};
use crate::args::SettingsArguments;

/// The profile's name when none is given.
const DEFAULT_NAME: &str = "default";

/// A profile before it is stored.
pub(crate) struct Login {
    pub(crate) name: ProfileName,
    pub(crate) settings: ClientSettings,
    pub(crate) secret: Zeroizing<String>,
    pub(crate) secret_from: Source,
    /// The variables of the environment that took part.
    pub(crate) variables: Vec<&'static str>,
}

impl Login {
    /// Puts it together. A profile of the same name tells what is proposed when asking.
    pub(crate) fn gather(arguments: &SettingsArguments, file: &ProfileFile) -> Result<Self, SettingsProblem> {
        let layers = Layers::without_profile(arguments);
        let name = match layers.profile_name()? {
            Some(name) => name.value,
            None => {
                DEFAULT_NAME.parse().map_err(|reason| SettingsProblem::malformed(Source::Default, reason))?
            }
        };
        let former = file.read()?.profiles.remove(name.as_str()).unwrap_or_default();
        let can_ask = secret::can_ask();

        let mut server = layers.server()?;
        if server.source == Source::Default && can_ask {
            let proposed = former.server.as_deref().unwrap_or(SERVERS[0]);
            let typed = ask("Server", Some(proposed))?;
            server = Sourced::checked(BaseUrl::parse(&typed), Source::Prompt)?;
        }
        let application_id = match layers.application_id() {
            Err(SettingsProblem::Missing { .. }) if can_ask => {
                let typed = ask("Application id", former.application_id.as_deref())?;
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
        Ok(Self { name, settings, secret: text, secret_from, variables })
    }
}

/// Asks on the terminal; an empty answer is what was proposed.
fn ask(question: &str, proposed: Option<&str>) -> Result<String, SettingsProblem> {
    let failed = |source| SettingsProblem::Prompt { source };
    let mut stderr = io::stderr().lock();
    let question = match proposed {
        Some(proposed) => format!("{question} [{proposed}]: "),
        None => format!("{question}: "),
    };
    stderr.write_all(question.as_bytes()).and_then(|()| stderr.flush()).map_err(failed)?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(failed)?;
    let typed = line.trim();
    Ok(if typed.is_empty() { proposed.unwrap_or_default() } else { typed }.to_owned())
}
