//! What a number of samples say together.

use super::error::Error;

/// What the same thing took, each time that it was measured.
#[derive(Debug)]
pub(crate) struct Times(Vec<f64>);

impl Times {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn of(times: Vec<f64>) -> Self {
        let mut all = Self::new();
        all.add(times);
        all
    }

    /// Adds those of another round.
    pub(crate) fn add(&mut self, times: impl IntoIterator<Item = f64>) {
        self.0.extend(times);
        self.0.sort_by(f64::total_cmp);
    }

    /// What the fastest tenth took at most: of the things themselves. A neighbour on the same processor comes and goes
    /// within seconds, and only ever adds; and the very fastest may be luck.
    pub(crate) fn fastest_tenth(&self) -> Result<f64, Error> {
        self.at(0.1)
    }

    /// The median: of the things and of what else the machine did.
    pub(crate) fn median(&self) -> Result<f64, Error> {
        self.at(0.5)
    }

    /// Both, of nanoseconds: in microseconds if those are some.
    pub(crate) fn text(&self) -> Result<String, Error> {
        let (tenth, median) = (self.fastest_tenth()?, self.median()?);
        Ok(if tenth < 1_000.0 {
            format!("{tenth:.0} ns (median {median:.0})")
        } else {
            format!("{:.1} µs (median {:.1})", tenth / 1e3, median / 1e3)
        })
    }

    fn at(&self, share: f64) -> Result<f64, Error> {
        let last = self.0.len().saturating_sub(1);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place in a list"
        )]
        let place = (share * last as f64) as usize;
        self.0.get(place).copied().ok_or(Error::NoSamples)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_is_a_tenth_and_half_is_half_of_all_rounds() {
        let mut times = Times::new();
        times.add((51..=101).map(f64::from));
        times.add((1..=50).rev().map(f64::from));
        assert_eq!(times.text().unwrap(), "11 ns (median 51)");
        times.add([2e6; 1_000]);
        assert_eq!(times.text().unwrap(), "2000.0 µs (median 2000.0)");
    }

    #[test]
    fn one_is_all_and_none_is_an_error() {
        let mut times = Times::new();
        assert!(times.median().is_err());
        times.add([7.0]);
        assert_eq!(times.text().unwrap(), "7 ns (median 7)");
    }
}
