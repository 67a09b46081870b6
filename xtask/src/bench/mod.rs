//! `cargo xtask bench`: figures, each as a ratio of two things that were measured in the same run.
//!
//! What is measured is in `xtask/bench`; here it is built, run and held against its goals. Parts can be run one at a
//! time; what each found last is kept in `target/bench/figures.json`. With `--readme` that goes into
//! `xtask/bench/figures.json`, where a part that was not measured here, or measured later elsewhere, stays as it is;
//! the table in the README is written from it.

mod build;
mod calls;
mod codegen;
mod error;
mod figures;
mod process;
mod program;
mod readme;
mod signing;
mod times;
mod vendor;

use std::path::{Path, PathBuf};

use clap::ValueEnum;

pub(crate) use error::Error;

use figures::Figures;

/// What can be measured on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Part {
    /// Signing beside bare SHA-256 compressions
    Sign,
    /// Serialising and signing chunks of users beside their JSON alone
    Bulk,
    /// Processor time of calls beside bare reqwest
    Calls,
    /// The vendor's Python package beside ours; installs it into target/interop
    Vendor,
    /// The code generator
    Codegen,
    /// How soon `iampass` speaks, and how large it is
    Program,
    /// Clean release builds of a program that uses the client, and of one that uses reqwest; takes minutes
    Build,
}

impl Part {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// Runs the parts, all of them if none is named, and prints a table.
pub(crate) fn run(root: &Path, parts: &[Part], readme: bool) -> Result<(), Error> {
    let parts = if parts.is_empty() { Part::value_variants() } else { parts };
    let path = root.join("target/bench/figures.json");
    let mut figures = Figures::read(&path)?;
    let mut measured = Vec::new();
    for part in parts {
        let name = part.name();
        println!("==> {name}");
        let rows = match part {
            Part::Sign => signing::sign(root)?,
            Part::Bulk => signing::bulk(root)?,
            Part::Calls => calls::run(root)?,
            Part::Vendor => vendor::run(root)?,
            Part::Codegen => codegen::run(root)?,
            Part::Program => program::run(root)?,
            Part::Build => build::run(root)?,
        };
        print!("{}", figures::table(&rows));
        figures.set(&name, rows.clone());
        // Kept at once: a later part may fail.
        figures.write(&path)?;
        measured.extend(rows);
    }
    println!("\n{}", figures::table(&measured));
    if readme {
        show(root, figures)?;
    }
    Ok(())
}

/// Puts the figures among those that the README shows, less those of parts that are no more.
fn show(root: &Path, figures: Figures) -> Result<(), Error> {
    let path = committed(root);
    let mut figures = Figures::read(&path)?.updated_by(figures);
    let parts: Vec<_> = Part::value_variants().iter().map(|part| part.name()).collect();
    figures.0.retain(|part, _| parts.contains(part));
    figures.write(&path)?;
    readme::write(root, &figures)
}

/// The figures that the README shows.
fn committed(root: &Path) -> PathBuf {
    root.join("xtask/bench/figures.json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use figures::Row;

    #[test]
    fn a_part_more_leaves_the_others_in_the_readme() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::write(root.join("README.md"), format!("{}\n{}\n", readme::BEGIN, readme::END)).unwrap();
        for (part, what) in [
            ("build", "crates"),
            ("sign", "sign ÷ floor"),
            ("gone", "a part that is no more"),
            ("sign", "sign ÷ floor, again"),
        ] {
            let mut measured = Figures::default();
            measured.set(part, vec![Row::at_most(what, 1.0, 2.0, String::new())]);
            show(root, measured).unwrap();
        }
        let text = std::fs::read_to_string(root.join("README.md")).unwrap();
        assert!(text.contains("| crates |") && text.contains("| sign ÷ floor, again |"), "{text}");
        assert!(!text.contains("| sign ÷ floor |") && !text.contains("no more"), "{text}");
        let kept = Figures::read(&committed(root)).unwrap();
        assert_eq!(kept.0.keys().collect::<Vec<_>>(), ["build", "sign"]);
    }

    #[test]
    fn the_readme_shows_the_committed_figures() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let figures = Figures::read(&committed(root)).unwrap();
        let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
        let wanted = readme::with_figures(&readme, &figures).expect("the README has a place for them");
        assert!(readme == wanted, "run `cargo xtask bench --readme`, or take back what was changed by hand");
    }
}
