//! Where secrets are read that stand in no variable.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::prompt;

/// A secret has some dozens of characters; what is much longer is the wrong file.
const LONGEST: u64 = 64 * 1024;

/// The text in a file, or on standard input if the path is `-`, less the line break at its end, which
/// editors and `echo` leave.
pub(super) fn read_file(path: &Path) -> io::Result<Zeroizing<String>> {
    let mut text = if path.as_os_str() == "-" { read(io::stdin().lock())? } else { read(File::open(path)?)? };
    let length =
        text.strip_suffix('\n').map_or(text.len(), |rest| rest.strip_suffix('\r').unwrap_or(rest).len());
    text.truncate(length);
    Ok(text)
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
