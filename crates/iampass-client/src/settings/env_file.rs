//! Files of `NAME=value` lines, in the forms that shells, container managers and `dotenv` libraries agree on.

use std::collections::HashMap;

use super::error::{FileProblem, ValueProblem};

const QUOTES: [char; 2] = ['"', '\''];

/// The values of these names. Lines of other names are skipped, whatever their form.
pub(super) fn parse<'a>(
    text: &'a str,
    names: &[&'static str],
) -> Result<HashMap<&'static str, &'a str>, FileProblem> {
    let mut values = HashMap::new();
    // Some editors begin a file with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = (1..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
        if line.trim_start().starts_with('#') {
            continue;
        }
        let setting = without_export(line.trim());
        let (written, value) = setting.split_once('=').unwrap_or((setting, ""));
        let Some(name) = known(written, names) else {
            if let Some(name) = names.iter().find(|name| begins_with_name(setting, name)) {
                return Err(FileProblem::Line { line: number, name });
            }
            if let Some((line, name)) = skip_value(value.trim(), &mut lines, names) {
                return Err(FileProblem::Value { line, name, problem: ValueProblem::Inside(number) });
            }
            continue;
        };
        if !setting.contains('=') {
            return Err(FileProblem::Line { line: number, name });
        }
        let value = parse_value(value.trim()).map_err(|problem| FileProblem::Value {
            line: number,
            name,
            problem,
        })?;
        if values.insert(name, value).is_some() {
            return Err(FileProblem::Twice { line: number, name });
        }
    }
    Ok(values)
}

/// The name that is written before the `=`, if it is one of these.
fn known(written: &str, names: &[&'static str]) -> Option<&'static str> {
    names.iter().copied().find(|name| *name == written.trim())
}

/// Skips the further lines of another name's value, which ends where its quote is closed; without an end, it is one
/// line. Gives the first of them that is also a setting of one of these names, for it is unclear which was meant.
fn skip_value<'a>(
    value: &str,
    lines: &mut (impl Iterator<Item = (usize, &'a str)> + Clone),
    names: &[&'static str],
) -> Option<(usize, &'static str)> {
    let quote = open_quote(value)?;
    let last = lines.clone().position(|(_, line)| line.contains(quote))?;
    lines.take(last + 1).find_map(|(number, line)| {
        let (written, _) = without_export(line.trim()).split_once('=')?;
        Some((number, known(written, names)?))
    })
}

/// Whether a line is about this name, but not as `NAME=value`.
fn begins_with_name(line: &str, name: &str) -> bool {
    line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '\t', ':', '+']))
}

/// A shell's `export NAME=value`.
fn without_export(line: &str) -> &str {
    line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).map_or(line, str::trim_start)
}

/// The quote that a value begins with, if it is not closed on the same line.
fn open_quote(value: &str) -> Option<char> {
    let quote = value.chars().next().filter(|first| QUOTES.contains(first))?;
    (!value[1..].contains(quote)).then_some(quote)
}

/// A value is taken literally: nothing in it is expanded.
fn parse_value(text: &str) -> Result<&str, ValueProblem> {
    let Some(quote) = text.chars().next().filter(|first| QUOTES.contains(first)) else {
        return parse_unquoted(text);
    };
    let (value, rest) = text[1..].split_once(quote).ok_or(ValueProblem::Unclosed)?;
    if quote == '"' && value.contains('\\') {
        return Err(ValueProblem::Backslash);
    }
    match rest.trim_start() {
        "" => Ok(value),
        comment if comment.starts_with('#') && comment.len() < rest.len() => Ok(value),
        _ => Err(ValueProblem::AfterQuote),
    }
}

fn parse_unquoted(text: &str) -> Result<&str, ValueProblem> {
    let begins_comment = |at: &usize| *at == 0 || text[..*at].ends_with(char::is_whitespace);
    let comment = text.match_indices('#').map(|(at, _)| at).find(begins_comment);
    let value = comment.map_or(text, |at| text[..at].trim_end());
    if value.contains(char::is_whitespace) {
        return Err(ValueProblem::Space);
    }
    if value.contains(QUOTES) || value.starts_with('`') {
        return Err(ValueProblem::Quote);
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_a_value() {
        use ValueProblem::{AfterQuote, Backslash, Quote, Space, Unclosed};
        for (line, expected) in [
            ("ID=a", Ok("a")),
            ("ID = a", Ok("a")),
            ("  ID=a  ", Ok("a")),
            ("export ID=a", Ok("a")),
            ("export\tID=a", Ok("a")),
            ("export   ID=a", Ok("a")),
            ("ID='a'", Ok("a")),
            ("ID=\"a\"", Ok("a")),
            ("ID=\"a b\"", Ok("a b")),
            ("ID=\"it's\"", Ok("it's")),
            ("ID='say \"a\"'", Ok("say \"a\"")),
            ("ID=\"a\" # a note", Ok("a")),
            ("ID='a'\t# a note", Ok("a")),
            ("ID=a # a note", Ok("a")),
            ("ID=a\t#note", Ok("a")),
            ("ID=a#b", Ok("a#b")),
            ("ID='a # b'", Ok("a # b")),
            ("ID=a=b==", Ok("a=b==")),
            ("ID=$HOME", Ok("$HOME")),
            ("ID=\"${HOME}$(ls)`ls`\"", Ok("${HOME}$(ls)`ls`")),
            ("ID='a\\n'", Ok("a\\n")),
            ("ID=a\\n", Ok("a\\n")),
            ("ID=", Ok("")),
            ("ID=''", Ok("")),
            ("ID=# a note", Ok("")),
            ("ID= # a note", Ok("")),
            ("ID=\"a", Err(Unclosed)),
            ("ID='a", Err(Unclosed)),
            ("ID=\"a\"#note", Err(AfterQuote)),
            ("ID=\"a\"b", Err(AfterQuote)),
            ("ID=\"a\" b", Err(AfterQuote)),
            ("ID=\"a\\\"b\"", Err(Backslash)),
            ("ID=\"a\\n\"", Err(Backslash)),
            ("ID=a b", Err(Space)),
            ("ID=a b # a note", Err(Space)),
            ("ID=a\"", Err(Quote)),
            ("ID=a'b'", Err(Quote)),
            ("ID=`a`", Err(Quote)),
        ] {
            let found = parse(line, &["ID"]);
            match (found, expected) {
                (Ok(values), Ok(expected)) => assert_eq!(values.get("ID"), Some(&expected), "{line}"),
                (Err(FileProblem::Value { line: 1, name: "ID", problem }), Err(expected)) => {
                    assert_eq!(problem, expected, "{line}");
                }
                (found, _) => panic!("{line}: {found:?}"),
            }
        }
    }

    #[test]
    fn lines_of_others_are_skipped_whatever_their_form() {
        for others in [
            "OTHER=1\nOTHER=2",
            "OTHER=\"-----BEGIN\nMIIC\nEND-----\"",
            "OTHER='\nNAME=value\n'",
            "just some words",
            "=",
            "# ID=not this",
            "# NOTE='not closed",
            "IDENTITY=b",
            "OTHER=a b \"c",
            "export OTHER",
            "",
        ] {
            let text = format!("\u{feff}{others}\r\nID=a\r\n{others}\n");
            // A name that begins as ours does is another name, unless there is no `=`.
            let values = parse(&text, &["ID"]);
            assert_eq!(values.unwrap().get("ID"), Some(&"a"), "{others}");
        }
    }

    /// A quote that somebody forgot to close must not swallow our settings without a word.
    #[test]
    fn our_names_inside_of_a_value_of_another_are_ambiguous() {
        for (text, line) in
            [("OTHER=\"a\nID=b\n\"", 2), ("\nOTHER='a\nID='b'", 3), ("OTHER=\"a\nb\nID=c\nd\"", 3)]
        {
            match parse(text, &["ID"]).unwrap_err() {
                FileProblem::Value { line: found, name: "ID", problem: ValueProblem::Inside(_) } => {
                    assert_eq!(found, line, "{text}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
        // With no closing quote at all, the value is one line.
        assert_eq!(parse("OTHER=\"oops\nID=a", &["ID"]).unwrap().get("ID"), Some(&"a"));
    }

    #[test]
    fn our_names_must_be_settings_and_come_once() {
        for (text, line) in [("\nID", 2), ("ID: a", 1), ("ID+=a", 1), ("export ID", 1), ("ID a", 1)] {
            let found = parse(text, &["ID"]);
            assert!(matches!(found, Err(FileProblem::Line { line: l, name: "ID" }) if l == line), "{text}");
        }
        let found = parse("ID=a\n\nID=a", &["ID"]);
        assert!(matches!(found, Err(FileProblem::Twice { line: 3, name: "ID" })), "{found:?}");
    }
}
