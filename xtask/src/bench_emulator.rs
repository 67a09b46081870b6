//! `cargo xtask bench-emulator`: how fast the emulator is, beside Prism on the same machine in the same run.
//!
//! Builds `iampass` and `crates/iampass-emulator/examples/load` for release, starts Prism with the contract, and lets
//! `load` measure the two in turns. Prism asks for the headers of a signature and verifies nothing.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;

use anyhow::Result;

use crate::contracts::MANAGEMENT;
use crate::interop::program::{PROGRAM, built};
use crate::interop::tools::{Folders, command, packages};
use crate::process;

const PINNED: &str = "xtask/prism";

/// Prints the figures; a goal that is missed is an error.
pub(crate) fn run(root: &Path) -> Result<()> {
    let folders = Folders::of(root)?;
    println!("building and installing …");
    let home = packages(&folders, &root.join(PINNED), "prism")?;
    let program = built(&folders, PROGRAM, &["--package", "iampass-cli", "--release"])?;
    let load = built(&folders, "load", &["--package", "iampass-emulator", "--example", "load", "--release"])?;

    let address = free_address()?;
    let mut prism = command(home.join("node_modules/.bin/prism"));
    prism.args(["mock", "--host", "127.0.0.1", "--port", &address.port().to_string()]);
    prism.args(["--verboseLevel", "error"]).arg(root.join(MANAGEMENT.source));
    let mut prism = process::start(&mut prism, &folders.log("prism"))?;
    prism.until(|| TcpStream::connect(address).is_ok())?;

    let mut load = command(load);
    load.args(["--check", "--other", &address.to_string(), "--program"]).arg(program);
    print!("{}", process::run(&mut load, &folders.log("load"))?);
    Ok(())
}

/// An address on which nobody listens now.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
