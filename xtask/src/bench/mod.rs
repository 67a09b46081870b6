//! `cargo xtask bench`: figures beside their goals, most of them ratios of two things that were measured in the same
//! run. criterion measures what is in `xtask/bench`, hyperfine whole commands.

mod measure;
mod parts;
mod table;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use xshell::{Shell, cmd};

use table::table;

/// The page with the table.
const PAGE: &str = "docs/figures.md";
const BEGIN: &str = "<!-- figures: written by `cargo xtask bench --write` -->";
const END: &str = "<!-- end of figures -->";

/// What can be measured on its own.
#[derive(Clone, Copy, Debug, ValueEnum)]
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
    /// How long `iampass --help` takes, and how large the program is
    Program,
    /// Clean release builds of a program that uses the client, and of one that uses reqwest; takes minutes
    Build,
}

/// Runs the parts, all of them if none is named, and prints a table; with `write`, writes it into [`PAGE`].
pub(crate) fn run(root: &Path, parts: &[Part], write: bool) -> Result<()> {
    let shell = Shell::new()?;
    shell.change_dir(root);
    let parts = if parts.is_empty() { Part::value_variants() } else { parts };
    let mut rows = Vec::new();
    for part in parts {
        rows.extend(match part {
            Part::Sign => parts::sign(&shell),
            Part::Bulk => parts::bulk(&shell),
            Part::Calls => parts::calls(&shell),
            Part::Vendor => parts::vendor(&shell, root),
            Part::Codegen => parts::codegen(&shell, root),
            Part::Program => parts::program(&shell, root),
            Part::Build => parts::build(&shell, root),
        }?);
    }
    let table = table(&rows);
    print!("\n{table}");
    if write {
        let path = root.join(PAGE);
        let text = fs::read_to_string(&path)?;
        let figures =
            format!("Measured {} ({}).\n\n{table}", cmd!(shell, "date -u +%F").read()?, machine(&shell)?);
        fs::write(
            &path,
            with_figures(&text, &figures).with_context(|| format!("{PAGE} has no place for the figures"))?,
        )?;
    }
    Ok(())
}

/// `None` if the page has no place for them.
fn with_figures(page: &str, figures: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{figures}{END}{after}"))
}

fn machine(shell: &Shell) -> Result<String> {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism()?;
    Ok(format!("{model}, {cores} cores, {}", cmd!(shell, "rustc --version").read()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_is_changed() {
        let page = format!("a\n{BEGIN}\nold\n{END}\nb\n");
        assert_eq!(with_figures(&page, "new\n").unwrap(), format!("a\n{BEGIN}\nnew\n{END}\nb\n"));
        assert_eq!(with_figures("no marks", ""), None);
    }
}
