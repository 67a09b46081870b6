//! Checkpoints as crashes, editors and other runs leave them.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::bulk::operation::Operation;
use crate::bulk::outcome::Outcome;
use crate::bulk::preflight::Content;

fn header() -> Header {
    let mut header =
        Header::new(Operation::Import, "https://main.iam-api.com".to_owned(), "my-app".to_owned());
    "lines".clone_into(&mut header.format);
    header.chunk = 1000;
    header.input = Some(Content { bytes: 10, sha256: "ab".to_owned() });
    header
}

fn created(ids: u64) -> OutcomeCounts {
    let mut counts = OutcomeCounts::default();
    counts.add(Outcome::Created, ids);
    counts
}

/// A journal with chunk 0 done and chunk 1 begun, as bytes.
fn journal() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoint");
    let (mut journal, earlier) = Journal::open(&path, &header()).unwrap();
    assert!(earlier.is_none());
    journal.start(&path, &header()).unwrap();
    journal.begin(0).unwrap();
    journal.begin(1).unwrap();
    journal.finish(0, created(7), None).unwrap();
    std::fs::read(path).unwrap()
}

fn opened(bytes: &[u8]) -> (Result<Earlier, CheckpointProblem>, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoint");
    std::fs::write(&path, bytes).unwrap();
    let earlier = Journal::open(&path, &header()).map(|(_, earlier)| earlier.unwrap_or_default());
    (earlier, std::fs::read(path).unwrap())
}

#[test]
fn what_was_written_comes_back() {
    let bytes = journal();
    let (earlier, after) = opened(&bytes);
    let earlier = earlier.unwrap();
    assert_eq!(earlier.done, BTreeMap::from([(0, (created(7), None))]));
    assert_eq!(earlier.begun, BTreeSet::from([1]));
    assert_eq!(after, bytes);
    let text = String::from_utf8(bytes).unwrap();
    insta::assert_snapshot!(text, @r#"
    {"iampass_checkpoint":1,"operation":"import","server":"https://main.iam-api.com","application_id":"my-app","format":"lines","column":null,"chunk":1000,"keep_duplicates":false,"report":false,"input":{"bytes":10,"sha256":"ab"}}
    {"begun":0}
    {"begun":1}
    {"done":0,"outcomes":{"created":7}}
    "#);
}

/// Cut anywhere, it loses the lines that are not whole and no others.
#[test]
fn a_torn_journal_is_what_its_whole_lines_say() {
    let bytes = journal();
    let ends: Vec<_> =
        bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).collect();
    for cut in 0..bytes.len() {
        let whole = ends.iter().filter(|end| **end <= cut).count();
        let (earlier, after) = opened(&bytes[..cut]);
        let earlier = earlier.unwrap();
        assert_eq!((earlier.done.len(), earlier.begun.len()), (0, whole.saturating_sub(1)), "{cut}");
        // Without a whole first line it will be written anew.
        let kept = if whole == 0 { cut } else { ends[whole - 1] };
        assert_eq!(after, bytes[..kept], "{cut}");
    }
    let mut zeros = bytes.clone();
    zeros.extend([0; 512]);
    assert_eq!(opened(&zeros).1, bytes);
}

#[test]
fn what_is_no_checkpoint_is_left_as_it_is() {
    let middle = String::from_utf8(journal()).unwrap().replace("{\"begun\":1}", "{\"begun\":-");
    let release = String::from_utf8(journal()).unwrap().replace("checkpoint\":1", "checkpoint\":2");
    let header = String::from_utf8(journal()).unwrap().replace("\"chunk\":1000,", "");
    for (bytes, said) in [
        ("alice\nbob\n", "it is no checkpoint of this program"),
        ("alice", "it is no checkpoint of this program"),
        ("{\"id\":\"alice\"}\n", "it is no checkpoint of this program"),
        (&middle, "its line 3 cannot be read"),
        (&release, "it is a checkpoint of another release (format 2, this program has 1)"),
        (&header, "its line 1 cannot be read"),
    ] {
        let (earlier, after) = opened(bytes.as_bytes());
        assert_eq!(earlier.unwrap_err().to_string(), said);
        assert_eq!(after, bytes.as_bytes());
    }
}

/// Found by fuzzing: each of these left out ids that nothing had become of, or ended the program.
#[test]
fn a_line_that_no_run_writes_is_taken_for_damage() {
    let whole = String::from_utf8(journal()).unwrap();
    for line in [
        r#"{"done":0,"outcomes":{"failed":7}}"#,
        r#"{"done":0,"outcomes":{"created":6,"invalid":1}}"#,
        r#"{"done":0,"outcomes":{"created":18446744073709551615,"existing":8}}"#,
        r#"{"done":0,"begun":1,"outcomes":{"created":7}}"#,
        r#"{"done":0,"outcomes":{"created":8,"created":7}}"#,
        r#"{"done": 0,"outcomes":{"created":7}}"#,
    ] {
        let bytes = whole.replace("{\"begun\":1}", line);
        let (earlier, after) = opened(bytes.as_bytes());
        assert_eq!(earlier.unwrap_err().to_string(), "its line 3 cannot be read", "{line}");
        assert_eq!(after, bytes.as_bytes());
    }
    let more = whole.replacen("\"input\":", "\"skip\":true,\"input\":", 1);
    assert_eq!(opened(more.as_bytes()).0.unwrap_err().to_string(), "its line 1 cannot be read");
}

#[test]
fn a_checkpoint_of_anything_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoint");
    std::fs::write(&path, journal()).unwrap();
    let mut said = String::new();
    let mut changed = |change: &dyn Fn(&mut Header)| {
        let mut header = header();
        change(&mut header);
        said.extend([&Journal::open(&path, &header).unwrap_err().to_string(), "\n"]);
        assert_eq!(std::fs::read(&path).unwrap(), journal());
    };
    changed(&|header| header.operation = Operation::Remove);
    changed(&|header| "https://iam-api.com".clone_into(&mut header.server));
    changed(&|header| "other".clone_into(&mut header.application_id));
    changed(&|header| "csv".clone_into(&mut header.format));
    changed(&|header| header.column = Some("mail".to_owned()));
    changed(&|header| header.chunk = 10);
    changed(&|header| header.keep_duplicates = true);
    changed(&|header| header.report = true);
    changed(&|header| header.input = None);
    changed(&|header| header.input.as_mut().unwrap().bytes = 11);
    changed(&|header| header.input.as_mut().unwrap().sha256.push('c'));
    assert_eq!(
        said,
        "it was begun with `import`, not with `remove`\n\
         it was begun with the server https://main.iam-api.com, not with the server https://iam-api.com\n\
         it was begun with the application my-app, not with the application other\n\
         it was begun with the format lines, not with the format csv\n\
         it was begun with no column, not with the column `mail`\n\
         it was begun with chunks of 1000, not with chunks of 10\n\
         it was begun with duplicates skipped, not with `--keep-duplicates`\n\
         it was begun with no report, not with a report\n\
         it was begun with a file as its input, not with a stream as its input\n\
         the input has changed since: it had 10 bytes and has 11\n\
         the input has changed since: it is as long as it was, but not the same\n"
    );
}

#[test]
fn one_run_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoint");
    let first = Journal::open(&path, &header()).unwrap();
    assert!(matches!(Journal::open(&path, &header()), Err(CheckpointProblem::InUse)));
    drop(first);
    assert!(Journal::open(&path, &header()).is_ok());
    assert!(matches!(Journal::open(folder.path(), &header()), Err(CheckpointProblem::NotAFile)));
    let nowhere = folder.path().join("missing/checkpoint");
    assert!(matches!(Journal::open(&nowhere, &header()), Err(CheckpointProblem::Open(_))));
}
