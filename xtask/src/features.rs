//! `cargo xtask features`: each published crate compiles, without a warning, with every combination of its features.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;

/// Why a combination is not well.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("`cargo {arguments}` cannot be started: {source}")]
    Start { arguments: String, source: io::Error },
    #[error("`cargo metadata` failed; what it said is above")]
    Metadata,
    #[error("what `cargo metadata` says is not understood: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error(
        "this combination of features does not compile, or not without warnings; to see it alone, run: cargo {0}"
    )]
    Combination(String),
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

/// Each feature, and what it turns on.
type Features = BTreeMap<String, Vec<String>>;

#[derive(Deserialize)]
struct Package {
    name: String,
    /// The registries that it may go to: none is named for a crate that is published.
    publish: Option<Vec<String>>,
    features: Features,
}

/// Checks all of them, library and programs alone: what tests and examples ask of a dependency is no help to users.
pub(crate) fn run(root: &Path) -> Result<(), Error> {
    let metadata = cargo(root, "metadata --no-deps --format-version 1 --locked", Stdio::piped())?;
    let metadata = metadata.ok_or(Error::Metadata)?;
    let Metadata { packages } = serde_json::from_slice(&metadata)?;
    // Those with the same combinations are checked together: one forwards its features to the other.
    let mut alike: Vec<(Features, Vec<String>)> = Vec::new();
    for Package { name, features, .. } in packages.into_iter().filter(|package| package.publish.is_none()) {
        match alike.iter_mut().find(|(others, _)| combinations(others) == combinations(&features)) {
            Some((_, names)) => names.push(name),
            None => alike.push((features, vec![name])),
        }
    }
    for (features, names) in &alike {
        let names = names.join(" -p ");
        for combination in combinations(features) {
            let features = combination.join(",");
            let check = format!(
                "clippy --quiet --locked -p {names} --no-default-features --features={features} -- -D warnings"
            );
            cargo(root, &check, Stdio::inherit())?.ok_or(Error::Combination(check))?;
            println!("{names} --no-default-features --features={features}");
        }
    }
    Ok(())
}

/// What it wrote to a pipe; `None` if it failed. No argument has a space in it.
fn cargo(root: &Path, arguments: &str, stdout: Stdio) -> Result<Option<Vec<u8>>, Error> {
    let mut command = Command::new("cargo");
    command.args(arguments.split(' ')).current_dir(root).stdout(stdout).stderr(Stdio::inherit());
    let output =
        command.output().map_err(|source| Error::Start { arguments: arguments.to_owned(), source })?;
    Ok(output.status.success().then_some(output.stdout))
}

/// All subsets that differ. `default` is one of them already, unless it turns something on that no other feature does,
/// and a feature that turns on another one is the same with that and without.
fn combinations(features: &Features) -> Vec<Vec<&str>> {
    let is_named = |members: &[String]| members.iter().all(|member| features.contains_key(member));
    let mut combinations: Vec<Vec<&str>> = vec![vec![]];
    for (name, _) in features.iter().filter(|(name, members)| *name != "default" || !is_named(members)) {
        for without in combinations.clone() {
            combinations.push([&without[..], &[name]].concat());
        }
    }
    combinations.retain(|combination| {
        let turned_on = combination.iter().flat_map(|name| &features[*name]);
        turned_on.filter(|name| features.contains_key(*name)).all(|name| combination.contains(&name.as_str()))
    });
    combinations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(of: &[(&str, &[&str])]) -> Features {
        let owned = |members: &[&str]| members.iter().map(|&member| member.to_owned()).collect();
        of.iter().map(|&(name, members)| (name.to_owned(), owned(members))).collect()
    }

    #[test]
    fn every_subset_that_differs_comes_once() {
        let three = features(&[("a", &["dep:x"]), ("b", &[]), ("c", &["a"]), ("default", &["a", "b"])]);
        // Without `a`, `c` would be the same as with it.
        let subsets: [&[&str]; 6] = [&[], &["a"], &["b"], &["a", "b"], &["a", "c"], &["a", "b", "c"]];
        assert_eq!(combinations(&three), subsets);
        assert_eq!(combinations(&features(&[])), [&[""; 0]]);
    }

    #[test]
    fn a_default_that_turns_on_more_than_features_is_one_itself() {
        let default = features(&[("a", &[]), ("default", &["a", "dep:x"])]);
        assert_eq!(combinations(&default), [&[][..], &["a"], &["a", "default"]]);
    }

    #[test]
    fn the_gate_checks_them() {
        let gate = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(".ci/run");
        let gate = std::fs::read_to_string(gate).unwrap();
        assert!(
            gate.lines().any(|line| line.starts_with("step ") && line.ends_with(" cargo xtask features"))
        );
    }
}
