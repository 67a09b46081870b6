//! Checks what a CSV parser reads. The parser alone does not limit the length of a record, accepts a quote that is
//! never closed and puts the rest of the file into one field, appends text after a closing quote to the field, and
//! counts lines wrongly where they end in CRLF or are blank.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

/// What has been read so far; shared between the reader below the parser and the code that uses the parser.
#[derive(Clone, Debug)]
pub(super) struct Watch(Rc<RefCell<State>>);

#[derive(Debug, Default)]
struct State {
    /// Bytes since the last complete record.
    bytes: usize,
    too_long: bool,
    ended: bool,
    field: Field,
    /// Of the input.
    read: u64,
    /// Where CR and LF stand that are not behind the last record asked for; which of them are LF.
    ends: VecDeque<(u64, bool)>,
    /// How many LF stand before those.
    passed: u64,
    line: u64,
    column: u64,
    opened: (u64, u64),
    delimiter: u8,
    /// The first text behind a closing quote: its byte, line and column.
    stray: Option<(u64, u64, u64)>,
}

#[derive(Clone, Copy, Debug, Default)]
enum Field {
    #[default]
    Start,
    Plain,
    Quoted,
    /// Behind a quote within quotes: the field's end, or the first of two that mean one.
    Closed,
}

impl Watch {
    /// Over a table whose first line has this many in front of it.
    pub(super) fn new(delimiter: u8, lines_before: u64) -> Self {
        let state = State { delimiter, line: lines_before, passed: lines_before, ..State::default() };
        Self(Rc::new(RefCell::new(state)))
    }

    /// Line and column of text that stands behind a closing quote, before this byte.
    pub(super) fn text_after_quote(&self, before: u64) -> Option<(u64, u64)> {
        let (_, line, column) = self.0.borrow().stray.filter(|(byte, ..)| *byte < before)?;
        Some((line, column))
    }

    pub(super) fn over<R: Read>(&self, input: R, limit: usize) -> Watched<R> {
        Watched { input, watch: self.clone(), limit }
    }

    /// Called when a record is complete. What the parser has read beyond it counts towards it.
    pub(super) fn record_ended(&self) {
        self.0.borrow_mut().bytes = 0;
    }

    pub(super) fn is_too_long(&self) -> bool {
        self.0.borrow().too_long
    }

    /// The number of the line that the record begins in which the parser says begins at this byte: there
    /// may be ends of lines in front of it.
    pub(super) fn line(&self, byte: u64) -> u64 {
        let state = &mut *self.0.borrow_mut();
        let mut start = byte;
        while let Some((at, is_lf)) = state.ends.front().copied().filter(|(at, _)| *at <= start) {
            state.ends.pop_front();
            state.passed += u64::from(is_lf);
            start += u64::from(at == start);
        }
        state.passed + 1
    }

    pub(super) fn has_ended(&self) -> bool {
        self.0.borrow().ended
    }

    /// Line and column of the quote that is open.
    pub(super) fn open_quote(&self) -> Option<(u64, u64)> {
        let state = self.0.borrow();
        matches!(state.field, Field::Quoted).then_some(state.opened)
    }
}

impl State {
    fn see(&mut self, byte: u8) {
        // Continuation bytes do not begin a character.
        self.column += u64::from(byte & 0xC0 != 0x80);
        let end = byte == self.delimiter || matches!(byte, b'\n' | b'\r');
        if matches!(self.field, Field::Closed) && byte != b'"' && !end {
            self.stray.get_or_insert((self.read, self.line + 1, self.column));
        }
        self.field = match self.field {
            Field::Start if byte == b'"' => {
                self.opened = (self.line + 1, self.column);
                Field::Quoted
            }
            Field::Quoted if byte == b'"' => Field::Closed,
            Field::Quoted => Field::Quoted,
            Field::Closed if byte == b'"' => Field::Quoted,
            _ if end => Field::Start,
            _ => Field::Plain,
        };
        if let b'\n' | b'\r' = byte {
            self.ends.push_back((self.read, byte == b'\n'));
        }
        if byte == b'\n' {
            self.line += 1;
            self.column = 0;
        }
        self.read += 1;
    }
}

pub(super) struct Watched<R> {
    input: R,
    watch: Watch,
    limit: usize,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut state = self.watch.0.borrow_mut();
        if state.bytes > self.limit {
            state.too_long = true;
            return Err(io::Error::other("a record is too long"));
        }
        let read = self.input.read(buffer)?;
        state.bytes += read;
        state.ended |= read == 0 && !buffer.is_empty();
        buffer.iter().take(read).for_each(|byte| state.see(*byte));
        Ok(read)
    }
}
