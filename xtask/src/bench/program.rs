//! The program `iampass`: how soon it speaks, and how large it is.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::error::{Error, file};
use super::figures::Row;
use super::process::{command, output};

const RUNS: usize = 21;

pub(crate) fn run(root: &Path) -> Result<Vec<Row>, Error> {
    output(&mut command(root, "cargo", &["build", "--quiet", "--release", "--locked", "-p", "iampass-cli"]))?;
    let program = root.join("target/release/iampass");
    let mut times = (0..RUNS).map(|_| first_byte(&program)).collect::<Result<Vec<_>, _>>()?;
    times.sort();
    #[expect(clippy::cast_precision_loss, reason = "some millions of bytes")]
    let size = fs::metadata(&program).map_err(file(&program))?.len() as f64;
    Ok(vec![
        Row::at_most(
            "`iampass --help`, milliseconds to its first byte",
            times[RUNS / 2].as_secs_f64() * 1e3,
            20.0,
            format!("median of {RUNS}, starting the process included"),
        ),
        Row::at_most("`iampass`, stripped, megabytes", size / 1e6, 15.0, "release build".to_owned()),
    ])
}

fn first_byte(program: &Path) -> Result<Duration, Error> {
    let start = |source| Error::Start { command: program.display().to_string(), source };
    let started = Instant::now();
    let mut child = Command::new(program).arg("--help").stdout(Stdio::piped()).spawn().map_err(start)?;
    let mut first = [0];
    let read = child.stdout.as_mut().map_or(Ok(()), |stdout| stdout.read_exact(&mut first));
    let time = started.elapsed();
    // A child that has nobody left to write to ends by itself.
    drop(child.stdout.take());
    child.wait().map_err(start)?;
    read.map_err(start)?;
    Ok(time)
}
