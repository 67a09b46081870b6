//! The clients in other languages: `openapi/examples/*/run`, step by step, as their readers run them.

use std::path::Path;

use anyhow::Result;

use super::program::{emulator, with_application};
use super::report::Report;
use super::tools::{Folders, command};

/// The steps of a `run`, each with its name in the report.
const STEPS: [(&str, &str); 6] = [
    ("tools", "tools"),
    ("generate", "generated"),
    ("compile", "compiles"),
    ("vectors", "vectors"),
    ("calls", "five calls"),
    ("sign_in", "sign-in"),
];
/// Those that need our program.
const WITH_PROGRAM: [&str; 2] = ["calls", "sign_in"];

/// Each language, and its folder in `openapi/examples`.
const LANGUAGES: &[(&str, &str)] =
    &[("Python", "python"), ("TypeScript", "typescript"), ("Go", "go"), ("Java", "java")];

/// Runs every step of every language; a step after one that failed is skipped.
pub(crate) fn run(report: &mut Report, program: Option<&Path>, folders: &Folders) {
    for (language, folder) in LANGUAGES {
        let mut passed = Some(());
        for (step, name) in STEPS {
            let program = program.filter(|_| WITH_PROGRAM.contains(&step));
            let needs = passed.filter(|()| program.is_some() || !WITH_PROGRAM.contains(&step));
            passed = report
                .check(&format!("{language}: {name}"), needs, |()| run_one(folder, step, program, folders));
        }
    }
}

/// With our program, each step of each language has an emulator of its own, in which nobody is registered yet.
fn run_one(language: &str, step: &str, program: Option<&Path>, folders: &Folders) -> Result<String> {
    let mut bash = command("bash");
    bash.arg(folders.root.join("openapi/examples").join(language).join("run")).arg(step);
    bash.env("BUILD", folders.work.join(language));
    let emulator = program.map(|program| emulator(program, folders)).transpose()?;
    if let Some(emulator) = &emulator {
        with_application(&mut bash).env("IAMPASS_SERVER", &emulator.iampass);
    }
    folders.check(&format!("{language}-{step}"), &mut bash)
}

/// Language by what it was shown to do.
pub(crate) fn table(report: &Report) -> String {
    let line = |name: &str, cell: &dyn Fn(&str) -> String| {
        let cells = STEPS.iter().skip(1).map(|(_, step)| format!(" {:<10}", cell(step)));
        format!("{name:<12}{}", cells.collect::<String>()).trim_end().to_owned() + "\n"
    };
    let rows = LANGUAGES
        .iter()
        .map(|(language, _)| line(language, &|step| report.word(&format!("{language}: {step}")).to_owned()));
    format!("\n{}{}", line("language", &str::to_owned), rows.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_example_is_run() {
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/examples");
        let folders = std::fs::read_dir(examples).unwrap().map(|entry| entry.unwrap());
        let folders = folders.filter(|entry| entry.path().join("run").exists());
        let mut found: Vec<_> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
        found.sort_unstable();
        let mut run: Vec<_> = LANGUAGES.iter().map(|(_, folder)| *folder).collect();
        run.sort_unstable();
        assert_eq!(found, run);
    }
}
