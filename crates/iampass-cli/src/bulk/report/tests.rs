//! What a report has in it, and what is kept of it when its run is gone on with.

use super::*;
use crate::bulk::outcome::Outcome;

fn line(line: u64, id: &str, outcome: Outcome, chunk: Option<u64>) -> Row<'_> {
    let reason = (outcome == Outcome::Failed).then_some("the connection broke, \"again\"");
    Row { line, id, outcome, chunk, reason }
}

/// Chunk 0 done, chunk 1 failed, chunk 2 done, and two ids that were skipped.
fn report(path: &Path) {
    let mut report = Report::begin(path).unwrap();
    report.write([line(3, "..", Outcome::Invalid, None), line(4, "a", Outcome::Duplicate, None)]).unwrap();
    report.write([line(1, "a,\"b\"\né", Outcome::Created, Some(0))]).unwrap();
    report.write([line(2, "c", Outcome::Failed, Some(1))]).unwrap();
    report
        .write([line(5, "d", Outcome::Existing, Some(2)), line(6, "e", Outcome::SentAgain, Some(2))])
        .unwrap();
    report.sync().unwrap();
}

const JSON: &str = r#"{"line":3,"id":"..","outcome":"invalid","chunk":null}
{"line":4,"id":"a","outcome":"duplicate","chunk":null}
{"line":1,"id":"a,\"b\"\né","outcome":"created","chunk":0}
{"line":2,"id":"c","outcome":"failed","chunk":1,"reason":"the connection broke, \"again\""}
{"line":5,"id":"d","outcome":"existing","chunk":2}
{"line":6,"id":"e","outcome":"sent_again","chunk":2}
"#;

const CSV: &str = r#"line,id,outcome,chunk,reason
3,..,invalid,,
4,a,duplicate,,
1,"a,""b""
é",created,0,
2,c,failed,1,"the connection broke, ""again"""
5,d,existing,2,
6,e,sent_again,2,
"#;

const KEPT_JSON: &str = r#"{"line":1,"id":"a,\"b\"\né","outcome":"created","chunk":0}
{"line":5,"id":"d","outcome":"existing","chunk":2}
{"line":6,"id":"e","outcome":"sent_again","chunk":2}
"#;

const KEPT_CSV: &str = r#"line,id,outcome,chunk,reason
1,"a,""b""
é",created,0,
5,d,existing,2,
6,e,sent_again,2,
"#;

#[test]
fn the_name_tells_the_form() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("report", JSON), ("report.jsonl", JSON), ("report.CSV", CSV)] {
        let path = folder.path().join(name);
        report(&path);
        assert_eq!(std::fs::read_to_string(path).unwrap(), text);
    }
}

#[test]
fn done_chunks_are_kept_and_nothing_else_whatever_is_torn() {
    let done = BTreeMap::from([(0, 1), (2, 2)]);
    let folder = tempfile::tempdir().unwrap();
    for (name, text, kept) in [("report.jsonl", JSON, KEPT_JSON), ("report.csv", CSV, KEPT_CSV)] {
        let path = folder.path().join(name);
        let torn = |text: &str| {
            std::fs::write(&path, text).unwrap();
            Report::go_on(&path, &done).map(drop)
        };
        // What a run that is killed was writing.
        let more = if name.ends_with("csv") {
            "7,\"f,\"\"\",created,20,\n"
        } else {
            "{\"line\":7,\"id\":\"f\",\"outcome\":\"created\",\"chunk\":20}\n"
        };
        for cut in 0..=more.len() {
            torn(&format!("{text}{}", &more[..cut])).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), kept, "{name} {cut}");
        }
        // Going on again changes nothing.
        torn(kept).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), kept);
        // And lines are added.
        let mut report = Report::go_on(&path, &done).unwrap();
        report.write([line(7, "f", Outcome::Created, Some(1))]).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().starts_with(kept));
        assert!(std::fs::read_to_string(&path).unwrap().len() > kept.len());
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            if name.ends_with("csv") { 2 } else { 1 }
        );
    }
}

#[test]
fn another_report_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("report.jsonl");
    let csv = folder.path().join("report.csv");
    let done = BTreeMap::from([(0, 1), (2, 2)]);
    for (path, text, said) in [
        (&json, "alice\nbob\n", "its line 1 is no line of a report"),
        (&json, "{\"line\":1}\nbob\n", "its line 2 is no line of a report"),
        (&csv, "id,name\na,b\n", "its line 1 is no line of a report"),
        (
            &csv,
            &CSV.replace("sent_again,2", "sent_again,x").replace("6,e", "6,e\n6,e"),
            "its line 8 is no line of a report",
        ),
        (
            &json,
            &JSON
                .replace("{\"line\":6", "{\"line\":6,\"chunk\":7}\n{\"line\":6")
                .replace("\"sent_again\",\"chunk\":2", "\"sent_again\",\"chunk\":3"),
            "it is not the report that belongs to the checkpoint: of chunk 2 it has 1 ids, not 2",
        ),
        (
            &csv,
            "line,id,outcome,chunk,reason\n",
            "it is not the report that belongs to the checkpoint: of chunk 0 it has 0 ids, not 1",
        ),
    ] {
        std::fs::write(path, text).unwrap();
        assert_eq!(Report::go_on(path, &done).unwrap_err().to_string(), said);
        assert_eq!(std::fs::read_to_string(path).unwrap(), *text);
        assert!(matches!(Report::begin(path), Err(ReportProblem::Exists)) || text.len() < 30);
    }
    let missing = folder.path().join("missing");
    assert!(matches!(Report::go_on(&missing, &done), Err(ReportProblem::Missing)));
    assert!(Report::go_on(&missing, &BTreeMap::new()).is_ok());
    assert!(Report::begin(&missing).is_ok(), "it is empty");
}
