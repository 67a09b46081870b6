//! Escapes text that comes from outside the program.

use std::borrow::Cow;

/// Escapes control characters and direction marks, so that text from outside cannot forge lines, control the terminal,
/// or show an id as another.
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
pub(crate) fn is_escaped(character: char) -> bool {
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
