//! Opens an input and, where it can be read twice, looks at all of it before anything is sent.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek as _, Stdin};
use std::path::Path;
use std::time::SystemTime;

use super::input::{Ids, InputError, Layout, Place, Problem};

/// How many ids are kept, to show them.
const FIRST_IDS: usize = 3;

/// Where ids are read from.
pub(super) enum Input {
    /// A regular file, at its beginning.
    File { file: File, before: FileStamp },
    /// What comes once: a pipe, a terminal, a device.
    Stream(Box<dyn Read + Send>),
}

/// What changes when a file is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileStamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

/// What a file has in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Preflight {
    pub(super) ids: u64,
    /// Some of them, as they stand there.
    pub(super) first: Vec<String>,
}

impl Input {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        if path.as_os_str() == "-" {
            return Ok(Self::Stream(Box::new(io::stdin() as Stdin)));
        }
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if metadata.is_file() {
            return Ok(Self::File { before: FileStamp::of(&metadata), file });
        }
        Ok(Self::Stream(Box::new(file)))
    }

    /// Reads all of a file, and goes back to its beginning.
    pub(super) fn preflight(&mut self, layout: &Layout) -> Result<Option<Preflight>, InputError> {
        let Self::File { file, .. } = self else { return Ok(None) };
        let mut ids = Ids::new(&mut *file, layout)?;
        let (mut count, mut first) = (0, Vec::new());
        while let Some((_, id)) = ids.next()? {
            if first.len() < FIRST_IDS {
                first.push(id);
            }
            count += 1;
            // They are told when the ids come to be sent.
            ids.warnings();
        }
        drop(ids);
        if count == 0 {
            return Err(InputError::at(Place::Whole, Problem::Empty));
        }
        file.rewind().map_err(|error| InputError::at(Place::Whole, Problem::Io(error)))?;
        Ok(Some(Preflight { ids: count, first }))
    }

    /// The reader, and a way to ask afterwards whether the file has been written to meanwhile.
    pub(super) fn into_reader(self) -> (Box<dyn Read + Send>, Unchanged) {
        match self {
            Self::Stream(stream) => (stream, Unchanged(None)),
            Self::File { file, before } => match file.try_clone() {
                Ok(same) => (Box::new(file), Unchanged(Some((same, before)))),
                Err(_) => (Box::new(file), Unchanged(None)),
            },
        }
    }
}

pub(super) struct Unchanged(Option<(File, FileStamp)>);

impl Unchanged {
    pub(super) fn still(&self) -> bool {
        self.0.as_ref().is_none_or(|(file, before)| {
            file.metadata().is_ok_and(|metadata| FileStamp::of(&metadata) == *before)
        })
    }
}

impl FileStamp {
    fn of(metadata: &Metadata) -> Self {
        Self { bytes: metadata.len(), modified: metadata.modified().ok() }
    }
}
