//! Inputs that are not as they should be: where, exit code, and nothing is sent.

use crate::bulk::support::{Desk, mark};
use crate::support::plain;

fn bad(name: &str, file: &str, content: impl AsRef<[u8]>) {
    let desk = Desk::new();
    desk.write(file, content);
    let files = ["--checkpoint", "checkpoint", "--report", "report"];
    let said = desk.run(&[&["import", file], &files[..]].concat()).error(2);
    plain(|| insta::assert_snapshot!(format!("input_{name}"), said));
    assert_eq!(desk.run(&["import", file, "--dry-run"]).error(2), said);
    assert_eq!(desk.requests(), [0; 0]);
    assert_eq!(std::fs::read_dir(desk.folder.path()).unwrap().count(), 1, "nothing is written");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    bad("empty", "users.txt", "");
    bad("blank", "users.txt", "\n \r\n");
    bad("csv_header_alone", "users.csv", "id,name\n");
    bad("not_utf8", "users.txt", b"alice\nren\xe9\nbob\n");
    bad("utf16", "users.txt", b"\xff\xfea\0\n\0");
    bad("long_line", "users.txt", [b"alice\n".as_slice(), &vec![b'x'; 10_000_000]].concat());
    bad("missing_column", "users.csv", "name,mail\nalice,a@example.com\n");
    bad("open_quote", "users.csv", "id,name\nalice,\"Alice\nbob,Bob\ncarol,Carol\n");
    bad("missing_field", "users.csv", "name,id\nAlice,alice\nBob\n");
    bad("broken_json", "users.jsonl", "{\"id\":\"alice\"}\n{\"id\":\"bob\"\n{\"id\":\"carol\"}\n");
    bad("json_number", "users.jsonl", "{\"id\":17}\n");
    bad("json_member", "users.jsonl", "{\"user\":\"alice\"}\n");
}

/// What comes through a pipe is sent until the place is reached. When it is mended, the same command resumes.
#[test]
fn a_pipe_is_sent_up_to_the_bad_place_and_resumes_behind_it() {
    let desk = Desk::new();
    let arguments = ["import", "-", "--chunk", "2", "--checkpoint", "checkpoint", "--report", "report"];
    let run = desk.piped(&arguments, b"a\nb\nc\nd\ne\nf\xff\ng\n");
    assert_eq!(run.code, Some(1));
    plain(|| insta::assert_snapshot!("input_pipe", format!("{}---\n{}", run.stdout, run.stderr)));
    assert_eq!(desk.users(), ["a", "b", "c", "d"]);
    let mark = mark(&desk.path("checkpoint"));
    assert_eq!((mark.begun, mark.open.len()), (4, 0));
    desk.piped(&[&arguments[..], &["--quiet"]].concat(), "a\nb\nc\nd\ne\nf\ng\n").data();
    assert_eq!(desk.users(), ["a", "b", "c", "d", "e", "f", "g"]);
    assert_eq!(desk.requests().len(), 4, "none of them twice");
    assert!(desk.report("report").values().all(|outcomes| *outcomes == ["created"]));
}
