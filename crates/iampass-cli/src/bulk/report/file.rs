//! Opens the file of a report.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use crate::private_file;

/// Opens a file for a report from its beginning. A report lists users: its owner alone may read it.
pub(super) fn open_private(path: &Path, truncate: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let file = private_file::open_or_create(path, options.write(true).truncate(truncate))?;
    private_file::make_private(&file)?;
    Ok(file)
}
