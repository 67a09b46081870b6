//! The vendor's Python package, doing the same.

use std::path::Path;

use super::error::Error;
use super::figures::Row;
use super::process::{ROUNDS, Server, command, criterion_round, json, program};
use super::times::Times;
use crate::interop;

pub(crate) fn run(root: &Path) -> Result<Vec<Row>, Error> {
    let program = program(root, "calls")?;
    let server = Server::start(&mut command(root, &program, &["serve"]))?;
    let mut ours = command(root, &program, &["resident", &server.address]);
    let mut vendors = interop::vendor_python(root, "vendor_speed.py")?;
    vendors.env("IAMPASS_SERVER", format!("http://{}", server.address));
    let [mut our_sign, mut our_call, mut our_memory] = [const { Times::new() }; 3];
    let [mut vendor_sign, mut vendor_call, mut vendor_memory] = [const { Times::new() }; 3];
    // In turns, so that whatever else the machine does strikes both.
    for _ in 0..ROUNDS {
        let [samples] = criterion_round(root, ["sign"])?;
        our_sign.add(samples);
        let printed = json(&mut vendors)?;
        vendor_sign.add(printed.numbers("sign_nanoseconds")?);
        vendor_call.add(printed.numbers("call_nanoseconds")?);
        vendor_memory.add([printed.number("resident_kib")?]);
        let printed = json(&mut ours)?;
        our_call.add(printed.numbers("nanoseconds")?);
        our_memory.add([printed.number("resident_kib")?]);
    }
    let (vendor_memory, our_memory) = (vendor_memory.median()?, our_memory.median()?);
    Ok(vec![
        Row::at_least(
            "vendor's Python `make_authentication_headers` ÷ ours",
            vendor_sign.fastest_tenth()? / our_sign.fastest_tenth()?,
            15.0,
            format!("{} ÷ {}", vendor_sign.text()?, our_sign.text()?),
        ),
        Row::at_least(
            "processor time per call, vendor's Python client ÷ ours",
            vendor_call.fastest_tenth()? / our_call.fastest_tenth()?,
            4.0,
            format!("{} ÷ {}", vendor_call.text()?, our_call.text()?),
        ),
        Row::at_least(
            "resident memory, vendor's Python client ÷ ours",
            vendor_memory / our_memory,
            4.0,
            format!("{:.1} MiB ÷ {:.1} MiB", vendor_memory / 1024.0, our_memory / 1024.0),
        ),
    ])
}
