//! Ids on standard input, for a command that takes ids as arguments.

use std::io::{self, BufRead};

use iampass_management::{InvalidUserId, UserId};

use crate::error::CommandError;
use crate::exit::Exit;

/// How many ids are taken from standard input: more are for `users import`.
const MOST_IDS: usize = 1_000;

/// Why ids cannot be taken from standard input.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IdsProblem {
    #[error("standard input cannot be both the ids and the secret")]
    Twice,
    #[error("standard input cannot be read")]
    Read(#[source] io::Error),
    #[error("standard input, line {line}: {source}")]
    Line { line: usize, source: InvalidUserId },
    #[error("there is no id on standard input")]
    None,
    #[error("there are more than {MOST_IDS} ids on standard input")]
    TooMany,
}

impl CommandError for IdsProblem {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Twice => "give the ids or the secret in a file",
            Self::Read(_) => "ids are lines of UTF-8; nothing was sent",
            Self::Line { .. } => "nothing was sent",
            Self::None => "write an id in each line",
            Self::TooMany => "`iampass users import -` takes any number; nothing was sent",
        };
        Some(hint.to_owned())
    }
}

/// An id in each line; blank lines are passed over.
pub(crate) fn read_ids(input: impl BufRead) -> Result<Vec<UserId>, IdsProblem> {
    let mut ids = Vec::new();
    for (number, line) in input.lines().enumerate() {
        let line = line.map_err(IdsProblem::Read)?;
        let id = line.strip_suffix('\r').unwrap_or(&line);
        if id.trim().is_empty() {
            continue;
        }
        if ids.len() == MOST_IDS {
            return Err(IdsProblem::TooMany);
        }
        ids.push(UserId::new(id).map_err(|source| IdsProblem::Line { line: number + 1, source })?);
    }
    if ids.is_empty() { Err(IdsProblem::None) } else { Ok(ids) }
}
