//! How the demo looks: plain text that fits in 80 columns.

use textwrap::fill;

use crate::error::Failure;
use crate::output;

/// How wide a line may be.
const COLUMNS: usize = 79;
const INDENT: &str = "   ";

/// Writes the parts of the demo's page.
pub(super) struct Page {
    write: fn(&str) -> Result<(), Failure>,
    scenes: usize,
}

impl Page {
    pub(super) fn stdout() -> Self {
        Self { write: output::data, scenes: 0 }
    }

    /// How many headings there are so far.
    pub(super) fn scenes(&self) -> usize {
        self.scenes
    }

    /// Text from the left edge.
    pub(super) fn paragraph(&self, text: &str) -> Result<(), Failure> {
        (self.write)(&wrapped(text, ""))
    }

    /// A numbered heading, with the operation at the right edge.
    pub(super) fn heading(&mut self, title: &str, operation: &str) -> Result<(), Failure> {
        self.scenes += 1;
        let title = format!("{}. {title}", self.scenes);
        let width = COLUMNS.saturating_sub(title.chars().count());
        (self.write)(&format!("\n{title}{operation:>width$}\n"))
    }

    /// A line of the request; one that is too long goes on in the next.
    pub(super) fn sent(&self, line: &str) -> Result<(), Failure> {
        let (begin, rest) = broken(line, COLUMNS - INDENT.len() - "> ".len());
        (self.write)(&format!("{INDENT}> {begin}\n"))?;
        if rest.is_empty() { Ok(()) } else { (self.write)(&format!("{INDENT}    {rest}\n")) }
    }

    /// A line of the response.
    pub(super) fn received(&self, line: &str) -> Result<(), Failure> {
        (self.write)(&format!("{INDENT}< {line}\n"))
    }

    /// What it means.
    pub(super) fn meaning(&self, text: &str) -> Result<(), Failure> {
        (self.write)(&wrapped(text, INDENT))
    }
}

/// A line that is longer than `width` in two, before the nonce and the signature, if it has them.
fn broken(line: &str, width: usize) -> (&str, &str) {
    match line.rmatch_indices(':').nth(1) {
        Some((colon, _)) if line.chars().count() > width => line.split_at(colon + 1),
        _ => (line, ""),
    }
}

/// The words of a text in lines; a word that is longer than a line keeps its own.
fn wrapped(text: &str, indent: &str) -> String {
    fill(text, output::whole_words(COLUMNS).initial_indent(indent).subsequent_indent(indent)) + "\n"
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, broken, wrapped};

    #[test]
    fn a_long_header_is_broken_before_its_nonce() {
        assert_eq!(broken("a: é:1:s", 8), ("a: é:1:s", ""));
        assert_eq!(broken("a: é:1:s", 7), ("a: é:", "1:s"));
        assert_eq!(broken("abc:def", 5), ("abc:def", ""));
    }

    #[test]
    fn lines_break_between_words_and_only_there() {
        let word = "é".repeat(COLUMNS);
        let text = format!("{}x {word} end", "ab ".repeat(25));
        assert_eq!(wrapped(&text, "  "), format!("  {}x\n  {word}\n  end\n", "ab ".repeat(25)));
        assert_eq!(wrapped(&text[..74], "  "), format!("  {}\n", &text[..74]));
    }
}
