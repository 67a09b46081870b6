//! `iampass completions` and `iampass man`: made from what the program itself takes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use crate::args::{Arguments, CompletionsArguments, ManArguments};
use crate::error::{CommandError, Failure};
use crate::output::{self, printable};

const NAME: &str = "iampass";

/// A man page cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("the man page {} cannot be written", path.display())]
struct ManPageError {
    path: PathBuf,
    source: io::Error,
}

impl CommandError for ManPageError {}

pub(crate) fn completions(arguments: &CompletionsArguments) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), NAME, &mut script);
    output::data(&String::from_utf8_lossy(&script))
}

pub(crate) fn man(arguments: &ManArguments) -> Result<(), Failure> {
    let folder = &arguments.folder;
    let failed = |path: &Path, source| ManPageError { path: path.to_owned(), source };
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let mut command = Arguments::command().disable_help_subcommand(true);
    // Gives each command its whole name.
    command.build();
    let mut names = String::new();
    for page in pages(&command).map_err(|error| failed(folder, error))? {
        let path = folder.join(&page.name);
        fs::write(&path, &page.text).map_err(|error| failed(&path, error))?;
        names.extend([&*printable(&path.display().to_string()), "\n"]);
    }
    output::data(&names)
}

struct Page {
    name: PathBuf,
    text: Vec<u8>,
}

/// The pages of a command and of those below it.
fn pages(command: &Command) -> io::Result<Vec<Page>> {
    let man = Man::new(command.clone());
    let mut text = Vec::new();
    man.render(&mut text)?;
    let mut pages = vec![Page { name: man.get_filename().into(), text }];
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        pages.extend(self::pages(below)?);
    }
    Ok(pages)
}
