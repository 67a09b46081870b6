//! A buffered input that can be looked at before it is read.

use std::io::{self, BufRead, Read};

/// How much is read at a time.
const PIECE: usize = 16 * 1024;

pub(super) struct Text<R> {
    input: R,
    buffer: Vec<u8>,
    /// What stands before this has been read.
    at: usize,
    ended: bool,
    /// A read error, returned once everything before it has been read.
    error: Option<io::Error>,
}

impl<R: Read> Text<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, buffer: Vec::new(), at: 0, ended: false, error: None }
    }

    /// Bytes in the buffer that have not been consumed.
    pub(super) fn ahead(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    /// Reads ahead until the predicate holds for the buffered bytes, the input ends, or the buffer is full.
    pub(super) fn wait_for(&mut self, limit: usize, is_enough: impl Fn(&[u8]) -> bool) -> &[u8] {
        while !is_enough(self.ahead()) && self.ahead().len() < limit && self.more() {}
        self.ahead()
    }

    /// The read error, if there was one before the first byte.
    pub(super) fn take_error(&mut self) -> Option<io::Error> {
        if self.ahead().is_empty() { self.error.take() } else { None }
    }

    fn more(&mut self) -> bool {
        if self.ended {
            return false;
        }
        self.buffer.drain(..self.at);
        self.at = 0;
        let before = self.buffer.len();
        self.buffer.resize(before + PIECE, 0);
        let read = loop {
            match self.input.read(self.buffer.get_mut(before..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let read = read.unwrap_or_else(|error| {
            self.error = Some(error);
            0
        });
        self.buffer.truncate(before + read);
        self.ended = read == 0;
        !self.ended
    }
}

impl<R: Read> BufRead for Text<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.ahead().is_empty() {
            self.more();
            if let Some(error) = self.take_error() {
                return Err(error);
            }
        }
        Ok(self.ahead())
    }

    fn consume(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.buffer.len());
    }
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let ahead = self.fill_buf()?;
        let bytes = ahead.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..bytes), ahead.get(..bytes)) {
            to.copy_from_slice(from);
        }
        self.consume(bytes);
        Ok(bytes)
    }
}
