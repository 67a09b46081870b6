//! What is in the folder, and that it is the same each time.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{AS_THEY_ARE, CHECKSUMS, FOLDER, name, run};
use crate::contracts::{CONTRACTS, MANAGEMENT};

/// The sources of an export, without anything exported.
fn repository() -> tempfile::TempDir {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("openapi")).unwrap();
    for path in AS_THEY_ARE.into_iter().chain(CONTRACTS.iter().map(|contract| contract.source)) {
        fs::copy(own.join(path), folder.path().join(path)).unwrap();
    }
    folder
}

fn exported(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(root.join(FOLDER)).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

#[test]
fn the_folder_has_everything_and_nothing_else() {
    let repository = repository();
    let root = repository.path();
    fs::create_dir_all(root.join(FOLDER)).unwrap();
    fs::write(root.join(FOLDER).join("left-over"), "of an earlier export").unwrap();

    run(root).unwrap();

    let files = exported(root);
    let mut names: Vec<_> = [
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "SHA256SUMS",
        "signing-vectors.json",
        "signing-vectors.schema.json",
    ]
    .map(str::to_owned)
    .into();
    let source = |path: &str| fs::read(root.join(path)).unwrap();
    for contract in CONTRACTS {
        let path = Path::new(contract.source);
        let [yaml, json, html] =
            ["yaml", "json", "html"].map(|extension| name(&path.with_extension(extension)));
        assert_eq!(files[&yaml], source(contract.source));
        let value: Value = crate::yaml::parse(str::from_utf8(&files[&yaml]).unwrap()).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&files[&json]).unwrap(), value);
        assert!(files[&html].starts_with(b"<!DOCTYPE html>"));
        names.extend([yaml, json, html]);
    }
    assert_eq!(files["signing-vectors.json"], source(crate::vectors::FILE));
    names.sort_unstable();
    assert!(files.keys().eq(&names), "{names:?}");
    assert!(names.iter().any(|name| name == "iampass-management.html"));
    assert!(!root.join(FOLDER).with_extension("unfinished").exists());
}

#[test]
fn the_checksums_are_those_of_all_other_files() {
    let repository = repository();
    run(repository.path()).unwrap();
    let mut files = exported(repository.path());
    let checksums = String::from_utf8(files.remove(CHECKSUMS).unwrap()).unwrap();
    let lines: Vec<_> = checksums.lines().map(|line| line.split_once("  ").unwrap()).collect();
    assert!(lines.iter().map(|(_, name)| *name).eq(files.keys()));
    for (digits, name) in lines {
        let bytes: Vec<_> = Sha256::digest(&files[name]).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digits, bytes.concat(), "{name}");
    }
}

#[test]
fn the_bytes_are_the_same_each_time_and_everywhere() {
    let (one, other) = (repository(), repository());
    run(one.path()).unwrap();
    let first = exported(one.path());
    run(one.path()).unwrap();
    run(other.path()).unwrap();
    assert_eq!(exported(one.path()), first);
    assert_eq!(exported(other.path()), first);
}

#[test]
fn what_is_not_well_is_not_exported() {
    let repository = repository();
    let root = repository.path();
    let change = |path: &str, from: &str, to: &str| {
        let text = fs::read_to_string(root.join(path)).unwrap();
        assert!(text.contains(from), "{path}: {from}");
        fs::write(root.join(path), text.replacen(from, to, 1)).unwrap();
        let error = format!("{:#}", run(root).unwrap_err());
        fs::write(root.join(path), text).unwrap();
        error
    };
    let error = change(MANAGEMENT.source, "      operationId: delete_users\n", "");
    assert!(
        error.starts_with("openapi/iampass-management.yaml: ") && error.contains("operationId"),
        "{error}"
    );
    let error = change(MANAGEMENT.source, "openapi: 3.0.3", "openapi: [");
    assert!(error.starts_with("openapi/iampass-management.yaml: "), "{error}");
    let error = change(crate::vectors::FILE, "\"42\"", "\"43\"");
    assert!(error.ends_with("run: cargo xtask vectors"), "{error}");
    fs::remove_file(root.join("LICENSE-MIT")).unwrap();
    let error = format!("{:#}", run(root).unwrap_err());
    assert!(error.starts_with("LICENSE-MIT: cannot be read: "), "{error}");
    assert!(!root.join(FOLDER).exists());
}
