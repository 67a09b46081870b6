//! The terminal that the progress bar is drawn on.

use std::io;

use console::Term;
use indicatif::TermLike;

/// Columns that the bar leaves free. indicatif leaves the cursor at the right edge, so a `^C` that is typed there would
/// go on in the next line, and the bar could not be erased.
pub(super) const FREE: u16 = 3;

/// Standard error, but for the columns that stay free.
#[derive(Debug)]
pub(super) struct BarTerminal(Term);

impl BarTerminal {
    pub(super) fn new() -> Self {
        Self(Term::buffered_stderr())
    }
}

impl TermLike for BarTerminal {
    fn width(&self) -> u16 {
        self.0.size().1.saturating_sub(FREE).max(1)
    }

    fn height(&self) -> u16 {
        self.0.size().0
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_up(n)
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_down(n)
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_right(n)
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_left(n)
    }

    fn write_line(&self, line: &str) -> io::Result<()> {
        self.0.write_line(line)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }
}
