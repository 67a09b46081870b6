//! What is printed: data on standard output, messages on standard error. Nobody else prints.

mod records;

use std::borrow::Cow;
use std::error::Error;
use std::io::{self, BufWriter, IsTerminal, Write};

use serde::Serialize;

pub(crate) use self::records::{Records, aligned};

use crate::args::Format;
use crate::error::Failure;
use crate::hint::hint;

/// A command's result: its JSON is what serde makes of it, its text is for people.
pub(crate) trait Report: Serialize {
    /// Writes whole lines.
    fn text(&self, out: &mut dyn Write) -> io::Result<()>;

    /// The same as records: what a line of JSON or of a table is about.
    fn records(&self) -> Records;
}

/// Prints a result in the form that was asked for.
pub(crate) fn report(report: &impl Report, format: Format) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match format {
        Format::Text => report.text(&mut out),
        Format::Jsonl => report.records().write_lines(&mut out),
        Format::Table => report.records().write_table(&mut out),
        Format::Json => {
            serde_json::to_writer(&mut out, report).map_err(io::Error::from).and_then(|()| writeln!(out))
        }
    };
    written.and_then(|()| out.flush()).map_err(Failure::Output)
}

/// Writes to standard output, at once.
pub(crate) fn data(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(Failure::Output)
}

/// Writes a line to standard error. If that fails, there is nobody left to tell.
pub(crate) fn message(line: &str) {
    writeln!(io::stderr().lock(), "{line}").ok();
}

/// How wide the terminal behind standard error is, if there is one.
pub(crate) fn columns() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size_of(io::stderr())?;
    Some(width.0.into())
}

/// Whether colours are welcome on standard error: it is a terminal that can, and `NO_COLOR` is not set
/// (<https://no-color.org>).
pub(crate) fn colours_on_stderr() -> bool {
    colours_on(&io::stderr())
}

/// The same of standard output.
pub(crate) fn colours_on_stdout() -> bool {
    colours_on(&io::stdout())
}

fn colours_on(stream: &impl IsTerminal) -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let can = std::env::var_os("TERM").is_none_or(|terminal| terminal != "dumb");
    stream.is_terminal() && can && !is_set("NO_COLOR")
}

/// Tells what happened, why, what the service said, and what to try.
pub(crate) fn failure(failure: &Failure) {
    let said = explained(failure);
    match said.strip_prefix("error:") {
        Some(rest) if colours_on_stderr() => message(&format!("\u{1b}[1;31merror:\u{1b}[0m{rest}")),
        _ => message(&said),
    }
}

/// The same as text.
pub(crate) fn explained(failure: &Failure) -> String {
    let mut said = format!("error: {}", printable(&failure.to_string()));
    let causes = causes(failure, &said);
    append(&mut said, "because", &causes);
    if let Some(text) = failure.server_message() {
        append(&mut said, "the service says", &printable(text.trim()));
    }
    if let Some(hint) = hint(failure) {
        append(&mut said, "hint", &printable(&hint));
    }
    said
}

/// What is behind a failure, the nearest cause first. Some errors have their source in their own text.
fn causes(failure: &Failure, said: &str) -> String {
    let mut causes = String::new();
    let mut next: Option<&dyn Error> = failure.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        let text = printable(&text);
        if !said.contains(&*text) && !causes.contains(&*text) {
            causes.extend([if causes.is_empty() { "" } else { ": " }, &*text]);
        }
        next = cause.source();
    }
    causes
}

fn append(said: &mut String, label: &str, text: &str) {
    if !text.is_empty() {
        said.extend(["\n  ", label, ": ", text]);
    }
}

/// The text with its control characters and direction marks escaped, so that what comes from elsewhere can neither forge
/// lines nor steer the terminal, nor show an id as another.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_escaped) {
        return text.into();
    }
    let escaped = text.chars().fold(String::with_capacity(text.len() + 8), |mut escaped, character| {
        if is_escaped(character) {
            escaped.extend(character.escape_default());
        } else {
            escaped.push(character);
        }
        escaped
    });
    escaped.into()
}

/// Control characters, the marks that turn the direction of text (Unicode's `Bidi_Control`), and the two separators that
/// some terminals take for the end of a line.
fn is_escaped(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn control_characters_and_direction_marks_are_escaped_and_nothing_else() {
        assert_eq!(printable("é/日本語 \\ 🦀"), "é/日本語 \\ 🦀");
        assert_eq!(printable("a\nb\u{1b}[31m\u{9b}c"), "a\\nb\\u{1b}[31m\\u{9b}c");
        assert_eq!(printable("\u{202e}a\u{2066}\u{200f}\u{61c}"), "\\u{202e}a\\u{2066}\\u{200f}\\u{61c}");
    }
}
