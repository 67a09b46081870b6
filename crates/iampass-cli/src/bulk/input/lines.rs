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
    pub(super) fn new(input: R) -> Self {
        Self { input, line: 0, bytes: Vec::new() }
    }

    /// The next line that is not blank, with its number.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &str)>, InputError> {
        loop {
            self.bytes.clear();
            self.line += 1;
            // With room for the end of the longest one.
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
            // A borrow that is returned from one branch lasts through the others, so it is made anew.
            Ok(_) => Ok(Some((self.line, str::from_utf8(&self.bytes).unwrap_or_default()))),
            Err(error) => {
                let at = error.valid_up_to();
                let byte = self.bytes.get(at).copied().unwrap_or_default();
                Err(InputError::at(self.place(at), Problem::NotUtf8 { byte }))
            }
        }
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
