//! Reads secrets from files and from the terminal.

use std::fs::{File, Metadata};
use std::io::{self, IsTerminal as _, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::prompt;
use crate::output::{self, printable};
use crate::private_file::open_to_others;
use crate::shell_word::quoted_path;

/// A secret has some dozens of characters; a much longer file is the wrong one.
const LONGEST: u64 = 64 * 1024;

/// The text in a file, or on standard input if the path is `-`, less the line break at its end, which
/// editors and `echo` leave.
pub(super) fn read_file(path: &Path) -> io::Result<Zeroizing<String>> {
    let mut text = if path.as_os_str() == "-" {
        read(io::stdin().lock())?
    } else {
        let file = File::open(path)?;
        tell_if_others_can_read(path, &file.metadata()?);
        read(file)?
    };
    let length =
        text.strip_suffix('\n').map_or(text.len(), |rest| rest.strip_suffix('\r').unwrap_or(rest).len());
    text.truncate(length);
    Ok(text)
}

/// Only a warning: files that are mounted into containers are often readable to all.
fn tell_if_others_can_read(path: &Path, metadata: &Metadata) {
    if let Some(mode) = open_to_others(metadata).filter(|_| metadata.is_file()) {
        output::message(&format!(
            "note: others can read the secret in {} (mode {mode:04o}); `chmod 600 {}` keeps it to its owner",
            printable(&path.to_string_lossy()),
            quoted_path(path)
        ));
    }
}

/// Replaces a leading `~` by the home folder, as a shell would: the path comes from a settings file.
pub(super) fn expanded(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), etcetera::home_dir()) {
        (Ok(rest), Ok(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

fn read(from: impl Read) -> io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    if from.take(LONGEST + 1).read_to_string(&mut text)? as u64 > LONGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is too long to be a secret"));
    }
    Ok(text)
}

/// Whether there is someone to ask.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for a secret on the terminal, without showing it. Ctrl-C puts the terminal back and ends the program.
pub(crate) fn ask(application_id: &str) -> io::Result<Zeroizing<String>> {
    prompt::ask(&format!("Secret of the application {application_id}: ")).map(Zeroizing::new)
}
