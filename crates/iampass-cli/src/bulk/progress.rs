//! How far it is: a bar on a terminal, a line now and then elsewhere. All of it goes to standard error.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use crate::output::{self, printable};

/// How often the bar is drawn at the most.
const DRAW: Duration = Duration::from_millis(100);
/// How often a line is written where there is no terminal.
const LINE: Duration = Duration::from_secs(10);
/// More warnings than these tell nothing new.
const WARNINGS: u32 = 10;
/// Back to the beginning of the line, and nothing right of it.
const ERASE: &str = "\r\u{1b}[K";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Quiet,
    Lines,
    Bar,
}

pub(super) struct Progress {
    manner: Manner,
    verb: &'static str,
    /// The ids of the input, where that is known.
    total: Option<u64>,
    started: Instant,
    last: Instant,
    drawn: bool,
    warnings: u32,
    warnings_at_most: u32,
}

/// What there is to show.
#[derive(Clone, Copy, Debug)]
struct State {
    verb: &'static str,
    done: u64,
    /// Of `done`, what earlier runs have done: it says nothing of this one's speed.
    earlier: u64,
    total: Option<u64>,
    elapsed: Duration,
}

impl Progress {
    /// `lines`: someone else writes lines to the terminal too, and a bar would get between them.
    pub(super) fn new(verb: &'static str, total: Option<u64>, quiet: bool, lines: bool) -> Self {
        // A terminal that cannot go back to the beginning of a line says so.
        let terminal =
            io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|name| name != "dumb");
        let manner = match (quiet, terminal && !lines) {
            (true, _) => Manner::Quiet,
            (false, true) => Manner::Bar,
            (false, false) => Manner::Lines,
        };
        let now = Instant::now();
        Self {
            manner,
            verb,
            total,
            started: now,
            last: now,
            drawn: false,
            warnings: 0,
            warnings_at_most: WARNINGS,
        }
    }

    /// For a run whose warnings are what it is for.
    pub(super) fn with_all_warnings(self) -> Self {
        Self { warnings_at_most: u32::MAX, ..self }
    }

    /// Shows how far it is, if it is time to.
    pub(super) fn show(&mut self, done: u64, earlier: u64, now: Instant) {
        if !self.is_due(now) {
            return;
        }
        let elapsed = now.duration_since(self.started);
        let state = State { verb: self.verb, done, earlier, total: self.total, elapsed };
        if self.manner == Manner::Lines {
            return output::message(&state.line());
        }
        write(&format!("{ERASE}{}", state.bar(output::columns().unwrap_or(80))));
        self.drawn = true;
    }

    fn is_due(&mut self, now: Instant) -> bool {
        let pause = match self.manner {
            Manner::Quiet => return false,
            Manner::Bar if !self.drawn => Duration::ZERO,
            Manner::Bar => DRAW,
            Manner::Lines => LINE,
        };
        let due = now.duration_since(self.last) >= pause;
        if due {
            self.last = now;
        }
        due
    }

    /// Tells something in a line of its own, unless it is to be quiet.
    pub(super) fn say(&mut self, text: &str) {
        if self.manner != Manner::Quiet {
            self.clear();
            output::message(&printable(text));
        }
    }

    /// Tells of one thing that went wrong among many.
    pub(super) fn warn(&mut self, text: &str) {
        self.warnings = self.warnings.saturating_add(1);
        if self.warnings <= self.warnings_at_most {
            self.say(&format!("warning: {text}"));
        } else if self.warnings - 1 == self.warnings_at_most {
            self.say(
                "warning: there are more of these; a report (`--report FILE`) has what became of each id, and \
                 `--dry-run` tells all that is odd",
            );
        }
    }

    /// Leaves the terminal as it was.
    pub(super) fn clear(&mut self) {
        if std::mem::take(&mut self.drawn) {
            write(ERASE);
        }
    }
}

/// If it fails, there is nobody left to see it.
fn write(text: &str) {
    let mut stderr = io::stderr().lock();
    stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush()).ok();
}

impl State {
    fn line(&self) -> String {
        let mut line = format!("{} {}", self.verb, self.count());
        for part in
            [self.percentage().map(|percent| format!("{percent} %")), self.rate_text(), self.left_text()]
                .into_iter()
                .flatten()
        {
            line.extend([", ", &part]);
        }
        line
    }

    /// At most `width` columns, less three: a `^C` that is typed must not go on in the next line, or the
    /// bar could not be erased.
    fn bar(&self, width: usize) -> String {
        const LONGEST: usize = 40;
        const SHORTEST: usize = 8;
        let width = width.saturating_sub(3);
        let mut parts = vec![self.count()];
        parts.extend(self.percentage().map(|percent| format!("{percent:>3} %")));
        parts.extend(self.rate_text());
        parts.extend(self.left_text());
        let text = format!("{}  {}", self.verb, parts.join("  "));
        let room = width.saturating_sub(text.chars().count() + "[]  ".len()).min(LONGEST);
        match self.percentage() {
            Some(percent) if room >= SHORTEST => {
                let filled = room * usize::try_from(percent).unwrap_or_default() / 100;
                format!("[{}{}]  {text}", "=".repeat(filled), " ".repeat(room - filled))
            }
            _ => text.chars().take(width).collect(),
        }
    }

    fn count(&self) -> String {
        match self.total {
            Some(total) => format!("{} of {}", grouped(self.done), grouped(total)),
            None => grouped(self.done),
        }
    }

    fn percentage(&self) -> Option<u64> {
        let total = self.total.filter(|total| *total > 0)?;
        Some(self.done.min(total) * 100 / total)
    }

    /// Ids per second.
    #[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
    fn rate(&self) -> Option<f64> {
        let done = self.done.saturating_sub(self.earlier);
        let seconds = self.elapsed.as_secs_f64();
        (done > 0 && seconds > 0.0).then(|| done as f64 / seconds)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a figure to look at")]
    fn rate_text(&self) -> Option<String> {
        Some(format!("{} ids/s", grouped(self.rate()?.round() as u64)))
    }

    #[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
    fn left_text(&self) -> Option<String> {
        /// Who has to wait for days needs no minutes.
        const LONGEST: f64 = 100.0 * 3600.0;
        let left = self.total?.checked_sub(self.done)? as f64 / self.rate()?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is small")]
        let seconds = left.min(LONGEST).ceil() as u64;
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        Some(match hours {
            0 => format!("{minutes}:{seconds:02} left"),
            _ => format!("{hours}:{minutes:02}:{seconds:02} left"),
        })
    }
}

/// `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(done: u64, earlier: u64, total: Option<u64>, seconds: u64) -> State {
        State { verb: "import", done, earlier, total, elapsed: Duration::from_secs(seconds) }
    }

    #[test]
    fn a_line_comes_now_and_then_and_a_bar_often() {
        let mut progress = Progress::new("import", None, false, true);
        let begun = progress.started;
        let due = |progress: &mut Progress| -> Vec<u64> {
            let times = (0..40_000).step_by(10);
            times.filter(|time| progress.is_due(begun + Duration::from_millis(*time))).collect()
        };
        progress.manner = Manner::Lines;
        assert_eq!(due(&mut progress), [10_000, 20_000, 30_000]);
        progress.manner = Manner::Quiet;
        assert_eq!(due(&mut progress), [0; 0]);
        progress.manner = Manner::Bar;
        progress.last = begun;
        progress.drawn = true;
        assert_eq!(due(&mut progress).len(), 399);
    }

    #[test]
    fn a_line_tells_rate_and_time_left() {
        let line = |done, earlier, total, seconds| state(done, earlier, total, seconds).line();
        assert_eq!(line(0, 0, Some(100_000), 0), "import 0 of 100,000, 0 %");
        assert_eq!(
            line(25_000, 0, Some(100_000), 10),
            "import 25,000 of 100,000, 25 %, 2,500 ids/s, 0:30 left"
        );
        // What was done before is no measure of speed.
        assert_eq!(
            line(50_000, 49_000, Some(1_050_000), 10),
            "import 50,000 of 1,050,000, 4 %, 100 ids/s, 2:46:40 left"
        );
        assert_eq!(line(50_000, 50_000, Some(50_000), 10), "import 50,000 of 50,000, 100 %");
        assert_eq!(line(1_234_567, 0, None, 10), "import 1,234,567, 123,457 ids/s");
        assert_eq!(
            line(1, 0, Some(u64::MAX), 1),
            "import 1 of 18,446,744,073,709,551,615, 0 %, 1 ids/s, 100:00:00 left"
        );
    }

    #[test]
    fn a_bar_fits_into_its_terminal() {
        let half = state(500, 0, Some(1_000), 5);
        assert_eq!(
            half.bar(80),
            "[============            ]  import  500 of 1,000   50 %  100 ids/s  0:05 left"
        );
        for width in 0..200 {
            assert!(half.bar(width).chars().count() <= width.saturating_sub(3), "{width}");
        }
        assert_eq!(half.bar(40), "import  500 of 1,000   50 %  100 ids/");
        assert_eq!(state(500, 0, None, 5).bar(80), "import  500  100 ids/s");
    }
}
