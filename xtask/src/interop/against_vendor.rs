//! Both directions: the vendor's client against our emulator, and our program against the vendor's signing.
//!
//! The checks themselves are the Python scripts in `xtask/interop/`, where the vendor's package is.

use std::path::Path;
use std::time::Duration;

use super::error::Error;
use super::process::{Job, Output};
use super::program::{APPLICATIONS, emulator};
use super::tools::{Folders, Python};

const LIMIT: Duration = Duration::from_secs(300);

/// The vendor's client, through every call that it has and the contracts know, against `iampass emulator`.
pub(crate) fn vendor_calls_emulator(
    python: &Python,
    program: &Path,
    folders: &Folders,
) -> Result<String, Error> {
    let emulator = emulator(program, folders)?;
    let run = |script| {
        let job = with_application(python.script(script))
            .env("IAMPASS_SERVER", &emulator.url)
            .env("INTEROP_OTHER_APPLICATION_ID", APPLICATIONS[1].id)
            .env("INTEROP_OTHER_APPLICATION_SECRET", APPLICATIONS[1].secret);
        Ok::<_, Error>(summary(&job.run(LIMIT)?))
    };
    let (management, sign_in) = (run("vendor_against_emulator.py")?, run("vendor_signs_in.py")?);
    Ok(format!("{management}; signing in: {sign_in}"))
}

/// Our program against a server that verifies with the vendor's function.
pub(crate) fn program_calls_vendor(python: &Python, program: &Path) -> Result<String, Error> {
    let run = |script| {
        let job = with_application(python.script(script)).args([program]);
        Ok::<_, Error>(summary(&job.run(LIMIT)?))
    };
    let (management, sign_in) = (run("program_against_vendor.py")?, run("program_signs_in.py")?);
    Ok(format!("{management}; signing in: {sign_in}"))
}

/// `iampass sign` beside the vendor's function.
pub(crate) fn program_signs_as_vendor(python: &Python, program: &Path) -> Result<String, Error> {
    let job = with_application(python.script("sign_against_vendor.py")).args([program]);
    Ok(summary(&job.run(LIMIT)?))
}

/// The committed signing vectors beside the vendor's function. Needs nothing of ours built.
pub(crate) fn vectors_are_the_vendors(python: &Python, folders: &Folders) -> Result<String, Error> {
    let vectors = folders.root.join(crate::vectors::FILE);
    let job = with_application(python.script("vectors_against_vendor.py")).args([vectors]);
    Ok(summary(&job.run(LIMIT)?))
}

/// Our program reads files that Python's own writers made.
pub(crate) fn program_reads_files(python: &Python, program: &Path) -> Result<String, Error> {
    let job = with_application(python.script("files_from_python.py")).args([program]);
    Ok(summary(&job.run(LIMIT)?))
}

fn with_application(job: Job) -> Job {
    job.without_env(&super::program::SETTINGS)
        .env("IAMPASS_APPLICATION_ID", APPLICATIONS[0].id)
        .env("IAMPASS_APPLICATION_SECRET", APPLICATIONS[0].secret)
}

/// The scripts' last line counts their checks.
fn summary(output: &Output) -> String {
    output.stdout.trim_end().lines().last().unwrap_or_default().to_owned()
}
