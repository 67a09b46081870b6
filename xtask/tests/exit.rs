//! `cargo xtask` as a program: what a person sees and a script gets.
#![allow(clippy::unwrap_used, reason = "helpers of tests; a panic is the failure report")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const CONTRACT: &str = "openapi/iampass-management.yaml";
const GENERATED: &str = "crates/iampass-management/src/generated.rs";

fn codegen(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("codegen")
        .args(arguments)
        .arg("--root")
        .arg(root)
        .output()
        .unwrap()
}

/// A repository with the real contracts and, of one of them, an empty generated file.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    fs::create_dir(folder.path().join("openapi")).unwrap();
    for file in fs::read_dir(own.join("openapi")).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_some_and(|extension| extension == "yaml") {
            fs::copy(&file, folder.path().join("openapi").join(file.file_name().unwrap())).unwrap();
        }
    }
    for name in fs::read_dir(own.join("crates")).unwrap().map(|entry| entry.unwrap().file_name()) {
        fs::create_dir_all(folder.path().join("crates").join(name).join("src")).unwrap();
    }
    fs::write(folder.path().join(GENERATED), "").unwrap();
    folder
}

#[test]
fn a_broken_contract_ends_with_one_line_and_exit_code_1() {
    let folder = repository();
    let contract = folder.path().join(CONTRACT);
    let text = fs::read_to_string(&contract).unwrap();
    fs::write(&contract, text.replace("      operationId: delete_users\n", "")).unwrap();

    let output = codegen(folder.path(), &[]);

    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: openapi/iampass-management.yaml: operation `POST /management/delete_users/{application_id}`: \
         operationId: is missing; the generated method is named after it\n"
    );
    assert_eq!(fs::read(folder.path().join(GENERATED)).unwrap(), b"");
}

#[test]
fn check_exits_with_1_until_the_file_is_written() {
    let folder = repository();
    let before = codegen(folder.path(), &["--check"]);
    assert_eq!(before.status.code(), Some(1));
    let told = String::from_utf8(before.stderr).unwrap();
    assert!(
        told.contains("+pub struct Client") || told.contains("+    pub struct AddUsersResponse"),
        "{told}"
    );
    assert!(told.ends_with("run: cargo xtask codegen\n"), "{told}");

    assert_eq!(codegen(folder.path(), &[]).status.code(), Some(0));
    assert_eq!(codegen(folder.path(), &["--check"]).status.code(), Some(0));
}

/// One program, built once, for two clones of the repository.
#[test]
fn without_a_root_the_tree_is_checked_in_which_it_is_run() {
    let (fresh, stale) = (repository(), repository());
    for folder in [&fresh, &stale] {
        fs::create_dir(folder.path().join("xtask")).unwrap();
        for manifest in ["Cargo.toml", "xtask/Cargo.toml"] {
            fs::write(folder.path().join(manifest), "").unwrap();
        }
    }
    assert_eq!(codegen(fresh.path(), &[]).status.code(), Some(0));
    for (manifest, current, code) in [
        (Some(&fresh), &fresh, 0),
        (Some(&fresh), &stale, 0),
        (Some(&stale), &fresh, 1),
        (Some(&stale), &stale, 1),
        (None, &fresh, 0),
        (None, &stale, 1),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(["codegen", "--check"]).current_dir(current.path()).env_remove("CARGO_MANIFEST_DIR");
        if let Some(manifest) = manifest {
            command.env("CARGO_MANIFEST_DIR", manifest.path().join("xtask"));
        }
        assert_eq!(command.output().unwrap().status.code(), Some(code));
    }
}
