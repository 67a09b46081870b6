//! The vendor's Python package, doing the same.

use std::path::Path;

use super::error::Error;
use super::figures::Row;
use super::process::{ROUNDS, Server, command, criterion, json, program};
use crate::interop;

pub(crate) fn run(root: &Path) -> Result<Vec<Row>, Error> {
    let program = program(root, "calls")?;
    let our_sign = criterion(root, &["sign"])?.into_iter().sum::<f64>();
    let server = Server::start(&mut command(root, &program, &["serve"]))?;
    let mut ours = command(root, &program, &["resident", &server.address]);
    let mut vendors = interop::vendor_python(root, "vendor_speed.py")?;
    vendors.env("IAMPASS_SERVER", format!("http://{}", server.address));
    let (mut our_call, mut vendor_sign, mut vendor_call) = (f64::INFINITY, f64::INFINITY, f64::INFINITY);
    let (mut our_memory, mut vendor_memory) = (f64::INFINITY, f64::INFINITY);
    // In turns, so that whatever else the machine does strikes both.
    for _ in 0..ROUNDS {
        let (ours, vendors) = (json(&mut ours)?, json(&mut vendors)?);
        our_call = our_call.min(ours("nanoseconds")?);
        our_memory = our_memory.min(ours("resident_kib")?);
        vendor_sign = vendor_sign.min(vendors("sign_nanoseconds")?);
        vendor_call = vendor_call.min(vendors("call_nanoseconds")?);
        vendor_memory = vendor_memory.min(vendors("resident_kib")?);
    }
    Ok(vec![
        Row::at_least(
            "vendor's Python `make_authentication_headers` ÷ ours",
            vendor_sign / our_sign,
            25.0,
            format!("{:.1} µs ÷ {:.2} µs", vendor_sign / 1e3, our_sign / 1e3),
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
