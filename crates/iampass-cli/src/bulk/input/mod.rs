//! Reads ids: lines, CSV or JSON Lines, in bounded memory, with the place of each.

mod error;
mod json;
mod lines;
mod quotes;
mod table;

use std::io::{self, BufReader, Cursor, Read};

pub(crate) use self::error::{InputError, Place, Problem};
use self::lines::Lines;
use self::table::Table;
use crate::args::InputFormat;

/// The longest id, 64 KiB; a URL that can be sent is far shorter.
const LONGEST_ID: usize = 64 * 1024;

/// How ids stand in an input.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) format: InputFormat,
    pub(crate) column: String,
}

type Text<R> = BufReader<io::Chain<Cursor<Vec<u8>>, R>>;

/// The ids of an input, one after the other.
pub(crate) struct Ids<R> {
    source: Source<R>,
    member: String,
}

enum Source<R> {
    Lines(Lines<Text<R>>),
    Json(Lines<Text<R>>),
    Table(Table<Text<R>>),
}

impl<R: Read> Ids<R> {
    pub(crate) fn new(input: R, layout: &Layout) -> Result<Self, InputError> {
        let text = text(input)?;
        let source = match layout.format {
            InputFormat::Lines => Source::Lines(Lines::new(text)),
            InputFormat::Jsonl => Source::Json(Lines::new(text)),
            InputFormat::Csv => Source::Table(Table::new(text, &layout.column)),
        };
        Ok(Self { source, member: layout.column.clone() })
    }

    /// The next id, with the number of its line. Whether it can be a user's is not looked at.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, String)>, InputError> {
        let next = match &mut self.source {
            Source::Lines(lines) => lines.next()?.map(|(line, id)| (line, id.to_owned())),
            Source::Table(table) => table.next()?.map(|(line, id)| (line, id.to_owned())),
            Source::Json(lines) => match lines.next()? {
                Some((line, text)) => Some((line, json::id(line, text, &self.member)?)),
                None => None,
            },
        };
        match next {
            Some((line, id)) if id.len() > LONGEST_ID => {
                Err(InputError::at(Place::Line(line), Problem::LongId { limit: LONGEST_ID }))
            }
            next => Ok(next),
        }
    }
}

/// The input less the mark that some editors put in front of UTF-8.
fn text<R: Read>(mut input: R) -> Result<Text<R>, InputError> {
    const MARK: usize = 3;
    let mut head = Vec::with_capacity(MARK);
    let read = (&mut input).take(MARK as u64).read_to_end(&mut head);
    read.map_err(|error| InputError::at(Place::Whole, Problem::Io(error)))?;
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Err(InputError::at(Place::Character { line: 1, column: 1 }, Problem::Utf16));
    }
    if head == b"\xef\xbb\xbf" {
        head.clear();
    }
    Ok(BufReader::new(Cursor::new(head).chain(input)))
}

#[cfg(test)]
mod tests;
