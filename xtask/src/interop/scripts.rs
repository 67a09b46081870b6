//! The scripts in `xtask/interop`: the vendor's client, schemathesis and a browser against our emulator, and our program
//! against the vendor's signing.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::contracts;
use super::program::{APPLICATIONS, Server, emulator, login_page, with_application};
use super::tools::{Folders, Node, Python};

/// The vendor's client, through every call that it has and the contracts know, against `iampass emulator`.
pub(crate) fn vendor_calls_emulator(python: &Python, program: &Path, folders: &Folders) -> Result<String> {
    let emulator = emulator(program, folders)?;
    let (id, secret) = APPLICATIONS[1];
    let run = |script: &str| {
        let mut command = python.script(script);
        command.env("INTEROP_OTHER_APPLICATION_ID", id).env("INTEROP_OTHER_APPLICATION_SECRET", secret);
        against(&emulator, command, script, folders)
    };
    Ok(format!("{}; signing in: {}", run("vendor_against_emulator.py")?, run("vendor_signs_in.py")?))
}

/// Our program against a server that verifies with the vendor's function.
pub(crate) fn program_calls_vendor(python: &Python, program: &Path, folders: &Folders) -> Result<String> {
    let run = |script| with_file(python, script, program, folders);
    Ok(format!("{}; signing in: {}", run("program_against_vendor.py")?, run("program_signs_in.py")?))
}

/// A script about a file: our program, or the signing vectors.
pub(crate) fn with_file(python: &Python, script: &str, file: &Path, folders: &Folders) -> Result<String> {
    folders.check(script, with_application(&mut python.script(script)).arg(file))
}

/// What the image of the emulator does, step by step, without a container.
pub(crate) fn image(python: &Python, program: &Path, folders: &Folders) -> Result<String> {
    let script = "container_steps.py";
    let mut command = python.script(script);
    command.arg(folders.root.join("Containerfile")).arg(program);
    folders.check(script, with_application(&mut command))
}

/// Two runs of schemathesis for each contract, each contract with an emulator of its own.
pub(crate) fn schemathesis(python: &Python, program: &Path, folders: &Folders) -> Result<String> {
    let each = contracts::all(folders).into_iter().map(|contract| {
        let mut command = python.script("schemathesis_against_emulator.py");
        command.env("INTEROP_FOLDER", &folders.work).env("INTEROP_CONTRACT", contract);
        against(&emulator(program, folders)?, command, "schemathesis", folders)
    });
    Ok(each.collect::<Result<Vec<_>>>()?.join("; "))
}

/// The emulator's pages in a browser.
pub(crate) fn browser(node: &Node, program: &Path, folders: &Folders) -> Result<String> {
    let mut command = node.script("browser.mjs");
    command.env("INTEROP_SCREENSHOTS", folders.work.join("screenshots"));
    against(&emulator(program, folders)?, command, "browser", folders)
}

/// The example of a login page in a browser.
pub(crate) fn login(node: &Node, folders: &Folders) -> Result<String> {
    let server = login_page(folders)?;
    let mut command = node.script("login_page.mjs");
    command.env("INTEROP_LOGIN", &server.url);
    against(&server, command, "login_page", folders)
}

/// The vendor's client signs in while a browser shows the phone.
pub(crate) fn vendor_and_browser(
    (node, python): (&Node, &Python),
    program: &Path,
    folders: &Folders,
) -> Result<String> {
    let mut command = python.script("vendor_and_browser.py");
    command.env("NODE_PATH", node.packages());
    against(&emulator(program, folders)?, command, "vendor_and_browser", folders)
}

fn against(server: &Server, mut command: Command, log: &str, folders: &Folders) -> Result<String> {
    folders.check(log, with_application(&mut command).env("IAMPASS_SERVER", &server.iampass))
}
