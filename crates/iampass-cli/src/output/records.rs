//! Results as records, for tables and for lines of JSON.

use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use super::json::write_json;
use super::printable::printable;

/// Between two columns.
const GAP: &str = "  ";

/// Rows of values below the same names.
pub(crate) struct Records {
    columns: &'static [&'static str],
    rows: Vec<Vec<Value>>,
}

impl Records {
    pub(crate) fn new(columns: &'static [&'static str]) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// Adds a record: a value for each column.
    pub(crate) fn push(&mut self, row: Vec<Value>) {
        debug_assert_eq!(row.len(), self.columns.len());
        self.rows.push(row);
    }

    pub(crate) fn with(mut self, row: Vec<Value>) -> Self {
        self.push(row);
        self
    }

    /// A JSON object for each record, each on a line of its own.
    pub(super) fn write_lines(&self, out: &mut dyn Write) -> io::Result<()> {
        for row in &self.rows {
            write_json(&mut *out, &Record { columns: self.columns, row })?;
            writeln!(out)?;
        }
        Ok(())
    }

    /// The names of the columns in capitals, and the values below them.
    pub(super) fn write_table(&self, out: &mut dyn Write) -> io::Result<()> {
        let head = self.columns.iter().map(|name| name.to_ascii_uppercase().replace('_', " ")).collect();
        let lines: Vec<Vec<String>> =
            std::iter::once(head).chain(self.rows.iter().map(|row| row.iter().map(cell).collect())).collect();
        aligned(&lines, out)
    }
}

/// Writes cells, line by line, each column as wide as its widest.
pub(crate) fn aligned(lines: &[Vec<String>], out: &mut dyn Write) -> io::Result<()> {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let cells = |column| lines.iter().filter_map(move |line| line.get(column));
    let widths: Vec<usize> =
        (0..columns).map(|column| cells(column).map(|cell| cell.width()).max().unwrap_or(0)).collect();
    for line in lines {
        let mut text = String::new();
        for (cell, width) in line.iter().zip(&widths) {
            // By the width on the screen: a character may take two columns, or none.
            let fill = width.saturating_sub(cell.width());
            text.extend([cell, GAP]);
            text.extend(std::iter::repeat_n(' ', fill));
        }
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => printable(text).into_owned(),
        other => other.to_string(),
    }
}

/// One record, its members in the order of the columns.
struct Record<'a> {
    columns: &'static [&'static str],
    row: &'a [Value],
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.row.len()))?;
        for (column, value) in self.columns.iter().zip(self.row) {
            map.serialize_entry(column, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Records;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_stand_below_their_names_whatever_is_in_them() {
        let records = Records::new(&["user", "device_registered", "note"])
            .with(vec![json!("日本語"), json!(true), json!(null)])
            .with(vec![json!("a\nb"), json!(false), json!(12)]);
        assert_eq!(
            written(|out| records.write_table(out).unwrap()),
            "USER    DEVICE REGISTERED  NOTE\n日本語  yes                -\na\\nb    no                 12\n"
        );
        assert_eq!(
            written(|out| records.write_lines(out).unwrap()),
            "{\"user\":\"日本語\",\"device_registered\":true,\"note\":null}\n\
             {\"user\":\"a\\nb\",\"device_registered\":false,\"note\":12}\n"
        );
    }
}
