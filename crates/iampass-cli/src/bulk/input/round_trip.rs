//! Whatever ids another writer puts into a file, exactly these come out of it.

use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::args::InputArguments;

/// As a file of this name, without any option.
fn read(name: &str, content: &[u8]) -> Result<Vec<String>, String> {
    let arguments = InputArguments {
        input_format: None,
        column: None,
        delimiter: None,
        no_header: false,
        skip_lines: 0,
        trim: false,
    };
    let layout = Layout::new(Path::new(name), &arguments).map_err(|error| error.to_string())?;
    let all = || -> Result<Vec<_>, InputError> {
        let mut ids = Ids::new(content, &layout)?;
        std::iter::from_fn(|| ids.next().transpose()).map(|id| id.map(|(_, id)| id)).collect()
    };
    all().map_err(|error| error.to_string())
}

/// Any text, and often one that the formats themselves are made of.
fn id() -> impl Strategy<Value = String> {
    let special = proptest::sample::select(vec![
        "a", "é", "@", "\"", ",", ";", "\t", "|", "\n", "\r", "\r\n", " ", "'", "\\", "{", "[", "]", "}",
        ":", "id", "sep=;", "\u{feff}", "\u{200b}", "\u{a0}", "日", "🦀",
    ]);
    let made = proptest::collection::vec(special, 1..6).prop_map(|parts| parts.concat());
    prop_oneof![3 => made, 1 => "[^\0]{1,20}"]
}

fn ids() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(id(), 1..12)
}

fn table(delimiter: u8, ids: &[String], others: Option<&[String]>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    match others {
        None => {
            writer.write_record(["id"]).unwrap();
            for id in ids {
                writer.write_record([id]).unwrap();
            }
        }
        Some(others) => {
            writer.write_record(["name", "id", "note"]).unwrap();
            for (id, other) in ids.iter().zip(others.iter().cycle()) {
                writer.write_record([other, id, other]).unwrap();
            }
        }
    }
    writer.into_inner().unwrap()
}

proptest! {
    #[test]
    fn csv(ids in ids(), others in ids(), delimiter in proptest::sample::select(vec![b',', b';', b'\t', b'|'])) {
        prop_assert_eq!(read("a.csv", &table(b',', &ids, None)), Ok(ids.clone()));
        prop_assert_eq!(read("a.csv", &table(delimiter, &ids, Some(&others))), Ok(ids));
    }

    #[test]
    fn tsv(ids in ids(), others in ids()) {
        prop_assert_eq!(read("a.tsv", &table(b'\t', &ids, None)), Ok(ids.clone()));
        prop_assert_eq!(read("a.tsv", &table(b'\t', &ids, Some(&others))), Ok(ids));
    }

    #[test]
    fn json(ids in ids(), other in id()) {
        let objects: Vec<_> = ids.iter().map(|id| serde_json::json!({"id": id, "other": [other]})).collect();
        for content in [
            serde_json::to_vec(&ids).unwrap(),
            serde_json::to_vec_pretty(&ids).unwrap(),
            serde_json::to_vec(&objects).unwrap(),
            serde_json::to_vec_pretty(&objects).unwrap(),
        ] {
            prop_assert_eq!(read("a.json", &content), Ok(ids.clone()));
        }
    }

    #[test]
    fn json_lines(ids in ids(), other in id()) {
        let strings: String = ids.iter().map(|id| serde_json::json!(id).to_string() + "\n").collect();
        prop_assert_eq!(read("a.jsonl", strings.as_bytes()), Ok(ids.clone()));
        let object = |id: &String| serde_json::json!({"other": {"id": other}, "id": id}).to_string() + "\n";
        let objects: String = ids.iter().map(object).collect();
        prop_assert_eq!(read("a.jsonl", objects.as_bytes()), Ok(ids));
    }
}
