//! `cargo xtask interop`: the project against what others made.
//!
//! Client and emulator share code, so they could agree and both be wrong. Here the contract is read by linters, our
//! emulator is called by the vendor's own client, by schemathesis and a browser, and our program by a server that
//! verifies with the vendor's own function; clients that other languages' generators make of the contract are signed
//! and call the emulator, and the test suites that its README shows run against it. Needs Python 3, Node.js, Java and
//! bash; downloads all else, pinned, into `target/interop/` on the first run. A browser is used if there is one.

mod against_emulator;
mod against_vendor;
pub(crate) mod error;
mod exported;
mod guards;
mod languages;
mod lint;
pub(crate) mod process;
pub(crate) mod program;
mod report;
mod seeded;
mod suites;
pub(crate) mod tools;

use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::thread;

pub(crate) use error::Error;

use report::Report;
use tools::Folders;

const BUILD: &str = "build iampass";
const EXPORTED: &str = "exported reference → browser";
const SPECIFICATION: &str = "contract: specification";
const SEEDED: &str = "contract: seeded mistakes";
const VECTORS: &str = "signing vectors = vendor's sign";

/// Runs every step that can be run, prints each with its time, and ends with a table of them.
pub(crate) fn run(root: &Path) -> Result<(), Error> {
    let folders = Folders::of(root)?;
    let _alone = lock(&folders)?;
    let mut report = Report::default();

    let node = report.step("linters", || tools::node(&folders).map(|(node, how)| (node, how.to_owned())));
    let python = report
        .step("Python packages", || tools::python(&folders).map(|(python, how)| (python, how.to_owned())));
    let steps = ["contract: redocly", "contract: spectral", EXPORTED];
    if let Some(node) = &node {
        report.step(steps[0], || unit(lint::redocly(node)));
        report.step(steps[1], || unit(lint::spectral(node)));
        report.step(steps[2], || unit(exported::reference(&folders)));
    } else {
        for step in steps {
            report.skip(step);
        }
    }
    match &python {
        Some(python) => {
            report.step(SPECIFICATION, || unit(guards::specification(python, &folders)));
            report.step(VECTORS, || unit(against_vendor::vectors_are_the_vendors(python, &folders)));
        }
        None => [SPECIFICATION, VECTORS].into_iter().for_each(|step| report.skip(step)),
    }
    match (&node, &python) {
        (Some(node), Some(python)) => {
            report.step(SEEDED, || unit(seeded::mistakes(node, python, &folders)));
        }
        _ => report.skip(SEEDED),
    }
    let program = report.step(BUILD, || program::build(&folders).map(|program| (program, String::new())));
    let steps = [
        "vendor's client → our emulator",
        "our program → vendor's check",
        "iampass sign = vendor's sign",
        "Python's csv and json → our program",
    ];
    match (&python, &program) {
        (Some(python), Some(program)) => {
            report.step(steps[0], || unit(against_vendor::vendor_calls_emulator(python, program, &folders)));
            report.step(steps[1], || unit(against_vendor::program_calls_vendor(python, program)));
            report.step(steps[2], || unit(against_vendor::program_signs_as_vendor(python, program)));
            report.step(steps[3], || unit(against_vendor::program_reads_files(python, program)));
        }
        _ => steps.into_iter().for_each(|step| report.skip(step)),
    }

    // The browser works while the others wait for their downloads and for phones.
    thread::scope(|scope| {
        let others = scope.spawn(|| {
            let mut report = Report::default();
            languages::run(&mut report, program.as_deref(), &folders);
            suites::run(&mut report, program.as_deref(), &folders);
            report
        });
        let (linters, vendor) = (node.as_ref(), python.as_ref());
        against_emulator::run(&mut report, linters, vendor, program.as_deref(), &folders);
        report.append(others.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
    });

    print!("{}", report.table());
    print!("{}", languages::table(&report));
    report.verdict()
}

/// Runs the test suites that the emulator's README shows, and nothing else.
pub(crate) fn run_suites(root: &Path) -> Result<(), Error> {
    let folders = Folders::of(root)?;
    let _alone = lock(&folders)?;
    let mut report = Report::default();
    let program = report.step(BUILD, || program::build(&folders).map(|program| (program, String::new())));
    suites::run(&mut report, program.as_deref(), &folders);
    report.verdict()
}

/// One of the scripts in `xtask/interop`, ready to run by a Python that has the vendor's package, which is installed
/// first if need be.
pub(crate) fn vendor_python(root: &Path, script: &str) -> Result<Command, Error> {
    let folders = Folders::of(root)?;
    let _alone = lock(&folders)?;
    let (python, _) = tools::python(&folders)?;
    Ok(python.script(script).into_command())
}

/// A step that yields nothing but a note.
fn unit(result: Result<String, Error>) -> Result<((), String), Error> {
    result.map(|note| ((), note))
}

/// Two runs at once would remove each other's tools: the second waits for the first.
fn lock(folders: &Folders) -> Result<File, Error> {
    let path = folders.work.join("lock");
    let lock = File::create(&path).map_err(error::file(&path, "cannot be written"))?;
    if lock.try_lock().is_err() {
        println!("another run is at work on {}; waiting for it", folders.work.display());
        lock.lock().map_err(error::file(&path, "cannot be locked"))?;
    }
    Ok(lock)
}
