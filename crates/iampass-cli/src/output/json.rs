//! JSON that a terminal shows as it is.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::printable::is_escaped;

/// Writes a value as JSON on one line. Characters that could steer a terminal or show an id as another are escaped
/// (`\u202e`), which is the same JSON.
pub(crate) fn write_json(out: impl Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Escaping)).map_err(io::Error::from)
}

struct Escaping;

impl Formatter for Escaping {
    /// A part of a string in which nothing is left that JSON itself asks to escape.
    fn write_string_fragment<W: Write + ?Sized>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if !fragment.contains(is_escaped) {
            return out.write_all(fragment.as_bytes());
        }
        for character in fragment.chars() {
            if is_escaped(character) {
                // All of them have four digits.
                write!(out, "\\u{:04x}", u32::from(character))?;
            } else {
                write!(out, "{character}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn written(value: &Value) -> String {
        let mut text = Vec::new();
        write_json(&mut text, value).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn control_characters_and_direction_marks_are_escaped_and_nothing_else() {
        assert_eq!(written(&json!({"é": ["日本語 🦀", 1, null]})), "{\"é\":[\"日本語 🦀\",1,null]}");
        assert_eq!(
            written(&json!("a\n\u{1b}[31m\u{7f}\u{9b}\u{202e}b\u{2066}")),
            r#""a\n\u001b[31m\u007f\u009b\u202eb\u2066""#
        );
    }

    proptest! {
        #[test]
        fn it_is_the_same_json(text: String) {
            let value = json!({ text.as_str(): [text.as_str()] });
            let written = written(&value);
            prop_assert!(!written.contains(is_escaped));
            prop_assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), value);
        }
    }
}
