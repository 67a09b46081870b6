//! Wraps messages.

use textwrap::core::display_width;
use textwrap::{Options, WordSplitter, fill};

/// The extra indentation of the lines that continue a wrapped one.
const INDENT: &str = "  ";

/// Wraps lines at words. A word that is longer than a line, such as a path or an id, is not broken.
pub(crate) fn wrapped(text: &str, columns: usize) -> String {
    let lines = text.split('\n').map(|line| {
        if display_width(line) <= columns {
            return line.to_owned();
        }
        let begin = line.len() - line.trim_start_matches(' ').len();
        let indent = format!("{}{INDENT}", &line[..begin]);
        fill(line, whole_words(columns).subsequent_indent(&indent))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// textwrap's options for text that breaks at spaces alone.
pub(crate) fn whole_words<'a>(columns: usize) -> Options<'a> {
    Options::new(columns).break_words(false).word_splitter(WordSplitter::NoHyphenation)
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_break_at_words_and_words_stay_whole() {
        let text = "error: one two\n  hint: run `chmod 600 /a/path/that-is-long` now";
        let lines = "error: one\n  two\n  hint: run\n    `chmod\n    600\n    /a/path/that-is-long`\n    now";
        assert_eq!(wrapped(text, 12), lines);
        assert_eq!(wrapped(text, 80), text);
        assert_eq!(wrapped("  █▀ \n ▄ ", 5), "  █▀ \n ▄ ");
    }

    #[test]
    fn colours_take_no_columns() {
        assert_eq!(wrapped("\u{1b}[1;31merror:\u{1b}[0m one", 10), "\u{1b}[1;31merror:\u{1b}[0m one");
    }
}
