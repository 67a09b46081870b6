//! The file in which a session is kept, with its secret.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use iampass_authentication::{BaseUrl, StoredSession};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::problem::SessionFileProblem;
use crate::private_file::{PrivateFile, open_to_others};

/// A session takes some hundred bytes; a longer file is something else.
const LONGEST: u64 = 64 * 1024;

/// A session that was read from a file.
pub(crate) struct SessionFile {
    path: PathBuf,
    /// Where it was started, if the file says so: one that another program has written may not.
    server: Option<BaseUrl>,
    session: StoredSession,
}

/// The members beside those of the session.
#[derive(Deserialize)]
struct Origin {
    server: Option<String>,
}

#[derive(Serialize)]
struct Content<'a> {
    server: &'a str,
    #[serde(flatten)]
    session: &'a StoredSession,
}

impl SessionFile {
    /// Reads a file that its owner alone can read.
    pub(crate) fn read(path: &Path) -> Result<Self, SessionFileProblem> {
        Self::parse(path, &read_private(path)?)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, SessionFileProblem> {
        let not_a_session = |reason| SessionFileProblem::NotASession { path: path.to_owned(), reason };
        let session = serde_json::from_str(text).map_err(|error| not_a_session(reason(&error)))?;
        let Origin { server } = serde_json::from_str(text).map_err(|error| not_a_session(reason(&error)))?;
        let server = server.map(|server| BaseUrl::parse(&server)).transpose();
        let server = server.map_err(|invalid| not_a_session(format!("its `server`: {invalid}")))?;
        Ok(Self { path: path.to_owned(), server, session })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn session(&self) -> &StoredSession {
        &self.session
    }

    /// Fails if it was started on another server than the one that is to be asked.
    pub(crate) fn check_server(&self, server: &BaseUrl) -> Result<(), SessionFileProblem> {
        match &self.server {
            Some(own) if own != server => {
                let (path, own, server) = (self.path.clone(), own.to_string(), server.to_string());
                Err(SessionFileProblem::OtherServer { path, own, server })
            }
            _ => Ok(()),
        }
    }
}

/// A file for a session that is about to start.
pub(crate) struct NewSessionFile {
    path: PathBuf,
    file: PrivateFile,
    replaces: bool,
}

impl NewSessionFile {
    /// Makes sure that it can be written, before there is a session. The place of another session is taken, and of an
    /// empty file, as `mktemp` makes it.
    pub(crate) fn create(path: &Path) -> Result<Self, SessionFileProblem> {
        let replaces = match read_private(path) {
            Ok(text) if text.is_empty() => true,
            Ok(text) => SessionFile::parse(path, &text).map(|_| true)?,
            Err(SessionFileProblem::Unreadable { source, .. })
                if source.kind() == io::ErrorKind::NotFound =>
            {
                false
            }
            Err(problem) => return Err(problem),
        };
        let file = PrivateFile::create(path)
            .map_err(|source| SessionFileProblem::Unwritable { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), file, replaces })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the session, and where it was started.
    pub(crate) fn write(self, server: &BaseUrl, session: &StoredSession) -> io::Result<()> {
        let content = Content { server: server.as_str(), session };
        let mut text = Zeroizing::new(serde_json::to_vec(&content)?);
        text.push(b'\n');
        // Fails if a file has been created there meanwhile.
        if self.replaces { self.file.replace(&text) } else { self.file.keep_new(&text) }
    }
}

fn read_private(path: &Path) -> Result<Zeroizing<String>, SessionFileProblem> {
    let unreadable = |source| SessionFileProblem::Unreadable { path: path.to_owned(), source };
    let not_a_session = |reason: &str| {
        let reason = reason.to_owned();
        SessionFileProblem::NotASession { path: path.to_owned(), reason }
    };
    // A pipe would keep the program until somebody writes into it.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(not_a_session("it is not a regular file"));
    }
    let file = File::open(path).map_err(unreadable)?;
    // Metadata of the open file, because the path may name another file by now.
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(not_a_session("it is not a regular file"));
    }
    if metadata.len() > LONGEST {
        return Err(not_a_session("it is too long"));
    }
    if let Some(mode) = open_to_others(&metadata) {
        return Err(SessionFileProblem::OpenToOthers { path: path.to_owned(), mode });
    }
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(LONGEST).read_to_end(&mut bytes).map_err(unreadable)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| not_a_session("it is not text"))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// What is wrong with JSON, without the value that is wrong: it may be the secret.
fn reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    if !error.is_data() {
        "it is not JSON".to_owned()
    } else if message.starts_with("missing field") || message.starts_with("the session's") {
        message
    } else {
        "a value is not of the right kind".to_owned()
    }
}
