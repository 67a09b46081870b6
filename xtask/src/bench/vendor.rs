//! The vendor's Python package, doing the same.

use std::path::Path;

use super::error::Error;
use super::figures::Row;
use super::process::{Server, command, criterion, json, program};
use crate::interop;

pub(crate) fn run(root: &Path) -> Result<Vec<Row>, Error> {
    let program = program(root, "calls")?;
    let ours_sign = criterion(root, &["sign"])?.into_iter().sum::<f64>();
    let server = Server::start(&mut command(root, &program, &["serve"]))?;
    let ours = json(&mut command(root, &program, &["resident", &server.address]))?;
    let mut python = interop::vendor_python(root, "vendor_speed.py")?;
    python.env("IAMPASS_SERVER", format!("http://{}", server.address));
    let vendor = json(&mut python)?;
    let (vendor_sign, vendor_call) = (vendor("sign_nanoseconds")?, vendor("call_nanoseconds")?);
    let (our_call, our_memory) = (ours("nanoseconds")?, ours("resident_kib")?);
    let vendor_memory = vendor("resident_kib")?;
    Ok(vec![
        Row::at_least(
            "vendor's Python `make_authentication_headers` ÷ ours",
            vendor_sign / ours_sign,
            25.0,
            format!("{:.1} µs ÷ {:.2} µs", vendor_sign / 1e3, ours_sign / 1e3),
        ),
        Row::at_least(
            "processor time per call, vendor's Python client ÷ ours",
            vendor_call / our_call,
            5.0,
            format!("{:.0} µs ÷ {:.0} µs", vendor_call / 1e3, our_call / 1e3),
        ),
        Row::at_least(
            "resident memory, vendor's Python client ÷ ours",
            vendor_memory / our_memory,
            4.0,
            format!("{:.1} MiB ÷ {:.1} MiB", vendor_memory / 1024.0, our_memory / 1024.0),
        ),
    ])
}
