//! Looks at the beginning of an input: is it text, and in the expected format?

use super::error::{Look, Problem};
use crate::args::InputFormat;

/// How many bytes are looked at.
pub(super) const HEAD: usize = 64 * 1024;

/// What stands between columns.
pub(super) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Files that are no UTF-8 text, by their first bytes: the name, and what to do.
const BINARY: [(&[u8], &str, &str); 7] = [
    (
        b"\x1f\x8b",
        "compressed by gzip",
        "unpack it: `gzip -d`, or `gzip -dc FILE | iampass … -` with `--format`",
    ),
    (
        b"PK\x03\x04",
        "a ZIP archive, as Excel workbooks (.xlsx) are",
        "save the sheet as \"CSV UTF-8\", or unpack it",
    ),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", "save the sheet as \"CSV UTF-8\""),
    (b"\xfd7zXZ\0", "compressed by xz", "unpack it: `xz -d`"),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd", "unpack it: `zstd -d`"),
    (b"%PDF-", "a PDF document", "export the ids as text"),
    (b"SQLite format 3\0", "an SQLite database", "export the ids as CSV"),
];

/// The error for an input whose first bytes show that it is not UTF-8.
pub(super) fn not_text(head: &[u8]) -> Option<Problem> {
    for (beginning, found, hint) in BINARY {
        if head.starts_with(beginning) {
            return Some(Problem::NotText { found, hint });
        }
    }
    let encoding = match head {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => "UTF-32",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "UTF-16",
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => "UTF-16LE",
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => "UTF-16BE",
        _ => return None,
    };
    Some(Problem::Utf16 { encoding })
}

/// Whether enough has been read to recognise the format: a line, and a second one if the first may have columns.
pub(super) fn is_enough(head: &[u8]) -> bool {
    let mut lines = head.split_inclusive(|byte| *byte == b'\n').filter(|line| !is_blank(line));
    let is_whole = |line: &[u8]| line.ends_with(b"\n");
    lines.next().is_some_and(|line| {
        is_whole(line)
            && (!line.iter().any(|byte| DELIMITERS.contains(byte)) && line.trim_ascii() != b"["
                || lines.next().is_some_and(is_whole))
    })
}

/// The format that the content looks like, if that is not the one of the file's name.
pub(super) fn other_format(head: &[u8], named: InputFormat, column: &str) -> Option<Problem> {
    let found = look(head, named, column)?;
    (found.format() != Some(named)).then_some(Problem::OtherFormat { found, named })
}

fn look(head: &[u8], named: InputFormat, column: &str) -> Option<Look> {
    let text = head.trim_ascii_start();
    let lines: Vec<&[u8]> = lines(head).collect();
    let first = lines.first()?;
    if let Some(rest) = text.strip_prefix(b"<") {
        let tag = rest.get(..4).unwrap_or_default().to_ascii_lowercase();
        return (rest.starts_with(b"!") || rest.starts_with(b"?") || tag == b"html").then_some(Look::Markup);
    }
    if let Some(rest) = text.strip_prefix(b"[")
        && let b'"' | b'{' | b']' = rest.trim_ascii_start().first()?
    {
        return Some(Look::Format(InputFormat::Json));
    }
    if let Some(rest) = text.strip_prefix(b"{")
        && named != InputFormat::Jsonl
        && let b'"' | b'}' = rest.trim_ascii_start().first()?
    {
        let whole = serde_json::from_slice::<serde::de::IgnoredAny>(first).is_ok();
        // One object in a file named as JSON: the reader has the better message.
        return Some(Look::Format(if whole { InputFormat::Jsonl } else { InputFormat::Json }));
    }
    match named {
        InputFormat::Lines if serde_json::from_slice::<String>(first).is_ok() => {
            Some(Look::Format(InputFormat::Jsonl))
        }
        InputFormat::Lines if first.eq_ignore_ascii_case(column.as_bytes()) => {
            Some(Look::Format(InputFormat::Csv))
        }
        InputFormat::Lines => table(&lines, column),
        InputFormat::Tsv if !first.contains(&b'\t') => table(&lines, column),
        _ => None,
    }
}

/// Whether it looks like a table: the first line has the wanted column, or both lines have as many columns.
fn table(lines: &[&[u8]], column: &str) -> Option<Look> {
    let first = lines.first()?;
    let has_columns = |delimiter: u8| {
        let cells = cells(first, delimiter);
        let named = || cells.iter().any(|cell| cell.trim().eq_ignore_ascii_case(column));
        let as_many = || lines.get(1).is_none_or(|line| self::cells(line, delimiter).len() == cells.len());
        cells.len() > 1 && (named() || as_many())
    };
    if separator(first).is_some() {
        return Some(Look::Format(InputFormat::Csv));
    }
    let delimiter = DELIMITERS.into_iter().find(|delimiter| has_columns(*delimiter))?;
    Some(Look::Format(if delimiter == b'\t' { InputFormat::Tsv } else { InputFormat::Csv }))
}

/// The lines that are not blank, without blanks around them.
pub(super) fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    head.split(|byte| *byte == b'\n').filter(|line| !is_blank(line)).map(<[u8]>::trim_ascii)
}

/// The delimiter of the line `sep=;` that Excel reads.
pub(super) fn separator(line: &[u8]) -> Option<u8> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match line {
        [s, e, p, b'=', delimiter] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") => Some(*delimiter),
        // Blanks were taken off.
        [s, e, p, b'='] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") => Some(b'\t'),
        _ => None,
    }
}

/// The cells of a line.
pub(super) fn cells(line: &[u8], delimiter: u8) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).from_reader(line);
    let record = reader.byte_records().next().and_then(Result::ok).unwrap_or_default();
    record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}
