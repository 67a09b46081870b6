//! Lines of text, within bounds of memory.

use std::io::{BufRead, Read as _};

use super::error::{InputError, Place, Problem};

/// The longest line, without its end: 1 MiB.
pub(super) const LONGEST_LINE: usize = 1024 * 1024;

/// Reads lines that end in LF or CRLF, or with the input.
pub(super) struct Lines<R> {
    input: R,
    line: u64,
    bytes: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    /// `passed` lines were skipped before.
    pub(super) fn new(input: R, passed: u64) -> Self {
        Self { input, line: passed, bytes: Vec::new() }
    }

    /// Skips lines, and returns how many there were.
    pub(super) fn skip(input: &mut R, lines: u64) -> Result<u64, InputError> {
        for line in 1..=lines {
            let passed = input.skip_until(b'\n');
            let passed = passed.map_err(|error| InputError::at(Place::Line(line), Problem::Io(error)))?;
            if passed == 0 {
                return Ok(line - 1);
            }
        }
        Ok(lines)
    }

    /// The next line that is not blank, with its number.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &str)>, InputError> {
        loop {
            self.bytes.clear();
            self.line += 1;
            // The longest line, and CR and LF.
            let mut bounded = (&mut self.input).take(LONGEST_LINE as u64 + 2);
            let read = bounded.read_until(b'\n', &mut self.bytes);
            read.map_err(|error| InputError::at(Place::Line(self.line), Problem::Io(error)))?;
            if self.bytes.is_empty() {
                return Ok(None);
            }
            if self.bytes.pop_if(|last| *last == b'\n').is_some() {
                self.bytes.pop_if(|last| *last == b'\r');
            }
            if self.bytes.len() > LONGEST_LINE {
                let problem = Problem::LongLine { limit: LONGEST_LINE };
                return Err(InputError::at(self.place(LONGEST_LINE), problem));
            }
            if !self.bytes.iter().all(u8::is_ascii_whitespace) {
                break;
            }
        }
        match str::from_utf8(&self.bytes) {
            // Borrowed again: the borrow checker extends a returned borrow to all branches.
            Ok(_) => Ok(Some((self.line, str::from_utf8(&self.bytes).unwrap_or_default()))),
            Err(error) => {
                let at = error.valid_up_to();
                Err(InputError::at(self.place(at), Problem::not_utf8(&self.bytes, at)))
            }
        }
    }

    /// The character of the line that this byte, if there is one, belongs to.
    pub(super) fn find(&self, byte: u8) -> Option<Place> {
        self.bytes.iter().position(|other| *other == byte).map(|at| self.place(at))
    }

    /// The character that begins after so many bytes of the line.
    fn place(&self, bytes: usize) -> Place {
        let before = self.bytes.get(..bytes).unwrap_or(&self.bytes);
        Place::Character { line: self.line, column: characters(before) + 1 }
    }
}

/// How many characters begin in these bytes.
pub(super) fn characters(bytes: &[u8]) -> u64 {
    String::from_utf8_lossy(bytes).chars().count() as u64
}
