//! What stands in a TOML document beside its values.

/// The comments, in their order. The text is known to be TOML.
pub(crate) fn comments(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['#', '"', '\'']) {
        rest = &rest[at..];
        if rest.starts_with('#') {
            let end = rest.find('\n').unwrap_or(rest.len());
            found.push(rest[..end].trim_end());
            rest = &rest[end..];
        } else {
            rest = &rest[string_length(rest)..];
        }
    }
    found
}

/// Of the string that the text begins with.
fn string_length(text: &str) -> usize {
    let quote = &text[..1];
    let triple = quote.repeat(3);
    let (delimiter, is_multiline) = if text.starts_with(&triple) { (&*triple, true) } else { (quote, false) };
    let mut at = delimiter.len();
    while at < text.len() && !text[at..].starts_with(delimiter) {
        let escaped = quote == "\"" && text[at..].starts_with('\\');
        let mut characters = text[at..].chars();
        let skipped = characters.by_ref().take(if escaped { 2 } else { 1 });
        at += skipped.map(char::len_utf8).sum::<usize>();
    }
    at += delimiter.len();
    // Up to two quotes may stand before the three that end it.
    while is_multiline && text.get(at..).is_some_and(|rest| rest.starts_with(quote)) {
        at += 1;
    }
    at.min(text.len())
}

/// Whether all of `few` are among `many`, in the same order, as often.
pub(crate) fn is_among(few: &[&str], many: &[&str]) -> bool {
    let mut many = many.iter();
    few.iter().all(|one| many.any(|other| one == other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_told_from_strings() {
        let text = "a = \"#1\\\"#\" # 2\nb = '''\n# 3 '' \n''''' # 4\nc = \"\"\"\\\"\"\"\" #5\r\n#\n";
        assert_eq!(comments(text), ["# 2", "# 4", "#5", "#"]);
    }
}
