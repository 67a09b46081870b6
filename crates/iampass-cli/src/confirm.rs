//! Asks on the terminal before something is done that cannot be undone.

use std::io::{self, BufRead as _, IsTerminal as _};

use indicatif::HumanCount;

use crate::error::{CommandError, Failure, SystemError};
use crate::exit::Exit;
use crate::output::{self, visible};
use crate::service::Service;

/// How many ids are shown of those that are to be deleted.
const SHOWN_IDS: usize = 3;
/// At most this many characters of an id are shown.
const LONGEST_SHOWN: usize = 60;

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfirmError {
    #[error("nothing was done: there is no terminal to ask on")]
    NobodyToAsk,
    #[error("nothing was done")]
    Declined,
}

impl CommandError for ConfirmError {
    fn exit(&self) -> Exit {
        if matches!(self, Self::NobodyToAsk) { Exit::Usage } else { Exit::Failed }
    }

    fn hint(&self) -> Option<String> {
        matches!(self, Self::NobodyToAsk).then(|| "--yes does it without asking".to_owned())
    }
}

/// Fails if there is no terminal to ask on. Called before anything else is done.
pub(crate) fn can_ask() -> Result<(), Failure> {
    if io::stdin().is_terminal() && io::stderr().is_terminal() {
        Ok(())
    } else {
        Err(ConfirmError::NobodyToAsk.into())
    }
}

/// Says what will be done and asks. Fails unless the answer is yes.
pub(crate) fn confirm(what: &str, question: &str) -> Result<(), Failure> {
    can_ask()?;
    output::message(what);
    let mut answer = String::new();
    let asked = output::question(&format!("{question} [y/N]"));
    asked.and_then(|()| io::stdin().lock().read_line(&mut answer)).map_err(SystemError)?;
    if answer.is_empty() {
        // Ctrl-D leaves the cursor behind the question.
        output::message_as_is("");
    }
    if matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
        Ok(())
    } else {
        Err(ConfirmError::Declined.into())
    }
}

/// Asks before users are deleted. `first` are the first of `count` ids.
pub(crate) fn confirm_deletion<I: AsRef<str>>(
    service: &Service,
    count: u64,
    first: &[I],
) -> Result<(), Failure> {
    let (application, server) = (service.application_id(), service.server());
    let ids = if count == 1 { "id" } else { "ids" };
    let number = HumanCount(count);
    let mut what = format!(
        "This deletes the users of {number} {ids}, and their phones with them\n\
         (application {application}, {server}):"
    );
    let mut more = count;
    for id in first.iter().take(SHOWN_IDS) {
        what.extend(["\n  ", &shortened(id.as_ref())]);
        more = more.saturating_sub(1);
    }
    if more > 0 {
        what.extend(["\n  … and ", &HumanCount(more).to_string(), " more"]);
    }
    confirm(&what, &format!("Delete {number} {}?", if count == 1 { "user" } else { "users" }))
}

fn shortened(id: &str) -> String {
    let shown: String = id.chars().take(LONGEST_SHOWN).collect();
    let cut = if shown.len() < id.len() { "…" } else { "" };
    format!("{}{cut}", visible(&shown))
}
