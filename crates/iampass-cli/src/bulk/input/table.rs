//! The ids in a column of CSV.

use std::io::Read;

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};

use super::error::{InputError, Place, Problem};
use super::lines::LONGEST_LINE;
use super::quotes::{Watch, Watched};

pub(super) struct Table<R> {
    reader: Reader<Watched<R>>,
    watch: Watch,
    name: String,
    /// From 0; `None` until the first line is read.
    column: Option<usize>,
    record: ByteRecord,
}

impl<R: Read> Table<R> {
    pub(super) fn new(input: R, column: &str) -> Self {
        let watch = Watch::default();
        Self {
            reader: ReaderBuilder::new().from_reader(watch.over(input, LONGEST_LINE)),
            watch,
            name: column.to_owned(),
            column: None,
            record: ByteRecord::new(),
        }
    }

    /// The next record's id, with the number of the line that the record begins in.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &str)>, InputError> {
        let column = match self.column {
            Some(column) => column,
            None => match self.find_column()? {
                Some(column) => *self.column.insert(column),
                None => return Ok(None),
            },
        };
        let more = self.reader.read_byte_record(&mut self.record).map_err(|error| self.problem(error))?;
        self.watch.record_ended();
        // Not before the end: the parser reads ahead of the record that it gives.
        if let (true, Some((line, column))) = (self.watch.has_ended(), self.watch.open_quote()) {
            return Err(InputError::at(Place::Character { line, column }, Problem::OpenQuote));
        }
        if !more {
            return Ok(None);
        }
        let line = self.watch.line(self.record.position().map_or(0, csv::Position::byte));
        let field = self.record.get(column).unwrap_or_default();
        str::from_utf8(field).map(|id| Some((line, id))).map_err(|error| {
            let byte = field.get(error.valid_up_to()).copied().unwrap_or_default();
            let place = Place::Field { line, column: column + 1, name: Some(self.name.clone()) };
            InputError::at(place, Problem::NotUtf8 { byte })
        })
    }

    fn find_column(&mut self) -> Result<Option<usize>, InputError> {
        let names = self.reader.byte_headers().cloned().map_err(|error| self.problem(error))?;
        self.watch.record_ended();
        if names.is_empty() {
            return Ok(None);
        }
        let mut found = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let name = str::from_utf8(name).map_err(|error| {
                let byte = name.get(error.valid_up_to()).copied().unwrap_or_default();
                let place = Place::Field { line: 1, column: index + 1, name: None };
                InputError::at(place, Problem::NotUtf8 { byte })
            })?;
            found.push(name.to_owned());
        }
        let mut columns = (0..found.len()).filter(|index| found[*index] == self.name);
        match (columns.next(), columns.next()) {
            (Some(column), None) => Ok(Some(column)),
            (Some(_), Some(second)) => {
                let place = Place::Field { line: 1, column: second + 1, name: None };
                Err(InputError::at(place, Problem::TwoColumns { wanted: self.name.clone() }))
            }
            (None, _) => {
                Err(InputError::at(Place::Line(1), Problem::NoColumn { wanted: self.name.clone(), found }))
            }
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
        match error.into_kind() {
            ErrorKind::UnequalLengths { expected_len, len, .. } => {
                let column = usize::try_from(len.min(expected_len)).unwrap_or(usize::MAX);
                let problem = Problem::Fields { found: len, expected: expected_len };
                InputError::at(Place::Field { line, column, name: None }, problem)
            }
            ErrorKind::Io(error) => InputError::at(Place::Line(line), Problem::Io(error)),
            other => {
                let error = std::io::Error::other(format!("{other:?}"));
                InputError::at(Place::Line(line), Problem::Io(error))
            }
        }
    }
}
