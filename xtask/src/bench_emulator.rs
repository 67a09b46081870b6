//! `cargo xtask bench-emulator`: how fast the emulator is, beside Prism on the same machine in the same run.
//!
//! Builds `iampass` and `crates/iampass-emulator/examples/load` for release, starts Prism with the contract, and lets
//! `load` measure the two in turns. Prism asks for the headers of a signature and verifies nothing.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use crate::contracts::MANAGEMENT;
use crate::interop::error::Error;
use crate::interop::process::Job;
use crate::interop::program::{PROGRAM, built};
use crate::interop::tools::{Folders, packages};

const START: Duration = Duration::from_secs(120);
const LIMIT: Duration = Duration::from_secs(900);
const PINNED: &str = "xtask/prism";

/// Prints the figures; a goal that is missed is an error.
pub(crate) fn run(root: &Path) -> Result<(), Error> {
    let folders = Folders::of(root)?;
    println!("building and installing …");
    let (home, _) = packages(&folders, &root.join(PINNED), "prism")?;
    let program = built(&folders, PROGRAM, &["--package", "iampass-cli", "--release"])?;
    let load = built(&folders, "load", &["--package", "iampass-emulator", "--example", "load", "--release"])?;

    let address = (Ipv4Addr::LOCALHOST, free_port()?);
    let mut prism = Job::new(home.join("node_modules/.bin/prism"), &folders.log("prism"), "install Node.js")
        .args(["mock", "--host", "127.0.0.1", "--port", &address.1.to_string(), "--verboseLevel", "error"])
        .args([root.join(MANAGEMENT.source)])
        .without_env(&["NODE_OPTIONS", "NODE_ENV"])
        .start()?;
    prism.until(START, || TcpStream::connect(address).is_ok())?;

    let output = Job::new(load, &folders.log("load"), "it was there a moment ago")
        .args(["--check", "--other", &format!("{}:{}", address.0, address.1), "--program"])
        .args([program])
        .run(LIMIT)?;
    print!("{}", output.stdout);
    Ok(())
}

/// A port on which nobody listens now.
fn free_port() -> Result<u16, Error> {
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    let address = address.map_err(|source| Error::Start { command: "prism".to_owned(), source })?;
    Ok(address.port())
}
