//! The steps of a run: each told as it ends, all of them in a table at the end.

use std::time::{Duration, Instant};

use super::error::Error;

/// What became of the steps so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    step: &'static str,
    outcome: Outcome,
    time: Duration,
    note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    Skipped,
    /// Something that a run can do without is not there.
    Forgone,
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Self::Passed => "ok",
            Self::Failed => "FAILED",
            Self::Skipped | Self::Forgone => "skipped",
        }
    }

    fn is_open(self) -> bool {
        matches!(self, Self::Failed | Self::Skipped)
    }
}

impl Report {
    /// Does a step and tells how it went. What the step yields is `None` when it failed.
    pub(crate) fn step<T>(
        &mut self,
        step: &'static str,
        work: impl FnOnce() -> Result<(T, String), Error>,
    ) -> Option<T> {
        let begun = Instant::now();
        let (outcome, note, value) = match work() {
            Ok((value, note)) => (Outcome::Passed, note, Some(value)),
            Err(Error::Forgone(why)) => (Outcome::Forgone, why, None),
            Err(error) => {
                println!("{error}");
                (Outcome::Failed, String::new(), None)
            }
        };
        self.add(Row { step, outcome, time: begun.elapsed(), note });
        value
    }

    /// Notes that a step could not be tried because one before it failed.
    pub(crate) fn skip(&mut self, step: &'static str) {
        self.add(Row { step, outcome: Outcome::Skipped, time: Duration::ZERO, note: String::new() });
    }

    /// Adds the steps of a run that went on at the same time.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.rows.append(&mut other.rows);
    }

    /// Whether a step was tried or skipped already.
    pub(crate) fn has(&self, step: &str) -> bool {
        self.rows.iter().any(|row| row.step == step)
    }

    /// What became of a step, in a word.
    pub(crate) fn word(&self, step: &str) -> &'static str {
        self.rows.iter().find(|row| row.step == step).map_or("-", |row| row.outcome.word())
    }

    fn add(&mut self, row: Row) {
        println!("{}", line(&row));
        self.rows.push(row);
    }

    /// All steps, one line each.
    pub(crate) fn table(&self) -> String {
        let rows = self.rows.iter().map(|row| line(row) + "\n");
        format!("\n{:<30} {:<8} {:>8}\n{}", "step", "result", "time", rows.collect::<String>())
    }

    /// The verdict on the run: an error unless every step passed, or was forgone.
    pub(crate) fn verdict(&self) -> Result<(), Error> {
        let open: Vec<_> = self.rows.iter().filter(|row| row.outcome.is_open()).map(|row| row.step).collect();
        if open.is_empty() { Ok(()) } else { Err(Error::Steps(open)) }
    }
}

fn line(row: &Row) -> String {
    let line =
        format!("{:<30} {:<8} {:>6.1} s  {}", row.step, row.outcome.word(), row.time.as_secs_f64(), row.note);
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_passes_only_when_every_step_did() {
        let mut report = Report::default();
        assert_eq!(report.step("one", || Ok((7, "noted".to_owned()))), Some(7));
        let without = report.step::<()>("without", || Err(Error::Forgone("there is no browser".to_owned())));
        assert_eq!(without, None);
        assert!(report.verdict().is_ok());
        assert!(report.table().contains("skipped") && report.table().contains("there is no browser"));

        assert_eq!(report.step::<()>("two", || Err(Error::NoProgram("x"))), None);
        report.skip("three");
        assert_eq!(
            report.verdict().map_err(|error| error.to_string()),
            Err("not passed: two, three".to_owned())
        );
        let table = report.table();
        assert!(
            table.contains("one")
                && table.contains("noted")
                && table.contains("FAILED")
                && table.contains("skipped")
        );
    }
}
