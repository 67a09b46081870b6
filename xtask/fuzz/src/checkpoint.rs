//! The checkpoint of an import: which ids a run leaves out because of it, and what it leaves of the file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use iampass_cli::fuzzing::{Import, Imported};
use serde_json::Value;

use crate::scratch::{assert_readable, scratch, write};

/// Six lines with ids, one of them twice, and one that cannot be sent.
const INPUT: &str = "alice\nbob\n\ncarol\nbob\n..\ndave\nerin\n";
const BEGINNING: &str = "{\"iampass_checkpoint\":";
/// After each of these, an id need not be sent again.
const DEALT_WITH: [&str; 5] = ["created", "existing", "sent_again", "unlisted", "deleted"];

type Chunks = Vec<(u64, Vec<String>)>;

/// The bytes are the checkpoint.
///
/// An id is left out only if a whole line says that it was dealt with; all others are sent, each once. What is refused
/// stays as it was, and what is taken is only added to. A run that goes through is not repeated, and a crash at any
/// byte loses no id.
pub fn checkpoint(data: &[u8]) {
    let folder = scratch();
    let import = begun_with(folder.path(), data);
    let (first, after) = match resume(&import, data) {
        Ok(done) => done,
        Err(told) => return assert_refused(&import, data, &told),
    };
    assert_accounted(&import, data, &first);
    assert_added(data, &after, &first);
    assert_cut(&import, data);
    if first.fault.is_none() {
        assert_finished(&import, &after, &first);
    }
}

/// A run that may go on with it, if its first line can be read at all.
fn begun_with(folder: &Path, data: &[u8]) -> Import {
    let line = data.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let header: Value = serde_json::from_slice(line).unwrap_or_default();
    let chunk = header["chunk"].as_u64().and_then(|chunk| usize::try_from(chunk).ok());
    let input = folder.join("users.txt");
    fs::write(&input, INPUT).unwrap();
    Import {
        input,
        once: header.get("input").is_some_and(Value::is_null),
        chunk_size: chunk.filter(|chunk| (1..=6).contains(chunk)).unwrap_or(2),
        keep_duplicates: header["keep_duplicates"] == true,
        checkpoint: folder.join("checkpoint"),
        answered: 0,
    }
}

/// What a run does with this checkpoint, and what is in the file then.
fn resume(import: &Import, content: &[u8]) -> Result<(Imported, Vec<u8>), String> {
    write(&import.checkpoint, content);
    let imported = import.run()?;
    Ok((imported, fs::read(&import.checkpoint).unwrap()))
}

fn assert_refused(import: &Import, data: &[u8], told: &str) {
    assert_readable(told);
    let begins = format!("error: the checkpoint `{}` cannot be used: ", import.checkpoint.display());
    assert!(told.starts_with(&begins) && told.contains("\n  hint: "), "{told}");
    assert_eq!(fs::read(&import.checkpoint).unwrap(), data, "what is refused was changed: {told}");
    let Some((_, rest)) = told.split_once("its line ") else { return };
    let number: usize = rest.split(' ').next().unwrap().parse().unwrap();
    let lines: Vec<_> = data.split_inclusive(|byte| *byte == b'\n').collect();
    assert!((1..=lines.len()).contains(&number), "there is no line {number}");
    for (at, line) in (1..=number).zip(lines).skip(1) {
        let text = String::from_utf8_lossy(line);
        assert_eq!(
            Line::of(line).is_none(),
            at == number,
            "line {number} is blamed, but line {at} is {text}"
        );
    }
}

/// A line that a run can have written.
enum Line {
    Begun,
    /// The chunk, and how many of its ids were dealt with.
    Done(u64, u64),
}

impl Line {
    fn of(line: &[u8]) -> Option<Self> {
        let record: Value = serde_json::from_slice(line).ok()?;
        let (found, written) = if let Some(chunk) = record.get("begun") {
            (Self::Begun, format!("{{\"begun\":{}}}\n", chunk.as_u64()?))
        } else {
            let chunk = record.get("done")?.as_u64()?;
            let (mut ids, mut outcomes) = (0_u64, Vec::new());
            for outcome in DEALT_WITH {
                let Some(count) = record.get("outcomes")?.get(outcome) else { continue };
                ids = ids.checked_add(count.as_u64()?)?;
                outcomes.push(format!("\"{outcome}\":{count}"));
            }
            let digest = match record.get("digest") {
                Some(digest) => format!(",\"digest\":{}", Value::from(digest.as_str()?)),
                None => String::new(),
            };
            let outcomes = outcomes.join(",");
            let written = format!("{{\"done\":{chunk},\"outcomes\":{{{outcomes}}}{digest}}}\n");
            (Self::Done(chunk, ids), written)
        };
        (written.as_bytes() == line).then_some(found)
    }
}

/// The chunks that whole lines report as done, with the number of their ids; the last line counts.
fn reported(data: &[u8]) -> BTreeMap<u64, u64> {
    let lines = data.split_inclusive(|byte| *byte == b'\n').skip(1).filter_map(Line::of);
    let done =
        lines.filter_map(|line| if let Line::Done(chunk, ids) = line { Some((chunk, ids)) } else { None });
    done.collect()
}

/// The chunks that have ids. As many skipped ids as a chunk may have ids are a chunk of their own.
fn chunks(import: &Import) -> Chunks {
    let (mut chunks, mut number, mut seen) = (Vec::new(), 0, BTreeSet::new());
    let (mut ids, mut skipped) = (Vec::new(), 0);
    for id in INPUT.lines().filter(|id| !id.is_empty()) {
        if id != ".." && (seen.insert(id) || import.keep_duplicates) {
            ids.push(id.to_owned());
        } else {
            skipped += 1;
        }
        if ids.len() == import.chunk_size {
            chunks.push((number, std::mem::take(&mut ids)));
            (number, skipped) = (number + 1, 0);
        } else if skipped == import.chunk_size {
            (number, skipped) = (number + 1, 0);
        }
    }
    chunks.push((number, ids));
    chunks.retain(|(_, ids)| !ids.is_empty());
    chunks
}

/// No id is left out, or sent twice, that should not be.
fn assert_accounted(import: &Import, data: &[u8], imported: &Imported) {
    let reported = reported(data);
    for (number, ids) in &imported.skipped {
        assert_eq!(
            reported.get(number),
            Some(&(ids.len() as u64)),
            "chunk {number} is left out for no reason"
        );
    }
    let mut met = [&imported.sent[..], &imported.skipped[..]].concat();
    met.sort();
    let expected = chunks(import);
    match &imported.fault {
        None => assert_eq!(met, expected),
        Some(told) => {
            assert_readable(told);
            assert!(told.contains("the input has changed since: "), "{told}");
            assert_eq!(met, expected[..met.len()]);
            let fits = |(number, ids): (&u64, &u64)| {
                expected.iter().any(|(chunk, list)| chunk == number && list.len() as u64 == *ids)
            };
            // Of an input that comes once, the ids may be others, and no more is known of them than a digest.
            assert!(import.once || !reported.iter().all(fits), "{told}");
        }
    }
}

/// All that was whole is there, and behind it what was begun, and nothing else.
fn assert_added(data: &[u8], after: &[u8], imported: &Imported) {
    let added: Vec<_> = imported.sent.iter().map(|(number, _)| format!("{{\"begun\":{number}}}\n")).collect();
    let kept = after.strip_suffix(added.concat().as_bytes()).expect("what is sent is written down");
    let Some(whole) = data.iter().rposition(|byte| *byte == b'\n').map(|at| &data[..=at]) else {
        assert!(BEGINNING.as_bytes().starts_with(data) || data.starts_with(BEGINNING.as_bytes()));
        assert_eq!(kept.split_inclusive(|byte| *byte == b'\n').count(), 1, "a new one has one line");
        return;
    };
    // Of whole lines, only the last may go: the crash may have come before its bytes were on the disk.
    let before_last =
        whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').map(|at| &whole[..=at]);
    assert!(kept == whole || Some(kept) == before_last, "lines are lost");
}

/// After a crash, what is left is taken, wherever it ends.
fn assert_cut(import: &Import, data: &[u8]) {
    let sum = data.iter().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add((*byte).into()));
    let cut = &data[..sum % (data.len() + 1)];
    let (imported, after) = resume(import, cut).expect("a torn checkpoint is taken");
    assert_accounted(import, cut, &imported);
    assert_added(cut, &after, &imported);
}

/// Without an answer, all is sent again; with one, nothing is.
fn assert_finished(import: &Import, after: &[u8], first: &Imported) {
    let all = Import { answered: usize::MAX, ..import.clone() };
    let (second, finished) = resume(&all, after).expect("what was written is read");
    assert_eq!(&second, first);
    let (third, same) = resume(&all, &finished).expect("what was written is read");
    assert_eq!((third.sent.len(), third.skipped, third.fault), (0, chunks(import), None));
    assert_eq!(same, finished, "nothing was to do");
}
