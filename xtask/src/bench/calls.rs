//! Calls beside bare reqwest.

use std::path::Path;

use super::error::Error;
use super::figures::Row;
use super::process::{Server, command, json, program};
use super::times::Times;

pub(crate) fn run(root: &Path) -> Result<Vec<Row>, Error> {
    let program = program(root, "calls")?;
    let server = Server::start(&mut command(root, &program, &["serve"]))?;
    let mut rows = Vec::new();
    for (tasks, name, goal) in [("1", "one after the other", 1.2), ("64", "64 tasks", 1.25)] {
        let printed = json(&mut command(root, &program, &["compare", &server.address, tasks]))?;
        let times = |member| printed.numbers(member).map(Times::of);
        let (ours, bare, by_hand) = (times("ours")?, times("bare")?, times("by_hand")?);
        let bare_time = bare.fastest_tenth()?;
        let what = format!("processor time per call ÷ bare reqwest, {name}");
        let from = format!(
            "{} ÷ {}; reqwest, signed by hand: {}: {:.2}",
            ours.text()?,
            bare.text()?,
            by_hand.text()?,
            by_hand.fastest_tenth()? / bare_time
        );
        rows.push(Row::at_most(&what, ours.fastest_tenth()? / bare_time, goal, from));
    }
    Ok(rows)
}
