//! Figures with their goals, as a table.

use std::fmt::Write as _;

#[derive(Clone, Copy)]
pub(super) enum Goal {
    AtMost(f64),
    AtLeast(f64),
}

/// One figure.
pub(super) struct Row {
    pub(super) what: &'static str,
    pub(super) figure: f64,
    pub(super) goal: Goal,
    /// What the figure was made from.
    pub(super) from: String,
}

/// For a terminal, and for Markdown.
pub(super) fn table(rows: &[Row]) -> String {
    let mut text = "| what | figure | goal | from |\n|---|---|---|---|\n".to_owned();
    for Row { what, figure, goal, from } in rows {
        let (goal, reached) = match goal {
            Goal::AtMost(goal) => (format!("≤ {goal}"), figure <= goal),
            Goal::AtLeast(goal) => (format!("≥ {goal}"), figure >= goal),
        };
        let missed = if reached { "" } else { ", missed" };
        // Writing to a `String` does not fail.
        let _ = writeln!(text, "| {what} | {} | {goal}{missed} | {from} |", short(*figure));
    }
    text
}

/// As many digits as mean something.
fn short(figure: f64) -> String {
    match figure.abs() {
        100.0.. => format!("{figure:.0}"),
        10.0..100.0 => format!("{figure:.1}"),
        _ => format!("{figure:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_shows_what_was_missed() {
        let row = |what, figure, goal, from: &str| Row { what, figure, goal, from: from.to_owned() };
        let rows = [
            row("a ÷ b", 1.456, Goal::AtMost(1.5), "2 ns ÷ 1 ns"),
            row("c ÷ d", 12.34, Goal::AtLeast(25.0), ""),
            row("crates", 112.4, Goal::AtMost(112.0), ""),
        ];
        assert_eq!(
            table(&rows),
            "| what | figure | goal | from |\n|---|---|---|---|\n\
             | a ÷ b | 1.46 | ≤ 1.5 | 2 ns ÷ 1 ns |\n\
             | c ÷ d | 12.3 | ≥ 25, missed |  |\n\
             | crates | 112 | ≤ 112, missed |  |\n"
        );
    }
}
