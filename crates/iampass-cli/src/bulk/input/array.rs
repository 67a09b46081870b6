//! An array of JSON, an element at a time.

use std::io::{self, BufRead, Read};

use serde::Deserialize as _;
use serde_json::Value;

use super::error::{InputError, Place, Problem};
use super::json::{id_of, kind_of};
use super::lines::LONGEST_LINE;

pub(super) struct Array<R> {
    text: Counted<R>,
    member: String,
    next: Next,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Array,
    FirstElement,
    Element,
    Nothing,
}

impl<R: BufRead> Array<R> {
    pub(super) fn new(input: R, member: &str) -> Self {
        let text = Counted {
            input,
            line: 1,
            column: 0,
            bytes: 0,
            too_long: false,
            character: Vec::new(),
            bad: None,
        };
        Self { text, member: member.to_owned(), next: Next::Array }
    }

    /// The next element's id, with the number of the line that the element begins in.
    pub(super) fn next(&mut self) -> Result<Option<(u64, String)>, InputError> {
        loop {
            let byte = self.text.peek()?;
            let problem = match (self.next, byte) {
                (Next::Array, Some(b'[')) => {
                    self.text.skip();
                    self.next = Next::FirstElement;
                    continue;
                }
                (Next::Array, Some(byte)) => Problem::NotAnArray { found: kind_of(byte) },
                (Next::FirstElement | Next::Element, Some(b']')) => {
                    self.text.skip();
                    self.next = Next::Nothing;
                    continue;
                }
                (Next::FirstElement, Some(_)) => return self.element(),
                (Next::Element, Some(b',')) => {
                    self.text.skip();
                    self.text.peek()?;
                    return self.element();
                }
                (Next::Element, Some(_)) => Problem::Json("expected `,` or `]`".to_owned()),
                (Next::FirstElement | Next::Element, None) => {
                    Problem::Json("EOF while parsing a list".to_owned())
                }
                (Next::Nothing, Some(_)) => Problem::Json("trailing characters".to_owned()),
                (Next::Array | Next::Nothing, None) => return Ok(None),
            };
            return Err(self.text.here(problem));
        }
    }

    fn element(&mut self) -> Result<Option<(u64, String)>, InputError> {
        self.next = Next::Element;
        self.text.bytes = 0;
        let (line, column) = (self.text.line, self.text.column + 1);
        let parsed = Value::deserialize(&mut serde_json::Deserializer::from_reader(&mut self.text));
        let value = parsed.map_err(|error| self.problem(line, error))?;
        let id = id_of(value, &self.member);
        id.map(|id| Some((line, id)))
            .map_err(|problem| InputError::at(Place::Character { line, column }, problem))
    }

    fn problem(&self, line: u64, error: serde_json::Error) -> InputError {
        if self.text.too_long {
            return InputError::at(Place::Line(line), Problem::LongLine { limit: LONGEST_LINE });
        }
        if error.is_io() {
            return InputError::at(Place::Line(self.text.line), Problem::Io(error.into()));
        }
        if let Some((line, column, byte)) = self.text.bad {
            return InputError::at(Place::Character { line, column }, Problem::NotUtf8 { byte });
        }
        // It counts from the element's beginning, and ends its message with that place.
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        let column = self.text.column.max(1);
        InputError::at(Place::Character { line: self.text.line, column }, Problem::Json(message.to_owned()))
    }
}

/// Tracks line and column, and limits the length of an element.
struct Counted<R> {
    input: R,
    line: u64,
    /// How many characters of the line have been read.
    column: u64,
    /// How many bytes of the element have been read.
    bytes: usize,
    too_long: bool,
    /// The bytes of an incomplete character.
    character: Vec<u8>,
    /// The first that is not UTF-8: line, column and byte.
    bad: Option<(u64, u64, u8)>,
}

impl<R: BufRead> Counted<R> {
    /// Peeks at the next byte that is not a blank.
    fn peek(&mut self) -> Result<Option<u8>, InputError> {
        loop {
            let buffer = self.input.fill_buf();
            let buffer =
                buffer.map_err(|error| InputError::at(Place::Line(self.line), Problem::Io(error)))?;
            match buffer.first() {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.skip(),
                other => return Ok(other.copied()),
            }
        }
    }

    fn skip(&mut self) {
        let byte = self.input.fill_buf().ok().and_then(|buffer| buffer.first().copied());
        if let Some(byte) = byte {
            self.input.consume(1);
            self.see(byte);
        }
    }

    fn see(&mut self, byte: u8) {
        self.bytes += 1;
        self.watch_utf8(byte);
        if byte == b'\n' {
            self.line += 1;
            self.column = 0;
        } else {
            // Continuation bytes do not begin a character.
            self.column += u64::from(byte & 0xC0 != 0x80);
        }
    }

    fn watch_utf8(&mut self, byte: u8) {
        if self.bad.is_some() || (byte.is_ascii() && self.character.is_empty()) {
            return;
        }
        // Only a character's first byte moves the column.
        let column = self.column + u64::from(self.character.is_empty());
        self.character.push(byte);
        let first = self.character.first().copied().unwrap_or_default();
        match str::from_utf8(&self.character) {
            Ok(_) => self.character.clear(),
            Err(error) if error.error_len().is_some() => self.bad = Some((self.line, column, first)),
            Err(_) => {}
        }
    }

    /// At the next character.
    fn here(&self, problem: Problem) -> InputError {
        InputError::at(Place::Character { line: self.line, column: self.column + 1 }, problem)
    }
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.bytes > LONGEST_LINE {
            self.too_long = true;
            return Err(io::Error::other("an element is too long"));
        }
        let read = self.input.read(buffer)?;
        buffer.iter().take(read).for_each(|byte| self.see(*byte));
        Ok(read)
    }
}
