//! The ids in a column of CSV or TSV.

use std::collections::VecDeque;
use std::io::{BufRead as _, Read};

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::content::{HEAD, cells, lines, separator};
use super::error::{InputError, Place, Problem};
use super::header;
use super::layout::{Column, Layout};
use super::lines::LONGEST_LINE;
use super::quotes::{Watch, Watched};
use super::text::Text;
use super::warning::Warning;
use crate::args::InputFormat;

pub(super) struct Table<R: Read> {
    reader: Reader<Watched<Text<R>>>,
    watch: Watch,
    delimiter: u8,
    wanted: Column,
    /// The index of the column with the ids and the number of columns; `None` until the first line is read.
    columns: Option<(usize, usize)>,
    record: ByteRecord,
    warnings: VecDeque<Warning>,
    /// The number of the line with the wanted name, if it is not the first.
    later_header: Option<u64>,
}

impl<R: Read> Table<R> {
    /// `passed` lines were skipped before.
    pub(super) fn new(mut text: Text<R>, layout: &Layout, passed: u64) -> Result<Self, InputError> {
        let mut passed = passed;
        let head = text.wait_for(HEAD, super::content::is_enough);
        let line = head.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
        let told = separator(line);
        let length = line.len();
        if told.is_some() {
            text.consume(length);
            passed += 1;
        }
        let wanted = match &layout.column {
            Column::Name(name) => Some(name.as_str()),
            Column::Number(_) => None,
        };
        let head = text.ahead();
        let first = lines(head).next().unwrap_or_default();
        let delimiter = match layout.delimiter.or(told) {
            Some(delimiter) => delimiter,
            None if layout.format == InputFormat::Tsv => b'\t',
            None => header::delimiter(first, wanted)
                .map_err(|problem| InputError::at(Place::Line(passed + 1), problem))?,
        };
        let later_header = wanted.and_then(|wanted| {
            let mut numbered = (1..).zip(head.split(|byte| *byte == b'\n'));
            let found = numbered.find(|(_, line)| {
                let cells = cells(line.trim_ascii(), delimiter);
                cells.iter().any(|cell| cell == wanted)
            });
            found.map(|(number, _): (u64, _)| passed + number)
        });
        let watch = Watch::new(delimiter, passed);
        let mut reader = ReaderBuilder::new();
        let reader = reader.has_headers(false).flexible(true).delimiter(delimiter);
        Ok(Self {
            reader: reader.from_reader(watch.over(text, LONGEST_LINE)),
            watch,
            delimiter,
            wanted: layout.column.clone(),
            columns: None,
            record: ByteRecord::new(),
            warnings: VecDeque::new(),
            later_header,
        })
    }

    pub(super) fn warning(&mut self) -> Option<Warning> {
        self.warnings.pop_front()
    }

    /// The next record's id, with the number of the line that the record begins in.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &str)>, InputError> {
        let Some(mut line) = self.record()? else { return Ok(None) };
        let (column, expected) = if let Some(columns) = self.columns {
            columns
        } else {
            let columns = self.find_column(line)?;
            self.columns = Some(columns);
            if let Column::Name(_) = self.wanted {
                match self.record()? {
                    Some(next) => line = next,
                    None => return Ok(None),
                }
            }
            columns
        };
        if self.record.len() != expected {
            let place = Place::Field { line, column: self.record.len().min(expected), name: None };
            let problem =
                Problem::Fields { found: self.record.len(), expected, delimiter: char::from(self.delimiter) };
            return Err(InputError::at(place, problem));
        }
        let more = self.record.as_slice().split(|byte| *byte == b'\n').skip(1).count() as u64;
        if more > 0 {
            self.warnings.push_back(Warning::Lines { first: line, last: line + more });
        }
        let field = self.record.get(column).unwrap_or_default();
        str::from_utf8(field).map(|id| Some((line, id))).map_err(|error| {
            let name = match &self.wanted {
                Column::Name(name) => Some(name.clone()),
                Column::Number(_) => None,
            };
            let place = Place::Field { line, column: column + 1, name };
            InputError::at(place, Problem::not_utf8(field, error.valid_up_to()))
        })
    }

    /// Reads the next record that is not empty, and gives the number of its line.
    fn record(&mut self) -> Result<Option<u64>, InputError> {
        loop {
            let more = self.reader.read_byte_record(&mut self.record).map_err(|error| self.problem(error))?;
            self.watch.record_ended();
            // Checked only now: the parser reads ahead of the record that it returns.
            if let Some((line, column)) = self.watch.text_after_quote(self.reader.position().byte()) {
                return Err(InputError::at(Place::Character { line, column }, Problem::TextAfterQuote));
            }
            if let (true, Some((line, column))) = (self.watch.has_ended(), self.watch.open_quote()) {
                return Err(InputError::at(Place::Character { line, column }, Problem::OpenQuote));
            }
            if !more {
                return Ok(None);
            }
            if !self.record.as_slice().is_empty() {
                return Ok(Some(self.watch.line(self.record.position().map_or(0, csv::Position::byte))));
            }
        }
    }

    /// The column with the ids and the number of all columns, by the first record.
    fn find_column(&mut self, line: u64) -> Result<(usize, usize), InputError> {
        let all = self.record.len();
        let wanted = match &self.wanted {
            Column::Number(column) if *column < all => return Ok((*column, all)),
            Column::Number(column) => {
                let problem = Problem::NoSuchNumber { wanted: column + 1, all };
                return Err(InputError::at(Place::Line(line), problem));
            }
            Column::Name(name) => name,
        };
        let mut names = Vec::new();
        for (index, name) in self.record.iter().enumerate() {
            let text = str::from_utf8(name).map_err(|error| {
                let place = Place::Field { line, column: index + 1, name: None };
                InputError::at(place, Problem::not_utf8(name, error.valid_up_to()))
            })?;
            names.push(text.to_owned());
        }
        match header::find(&names, wanted, line) {
            Ok((column, note)) => {
                self.warnings.extend(note);
                Ok((column, all))
            }
            Err(InputError { place, problem: Problem::NoColumn { wanted, mut columns } }) => {
                columns.skip = self.later_header.map(|header| header - 1);
                Err(InputError { place, problem: Problem::NoColumn { wanted, columns } })
            }
            Err(error) => Err(error),
        }
    }

    fn problem(&self, error: csv::Error) -> InputError {
        let line = self.watch.line(error.position().unwrap_or(self.reader.position()).byte());
        if self.watch.is_too_long() {
            let (line, column) = self.watch.open_quote().unwrap_or((line, 1));
            return InputError::at(
                Place::Character { line, column },
                Problem::LongLine { limit: LONGEST_LINE },
            );
        }
        let error = match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            other => std::io::Error::other(format!("{other:?}")),
        };
        InputError::at(Place::Line(line), Problem::Io(error))
    }
}
