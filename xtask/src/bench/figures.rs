//! Figures with their goals; as a table, and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::{Deserialize, Serialize};

use super::error::{Error, file};

/// What was to be reached.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goal {
    AtMost(f64),
    AtLeast(f64),
}

/// One figure.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) figure: f64,
    pub(crate) goal: Goal,
    pub(crate) reached: bool,
    /// What the figure was made from.
    pub(crate) from: String,
}

impl Row {
    pub(crate) fn at_most(what: &str, figure: f64, goal: f64, from: String) -> Self {
        Self { what: what.to_owned(), figure, goal: Goal::AtMost(goal), reached: figure <= goal, from }
    }

    pub(crate) fn at_least(what: &str, figure: f64, goal: f64, from: String) -> Self {
        Self { what: what.to_owned(), figure, goal: Goal::AtLeast(goal), reached: figure >= goal, from }
    }
}

/// The rows of one part, and where and when they were measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Measured {
    pub(crate) date: String,
    pub(crate) machine: String,
    pub(crate) rows: Vec<Row>,
}

/// All that is known, by the names of the parts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Figures(pub(crate) BTreeMap<String, Measured>);

impl Figures {
    /// None if there is no such file yet.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(path).map_err(file(path))?;
        serde_json::from_str(&text).map_err(|source| Error::Json { path: path.to_owned(), source })
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), Error> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(file(folder))?;
        }
        let text = serde_json::to_string_pretty(self);
        let text = text.map_err(|source| Error::Json { path: path.to_owned(), source })?;
        fs::write(path, text + "\n").map_err(file(path))
    }

    pub(crate) fn set(&mut self, part: &str, rows: Vec<Row>) {
        let measured = Measured { date: said_by("date", &["-u", "+%F"]), machine: machine(), rows };
        self.0.insert(part.to_owned(), measured);
    }

    /// The same with what was measured elsewhere: of a part that both have, the later one, `other` on the same day.
    pub(crate) fn updated_by(mut self, other: Self) -> Self {
        for (part, measured) in other.0 {
            if self.0.get(&part).is_none_or(|known| known.date <= measured.date) {
                self.0.insert(part, measured);
            }
        }
        self
    }
}

/// For a terminal, and for Markdown.
pub(crate) fn table<'a>(rows: impl IntoIterator<Item = &'a Row>) -> String {
    let mut text = "| what | figure | goal | from |\n|---|---|---|---|\n".to_owned();
    for row in rows {
        let goal = match row.goal {
            Goal::AtMost(goal) => format!("≤ {goal}"),
            Goal::AtLeast(goal) => format!("≥ {goal}"),
        };
        let missed = if row.reached { "" } else { ", missed" };
        // Writing to a `String` does not fail.
        let _ = writeln!(text, "| {} | {} | {goal}{missed} | {} |", row.what, short(row.figure), row.from);
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

fn machine() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{model}, {cores} cores, {}", said_by("rustc", &["--version"]))
}

fn said_by(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or_else(
        |_| "unknown".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_were_not_measured_again_stay() {
        let figures = |parts: &[(&str, &str, &str)]| {
            let measured = |date: &str, machine: &str| Measured {
                date: date.to_owned(),
                machine: machine.to_owned(),
                rows: Vec::new(),
            };
            let parts = parts.iter().map(|&(part, date, machine)| (part.to_owned(), measured(date, machine)));
            Figures(parts.collect())
        };
        let committed = figures(&[
            ("build", "2026-02-01", "theirs"),
            ("calls", "2026-02-01", "theirs"),
            ("sign", "2026-02-01", "theirs"),
        ]);
        let here = figures(&[
            ("bulk", "2026-01-01", "ours"),
            ("calls", "2026-01-31", "ours"),
            ("sign", "2026-02-01", "ours"),
        ]);
        let machines =
            committed.updated_by(here).0.into_iter().map(|(part, measured)| (part, measured.machine));
        let wanted = [("build", "theirs"), ("bulk", "ours"), ("calls", "theirs"), ("sign", "ours")];
        let wanted = wanted.map(|(part, machine)| (part.to_owned(), machine.to_owned()));
        assert_eq!(machines.collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn the_table_tells_what_was_missed() {
        let rows = [
            Row::at_most("a ÷ b", 1.456, 1.5, "2 ns ÷ 1 ns".to_owned()),
            Row::at_least("c ÷ d", 12.34, 25.0, String::new()),
            Row::at_most("instructions", 2_012.4, 2_000.0, String::new()),
        ];
        assert_eq!(
            table(&rows),
            "| what | figure | goal | from |\n|---|---|---|---|\n\
             | a ÷ b | 1.46 | ≤ 1.5 | 2 ns ÷ 1 ns |\n\
             | c ÷ d | 12.3 | ≥ 25, missed |  |\n\
             | instructions | 2012 | ≤ 2000, missed |  |\n"
        );
    }
}
