//! Strings that strangers chose, made fit to be looked at and to be part of a link.

use maud::{Markup, html};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// All but what RFC 3986 calls unreserved.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A string for one path segment or one value of a query.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// Someone's string as it is: what cannot be seen is spelled out, and what turns the direction of
/// writing around does so within the string alone.
pub(crate) fn foreign(text: &str) -> Markup {
    html! {
        bdi.foreign {
            @for piece in pieces(text) {
                @match piece {
                    Piece::Plain(plain) => { (plain) }
                    Piece::Unseen(character) => span.unseen { (format!("U+{:04X}", u32::from(character))) }
                }
            }
        }
    }
}

/// A path as it was received, with each segment decoded. A segment that holds a slash stands out.
/// A request whose head could not be read has an empty one, which would be a link without a text.
pub(crate) fn readable_path(path: &str) -> Markup {
    if path.is_empty() {
        return html! { span.quiet { "could not be read" } };
    }
    let mut plain = String::new();
    let mut decoded = Vec::new();
    for (index, segment) in path.split('/').enumerate() {
        if index > 0 {
            plain.push('/');
        }
        match percent_decode_str(segment).decode_utf8() {
            Ok(text) if text != segment => decoded.push((std::mem::take(&mut plain), text)),
            _ => plain.push_str(segment),
        }
    }
    html! {
        @for (before, text) in &decoded {
            (foreign(before))
            @if text.contains('/') { span.segment { (foreign(text)) } } @else { (foreign(text)) }
        }
        @if !plain.is_empty() { (foreign(&plain)) }
    }
}

/// As [`foreign`], of a text that has lines.
pub(crate) fn foreign_lines(text: &str) -> Markup {
    html! { @for line in text.lines() { p { (foreign(line)) } } }
}

#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Plain(&'a str),
    Unseen(char),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((at, character)) = rest.char_indices().find(|(_, character)| is_unseen(*character)) {
        let (plain, after) = rest.split_at(at);
        if !plain.is_empty() {
            pieces.push(Piece::Plain(plain));
        }
        pieces.push(Piece::Unseen(character));
        rest = &after[character.len_utf8()..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Plain(rest));
    }
    pieces
}

/// Control characters, and those of Unicode's format characters that make two strings look like one.
/// The joiners (U+200C, U+200D) stay: emoji and some scripts need them.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        )
        || matches!(character, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_string_stays_text() {
        let html = foreign("<script>alert('1')</script>\" onload=\"x&amp;").into_string();
        assert_eq!(
            html,
            "<bdi class=\"foreign\">&lt;script&gt;alert('1')&lt;/script&gt;&quot; onload=&quot;x&amp;amp;</bdi>"
        );
    }

    #[test]
    fn what_cannot_be_seen_is_spelled_out() {
        let spelled = [Piece::Plain("a"), Piece::Unseen('\u{202e}'), Piece::Unseen('\0'), Piece::Plain("é")];
        assert_eq!(pieces("a\u{202e}\0é"), spelled);
        assert!(foreign("\u{202e}").into_string().contains(">U+202E<"));
        assert_eq!(pieces("👩\u{200d}🚀"), [Piece::Plain("👩\u{200d}🚀")]);
    }

    #[test]
    fn a_path_is_decoded_segment_by_segment() {
        let html = readable_path("/a%2Fb/c%E2%80%AEd/%ff").into_string();
        assert!(html.contains("<span class=\"segment\"><bdi class=\"foreign\">a/b</bdi></span>"), "{html}");
        assert!(html.contains(">U+202E<") && html.contains(">/%ff<"), "{html}");
    }

    #[test]
    fn a_string_is_one_segment_of_a_link() {
        assert_eq!(encode("a/b c\"é~"), "a%2Fb%20c%22%C3%A9~");
    }
}
