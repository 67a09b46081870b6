//! `cargo xtask features`: each published crate compiles, without a warning, with every combination of its features.
//!
//! Not cargo hack: it checks crates one by one, in 81 runs where these are 32, and with its own build costs the gate some two
//! minutes more.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use serde::Deserialize;
use xshell::{Shell, cmd};

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
pub(crate) fn run(root: &Path) -> Result<()> {
    let shell = Shell::new()?;
    shell.change_dir(root);
    let metadata = cmd!(shell, "cargo metadata --no-deps --format-version 1 --locked").quiet().read()?;
    let Metadata { packages } = serde_json::from_str(&metadata)?;
    // Those with the same combinations are checked together: one forwards its features to the other.
    let mut alike: Vec<(Features, Vec<String>)> = Vec::new();
    for Package { name, features, .. } in packages.into_iter().filter(|package| package.publish.is_none()) {
        match alike.iter_mut().find(|(others, _)| combinations(others) == combinations(&features)) {
            Some((_, names)) => names.extend(["-p".to_owned(), name]),
            None => alike.push((features, vec!["-p".to_owned(), name])),
        }
    }
    for (features, packages) in &alike {
        for combination in combinations(features) {
            let features = format!("--features={}", combination.join(","));
            let check = ["clippy", "--quiet", "--locked", "--no-default-features", &features];
            // A combination that does not compile, or not without warnings, is named with the command.
            cmd!(shell, "cargo {check...} {packages...} -- -D warnings").quiet().run()?;
            println!("{} --no-default-features {features}", packages.join(" "));
        }
    }
    Ok(())
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
}
