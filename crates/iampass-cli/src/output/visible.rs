//! Shows what a text has that nobody sees.

/// Blanks other than the usual one, characters without a shape (joiners, direction marks, variation selectors, fillers,
/// tags), and the replacement character.
pub(crate) fn is_invisible(character: char) -> bool {
    (character.is_whitespace() && character != ' ')
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffd}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// A text from an input, with invisible characters escaped.
pub(crate) fn visible(id: &str) -> String {
    /// At most this many characters are shown.
    const AT_MOST: usize = 80;
    let inner = id.trim();
    let begin = id.len() - id.trim_start().len();
    let mut text = String::with_capacity(id.len());
    for (count, (at, character)) in id.char_indices().enumerate() {
        if count == AT_MOST {
            text.push('…');
            break;
        }
        let outer = at < begin || at >= begin + inner.len();
        if outer || character.is_control() || character == '\u{feff}' || is_invisible(character) {
            text.extend(character.escape_unicode());
        } else {
            text.push(character);
        }
    }
    text
}
