//! All output of the program: data on standard output, messages on standard error.

mod json;
mod printable;
mod records;
mod visible;
mod wrapped;

use std::error::Error;
use std::io::{self, BufWriter, IsTerminal, Write};

use serde::Serialize;

pub(crate) use self::json::write_json;
pub(crate) use self::printable::{is_escaped, printable};
pub(crate) use self::records::{Records, aligned};
pub(crate) use self::visible::{is_invisible, visible};
pub(crate) use self::wrapped::{whole_words, wrapped};

use crate::args::Format;
use crate::error::{CommandError, Failure};
use crate::exit::Exit;

/// Standard output could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the output could not be written")]
struct OutputError(#[source] io::Error);

impl CommandError for OutputError {
    /// Whoever reads a pipe may stop when they have read enough: that is no failure.
    fn exit(&self) -> Exit {
        if self.0.kind() == io::ErrorKind::BrokenPipe { Exit::Done } else { Exit::Failed }
    }

    fn hint(&self) -> Option<String> {
        Some("whatever the service was asked to do is done; only the output is missing".to_owned())
    }
}

/// A command's result: its JSON is what serde makes of it, its text is for people.
pub(crate) trait Report: Serialize {
    /// Writes whole lines.
    fn text(&self, out: &mut dyn Write) -> io::Result<()>;

    /// The same as records, for JSON Lines and tables.
    fn records(&self) -> Records;
}

/// Prints a result in the form that was asked for.
pub(crate) fn report(report: &impl Report, format: Format) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match format {
        Format::Text => report.text(&mut out),
        Format::Jsonl => report.records().write_lines(&mut out),
        Format::Table => report.records().write_table(&mut out),
        Format::Json => write_json(&mut out, report).and_then(|()| writeln!(out)),
    };
    Ok(written.and_then(|()| out.flush()).map_err(OutputError)?)
}

/// Writes to standard output, at once.
pub(crate) fn data(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    Ok(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(OutputError)?)
}

/// Writes lines to standard error. On a terminal they break at words.
pub(crate) fn message(text: &str) {
    match columns() {
        Some(columns) => message_as_is(&wrapped(text, columns)),
        None => message_as_is(text),
    }
}

/// The same without wrapping, for lines that are not prose. A failure is ignored: it could not be reported.
pub(crate) fn message_as_is(text: &str) {
    // At once: standard error is not buffered, and others write to the terminal, too.
    io::stderr().lock().write_all(format!("{text}\n").as_bytes()).ok();
}

/// Writes a question to standard error. On a terminal it breaks at words.
pub(crate) fn question(text: &str) -> io::Result<()> {
    let text = columns().map_or_else(|| text.to_owned(), |columns| wrapped(text, columns));
    let mut stderr = io::stderr().lock();
    write!(stderr, "{text} ").and_then(|()| stderr.flush())
}

/// Begins a new line after Ctrl-C, which terminals show as `^C` where the cursor is.
pub(crate) fn after_ctrl_c() {
    if io::stderr().is_terminal() {
        message_as_is("");
    }
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
    stream.is_terminal() && !is_dumb() && !is_set("NO_COLOR")
}

/// Whether standard error is a terminal that can go back to the beginning of a line.
pub(crate) fn can_redraw() -> bool {
    io::stderr().is_terminal() && !is_dumb()
}

fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb")
}

/// Prints an error: what happened, why, what the service says, a hint, and the command to continue with.
pub(crate) fn error(error: &dyn CommandError) {
    let text = explained(error);
    match text.strip_prefix("error:") {
        Some(rest) if colours_on_stderr() => message(&format!("\u{1b}[1;31merror:\u{1b}[0m{rest}")),
        _ => message(&text),
    }
    // In one line, so that it can be copied.
    if let Some(command) = error.command() {
        message_as_is(&format!("  to continue: {}", printable(command)));
    }
}

/// The same as text.
pub(crate) fn explained(error: &dyn CommandError) -> String {
    let mut text = format!("error: {}", printable(&error.to_string()));
    let causes = causes(error, &text);
    append(&mut text, "because", &causes);
    if let Some(server_message) = error.server_message() {
        append(&mut text, "the service says", &printable(server_message.trim()));
    }
    if let Some(hint) = error.hint() {
        append(&mut text, "hint", &printable(&hint));
    }
    text
}

/// The causes of an error, the nearest first, without those whose text is in the message already.
fn causes(error: &dyn CommandError, message: &str) -> String {
    let mut causes = String::new();
    let mut next: Option<&dyn Error> = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        let text = printable(&text);
        if !message.contains(&*text) && !causes.contains(&*text) {
            causes.extend([if causes.is_empty() { "" } else { ": " }, &*text]);
        }
        next = cause.source();
    }
    causes
}

fn append(message: &mut String, label: &str, text: &str) {
    if !text.is_empty() {
        message.extend(["\n  ", label, ": ", text]);
    }
}
