//! The code generator's time.

use std::path::Path;
use std::time::{Duration, Instant};

use super::error::{Error, file};
use super::figures::Row;
use super::process::{command, output};

const RUNS: usize = 5;

pub(crate) fn run(root: &Path) -> Result<Vec<Row>, Error> {
    let program = std::env::current_exe().map_err(file(Path::new("xtask")))?;
    let (program, root_argument) = (program.display().to_string(), root.display().to_string());
    let mut fastest = Duration::MAX;
    for _ in 0..RUNS {
        let started = Instant::now();
        output(&mut command(root, &program, &["--root", &root_argument, "codegen", "--check"]))?;
        fastest = fastest.min(started.elapsed());
    }
    Ok(vec![Row::at_most(
        "`cargo xtask codegen --check` once built, seconds",
        fastest.as_secs_f64(),
        0.5,
        format!("the fastest of {RUNS}, all contracts"),
    )])
}
