//! `iampass profile`: what is stored, and which of it is taken.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::json;

use crate::args::{ProfileCommand, ShowProfile};
use crate::error::Failure;
use crate::output::{self, Records, Report, printable};
use crate::settings::{Profile, ProfileFile, ProfileName, SettingsProblem};

pub(crate) fn run(command: &ProfileCommand) -> Result<(), Failure> {
    let file = ProfileFile::of_this_user()?;
    match command {
        ProfileCommand::List(arguments) => {
            let shown = list(&file)?;
            if shown.0.is_empty() {
                output::message("there are no profiles yet; `iampass login` stores one");
            }
            output::report(&shown, arguments.output.format)
        }
        ProfileCommand::Show(arguments) => {
            let shown = show(&file, arguments)?;
            output::report(&shown, arguments.output.format)
        }
        ProfileCommand::Use(arguments) => {
            file.set_current(&arguments.name)?;
            output::message(&format!("`{}` is the current profile", arguments.name));
            Ok(())
        }
        ProfileCommand::Remove(arguments) => {
            let next = if file.remove(&arguments.name)? {
                "; no profile is the current one now, `iampass profile use NAME` chooses one"
            } else {
                ""
            };
            output::message(&format!("removed the profile `{}`{next}", arguments.name));
            Ok(())
        }
    }
}

fn list(file: &ProfileFile) -> Result<Shown, Failure> {
    let stored = file.read()?;
    let current = stored.current.as_deref();
    let shown = |(name, profile): (&String, &Profile)| Row::new(name, profile, current);
    Ok(Shown(stored.profiles.iter().map(shown).collect()))
}

fn show(file: &ProfileFile, ShowProfile { name, .. }: &ShowProfile) -> Result<Row, Failure> {
    let stored = file.read()?;
    let current = stored.current.as_deref();
    let name = name.as_ref().map(ProfileName::as_str).or(current);
    let name = name.ok_or_else(|| SettingsProblem::no_current_profile(&stored.profiles))?;
    match stored.profiles.get(name) {
        Some(profile) => Ok(Row::new(name, profile, current)),
        None => Err(SettingsProblem::unknown_profile(name, &stored.profiles).into()),
    }
}

/// A profile, all but its secret.
#[derive(Serialize)]
struct Row {
    name: String,
    current: bool,
    server: Option<String>,
    application_id: Option<String>,
    secret: &'static str,
}

impl Row {
    fn new(name: &str, profile: &Profile, current: Option<&str>) -> Self {
        Self {
            name: name.to_owned(),
            current: current == Some(name),
            server: profile.server.clone(),
            application_id: profile.application_id.clone(),
            secret: profile.secret_place(),
        }
    }
}

impl Report for Row {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { name, current, server, application_id, secret } = self;
        writeln!(out, "name            {}{}", printable(name), if *current { " (current)" } else { "" })?;
        writeln!(out, "server          {}", or_dash(server.as_deref()))?;
        writeln!(out, "application_id  {}", or_dash(application_id.as_deref()))?;
        writeln!(out, "secret          {secret}")
    }

    fn records(&self) -> Records {
        records([self])
    }
}

#[derive(Serialize)]
struct Shown(Vec<Row>);

impl Report for Shown {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let line = |Row { name, current, server, application_id, .. }: &Row| {
            let mark = if *current { '*' } else { ' ' };
            vec![
                format!("{mark} {}", printable(name)),
                or_dash(server.as_deref()),
                or_dash(application_id.as_deref()),
            ]
        };
        output::aligned(&self.0.iter().map(line).collect::<Vec<_>>(), out)
    }

    fn records(&self) -> Records {
        records(&self.0)
    }
}

fn or_dash(text: Option<&str>) -> String {
    text.map_or("-".into(), |text| printable(text).into_owned())
}

fn records<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Records {
    let mut records = Records::new(&["name", "current", "server", "application_id", "secret"]);
    for Row { name, current, server, application_id, secret } in rows {
        records.push(vec![json!(name), json!(current), json!(server), json!(application_id), json!(secret)]);
    }
    records
}
