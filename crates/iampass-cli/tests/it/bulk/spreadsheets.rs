//! CSV reports in a spreadsheet.

use crate::bulk::support::Desk;

const IDS: [&str; 7] = ["=1+1", "+1", "-1", "@a", "\ta", "a=1", "'b"];

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("users.json", serde_json::to_string(&IDS).unwrap());
    desk
}

fn ids(report: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(report.as_bytes());
    reader.records().map(|record| record.unwrap()[1].to_owned()).collect()
}

#[test]
fn ids_stay_as_they_are_and_it_is_told_once_which_are_taken_for_formulas() {
    let desk = desk();
    for options in [&["--dry-run"][..], &[]] {
        let name = format!("{}.csv", options.len());
        let run = desk.run(&[&["import", "users.json", "--report", &name], options].concat());
        assert_eq!(run.code, Some(0), "{run:?}");
        let notes: Vec<_> = run.stderr.lines().filter(|line| line.starts_with("note: ")).collect();
        assert!(matches!(notes[..], [note] if note.contains("5 cells begin")), "{run:?}");
        assert_eq!(ids(&desk.read(&name)), IDS);
    }
    let run = desk.run(&["import", "users.json", "--report", "report.jsonl"]);
    assert!(!run.stderr.contains("note: "), "{run:?}");
}

#[test]
fn an_apostrophe_makes_them_texts() {
    let desk = desk();
    let safe =
        ["import", "users.json", "--report", "safe.csv", "--spreadsheet-safe", "--checkpoint", "state"];
    for _again in 0..2 {
        let run = desk.run(&safe);
        assert!(run.code == Some(0) && !run.stderr.contains("note: "), "{run:?}");
        assert_eq!(ids(&desk.read("safe.csv")), ["'=1+1", "'+1", "'-1", "'@a", "'\ta", "a=1", "'b"]);
    }
    let said = desk.run(&["import", "users.json", "--spreadsheet-safe"]).error(2);
    assert!(said.contains("--report"), "{said}");
}
