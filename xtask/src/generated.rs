//! Files that are written from something else, and committed.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use similar::TextDiff;

/// Brings a file up to date or, with `check`, shows what is not, and the `command` that writes it.
pub(crate) fn update(root: &Path, file: &str, text: &str, check: bool, command: &str) -> Result<()> {
    let path = root.join(file);
    // A file that is missing or unreadable differs from any that could be written.
    let present = fs::read_to_string(&path).unwrap_or_default();
    if present == text {
        println!("{file} is up to date");
        return Ok(());
    }
    if check {
        let diff = TextDiff::from_lines(&*present, text);
        let diff = diff.unified_diff().header(file, &format!("{file} (generated)")).to_string();
        bail!("{}\n{file} is not what its sources generate. To mend it, run: {command}", diff.trim_end());
    }
    write(&path, text).with_context(|| format!("{file}: cannot be written"))?;
    println!("{file} written");
    Ok(())
}

/// Replaces a file as a whole, so that an interrupted run cannot leave half of one.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    let written = fs::write(&unfinished, text).and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        // What is left of it is of no use; that it cannot be removed is not worth another error.
        let _ = fs::remove_file(&unfinished);
    }
    written
}
