//! What was aimed at, beside what was measured.

use std::fmt;

/// One line each.
#[derive(Default)]
pub(crate) struct Goals(Vec<Goal>);

struct Goal {
    what: String,
    measured: f64,
    bound: f64,
    sign: char,
    met: bool,
}

impl Goals {
    pub(crate) fn at_most(&mut self, what: String, measured: f64, bound: f64) {
        self.0.push(Goal { what, measured, bound, sign: '≤', met: measured <= bound });
    }

    pub(crate) fn at_least(&mut self, what: String, measured: f64, bound: f64) {
        self.0.push(Goal { what, measured, bound, sign: '≥', met: measured >= bound });
    }

    pub(crate) fn all_met(&self) -> bool {
        self.0.iter().all(|goal| goal.met)
    }
}

impl fmt::Display for Goals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<52} {:>9}   goal", "what", "measured")?;
        for Goal { what, measured, bound, sign, met } in &self.0 {
            let verdict = if *met { "met" } else { "MISSED" };
            writeln!(f, "{what:<52} {measured:>9.2}   {sign} {bound}: {verdict}")?;
        }
        Ok(())
    }
}
