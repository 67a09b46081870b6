//! The steps of a run: each printed as it ends, all of them in a table at the end.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// What became of the steps so far.
#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

struct Row {
    step: String,
    outcome: Outcome,
    time: Duration,
    note: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    /// A step before it failed.
    Skipped,
    /// Something that a run can do without, such as a browser, is not there.
    Unavailable,
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Self::Passed => "ok",
            Self::Failed => "FAILED",
            Self::Skipped | Self::Unavailable => "skipped",
        }
    }
}

impl Report {
    /// Does a step whose value others need; the value is `None` when it failed.
    pub(crate) fn step<T>(&mut self, step: &str, work: impl FnOnce() -> Result<T>) -> Option<T> {
        let mut value = None;
        self.check(step, Some(()), |()| {
            value = Some(work()?);
            Ok(String::new())
        });
        value
    }

    /// Does a step that returns a note: what was checked or, after `skipped: `, what it lacks. Without what it `needs`,
    /// which an earlier step was to yield, it is skipped. `None` unless it passed.
    pub(crate) fn check<N>(
        &mut self,
        step: &str,
        needs: Option<N>,
        work: impl FnOnce(N) -> Result<String>,
    ) -> Option<()> {
        let started = Instant::now();
        let (outcome, note) = match needs.map(work) {
            None => (Outcome::Skipped, String::new()),
            Some(Ok(note)) => match note.strip_prefix("skipped: ") {
                Some(reason) => (Outcome::Unavailable, reason.to_owned()),
                None => (Outcome::Passed, note),
            },
            Some(Err(error)) => {
                println!("{error:#}");
                (Outcome::Failed, String::new())
            }
        };
        let row = Row { step: step.to_owned(), outcome, time: started.elapsed(), note };
        println!("{}", line(&row));
        self.rows.push(row);
        (outcome == Outcome::Passed).then_some(())
    }

    /// Adds the steps of a run that went on at the same time.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.rows.append(&mut other.rows);
    }

    /// What became of a step, in a word.
    pub(crate) fn word(&self, step: &str) -> &'static str {
        self.rows.iter().find(|row| row.step == step).map_or("-", |row| row.outcome.word())
    }

    /// All steps, one line each.
    pub(crate) fn table(&self) -> String {
        let rows = self.rows.iter().map(|row| line(row) + "\n");
        format!("\n{:<30} {:<8} {:>8}\n{}", "step", "result", "time", rows.collect::<String>())
    }

    /// An error unless every step passed, or was unavailable.
    pub(crate) fn result(&self) -> Result<()> {
        let open = |row: &&Row| matches!(row.outcome, Outcome::Failed | Outcome::Skipped);
        let open: Vec<_> = self.rows.iter().filter(open).map(|row| row.step.as_str()).collect();
        if !open.is_empty() {
            bail!("not passed: {}", open.join(", "));
        }
        Ok(())
    }
}

fn line(row: &Row) -> String {
    let (step, word, seconds) = (&row.step, row.outcome.word(), row.time.as_secs_f64());
    format!("{step:<30} {word:<8} {seconds:>6.1} s  {}", row.note).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_passes_only_when_every_step_did() {
        let mut report = Report::default();
        assert_eq!(report.step("one", || Ok(7)), Some(7));
        let without = report.check("without", Some(()), |()| Ok("skipped: there is no browser".to_owned()));
        assert_eq!(without, None);
        assert_eq!(report.check("noted", Some(3), |number| Ok(format!("{number} checks"))), Some(()));
        assert!(report.result().is_ok());

        assert_eq!(report.step::<()>("two", || bail!("it is broken")), None);
        assert_eq!(report.check("three", None::<()>, |()| Ok(String::new())), None);
        assert_eq!(report.result().unwrap_err().to_string(), "not passed: two, three");
        let table = report.table();
        for word in ["one", "3 checks", "there is no browser", "FAILED", "skipped"] {
            assert!(table.contains(word), "{table}");
        }
    }
}
