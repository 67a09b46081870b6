//! Calls beside bare reqwest.

use std::path::Path;

use super::error::Error;
use super::figures::Row;
use super::process::{Server, command, json, program};

pub(crate) fn run(root: &Path) -> Result<Vec<Row>, Error> {
    let program = program(root, "calls")?;
    let server = Server::start(&mut command(root, &program, &["serve"]))?;
    let mut rows = Vec::new();
    for (tasks, name, goal) in [("1", "one after the other", 1.05), ("64", "64 tasks", 1.15)] {
        let figures = json(&mut command(root, &program, &["compare", &server.address, tasks]))?;
        let (ours, bare) = (figures("ours")? / 1e3, figures("bare")? / 1e3);
        let by_hand = figures("by_hand")? / 1e3;
        let what = format!("processor time per call ÷ bare reqwest, {name}");
        let from = format!("{ours:.1} µs ÷ {bare:.1} µs; reqwest, signed by hand: {by_hand:.1} µs");
        rows.push(Row::at_most(&what, ours / bare, goal, from));
    }
    Ok(rows)
}
