//! `iampass completions` and `iampass man`: made from what the program itself takes.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::{Arg, Command, CommandFactory as _};
use clap_complete::env::Shells;
use clap_complete::{ArgValueCandidates, CompleteEnv, CompletionCandidate};
use clap_mangen::Man;
use tempfile::NamedTempFile;

use crate::args::{Arguments, CompletionsArguments, ManArguments};
use crate::error::{CommandError, Failure};
use crate::output::{self, printable};
use crate::settings::{ProfileFile, ProfileName};

const NAME: &str = "iampass";
/// The scripts set it when they ask the program how a command line may go on.
const VARIABLE: &str = "IAMPASS_COMPLETE";

/// Completes a command line and ends the program, if that is what a shell has started it for.
pub(crate) fn complete() {
    CompleteEnv::with_factory(completed).var(VARIABLE).complete();
}

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
    if let Some(shell) = Shells::builtins().completer(&arguments.shell.to_string()) {
        // Writing to memory cannot fail.
        let _ = shell.write_registration(VARIABLE, NAME, NAME, NAME, &mut script);
    }
    output::data(&String::from_utf8_lossy(&script))
}

/// The program's commands, whose profiles are those that are stored.
fn completed() -> Command {
    /// `--profile`, and the argument of `iampass profile use` and its like.
    fn with_profiles(command: Command) -> Command {
        let with_names = |arg: Arg| match arg.get_id().as_str() {
            "profile" | "profile_name" => arg.add(ArgValueCandidates::new(profile_names)),
            _ => arg,
        };
        command.mut_args(with_names).mut_subcommands(with_profiles)
    }
    with_profiles(Arguments::command())
}

/// None if they cannot be read: a completion is no place for an error.
fn profile_names() -> Vec<CompletionCandidate> {
    let stored = ProfileFile::of_this_user().and_then(|file| file.read());
    let names = stored.map(|stored| stored.profiles.into_keys()).into_iter().flatten();
    // A file that was edited can have names that no command takes.
    names.filter(|name| name.parse::<ProfileName>().is_ok()).map(CompletionCandidate::new).collect()
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
        write(folder, &path, &page.text).map_err(|error| failed(&path, error))?;
        names.extend([&*printable(&path.display().to_string()), "\n"]);
    }
    output::data(&names)
}

/// Takes the place of a page that is there. Nothing is written through a link: the folder may be anybody's.
fn write(folder: &Path, path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    file.persist(path).map(drop).map_err(|error| error.error)
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
