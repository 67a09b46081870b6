//! Files of `NAME=value` lines.

use std::collections::HashMap;

use super::error::FileProblem;

/// The values by their names.
pub(crate) fn parse(text: &str) -> Result<HashMap<&str, &str>, FileProblem> {
    let mut values = HashMap::new();
    // Some editors begin a file with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (index, line) in text.lines().enumerate() {
        let here = index + 1;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let setting = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = setting.split_once('=').ok_or(FileProblem::Line { line: here })?;
        let (name, value) = (name.trim(), unquoted(value.trim()));
        if name.is_empty() {
            return Err(FileProblem::Line { line: here });
        }
        if values.insert(name, value).is_some() {
            return Err(FileProblem::Twice { line: here, name: name.to_owned() });
        }
    }
    Ok(values)
}

fn unquoted(value: &str) -> &str {
    ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(value)
}
