//! The small contract, made wrong in every way we know: each is refused in readable lines, and nothing is written.

use std::fmt::Write as _;
use std::fs;

use serde::Deserialize;
use serde_json::Value;

use super::{NOTES, NOTES_CONTRACT, repository};
use crate::codegen::run_one;
use crate::yaml;

/// Rows of `refused.yaml`, which says what they are.
#[derive(Deserialize)]
struct Table {
    name: String,
    place: String,
    rows: Vec<(String, String, String)>,
}

#[test]
fn what_is_wrong_is_refused_by_name() {
    for table in yaml::parse::<Vec<Table>>(include_str!("refused.yaml")).unwrap() {
        insta::assert_snapshot!(table.name.clone(), report(&table));
    }
}

/// The problems reported for each row.
fn report(table: &Table) -> String {
    let mut report = String::new();
    for (name, at, what) in &table.rows {
        let broken = if at.starts_with('/') {
            let mut document = yaml::parse(NOTES).unwrap();
            put(&mut document, &format!("{}{at}", table.place), what);
            document.to_string()
        } else if at == "*" {
            what.clone()
        } else {
            NOTES.replacen(at, what, 1)
        };
        assert_ne!(broken, NOTES, "{name}: the replaced text is not in the fixture");
        let folder = repository(&broken);
        let output = folder.path().join(NOTES_CONTRACT.output);
        fs::write(&output, "as it was").unwrap();

        let error = run_one(folder.path(), &NOTES_CONTRACT, false).expect_err(name).to_string();

        assert_eq!(fs::read_to_string(&output).unwrap(), "as it was", "{name}");
        writeln!(report, "{name}").unwrap();
        for line in error.lines() {
            let problem =
                line.strip_prefix("notes.yaml: ").unwrap_or_else(|| panic!("{name}: no file: {line}"));
            writeln!(report, "    {problem}").unwrap();
        }
    }
    report
}

/// Puts a value into a document, or removes what is there.
pub(super) fn put(document: &mut Value, pointer: &str, yaml: &str) {
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let member = member.replace("~1", "/");
    let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("there is no {parent}"));
    match (parent, yaml) {
        (Value::Object(parent), "") => drop(parent.remove(&member).unwrap()),
        (Value::Object(parent), yaml) => drop(parent.insert(member, yaml::parse(yaml).unwrap())),
        (Value::Array(parent), yaml) => parent[member.parse::<usize>().unwrap()] = yaml::parse(yaml).unwrap(),
        (other, _) => panic!("{pointer} leads into {other}"),
    }
}

#[test]
fn several_mistakes_are_reported_in_one_run() {
    let mut document: Value = yaml::parse(NOTES).unwrap();
    for (place, what) in [
        ("/servers/0/url", "/"),
        ("/paths/~1notes~1{note_id}/get/operationId", "readNote"),
        ("/paths/~1notes~1{note_id}/get/parameters/1/in", "cookie"),
        ("/paths/~1notes/post/responses/301", "{$ref: '#/components/responses/Moved'}"),
        ("/components/schemas/Note/properties/text/description", ""),
    ] {
        put(&mut document, place, what);
    }
    let folder = repository(&document.to_string());
    insta::assert_snapshot!(run_one(folder.path(), &NOTES_CONTRACT, false).unwrap_err().to_string());
}

#[test]
fn long_lists_of_problems_are_cut() {
    let operations: Vec<_> = (0..1000).map(|number| format!("  /{number}: {{get: {{}}}}\n")).collect();
    let broken = NOTES.replace("paths:\n", &format!("paths:\n{}", operations.concat()));
    let error = run_one(repository(&broken).path(), &NOTES_CONTRACT, false).unwrap_err().to_string();
    assert_eq!(error.lines().count(), 51, "{error}");
    assert!(error.ends_with("\nnotes.yaml: and 2950 more problems"), "{error}");
}
