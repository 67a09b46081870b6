//! `cargo xtask`: the project's chores. This file only dispatches.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "talking to the person at the terminal is what this program does"
)]

mod bench;
mod bench_emulator;
mod codegen;
mod consumers;
mod contract;
mod contracts;
mod export;
mod features;
mod fuzz;
mod generated;
mod hex;
mod interop;
mod pictures;
mod process;
mod reference;
mod tidy;
mod tools;
mod vectors;
mod yaml;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "The project's chores", version)]
struct Arguments {
    /// The repository to work on, if it is not the one that this is run in
    #[arg(long, value_name = "FOLDER", global = true)]
    root: Option<PathBuf>,
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Measure the emulator, beside Prism, and compare it with its goals
    ///
    /// Needs Node.js with npm; Prism goes into target/interop. Figures mean something only on a quiet machine.
    BenchEmulator,
    /// Measure, each figure beside its goal
    ///
    /// Needs a quiet machine with Linux; the vendor's package needs Python 3.11 with venv. hyperfine is installed into
    /// target/tools.
    Bench {
        /// Only these; all of them if none is named
        parts: Vec<bench::Part>,
        /// Measure all of them, and show the figures in docs/figures.md
        #[arg(long, conflicts_with = "parts")]
        write: bool,
    },
    /// Generate the Rust clients from the contracts in `openapi/`
    Codegen {
        /// Write nothing; exit with 1 and show the difference when a generated file is out of date
        #[arg(long)]
        check: bool,
    },
    /// Build and run programs outside the workspace that depend on the client
    Consumers,
    /// Check that the contracts break no client of their last releases, in `openapi/released/`
    Contract,
    /// Write what teams with other languages need into `target/openapi/`: contracts, references, vectors, checksums
    Export,
    /// Check that each published crate compiles, without a warning, with every combination of its features
    ///
    /// Needs OpenSSL's headers.
    Features,
    /// Fuzz parsers, verifier, responses and the emulator's routes with cargo-fuzz, which it installs into target/tools
    Fuzz {
        /// Only these; all of them if none is named
        targets: Vec<String>,
        /// How long each of them runs
        #[arg(long, default_value_t = 300)]
        seconds: u32,
    },
    /// Check the contracts, the vendor's own client against ours in both directions, and clients in other languages
    ///
    /// Needs Python 3.11 with venv, Node.js with npm, Java 17, bash, and Go or apt-get; what it downloads goes into
    /// target/interop.
    Interop {
        /// Only the test suites that the emulator's README shows
        #[arg(long)]
        suites: bool,
    },
    /// Make the README's pictures again, in docs/pictures
    ///
    /// Needs Linux, Node.js with npm, and a Chromium; what it downloads goes into target/pictures.
    Pictures,
    /// Check spelling, scripts, workflows, the image, and the licences, versions and sources of all dependencies
    ///
    /// Needs Python 3 with venv; the tools are installed into target/tidy.
    Tidy,
    /// Write the signing vectors and their JSON Schema into `openapi/`
    Vectors {
        /// Write nothing; exit with 1 and show the difference when a file is out of date
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // `cargo run` says whose manifest it runs; the same program may be run for several clones of the repository.
    let starts = [env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from), env::current_dir().ok()];
    let Some(root) = arguments.root.or_else(|| repository(starts.iter().flatten())) else {
        eprintln!("error: this is run outside of the repository; say where it is with --root");
        return ExitCode::FAILURE;
    };
    let root = root.as_path();
    let result = match arguments.chore {
        Chore::BenchEmulator => bench_emulator::run(root),
        Chore::Bench { parts, write } => bench::run(root, &parts, write),
        Chore::Codegen { check } => codegen::run(root, check),
        Chore::Consumers => consumers::run(root),
        Chore::Contract => contract::run(root),
        Chore::Export => export::run(root),
        Chore::Features => features::run(root),
        Chore::Fuzz { targets, seconds } => fuzz::run(root, &targets, seconds),
        Chore::Interop { suites: false } => interop::run(root),
        Chore::Interop { suites: true } => interop::run_suites(root),
        Chore::Pictures => pictures::run(root),
        Chore::Tidy => tidy::run(root),
        Chore::Vectors { check } => vectors::run(root, check),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The repository that one of the folders belongs to, the first if several do.
fn repository<'a>(folders: impl IntoIterator<Item = &'a PathBuf>) -> Option<PathBuf> {
    let is_root =
        |folder: &Path| ["Cargo.toml", "xtask/Cargo.toml"].iter().all(|file| folder.join(file).is_file());
    folders
        .into_iter()
        .flat_map(|folder| folder.ancestors())
        .find(|folder| is_root(folder))
        .map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_repository_is_the_one_that_this_is_run_in() {
        let temporary = tempfile::tempdir().unwrap();
        let at = |path: &str| temporary.path().join(path);
        for manifest in [
            "one/Cargo.toml",
            "one/xtask/Cargo.toml",
            "one/xtask/bench/Cargo.toml",
            "one/crates/client/Cargo.toml",
            "one/target/two/Cargo.toml",
            "one/target/two/xtask/Cargo.toml",
            "one/target/consumer/Cargo.toml",
            "other/Cargo.toml",
            "other/src/Cargo.lock",
            "half/xtask/Cargo.toml",
        ] {
            fs::create_dir_all(at(manifest).parent().unwrap()).unwrap();
            fs::write(at(manifest), "").unwrap();
        }
        // Where cargo says that the manifest is, where the person stands, and the repository.
        for (manifest, current, expected) in [
            (Some("one/xtask"), "one", Some("one")),
            (Some("one/xtask"), "other", Some("one")),
            (Some("one/xtask"), "one/target/two", Some("one")),
            (Some("one/xtask/bench"), "one/xtask/bench", Some("one")),
            (Some("one/target/two/xtask"), "one", Some("one/target/two")),
            (Some("other"), "one/crates/client", Some("one")),
            (Some("gone"), "one", Some("one")),
            (None, "one", Some("one")),
            (None, "one/crates/client", Some("one")),
            (None, "one/target/consumer", Some("one")),
            (None, "one/target/two", Some("one/target/two")),
            (None, "other/src", None),
            (None, "half/xtask", None),
            (Some("half/xtask"), "other", None),
        ] {
            let folders: Vec<_> = manifest.into_iter().chain([current]).map(at).collect();
            assert_eq!(repository(&folders), expected.map(at), "{manifest:?}, {current}");
        }
    }
}
