//! Our emulator, looked at by tools that are not ours: schemathesis, a browser, and both that and the vendor's client.
//!
//! The checks themselves are the scripts in `xtask/interop/`.

use std::path::Path;
use std::time::Duration;

use super::error::Error;
use super::process::{Job, Output};
use super::program::{APPLICATIONS, SETTINGS, emulator, login_page};
use super::report::Report;
use super::tools::{self, Folders, Node, Python};
use crate::contracts::CONTRACTS;

/// Two runs of schemathesis with one contract, on a busy machine.
const LIMIT: Duration = Duration::from_secs(900);
const SCHEMATHESIS: &str = "schemathesis";
const CALLS: &str = "schemathesis → our emulator";
const BROWSER: &str = "browser → our emulator";
const BOTH: &str = "vendor's client and a browser";
const LOGIN: &str = "browser → the login page";

/// Every check; each has an emulator of its own.
pub(crate) fn run(
    report: &mut Report,
    node: Option<&Node>,
    vendor: Option<&Python>,
    program: Option<&Path>,
    folders: &Folders,
) {
    let python = report
        .step(SCHEMATHESIS, || tools::schemathesis(folders).map(|(python, how)| (python, how.to_owned())));
    match (&python, program) {
        (Some(python), Some(program)) => {
            report.step(CALLS, || schemathesis(python, program, folders).map(|note| ((), note)));
        }
        _ => report.skip(CALLS),
    }
    match (node, program) {
        (Some(node), Some(program)) => {
            let script = node.script("browser.mjs");
            let script = script.env("INTEROP_SCREENSHOTS", folders.work.join("screenshots"));
            report.step(BROWSER, || with_browser(script, program, folders));
        }
        _ => report.skip(BROWSER),
    }
    match node {
        Some(node) => {
            let script = node.script("login_page.mjs");
            report.step(LOGIN, || with_login_page(script, folders));
        }
        None => report.skip(LOGIN),
    }
    match (node, vendor, program) {
        (Some(node), Some(vendor), Some(program)) => {
            let script = vendor.script("vendor_and_browser.py").env("NODE_PATH", node.packages());
            report.step(BOTH, || with_browser(script, program, folders));
        }
        _ => report.skip(BOTH),
    }
}

/// The example of a login page, with the emulator that it brings along.
fn with_login_page(script: Job, folders: &Folders) -> Result<((), String), Error> {
    let login = login_page(folders)?;
    let script = script.env("INTEROP_LOGIN", &login.url);
    told(&with_settings(script, &login.iampass).run(LIMIT)?)
}

fn schemathesis(python: &Python, program: &Path, folders: &Folders) -> Result<String, Error> {
    let each = CONTRACTS.iter().map(|contract| {
        let emulator = emulator(program, folders)?;
        let script = python.script("schemathesis_against_emulator.py");
        let source = folders.root.join(contract.source);
        let job = script.env("INTEROP_FOLDER", &folders.work).env("INTEROP_CONTRACT", source);
        Ok(last_line(&with_settings(job, &emulator.url).run(LIMIT)?))
    });
    Ok(each.collect::<Result<Vec<_>, Error>>()?.join("; "))
}

fn with_browser(script: Job, program: &Path, folders: &Folders) -> Result<((), String), Error> {
    let emulator = emulator(program, folders)?;
    told(&with_settings(script, &emulator.url).run(LIMIT)?)
}

/// The script says what it lacks when there is no browser.
fn told(output: &Output) -> Result<((), String), Error> {
    let told = last_line(output);
    match told.strip_prefix("skipped: ") {
        Some(why) => Err(Error::Forgone(why.to_owned())),
        None => Ok(((), told)),
    }
}

fn with_settings(job: Job, url: &str) -> Job {
    job.without_env(&SETTINGS)
        .env("IAMPASS_SERVER", url)
        .env("IAMPASS_APPLICATION_ID", APPLICATIONS[0].id)
        .env("IAMPASS_APPLICATION_SECRET", APPLICATIONS[0].secret)
}

/// The scripts' last line counts their checks.
fn last_line(output: &Output) -> String {
    output.stdout.trim_end().lines().last().unwrap_or_default().to_owned()
}
