//! What a run ends with.

use std::collections::BTreeMap;
use std::io::{self, Write};

use indicatif::HumanCount;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::operation::Operation;
use super::outcome::Outcome;
use super::outcome_counts::OutcomeCounts;
use crate::output::{Records, Report, visible};

pub(super) struct Summary {
    pub(super) operation: Operation,
    /// What a run that sends nothing has found.
    pub(super) dry_run: Option<DryRun>,
    /// By all runs with a checkpoint.
    pub(super) counts: OutcomeCounts,
    /// Of `counts`, by the runs before this one.
    pub(super) earlier: OutcomeCounts,
    /// Ids of the input that were not reached; `None` if the number is unknown.
    pub(super) not_sent: Option<u64>,
    /// Whether all went through.
    pub(super) complete: bool,
}

#[derive(Debug, Default)]
pub(super) struct DryRun {
    /// Ids with invisible characters, and records that span several lines.
    pub(super) odd: u64,
    /// As they would be sent.
    pub(super) first_ids: Vec<String>,
}

impl Summary {
    pub(super) fn new(operation: Operation, counts: OutcomeCounts) -> Self {
        let earlier = OutcomeCounts::default();
        Self { operation, dry_run: None, counts, earlier, not_sent: None, complete: true }
    }

    pub(super) fn with_dry_run(self, dry_run: DryRun) -> Self {
        Self { dry_run: Some(dry_run), ..self }
    }

    /// How many of an outcome's ids are not of this run.
    fn by_earlier(&self, outcome: Outcome) -> String {
        match self.earlier.get(outcome) {
            0 => String::new(),
            ids => format!("  {} by earlier runs", HumanCount(ids)),
        }
    }

    fn outcomes(&self) -> &'static [Outcome] {
        use Outcome::{Created, Deleted, Duplicate, Existing, Failed, Invalid, SentAgain, Unlisted, Valid};
        match self.operation {
            _ if self.dry_run.is_some() => &[Valid, Invalid, Duplicate],
            Operation::Import => &[Created, Existing, SentAgain, Unlisted, Invalid, Duplicate, Failed],
            Operation::Remove => &[Deleted, Invalid, Duplicate, Failed],
        }
    }
}

/// The same members in every run.
impl Serialize for Summary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("operation", self.operation.name())?;
        map.serialize_entry("dry_run", &self.dry_run.is_some())?;
        map.serialize_entry("complete", &self.complete)?;
        for outcome in self.outcomes() {
            map.serialize_entry(outcome.name(), &self.counts.get(*outcome))?;
        }
        if let Some(DryRun { odd, first_ids }) = &self.dry_run {
            map.serialize_entry("odd", odd)?;
            map.serialize_entry("first_ids", first_ids)?;
        } else {
            map.serialize_entry("not_sent", &self.not_sent)?;
            let earlier = self.outcomes().iter().map(|outcome| (outcome.name(), self.earlier.get(*outcome)));
            map.serialize_entry("earlier", &earlier.collect::<BTreeMap<_, _>>())?;
        }
        map.end()
    }
}

impl Report for Summary {
    /// Rare outcomes are shown only if there are any.
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let rare = |outcome| matches!(outcome, Outcome::SentAgain | Outcome::Unlisted);
        let counts = self.outcomes().iter().map(|outcome| (*outcome, self.counts.get(*outcome)));
        let counts = counts.filter(|(outcome, ids)| *ids > 0 || !rare(*outcome));
        let mut rows: Vec<_> = counts
            .map(|(outcome, ids)| {
                (outcome.name().replace('_', " "), HumanCount(ids).to_string(), self.by_earlier(outcome))
            })
            .collect();
        if let Some(ids) = self.not_sent.filter(|ids| *ids > 0) {
            rows.push(("not sent".to_owned(), HumanCount(ids).to_string(), String::new()));
        }
        if let Some(DryRun { odd, .. }) = &self.dry_run {
            rows.push(("odd".to_owned(), HumanCount(*odd).to_string(), String::new()));
        }
        let widest = |text: fn(&(String, String, String)) -> &String| {
            rows.iter().map(|row| text(row).chars().count()).max().unwrap_or_default()
        };
        let (names, numbers) = (widest(|row| &row.0), widest(|row| &row.1));
        rows.iter()
            .try_for_each(|(name, number, more)| writeln!(out, "{name:<names$}  {number:>numbers$}{more}"))?;
        match self.dry_run.as_ref().map(|dry_run| dry_run.first_ids.as_slice()) {
            None | Some([]) => Ok(()),
            Some(first) => {
                writeln!(out, "\nthe first ids, as they would be sent:")?;
                first.iter().try_for_each(|id| writeln!(out, "  {}", visible(id)))
            }
        }
    }

    /// The same ones in every run.
    fn records(&self) -> Records {
        let counts = self.outcomes().iter().map(|outcome| {
            (outcome.name(), Some(self.counts.get(*outcome)), Some(self.earlier.get(*outcome)))
        });
        let last = match &self.dry_run {
            Some(dry_run) => ("odd", Some(dry_run.odd), None),
            None => ("not_sent", self.not_sent, None),
        };
        let records = Records::new(&["outcome", "ids", "earlier"]);
        counts.chain([last]).fold(records, |records, (name, ids, earlier)| {
            records.with(vec![name.into(), ids.into(), earlier.into()])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(operation: Operation, dry_run: bool, counts: &[(Outcome, u64)], not_sent: Option<u64>) -> String {
        let dry_run = dry_run.then(|| DryRun { odd: 1, first_ids: ["a ", "b"].map(str::to_owned).to_vec() });
        summary(&Summary { dry_run, not_sent, ..Summary::new(operation, counts_of(counts)) })
    }

    fn counts_of(counts: &[(Outcome, u64)]) -> OutcomeCounts {
        let mut all = OutcomeCounts::default();
        for (outcome, ids) in counts {
            all.add(*outcome, *ids);
        }
        all
    }

    fn summary(summary: &Summary) -> String {
        let mut text = Vec::new();
        summary.text(&mut text).unwrap();
        format!("{}{}", String::from_utf8(text).unwrap(), serde_json::to_string(summary).unwrap())
    }

    #[test]
    fn earlier_runs_are_told_from_this_one() {
        let counts = counts_of(&[(Outcome::Created, 12_345), (Outcome::SentAgain, 7)]);
        let earlier = counts_of(&[(Outcome::Created, 2_000)]);
        let text = summary(&Summary { earlier, ..Summary::new(Operation::Import, counts) });
        assert!(
            text.starts_with("created     12,345  2,000 by earlier runs\nexisting         0\n"),
            "{text}"
        );
        assert!(
            text.contains("\"created\":12345,") && text.contains("\"earlier\":{\"created\":2000,"),
            "{text}"
        );
    }

    #[test]
    fn tables_and_json() {
        let counts = [(Outcome::Created, 12_345), (Outcome::Failed, 1_000)];
        assert_eq!(
            text(Operation::Import, false, &counts, Some(0)),
            "created    12,345\nexisting        0\ninvalid         0\nduplicate       0\nfailed      1,000\n\
             {\"operation\":\"import\",\"dry_run\":false,\"complete\":true,\"created\":12345,\"existing\":0,\
             \"sent_again\":0,\"unlisted\":0,\"invalid\":0,\"duplicate\":0,\"failed\":1000,\"not_sent\":0,\
             \"earlier\":{\"created\":0,\"duplicate\":0,\"existing\":0,\"failed\":0,\"invalid\":0,\
             \"sent_again\":0,\"unlisted\":0}}"
        );
        let counts = [(Outcome::SentAgain, 7), (Outcome::Unlisted, 1)];
        let all = text(Operation::Import, false, &counts, Some(3));
        assert!(all.contains("sent again  7\nunlisted    1\n"), "{all}");
        assert!(all.contains("failed      0\nnot sent    3\n"), "{all}");
        assert_eq!(
            text(Operation::Remove, false, &[(Outcome::Deleted, 2)], None),
            "deleted    2\ninvalid    0\nduplicate  0\nfailed     0\n\
             {\"operation\":\"remove\",\"dry_run\":false,\"complete\":true,\"deleted\":2,\"invalid\":0,\
             \"duplicate\":0,\"failed\":0,\"not_sent\":null,\"earlier\":{\"deleted\":0,\"duplicate\":0,\
             \"failed\":0,\"invalid\":0}}"
        );
        assert_eq!(
            text(Operation::Import, true, &[(Outcome::Valid, 2)], None),
            "valid      2\ninvalid    0\nduplicate  0\nodd        1\n\n\
             the first ids, as they would be sent:\n  a\\u{20}\n  b\n\
             {\"operation\":\"import\",\"dry_run\":true,\"complete\":true,\"valid\":2,\"invalid\":0,\"duplicate\":0,\
             \"odd\":1,\"first_ids\":[\"a \",\"b\"]}"
        );
    }
}
