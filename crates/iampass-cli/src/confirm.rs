//! Asks on the terminal before something is done that cannot be undone.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::error::Failure;
use crate::output;

/// Says what will be done and asks. Fails unless the answer is yes.
pub(crate) fn confirm(what: &str, question: &str) -> Result<(), Failure> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Failure::NobodyToAsk);
    }
    output::message(what);
    let mut stderr = io::stderr().lock();
    let asked = stderr.write_all(format!("{question} [y/N] ").as_bytes()).and_then(|()| stderr.flush());
    let mut answer = String::new();
    asked.and_then(|()| io::stdin().lock().read_line(&mut answer)).map_err(Failure::System)?;
    if matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
        Ok(())
    } else {
        Err(Failure::Declined)
    }
}
