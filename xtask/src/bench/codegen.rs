//! The code generator: its time, and how that grows with the contract.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::error::{Error, file};
use super::figures::Row;
use super::process::output;
use crate::contracts::MANAGEMENT;

const OPERATION: &str = "has_registered_mobile_device";
/// What the real contract has.
const OPERATIONS: usize = 5;

pub(crate) fn run(root: &Path) -> Result<Vec<Row>, Error> {
    let [real, small, large] = [OPERATIONS, 500, 2_000].map(|operations| {
        let folder = folder(root, operations)?;
        // The smallest of several is the cleanest.
        (0..5)
            .map(|_| generate(&folder))
            .try_fold(Duration::MAX, |least, time| Ok::<_, Error>(least.min(time?)))
    });
    let [real, small, large] = [real?, small?, large?].map(|time| time.as_secs_f64());
    Ok(vec![
        Row::at_most(
            "`cargo xtask codegen` once built, seconds",
            real,
            0.1,
            format!("{OPERATIONS} operations"),
        ),
        Row::at_most(
            "the same, growth from 500 to 2,000 operations",
            large / small,
            4.2,
            format!("{large:.2} s ÷ {small:.2} s"),
        ),
    ])
}

/// A folder with a contract of so many operations, in the place that the real one has in the repository.
fn folder(root: &Path, operations: usize) -> Result<PathBuf, Error> {
    let folder = root.join("target/bench/codegen").join(operations.to_string());
    let real = root.join(MANAGEMENT.source);
    let text = fs::read_to_string(&real).map_err(file(&real))?;
    let text = with_more(&text, operations - OPERATIONS)
        .ok_or(Error::Contract("the contract has no such operation"))?;
    let output = folder.join(MANAGEMENT.output);
    for path in [&folder.join(MANAGEMENT.source), &output] {
        let parent = path.parent().unwrap_or(&folder);
        fs::create_dir_all(parent).map_err(file(parent))?;
    }
    let source = folder.join(MANAGEMENT.source);
    fs::write(&source, text).map_err(file(&source))?;
    Ok(folder)
}

/// The contract with so many copies of one of its operations besides.
fn with_more(contract: &str, copies: usize) -> Option<String> {
    let path = format!("  /management/{OPERATION}/");
    let start = contract.find(&path)?;
    let length = contract[start + 1..].find("\n  /")? + 2;
    let operation = &contract[start..start + length];
    let mut text = contract[..start].to_owned();
    for copy in 0..copies {
        text += &operation.replace(OPERATION, &format!("{OPERATION}_{copy}"));
    }
    text += &contract[start..];
    Some(text)
}

fn generate(folder: &Path) -> Result<Duration, Error> {
    let program = std::env::current_exe().map_err(file(Path::new("xtask")))?;
    let mut command = Command::new(program);
    command.arg("--root").arg(folder).arg("codegen");
    let started = Instant::now();
    output(&mut command)?;
    Ok(started.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_operations_of_their_own() {
        let contract = "paths:\n  /management/has_registered_mobile_device/{a}:\n    \
                        operationId: has_registered_mobile_device\n  /management/other:\n    get:\n";
        let text = with_more(contract, 2).unwrap();
        assert_eq!(text.matches("operationId: has_registered_mobile_device").count(), 3);
        assert_eq!(text.matches("  /management/has_registered_mobile_device_1/{a}:\n").count(), 1);
        assert!(text.ends_with("  /management/other:\n    get:\n"));
        assert_eq!(with_more("paths:\n", 2), None);
    }
}
