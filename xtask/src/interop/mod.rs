//! `cargo xtask interop`: the project against what others made.
//!
//! Client and emulator share code, so they could agree and both be wrong. Here the contract is read by linters, our
//! emulator is called by the vendor's own client, by schemathesis and a browser, and our program by a server that
//! verifies with the vendor's own function; clients that other languages' generators make of the contract are signed
//! and call the emulator, and the test suites that its README shows run against it. Needs Python 3, Node.js, Java and
//! bash; downloads all else, pinned, into `target/interop/` on the first run. A browser is used if there is one.

mod contracts;
mod languages;
pub(crate) mod program;
mod report;
mod scripts;
mod seeded;
mod suites;
pub(crate) mod tools;
mod wheel;

use std::path::Path;
use std::process::Command;
use std::thread;

use anyhow::Result;

use report::Report;
use tools::Folders;

const BUILD: &str = "build iampass";

/// Runs every step that can be run, prints each with its time, and ends with a table of them.
pub(crate) fn run(root: &Path) -> Result<()> {
    let folders = &Folders::of(root)?;
    let _alone = folders.lock()?;
    let report = &mut Report::default();

    let node = report.step("linters", || tools::node(folders));
    let python = report.step("Python packages", || tools::python(folders));
    let (node, python) = (node.as_ref(), python.as_ref());
    let all = &contracts::all(folders)[..];
    report.check("contract: redocly", node, |node| contracts::redocly(node, folders, all));
    report.check("contract: spectral", node, |node| contracts::spectral(node, folders, all));
    report.check("exported reference → browser", node, |node| contracts::reference(node, folders));
    report.check("contract: specification", python, |python| contracts::specification(python, folders));
    let vectors = root.join(crate::vectors::FILE);
    report.check("signing vectors = vendor's sign", python, |python| {
        scripts::with_file(python, "vectors_against_vendor.py", &vectors, folders)
    });
    report.check("contract: seeded mistakes", node.zip(python), |(node, python)| {
        seeded::mistakes(node, python, folders)
    });

    let program = report.step(BUILD, || program::build(folders));
    let program = program.as_deref();
    let both = python.zip(program);
    report.check("vendor's client → our emulator", both, |(python, program)| {
        scripts::vendor_calls_emulator(python, program, folders)
    });
    report.check("our program → vendor's check", both, |(python, program)| {
        scripts::program_calls_vendor(python, program, folders)
    });
    for (step, script) in [
        ("iampass sign = vendor's sign", "sign_against_vendor.py"),
        ("Python's csv and json → our program", "files_from_python.py"),
    ] {
        report.check(step, both, |(python, program)| scripts::with_file(python, script, program, folders));
    }

    report.check("image: what it does", both, |(python, program)| scripts::image(python, program, folders));

    // The browser works while the others wait for their downloads and for phones.
    thread::scope(|scope| {
        let others = scope.spawn(|| {
            let mut report = Report::default();
            // First: later, the login page would have to wait for cargo.
            let wheel = wheel::built(&mut report, folders);
            languages::run(&mut report, program, folders);
            suites::run(&mut report, program, folders);
            wheel::run(&mut report, wheel.as_deref(), folders);
            report
        });
        let schemathesis = report.step("schemathesis", || tools::schemathesis(folders));
        report.check("schemathesis → our emulator", schemathesis.zip(program), |(python, program)| {
            scripts::schemathesis(&python, program, folders)
        });
        report.check("browser → our emulator", node.zip(program), |(node, program)| {
            scripts::browser(node, program, folders)
        });
        report.check("browser → the login page", node, |node| scripts::login(node, folders));
        report.check("vendor's client and a browser", node.zip(both), |(node, (python, program))| {
            scripts::vendor_and_browser((node, python), program, folders)
        });
        report.append(others.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
    });

    print!("{}", report.table());
    print!("{}", languages::table(report));
    report.result()
}

/// Runs the test suites that the emulator's README shows, and nothing else.
pub(crate) fn run_suites(root: &Path) -> Result<()> {
    let folders = Folders::of(root)?;
    let _alone = folders.lock()?;
    let mut report = Report::default();
    let program = report.step(BUILD, || program::build(&folders));
    suites::run(&mut report, program.as_deref(), &folders);
    report.result()
}

/// One of the scripts in `xtask/interop`, ready to run by a Python that has the vendor's package, which is installed
/// first if need be.
pub(crate) fn vendor_python(root: &Path, script: &str) -> Result<Command> {
    let folders = Folders::of(root)?;
    let _alone = folders.lock()?;
    Ok(tools::python(&folders)?.script(script))
}
