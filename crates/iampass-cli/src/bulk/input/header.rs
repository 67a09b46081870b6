//! The first line of a table: what stands between its columns, and which of them has the ids.

use super::content::{DELIMITERS, cells};
use super::error::{Columns, InputError, Place, Problem};
use super::warning::Warning;

/// What the first line has between its columns.
pub(super) fn delimiter(first: &[u8], column: Option<&str>) -> Result<u8, Problem> {
    let present: Vec<u8> =
        DELIMITERS.into_iter().filter(|delimiter| cells(first, *delimiter).len() > 1).collect();
    match (present.as_slice(), column) {
        ([], _) => Ok(b','),
        ([only], _) => Ok(*only),
        (several, Some(column)) => {
            let has_it = |delimiter: &u8| cells(first, *delimiter).iter().any(|cell| alike(cell, column));
            match several.iter().copied().filter(has_it).collect::<Vec<_>>().as_slice() {
                [only] => Ok(*only),
                // The column is then not found, and the error lists the columns.
                [] if several.contains(&b',') => Ok(b','),
                _ => Err(Problem::Delimiter),
            }
        }
        _ => Err(Problem::Delimiter),
    }
}

/// The number of the column, from 0, and a warning if its name does not match exactly.
pub(super) fn find(
    names: &[String],
    wanted: &str,
    line: u64,
) -> Result<(usize, Option<Warning>), InputError> {
    let find = |fits: &dyn Fn(&String) -> bool| {
        let mut columns = (0..names.len()).filter(|index| names.get(*index).is_some_and(fits));
        (columns.next(), columns.next())
    };
    let mut found = find(&|name| name == wanted);
    if found.0.is_none() {
        found = find(&|name| alike(name, wanted));
    }
    let wanted = wanted.to_owned();
    match found {
        (Some(column), None) => {
            let name = names.get(column).cloned().unwrap_or_default();
            // Taking data for a header would silently drop a user.
            if is_data(&name) {
                return Err(InputError::at(Place::Line(line), Problem::NoHeader { found: name }));
            }
            let note = (name != wanted).then_some(Warning::Column { line, name, wanted });
            Ok((column, note))
        }
        (Some(_), Some(second)) => {
            let place = Place::Field { line, column: second + 1, name: None };
            Err(InputError::at(place, Problem::TwoColumns { wanted }))
        }
        (None, _) => {
            let problem = if let Some(name) = data(names) {
                Problem::NoHeader { found: name.clone() }
            } else {
                let meant = meant(names, &wanted);
                let columns = Columns { names: names.to_vec(), meant, skip: None };
                Problem::NoColumn { wanted, columns: Box::new(columns) }
            };
            Err(InputError::at(Place::Line(line), problem))
        }
    }
}

/// The same but for case and the blanks around it.
pub(super) fn alike(name: &str, wanted: &str) -> bool {
    name.trim().to_lowercase() == wanted.trim().to_lowercase()
}

/// A cell that cannot be a column's name. A number may name a column, such as a year, but hardly the first.
fn data(names: &[String]) -> Option<&String> {
    let first = names.first().filter(|name| is_data(name));
    first.or_else(|| names.iter().find(|name| is_address(name)))
}

fn is_address(name: &str) -> bool {
    name.trim().find('@').is_some_and(|at| at > 0)
}

/// Whether it looks like data: an e-mail address or a number.
fn is_data(name: &str) -> bool {
    let name = name.trim();
    is_address(name) || (!name.is_empty() && name.chars().all(|character| character.is_ascii_digit()))
}

/// The only column whose name differs just in what separates its words. Nothing beyond that is guessed: `uid` is
/// similar to `id`, but may hold other ids.
fn meant(names: &[String], wanted: &str) -> Option<String> {
    let bare = |name: &str| name.to_lowercase().replace(|character: char| !character.is_alphanumeric(), "");
    let mut meant = names.iter().filter(|name| bare(name) == bare(wanted));
    meant.next().filter(|_| meant.next().is_none()).cloned()
}
