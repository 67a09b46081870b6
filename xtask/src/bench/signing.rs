//! Signing, verifying and chunks: time by criterion, instructions by valgrind.

use std::path::Path;

use super::error::{Error, file};
use super::figures::Row;
use super::process::{command, criterion, json, output, program};

pub(crate) fn sign(root: &Path) -> Result<Vec<Row>, Error> {
    let [floor, lower, sign, verify] =
        criterion(root, ["compressions", "compressions_in_one_call", "sign", "verify"])?;
    let sign_time = sign.fastest_tenth()?;
    Ok(vec![
        Row::at_most(
            "sign one request ÷ seven bare SHA-256 compressions",
            sign_time / floor.fastest_tenth()?,
            1.5,
            format!(
                "{} ÷ {}; ÷ {}, as one call over seven blocks: {:.2}",
                sign.text()?,
                floor.text()?,
                lower.text()?,
                sign_time / lower.fastest_tenth()?
            ),
        ),
        Row::at_most(
            "verify ÷ sign",
            verify.fastest_tenth()? / sign_time,
            1.5,
            format!("{} ÷ {}", verify.text()?, sign.text()?),
        ),
    ])
}

/// The instructions of the compressions are those of sha2's portable code, which is what runs under valgrind; they are
/// taken off, so only the rest counts.
pub(crate) fn instructions(root: &Path) -> Result<Vec<Row>, Error> {
    if output(&mut command(root, "valgrind", &["--version"])).is_err() {
        output(&mut command(root, "apt-get", &["install", "-y", "-qq", "valgrind"]))?;
    }
    let program = program(root, "instructions")?;
    let per_operation = |operation: &str| -> Result<f64, Error> {
        Ok((counted(root, &program, operation, 2_000)? - counted(root, &program, operation, 1_000)?)
            / 1_000.0)
    };
    let (sign, compressions) = (per_operation("sign")?, per_operation("compressions")?);
    Ok(vec![Row::at_most(
        "instructions of one signing outside SHA-256",
        sign - compressions,
        2_000.0,
        format!("{sign:.0} − {compressions:.0}"),
    )])
}

fn counted(root: &Path, program: &str, operation: &str, times: u32) -> Result<f64, Error> {
    let folder = root.join("target/bench");
    std::fs::create_dir_all(&folder).map_err(file(&folder))?;
    let counts = folder.join("instructions.out").display().to_string();
    let arguments = [
        "--tool=cachegrind",
        "--cache-sim=no",
        "--log-fd=1",
        &format!("--cachegrind-out-file={counts}"),
        program,
        operation,
        &times.to_string(),
    ];
    let mut command = command(root, "valgrind", &arguments);
    let output = output(&mut command)?;
    let line = output.lines().find_map(|line| line.split_once("I refs:").or(line.split_once("I   refs:")));
    let count = line.and_then(|(_, count)| count.trim().replace(',', "").parse().ok());
    // Without a file to write to, valgrind counts nothing and says 0.
    let count = count.filter(|count| *count > 0.0);
    count.ok_or_else(|| Error::Output { command: "valgrind".to_owned(), output })
}

pub(crate) fn nonces(root: &Path) -> Result<Vec<Row>, Error> {
    let program = program(root, "nonces")?;
    let printed = json(&mut command(root, &program, &[]))?;
    let (nonces, tasks) = (printed.number("nonces")?, printed.number("tasks")?);
    let from = format!("{nonces} requests of one client that {tasks} tasks share");
    Ok(vec![Row::at_most("nonces that came twice", printed.number("twice")?, 0.0, from)])
}

pub(crate) fn bulk(root: &Path) -> Result<Vec<Row>, Error> {
    let [json, signed] = criterion(root, ["chunk_to_json", "chunk_to_signed_request"])?;
    Ok(vec![Row::at_most(
        "chunk of 1,000 users: serialise and sign ÷ `serde_json::to_vec`",
        signed.fastest_tenth()? / json.fastest_tenth()?,
        1.1,
        format!("{} ÷ {}", signed.text()?, json.text()?),
    )])
}
