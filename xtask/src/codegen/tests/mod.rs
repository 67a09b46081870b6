//! The generator against a small contract and the real ones.

mod outline;
mod refused;
mod supported;

use std::fs;
use std::path::Path;

use self::outline::outline;
use super::{generate, run_one};
use crate::contracts::{self, CONTRACTS, Contract, FIXTURES, MANAGEMENT};
use crate::yaml;

const NOTES: &str = include_str!("../../../fixtures/notes/notes.yaml");

const NOTES_CONTRACT: Contract =
    Contract { source: "notes.yaml", output: "notes.rs", replacements: contracts::NOTES.replacements };

/// A repository with nothing in it but the small contract.
fn repository(contract: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(NOTES_CONTRACT.source), contract).unwrap();
    folder
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

#[test]
fn the_same_contract_gives_the_same_bytes() {
    assert_eq!(generate(NOTES, &NOTES_CONTRACT).unwrap(), generate(NOTES, &NOTES_CONTRACT).unwrap());
}

#[test]
fn the_public_outline_of_each_real_client() {
    for contract in CONTRACTS {
        let text = fs::read_to_string(root().join(contract.source)).unwrap();
        let generated = generate(&text, contract).unwrap();
        let name = Path::new(contract.source).file_stem().unwrap().to_string_lossy();
        insta::assert_snapshot!(format!("the_public_outline_of_{name}"), outline(&generated).unwrap());
    }
}

#[test]
fn the_committed_clients_are_what_the_contracts_generate() {
    assert_up_to_date(CONTRACTS);
}

#[test]
fn the_committed_fixtures_are_what_their_contracts_generate() {
    assert_up_to_date(FIXTURES);
}

fn assert_up_to_date(contracts: &[Contract]) {
    for contract in contracts {
        if let Err(error) = run_one(root(), contract, true) {
            panic!("{error}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_folder_or_a_pipe_in_the_contract_s_place_is_named() {
    for target in ["/", "/dev/null"] {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(target, folder.path().join(NOTES_CONTRACT.source)).unwrap();
        let error = run_one(folder.path(), &NOTES_CONTRACT, false).unwrap_err();
        assert_eq!(format!("{error:#}"), "notes.yaml: cannot read the contract: it is not a file");
    }
}

#[test]
fn a_contract_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = run_one(folder.path(), &NOTES_CONTRACT, false).unwrap_err();
    assert!(format!("{error:#}").starts_with("notes.yaml: cannot read the contract: "), "{error}");
    assert!(!folder.path().join(NOTES_CONTRACT.output).exists());
}

#[test]
fn check_shows_the_difference_and_the_command_and_writes_nothing() {
    let folder = repository(NOTES);
    run_one(folder.path(), &NOTES_CONTRACT, false).unwrap();
    run_one(folder.path(), &NOTES_CONTRACT, true).unwrap();
    let output = folder.path().join(NOTES_CONTRACT.output);
    let edited = fs::read_to_string(&output).unwrap().replace("What it says.", "What it said.");
    fs::write(&output, &edited).unwrap();

    let error = run_one(folder.path(), &NOTES_CONTRACT, true).unwrap_err();

    insta::assert_snapshot!(error.to_string());
    assert_eq!(fs::read_to_string(&output).unwrap(), edited);
}

/// The pattern of both ids, by an engine without look-around: it refuses what a path cannot carry, and
/// nothing else.
#[test]
fn the_id_patterns_refuse_the_empty_string_and_dot_segments_alone() {
    let text = fs::read_to_string(root().join(MANAGEMENT.source)).unwrap();
    let contract: serde_json::Value = yaml::parse(&text).unwrap();
    for schema in ["ApplicationId", "UserId"] {
        let pattern = contract["components"]["schemas"][schema]["pattern"].as_str().unwrap();
        let pattern = regex::Regex::new(pattern).unwrap();
        for refused in ["", ".", ".."] {
            assert!(!pattern.is_match(refused), "{schema} {refused:?}");
        }
        for taken in [
            "a",
            "...",
            "..hidden",
            ".a",
            "a.",
            "a/b",
            "\n",
            ".\n",
            "..\n",
            "\n.",
            "\0",
            " ",
            "é",
            "日本語",
            "😀",
            "..😀",
            "a\nb",
        ] {
            let found = pattern.find(taken).map(|found| found.as_str());
            assert_eq!(found, Some(taken), "{schema}: it takes the whole of {taken:?}");
        }
    }
}

#[test]
fn check_misses_no_generated_file() {
    let folder = repository(NOTES);
    let error = run_one(folder.path(), &NOTES_CONTRACT, true).unwrap_err();
    assert!(error.to_string().ends_with("run: cargo xtask codegen"), "{error}");
    assert!(!folder.path().join(NOTES_CONTRACT.output).exists());
}

#[test]
fn an_operation_more_in_the_contract_is_noticed() {
    let folder = repository(NOTES);
    run_one(folder.path(), &NOTES_CONTRACT, false).unwrap();
    let grown = NOTES.replacen(
        "  /notes:\n",
        "  /count:\n    get:\n      operationId: count_notes\n      x-iampass-safe-to-repeat: true\n      responses:\n        \
         '200':\n          description: How many.\n          content:\n            application/json:\n              \
         schema:\n                $ref: '#/components/schemas/Note'\n  /notes:\n",
        1,
    );
    fs::write(folder.path().join(NOTES_CONTRACT.source), grown).unwrap();
    let error = run_one(folder.path(), &NOTES_CONTRACT, true).unwrap_err().to_string();
    assert!(error.contains("+    pub async fn count_notes"), "{error}");
    assert!(error.contains("+    &operations::COUNT_NOTES"), "{error}");
}
