//! How to continue after a run that has not done everything.

use std::path::Path;
use std::time::Duration;

use iampass_management::Error;

use crate::args::BulkArguments;
use crate::shell_word::quoted;

/// The command that resumes the run, and what to consider.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Next {
    /// As it was typed, for a POSIX shell.
    command: String,
    has_checkpoint: bool,
    has_report: bool,
    is_standard_input: bool,
    rate: Option<f64>,
}

impl Next {
    /// After this process's own command.
    pub(super) fn of_this_command(arguments: &BulkArguments) -> Self {
        let own = std::env::args_os().skip(1);
        let words = own.map(quoted);
        Self {
            command: std::iter::once("iampass".to_owned()).chain(words).collect::<Vec<_>>().join(" "),
            has_checkpoint: arguments.checkpoint.is_some(),
            has_report: arguments.report.is_some(),
            is_standard_input: arguments.input == Path::new("-"),
            rate: arguments.rate,
        }
    }

    /// The command; `None` if it does not work as it was typed.
    pub(super) fn command(&self) -> Option<&str> {
        self.works_as_typed().then_some(&self.command)
    }

    /// Without a checkpoint, nothing says that the report is this run's.
    fn works_as_typed(&self) -> bool {
        self.has_checkpoint || !self.has_report
    }

    /// What the command does.
    pub(super) fn hint(&self) -> String {
        let input = self.is_standard_input.then_some("the same ids on standard input");
        let report = (!self.works_as_typed()).then_some("another name for the report");
        let with: Vec<_> = input.into_iter().chain(report).collect();
        let with = if with.is_empty() { String::new() } else { format!(", with {},", with.join(" and ")) };
        if self.has_checkpoint {
            format!("the same command{with} sends what is missing, and nothing that is done")
        } else {
            format!(
                "the same command{with} can safely be repeated: it sends everything again. With \
                 `--checkpoint FILE` it would send only what is missing"
            )
        }
    }

    /// The same after this failure of a call.
    pub(super) fn hint_after(&self, error: &Error) -> String {
        let wait =
            error.retry_after().map(|wait| format!("wait for {}, as the service asks; then ", seconds(wait)));
        let rate = error.is_rate_limited().then(|| {
            let rate = self.rate.map_or(1.0, |rate| rate / 2.0);
            format!("; with `--rate {rate}` it makes fewer requests per second")
        });
        [wait.unwrap_or_default(), self.hint(), rate.unwrap_or_default()].concat()
    }
}

/// A time in whole seconds, as in `1h 5m 3s`.
pub(super) fn seconds(time: Duration) -> String {
    // Rounded up: a wait must not be shown shorter than it is.
    let seconds = time.as_secs().saturating_add(u64::from(time.subsec_millis() > 0));
    humantime::format_duration(Duration::from_secs(seconds)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_not_shown_shorter_than_it_is() {
        for (millis, shown) in [(0, "0s"), (1, "1s"), (1_000, "1s"), (1_001, "2s"), (3_600_000, "1h")] {
            assert_eq!(seconds(Duration::from_millis(millis)), shown);
        }
    }
}
