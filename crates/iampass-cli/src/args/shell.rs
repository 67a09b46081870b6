//! `iampass completions` and `iampass man`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

pub(super) const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  iampass completions bash > ~/.local/share/bash-completion/completions/iampass
  iampass completions zsh > ~/.zfunc/_iampass  # with ~/.zfunc in $fpath
  iampass completions fish > ~/.config/fish/completions/iampass.fish
  iampass completions powershell >> $PROFILE";

pub(super) const MAN_EXAMPLES: &str = "\
Writes a page for the program and one for each command, and prints their names.

Examples:
  iampass man ~/.local/share/man/man1 && man iampass-device-lost";

#[derive(Args)]
pub(crate) struct CompletionsArguments {
    /// The shell to complete in
    #[arg(value_name = "SHELL", value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Args)]
pub(crate) struct ManArguments {
    /// The folder to write into; it is made if it is not there
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
}
