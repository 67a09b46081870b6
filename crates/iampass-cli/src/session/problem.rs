//! Why a session file cannot be used.

use std::io;
use std::path::{Path, PathBuf};

use iampass_authentication::{BaseUrl, Error};

use crate::error::CommandError;
use crate::exit::Exit;
use crate::shell_word::{quoted, quoted_path};

#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionFileProblem {
    #[error("`--no-wait` needs `--session-file FILE`: without it, nobody could ask for the session any more")]
    NotNamed,
    #[error("the session file {} cannot be read", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("others can read the session file {} (mode {mode:04o}), and there is a secret in it", path.display())]
    OpenToOthers { path: PathBuf, mode: u32 },
    #[error("there is no session in {}: {reason}", path.display())]
    NotASession { path: PathBuf, reason: String },
    #[error("the session in {} was started on {own}, not on {server}", path.display())]
    OtherServer { path: PathBuf, own: String, server: String },
    #[error("the session in {} cannot be asked for on {server}", path.display())]
    ForeignUrl { path: PathBuf, server: String, source: Box<Error> },
    #[error("the session file {} cannot be written", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
    /// The sign-in had started by then.
    #[error("the session cannot be written into {}", path.display())]
    NotStored { path: PathBuf, source: io::Error, ended: bool },
}

impl SessionFileProblem {
    /// The client has found the URLs in the file to be of another origin than the server's.
    pub(crate) fn foreign_url(path: &Path, server: &BaseUrl, error: Error) -> Self {
        let (path, server, source) = (path.to_owned(), server.to_string(), Box::new(error));
        Self::ForeignUrl { path, server, source }
    }
}

impl CommandError for SessionFileProblem {
    fn exit(&self) -> Exit {
        match self {
            Self::Unwritable { .. } | Self::NotStored { .. } => Exit::Failed,
            _ => Exit::Usage,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotNamed | Self::Unwritable { .. } => return None,
            Self::Unreadable { .. } => "`iampass sign-in USER --session-file FILE` makes one".to_owned(),
            Self::OpenToOthers { path, .. } => format!(
                "nothing was sent; run `chmod 600 {}`. Whoever has read it can end the session",
                quoted_path(path)
            ),
            Self::NotASession { .. } => {
                "the file was left as it is, and nothing was sent; name another".to_owned()
            }
            Self::OtherServer { own, .. } => format!(
                "nothing was sent; if you trust that server, name it with `--server {}`, or its profile with \
                 --profile",
                quoted(own)
            ),
            Self::ForeignUrl { .. } => {
                "name the server on which it was started with --server, or its profile with --profile"
                    .to_owned()
            }
            Self::NotStored { ended: true, .. } => {
                "so the session was ended, and its phone need not answer".to_owned()
            }
            Self::NotStored { ended: false, .. } => {
                "the phone still asks, but nobody can ask for the session any more".to_owned()
            }
        })
    }
}
