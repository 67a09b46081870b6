//! The files that hold the state are their owner's alone.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use iampass_emulator::DataError;
use rusqlite::Connection;
use serde_json::json;

use crate::data::{backend, place, refused};

/// The file with this after its name.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn touch(path: &Path) {
    fs::write(path, "").unwrap();
    open_to_others(path);
}

fn open_to_others(path: &Path) {
    fs::set_permissions(path, Permissions::from_mode(0o644)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

/// Keeps something secret in the file, and looks at all that is beside it meanwhile.
fn write_and_assert_private(path: &Path) {
    let backend = backend(path);
    backend.post("add_users", &json!({"users": ["alice"]}));
    let files: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
    assert!(files.len() >= 4, "{files:?}");
    for file in files {
        let file = file.unwrap().path();
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn new_files_are_their_owners_alone() {
    write_and_assert_private(&place().path);
}

#[test]
fn files_that_were_there_become_their_owners_alone() {
    let place = place();
    for suffix in ["", "-wal", "-shm", "-lock"] {
        touch(&beside(&place.path, suffix));
    }
    write_and_assert_private(&place.path);
    // One with a state in it.
    open_to_others(&place.path);
    open_to_others(&beside(&place.path, "-lock"));
    write_and_assert_private(&place.path);
}

#[test]
fn what_a_killed_emulator_left_becomes_its_owners_alone() {
    let (from, to) = (place(), place());
    let killed = backend(&from.path);
    killed.post("add_users", &json!({"users": ["bob"]}));
    for suffix in ["", "-wal", "-shm"] {
        let copy = beside(&to.path, suffix);
        fs::copy(beside(&from.path, suffix), &copy).unwrap();
        open_to_others(&copy);
    }
    write_and_assert_private(&to.path);
    assert_eq!(backend(&to.path).users(), ["alice", "bob"]);
}

#[test]
fn another_programs_file_keeps_its_mode() {
    let place = place();
    Connection::open(&place.path).unwrap().execute_batch("CREATE TABLE diary (entry TEXT)").unwrap();
    open_to_others(&place.path);
    assert!(matches!(refused(&place.path), DataError::OtherProgram));
    assert_eq!(mode(&place.path), 0o644);
}

#[test]
fn a_file_with_another_hard_link_is_refused_under_each_name() {
    let place = place();
    drop(backend(&place.path));
    let other = place.path.with_file_name("other.db");
    fs::hard_link(&place.path, &other).unwrap();
    for name in [&place.path, &other] {
        let error = refused(name);
        assert!(matches!(&error, DataError::HardLinks { links: 2, path } if path == name), "{error:?}");
        assert!(!error.to_string().is_empty());
    }
    // Also while an emulator has it that was started before.
    fs::remove_file(&other).unwrap();
    let first = backend(&place.path);
    fs::hard_link(&place.path, &other).unwrap();
    assert!(matches!(refused(&other), DataError::HardLinks { .. }));
    assert_eq!(first.post("add_users", &json!({"users": ["alice"]})).status, 201);
    drop(first);
    fs::remove_file(&other).unwrap();
    assert_eq!(backend(&place.path).users(), ["alice"]);
}

#[test]
fn a_hard_link_or_a_symbolic_link_beside_the_file_is_refused() {
    for suffix in ["-wal", "-shm", "-journal", "-lock"] {
        let place = place();
        let victim = place.path.with_file_name("victim");
        touch(&victim);
        let link = beside(&place.path, suffix);

        symlink(&victim, &link).unwrap();
        let error = refused(&place.path);
        assert!(matches!(&error, DataError::NotRegular { path } if *path == link), "{error:?}");
        fs::remove_file(&link).unwrap();

        fs::hard_link(&victim, &link).unwrap();
        let error = refused(&place.path);
        assert!(matches!(&error, DataError::HardLinks { path, .. } if *path == link), "{error:?}");

        assert_eq!((mode(&victim), fs::read(&victim).unwrap()), (0o644, vec![]));
    }
}

#[test]
fn a_new_file_is_not_made_through_a_symbolic_link() {
    let place = place();
    let target = place.path.with_file_name("target.db");
    symlink(&target, &place.path).unwrap();
    assert!(matches!(refused(&place.path), DataError::File(_)));
    assert!(!target.exists());
}

#[test]
fn a_symbolic_link_to_a_file_that_is_there_is_the_file() {
    let place = place();
    drop(backend(&place.path));
    open_to_others(&place.path);
    let link = place.path.with_file_name("link.db");
    symlink(&place.path, &link).unwrap();
    drop(backend(&link));
    assert_eq!(mode(&place.path), 0o600);
}
