//! The table of figures in the README.

use std::fs;
use std::path::Path;

use super::error::{Error, file};
use super::figures::{Figures, table};

pub(crate) const BEGIN: &str = "<!-- figures: written by `cargo xtask bench --readme` -->";
pub(crate) const END: &str = "<!-- end of figures -->";

/// Writes the figures into the README.
pub(crate) fn write(root: &Path, figures: &Figures) -> Result<(), Error> {
    let path = root.join("README.md");
    let text = fs::read_to_string(&path).map_err(file(&path))?;
    let text = with_figures(&text, figures).ok_or_else(|| Error::NoPlace { path: path.clone() })?;
    fs::write(&path, text).map_err(file(&path))
}

/// `None` if the README has no place for them.
pub(crate) fn with_figures(readme: &str, figures: &Figures) -> Option<String> {
    let (before, rest) = readme.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    let mut places: Vec<_> =
        figures.0.values().map(|part| format!("{} ({})", part.date, part.machine)).collect();
    places.sort();
    places.dedup();
    let table = table(figures.0.values().flat_map(|part| &part.rows));
    let measured = if places.is_empty() { "not yet".to_owned() } else { places.join("; ") };
    Some(format!("{before}{BEGIN}\nMeasured {measured}.\n\n{table}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_is_changed() {
        let readme = format!("a\n{BEGIN}\nold\n{END}\nb\n");
        let text = with_figures(&readme, &Figures::default()).unwrap();
        assert!(text.starts_with(&format!("a\n{BEGIN}\nMeasured not yet.\n\n| what |")), "{text}");
        assert!(text.ends_with(&format!("|\n{END}\nb\n")) && !text.contains("old"), "{text}");
        assert_eq!(with_figures("no marks", &Figures::default()), None);
    }
}
