//! Why a link cannot be shown.

use std::io;

use crate::error::CommandError;
use crate::exit::Exit;

/// Why a link that was made could not be shown as it was to be.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShowProblem {
    #[error("a QR code goes into a file that ends in .svg or .png")]
    Ending,
    #[error("the file {0} is there already")]
    Exists(String),
    #[error("the QR code cannot be written into {path}")]
    File { path: String, source: io::Error },
    #[error("the link is too long for a QR code")]
    TooLong,
    #[error("the terminal has {columns} columns and the QR code takes {needed}")]
    TooNarrow { columns: usize, needed: usize },
    #[error(
        "nothing was done: the terminal has {columns} columns, and the QR code of such a link takes {needed}"
    )]
    TooNarrowBefore { columns: usize, needed: usize },
    #[error("the link is not a web page, so it is not opened here")]
    NotAWebPage,
    #[error("no browser could be started")]
    Browser(#[source] io::Error),
}

impl CommandError for ShowProblem {
    fn exit(&self) -> Exit {
        match self {
            // Found before anything was sent.
            Self::Ending | Self::Exists(_) | Self::TooNarrowBefore { .. } => Exit::Usage,
            _ => Exit::Failed,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Ending => "name it as in `--qr-file link.svg`",
            Self::Exists(_) => "choose another name, or remove it; its link may still be good",
            Self::TooNarrowBefore { .. } => "make the terminal wider, or use --qr-file",
            Self::TooNarrow { .. } => "the link is printed; make the terminal wider, or use --qr-file",
            Self::File { .. } | Self::TooLong | Self::NotAWebPage | Self::Browser(_) => {
                "if a link was made, it is printed"
            }
        };
        Some(hint.to_owned())
    }
}
