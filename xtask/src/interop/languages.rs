//! The clients in other languages: `openapi/examples/*/run`, step by step, as their readers run them.

use std::path::Path;
use std::time::Duration;

use super::error::Error;
use super::process::Job;
use super::program::{APPLICATIONS, SETTINGS, emulator};
use super::report::Report;
use super::tools::Folders;

/// With the downloads, on a slow line.
const LIMIT: Duration = Duration::from_secs(600);
const ADVICE: &str = "install bash";
/// What a `run` does, as its own words for it; the last two need our program.
const STEPS: [&str; 6] = ["tools", "generate", "compile", "vectors", "calls", "sign_in"];
const WITH_PROGRAM: [&str; 2] = ["calls", "sign_in"];
/// The columns of the table: all steps but the first.
const COLUMNS: [&str; 5] = ["generated", "compiles", "vectors", "five calls", "sign-in"];

struct Language {
    name: &'static str,
    folder: &'static str,
    /// As the report has them.
    steps: [&'static str; 6],
}

/// A language by its name and its folder in `openapi/examples`.
macro_rules! language {
    ($name:literal, $folder:literal) => {
        Language {
            name: $name,
            folder: $folder,
            steps: [
                concat!($name, ": tools"),
                concat!($name, ": generated"),
                concat!($name, ": compiles"),
                concat!($name, ": vectors"),
                concat!($name, ": five calls"),
                concat!($name, ": sign-in"),
            ],
        }
    };
}

const LANGUAGES: &[Language] = &[
    language!("Python", "python"),
    language!("TypeScript", "typescript"),
    language!("Go", "go"),
    language!("Java", "java"),
];

/// Runs every step of every language; a step after one that failed is skipped.
pub(crate) fn run(report: &mut Report, program: Option<&Path>, folders: &Folders) {
    for language in LANGUAGES {
        let mut well = true;
        for (name, step) in language.steps.into_iter().zip(STEPS) {
            let program = program.filter(|_| well);
            well = match program {
                Some(program) if WITH_PROGRAM.contains(&step) => {
                    report.step(name, || unit(against_emulator(language, step, program, folders))).is_some()
                }
                None if WITH_PROGRAM.contains(&step) => false,
                _ if well => report.step(name, || unit(job(language, step, folders).run(LIMIT))).is_some(),
                _ => false,
            };
            if !well && !report.has(name) {
                report.skip(name);
            }
        }
    }
}

/// Language by what it was shown to do.
pub(crate) fn table(report: &Report) -> String {
    let line = |name: &str, cells: [&str; 5]| {
        let [one, two, three, four, five] = cells;
        format!("{name:<12} {one:<10} {two:<10} {three:<10} {four:<10} {five}\n")
    };
    let rows = LANGUAGES.iter().map(|language| {
        let [_, rest @ ..] = language.steps;
        line(language.name, rest.map(|step| report.word(step)))
    });
    format!("\n{}{}", line("language", COLUMNS), rows.collect::<String>())
}

fn job(language: &Language, step: &str, folders: &Folders) -> Job {
    let script = folders.root.join("openapi/examples").join(language.folder).join("run");
    Job::new("bash", &folders.log(&format!("{}-{step}", language.folder)), ADVICE)
        .args([script.as_os_str(), step.as_ref()])
        .env("BUILD", folders.work.join(language.folder))
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1")
        .without_env(&["PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "NODE_OPTIONS", "FORCE_COLOR"])
        .without_env(&SETTINGS)
}

/// Each step of each language has an emulator of its own, in which nobody is registered yet.
fn against_emulator(
    language: &Language,
    step: &str,
    program: &Path,
    folders: &Folders,
) -> Result<super::process::Output, Error> {
    let emulator = emulator(program, folders)?;
    job(language, step, folders)
        .env("IAMPASS_SERVER", &emulator.url)
        .env("IAMPASS_APPLICATION_ID", APPLICATIONS[0].id)
        .env("IAMPASS_APPLICATION_SECRET", APPLICATIONS[0].secret)
        .run(LIMIT)
}

fn unit(result: Result<super::process::Output, Error>) -> Result<((), String), Error> {
    result.map(|output| ((), output.stdout.trim_end().lines().last().unwrap_or_default().to_owned()))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::Value;

    use super::*;

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
    }

    #[test]
    fn the_readme_has_the_commands_that_are_run() {
        let readme = std::fs::read_to_string(root().join("openapi/README.md")).unwrap();
        let [first @ .., calls, sign_in] = STEPS;
        for language in LANGUAGES {
            let command = format!("openapi/examples/{}/run {}", language.folder, first.join(" "));
            assert!(readme.contains(&command), "{command}");
        }
        assert!(readme.contains(&format!("The last two steps, `{calls}` and `{sign_in}`,")));
    }

    #[test]
    fn the_readme_has_the_generators_command_lines_and_they_are_for_each_contract() {
        let words = |text: &str| text.replace("\\\n", " ").split_whitespace().collect::<Vec<_>>().join(" ");
        let readme = words(&std::fs::read_to_string(root().join("openapi/README.md")).unwrap());
        let apis = crate::contracts::CONTRACTS.iter().map(|contract| {
            let (_, name) = contract.source.split_once("iampass-").unwrap();
            name.trim_end_matches(".yaml")
        });
        let all = format!("for api in {}; do", apis.collect::<Vec<_>>().join(" "));
        assert!(readme.contains(&all), "{all}");
        for language in LANGUAGES {
            let script = root().join("openapi/examples").join(language.folder).join("run");
            let script = std::fs::read_to_string(script).unwrap();
            let (_, generate) = script.split_once("generate() {").unwrap();
            let (generate, _) = generate.split_once("\n}\n").unwrap();
            assert!(generate.contains(&all), "{}: {generate}", language.name);
            let command = generate.find("openapi-").map(|start| &generate[start..]).unwrap();
            let command = command.split(['>', ';']).next().unwrap().replace("\"$openapi/", "openapi/");
            let command = words(&command.replace("yaml\"", "yaml"));
            let command = command.trim_end_matches(" done");
            assert!(command.contains(" openapi/iampass-$api.yaml "), "{command}");
            assert!(readme.contains(command), "{command}");
        }
    }

    #[test]
    fn the_readme_installs_the_versions_that_are_run() {
        let read = |path: &str| std::fs::read_to_string(root().join("openapi").join(path)).unwrap();
        let readme = read("README.md");
        let python = read("examples/python/requirements.in") + &read("examples/openapi-generator.txt");
        let mut pins: Vec<_> =
            python.split_whitespace().filter(|word| word.contains("==")).map(str::to_owned).collect();
        let packages: serde_json::Value =
            serde_json::from_str(&read("examples/typescript/package.json")).unwrap();
        for (kind, package) in [("dependencies", "openapi-fetch"), ("devDependencies", "openapi-typescript")]
        {
            pins.push(format!("{package}@{}", packages[kind][package].as_str().unwrap()));
        }
        assert_eq!(pins.len(), 4);
        assert!(pins.iter().all(|pin| readme.contains(pin)), "{pins:?}");
    }

    #[test]
    fn the_readme_has_every_operation_as_its_contract_has_it() {
        let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
        let readme = read("openapi/README.md");
        let mut rows = 0;
        let mut has = |id: &Value, method: &str, target: &str| {
            let row = format!("| `{}` | `{} {target}", id.as_str().unwrap(), method.to_uppercase());
            assert!(readme.contains(&row), "{row}");
            rows += 1;
        };
        for contract in crate::contracts::CONTRACTS {
            let contract: Value = serde_saphyr::from_str(&read(contract.source)).unwrap();
            for (path, item) in contract["paths"].as_object().unwrap() {
                for (method, operation) in item.as_object().unwrap() {
                    has(&operation["operationId"], method, path);
                }
            }
            for call in contract[crate::codegen::GIVEN_URLS].as_array().into_iter().flatten() {
                has(&call["operationId"], call["method"].as_str().unwrap(), call["url"].as_str().unwrap());
            }
        }
        assert_eq!(
            readme.lines().filter(|line| line.contains("` | `GET ") || line.contains("` | `POST ")).count(),
            rows
        );
    }

    #[test]
    fn each_example_is_run() {
        let examples = std::fs::read_dir(root().join("openapi/examples")).unwrap();
        let folders = examples.map(|entry| entry.unwrap()).filter(|entry| entry.path().join("run").exists());
        let mut found: Vec<_> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
        found.sort_unstable();
        let mut run: Vec<_> = LANGUAGES.iter().map(|language| language.folder).collect();
        run.sort_unstable();
        assert_eq!(found, run);
    }

    /// Of an example, less what it has built.
    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let entries = entries.filter(|path| !path.ends_with("build"));
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
    }

    /// Blank lines and comments left out.
    #[test]
    fn each_language_has_a_signer_of_under_forty_lines() {
        for language in LANGUAGES {
            let is_signer = |path: &PathBuf| {
                path.file_stem().unwrap().to_string_lossy().to_lowercase().ends_with("signer")
            };
            let mut signers = files(&root().join("openapi/examples").join(language.folder));
            signers.retain(is_signer);
            let [signer] = &signers[..] else {
                panic!("{}: one file …signer.*: {signers:?}", language.name)
            };
            let text = std::fs::read_to_string(signer).unwrap();
            let is_code = |line: &&str| !["//", "/**", "# "].iter().any(|comment| line.starts_with(comment));
            let code = text.lines().map(str::trim).filter(|line| !line.is_empty()).filter(is_code);
            assert!((10..40).contains(&code.count()), "{}", signer.display());
        }
    }
}
