//! Shows the progress of a run on standard error: a bar on a terminal, else a line every ten seconds.

use std::time::{Duration, Instant};

use indicatif::{
    FormattedDuration, HumanCount, HumanFloatCount, ProgressBar, ProgressDrawTarget, ProgressStyle,
};

use super::bar_terminal::{BarTerminal, FREE};
use crate::output::{self, printable};
use crate::signals::Signal;

/// How often the bar is drawn in a second, at the most.
const FRAMES: u8 = 10;
/// How often a line is written where there is no bar.
const LINE: Duration = Duration::from_secs(10);
/// At most this many warnings are shown.
const WARNINGS: u32 = 10;
/// Narrower terminals get the text without the bar.
const NARROW: usize = 60;
/// The shortest bar, with what surrounds it.
const SHORTEST_BAR: usize = 12;
/// The longest estimate of the time left.
const LONGEST: Duration = Duration::from_secs(100 * 3600);

pub(super) struct Progress {
    verb: &'static str,
    quiet: bool,
    is_paused: bool,
    /// Columns of the terminal that are not for the text.
    taken: usize,
    /// Hidden where there is no terminal; it then still computes the rate.
    bar: ProgressBar,
    /// Ids that earlier runs have done, which do not count for the rate.
    earlier: u64,
    last_line: Instant,
    warnings: u32,
    warnings_at_most: u32,
}

impl Progress {
    /// `total` is the number of ids in the input, if known. With `lines`, plain lines are written even on a terminal,
    /// because something else writes to it too.
    pub(super) fn new(verb: &'static str, total: Option<u64>, quiet: bool, lines: bool) -> Self {
        let target = if output::can_redraw() && !quiet && !lines {
            ProgressDrawTarget::term_like_with_hz(Box::new(BarTerminal::new()), FRAMES)
        } else {
            ProgressDrawTarget::hidden()
        };
        let is_narrow = output::columns().is_some_and(|columns| columns < NARROW);
        let is_bare = is_narrow || total.is_none();
        let template = if is_bare { "{wide_msg}" } else { "[{wide_bar}]  {msg}" };
        let taken = usize::from(FREE) + if is_bare { 0 } else { SHORTEST_BAR };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(total, target).with_style(style.progress_chars("=> "));
        let last_line = Instant::now();
        let (warnings, warnings_at_most) = (0, WARNINGS);
        Self { verb, quiet, is_paused: false, taken, bar, earlier: 0, last_line, warnings, warnings_at_most }
    }

    /// Shows all warnings, for a dry run.
    pub(super) fn with_all_warnings(self) -> Self {
        Self { warnings_at_most: u32::MAX, ..self }
    }

    /// Shows how far it is, if it is time to. Of the ids that are `done`, earlier runs have done some.
    pub(super) fn show(&mut self, done: u64, earlier: u64, now: Instant) {
        self.bar.set_position(done);
        if earlier != self.earlier {
            self.earlier = earlier;
            self.bar.reset_eta();
        }
        if !self.bar.is_hidden() {
            self.bar.set_message(self.text());
        } else if !self.quiet && now.duration_since(self.last_line) >= LINE {
            self.last_line = now;
            output::message(&self.text());
        }
    }

    fn text(&self) -> String {
        let (bar, length) = (&self.bar, self.bar.length());
        // Nobody knows how long a pause takes.
        let (verb, rate) = if self.is_paused { ("paused", 0.0) } else { (self.verb, bar.per_sec()) };
        let columns = if bar.is_hidden() { None } else { output::columns() };
        let columns = columns.map_or(usize::MAX, |columns| columns.saturating_sub(self.taken));
        text(verb, bar.position(), length, rate, bar.eta(), columns)
    }

    /// Shows that nothing is being sent, or that something is again.
    pub(super) fn pause(&mut self, is_paused: bool) {
        if self.is_paused && !is_paused {
            // The pause is no measure of the rate.
            self.bar.reset_eta();
        }
        self.is_paused = is_paused;
    }

    /// Begins a new line if Ctrl-C was typed in the present one; a bar's line is erased anyway.
    pub(super) fn after(&self, signal: Signal) {
        if signal == Signal::Interrupt && self.bar.is_hidden() {
            output::after_ctrl_c();
        }
    }

    /// Prints a line above the bar, unless the run is quiet.
    pub(super) fn say(&mut self, text: &str) {
        if !self.quiet {
            self.bar.suspend(|| output::message(&printable(text)));
        }
    }

    /// Prints a warning, unless there were too many already.
    pub(super) fn warn(&mut self, text: &str) {
        self.warnings = self.warnings.saturating_add(1);
        if self.warnings <= self.warnings_at_most {
            self.say(&format!("warning: {text}"));
        } else if self.warnings - 1 == self.warnings_at_most {
            self.say(
                "warning: there are more of these; a report (`--report FILE`) has what became of each id, and \
                 `--dry-run` prints all that is odd",
            );
        }
    }

    /// Leaves the terminal as it was.
    pub(super) fn clear(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// What does not fit into the columns is left out, from the end.
fn text(
    verb: &str,
    done: u64,
    total: Option<u64>,
    per_second: f64,
    left: Duration,
    columns: usize,
) -> String {
    let of_total = total.map_or_else(String::new, |total| format!(" of {}", HumanCount(total)));
    let percent = total.map_or_else(String::new, |total| {
        let percent = (u128::from(done.min(total)) * 100).checked_div(total.into()).unwrap_or(100);
        format!(", {percent} %")
    });
    let speed =
        if per_second > 0.0 { format!(", {:.0} ids/s", HumanFloatCount(per_second)) } else { String::new() };
    let left = if per_second > 0.0 && total.is_some_and(|total| done < total) {
        format!(", {} left", FormattedDuration(left.min(LONGEST)))
    } else {
        String::new()
    };
    let mut text = format!("{verb} {}{of_total}", HumanCount(done));
    for part in [percent, speed, left] {
        if text.len() + part.len() > columns {
            break;
        }
        text.push_str(&part);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_and_time_left_are_told_where_they_are_known() {
        let text = |done, total, per_second, left| {
            text("import", done, total, per_second, Duration::from_secs(left), usize::MAX)
        };
        assert_eq!(text(0, Some(100_000), 0.0, 0), "import 0 of 100,000, 0 %");
        assert_eq!(
            text(25_000, Some(100_000), 2_500.4, 30),
            "import 25,000 of 100,000, 25 %, 2,500 ids/s, 00:00:30 left"
        );
        assert_eq!(text(50_000, Some(50_000), 9.6, 0), "import 50,000 of 50,000, 100 %, 10 ids/s");
        assert_eq!(text(1_234_567, None, 123_456.7, 0), "import 1,234,567, 123,457 ids/s");
        let longest = text(1, Some(u64::MAX), 1.0, u64::MAX);
        assert_eq!(longest, "import 1 of 18,446,744,073,709,551,615, 0 %, 1 ids/s, 4d 04:00:00 left");
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        let text = |columns| text("import", 6_000, Some(20_000), 3_871.0, Duration::from_secs(4), columns);
        assert_eq!(text(56), "import 6,000 of 20,000, 30 %, 3,871 ids/s, 00:00:04 left");
        assert_eq!(text(55), "import 6,000 of 20,000, 30 %, 3,871 ids/s");
        assert_eq!(text(28), "import 6,000 of 20,000, 30 %");
        assert_eq!(text(27), "import 6,000 of 20,000");
        assert_eq!(text(5), "import 6,000 of 20,000");
    }

    #[test]
    fn a_pause_has_no_rate() {
        let mut progress = Progress::new("import", Some(1_000), true, false);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(50) {
            std::thread::sleep(Duration::from_millis(5));
            progress.show(500, 0, Instant::now());
        }
        assert!(progress.text().contains(" left"), "{}", progress.text());
        progress.pause(true);
        assert_eq!(progress.text(), "paused 500 of 1,000, 50 %");
        progress.pause(false);
        assert_eq!(progress.text(), "import 500 of 1,000, 50 %");
    }

    #[test]
    fn what_was_done_before_is_no_measure_of_the_rate() {
        let mut progress = Progress::new("import", Some(1_000), true, false);
        progress.show(500, 500, Instant::now());
        assert_eq!(progress.text(), "import 500 of 1,000, 50 %");
    }
}
