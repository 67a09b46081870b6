//! Reads ids: lines, CSV, TSV, JSON or JSON Lines, in bounded memory, with the place of each.
//!
//! ```text
//! text (buffered) ─► content (is it what it should be?) ─► lines, table, array ─► ids, warnings
//! ```

mod array;
mod content;
mod error;
mod header;
mod json;
mod layout;
mod lines;
mod quotes;
mod table;
mod text;
mod warning;

use std::io::{BufRead as _, Read};

use self::array::Array;
pub(crate) use self::error::{InputError, Place, Problem};
pub(crate) use self::layout::{Layout, LayoutError};
use self::lines::Lines;
use self::table::Table;
use self::text::Text;
pub(crate) use self::warning::Warning;
use crate::args::InputFormat;

/// The longest id, 64 KiB; a URL that can be sent is far shorter.
const LONGEST_ID: usize = 64 * 1024;

/// The ids of an input, one after the other.
pub(crate) struct Ids<R: Read> {
    source: Source<R>,
    member: String,
    trim: bool,
    warnings: Vec<Warning>,
}

enum Source<R: Read> {
    Lines(Lines<Text<R>>),
    Json(Lines<Text<R>>),
    Table(Table<R>),
    Array(Array<Text<R>>),
}

impl<R: Read> Ids<R> {
    pub(crate) fn new(input: R, layout: &Layout) -> Result<Self, InputError> {
        let (text, passed) = open(input, layout)?;
        let source = match layout.format {
            InputFormat::Lines => Source::Lines(Lines::new(text, passed)),
            InputFormat::Jsonl => Source::Json(Lines::new(text, passed)),
            InputFormat::Csv | InputFormat::Tsv => Source::Table(Table::new(text, layout, passed)?),
            InputFormat::Json => Source::Array(Array::new(text, &layout.column_name())),
        };
        Ok(Self { source, member: layout.column_name(), trim: layout.trim, warnings: Vec::new() })
    }

    /// The next id, with the number of its line. It is not checked here whether it is a valid user id.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, String)>, InputError> {
        let next = match &mut self.source {
            Source::Lines(lines) => lines.next()?.map(|(line, id)| (line, id.to_owned())),
            Source::Table(table) => table.next()?.map(|(line, id)| (line, id.to_owned())),
            Source::Array(array) => array.next()?,
            Source::Json(lines) => match lines.next()? {
                Some((line, text)) => Some((line, json::id(line, text, &self.member)?)),
                None => None,
            },
        };
        let Some((line, mut id)) = next else { return Ok(None) };
        if self.trim {
            id = id.trim().to_owned();
        }
        if id.len() > LONGEST_ID {
            return Err(InputError::at(Place::Line(line), Problem::LongId { limit: LONGEST_ID }));
        }
        if id.contains('\0') {
            return Err(InputError::at(self.place(line, 0), Problem::Nul));
        }
        if matches!(self.source, Source::Lines(_)) && id.contains('\r') {
            return Err(InputError::at(self.place(line, b'\r'), Problem::CarriageReturn));
        }
        if let Source::Table(table) = &mut self.source {
            self.warnings.extend(std::iter::from_fn(|| table.warning()));
        }
        self.warnings.extend(Warning::of_id(line, &id));
        Ok(Some((line, id)))
    }

    /// The warnings since the last call.
    pub(crate) fn warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }

    /// The place of a byte in the line that was read last, where that is known.
    fn place(&self, line: u64, byte: u8) -> Place {
        match &self.source {
            Source::Lines(lines) => lines.find(byte).unwrap_or(Place::Line(line)),
            _ => Place::Line(line),
        }
    }
}

/// The input without its byte order mark and without the lines to skip, and how many lines were skipped. Fails if the
/// content looks like another format.
fn open<R: Read>(input: R, layout: &Layout) -> Result<(Text<R>, u64), InputError> {
    const LONGEST_MARK: usize = 16;
    const MARK: &[u8] = b"\xef\xbb\xbf";
    let mut text = Text::new(input);
    let head = text.wait_for(content::HEAD, |head| head.len() >= LONGEST_MARK || content::is_enough(head));
    let (is_marked, not_text) = (head.starts_with(MARK), content::not_text(head));
    if let Some(error) = text.take_error() {
        return Err(InputError::at(Place::Whole, Problem::Io(error)));
    }
    if let Some(problem) = not_text {
        return Err(InputError::at(Place::Whole, problem));
    }
    if is_marked {
        text.consume(MARK.len());
    }
    let passed = Lines::skip(&mut text, layout.skip_lines)?;
    if !layout.format_is_given {
        let head = text.wait_for(content::HEAD, content::is_enough);
        if let Some(problem) = content::other_format(head, layout.format, &layout.column_name()) {
            return Err(InputError::at(Place::Whole, problem));
        }
    }
    Ok((text, passed))
}

#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod tests;
