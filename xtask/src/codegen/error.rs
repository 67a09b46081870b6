//! What can go wrong between a contract and its Rust file.

/// What is wrong with a contract: every problem found in one run. [`in_file`](Self::in_file) adds the file.
#[derive(Debug, thiserror::Error)]
#[error("{}", problems.join("\n"))]
pub(crate) struct ContractError {
    /// A line each: the place, what is wrong there and what to do.
    problems: Vec<String>,
}

/// How many problems are listed.
const MAX_LISTED: usize = 50;

impl ContractError {
    /// Problems beyond the limit are counted, not listed.
    pub(crate) fn new(mut problems: Vec<String>) -> Self {
        if let Some(more) = problems.len().checked_sub(MAX_LISTED).filter(|more| *more > 0) {
            problems.truncate(MAX_LISTED);
            problems.push(format!("and {more} more problems"));
        }
        Self { problems }
    }

    /// The problems, with the file before each.
    pub(crate) fn in_file(&self, file: &str) -> anyhow::Error {
        let lines: Vec<_> = self.problems.iter().map(|problem| format!("{file}: {problem}")).collect();
        anyhow::Error::msg(lines.join("\n"))
    }
}

/// One problem alone.
impl From<String> for ContractError {
    fn from(problem: String) -> Self {
        Self::new(vec![problem])
    }
}
