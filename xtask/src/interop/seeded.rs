//! Mistakes put into copies of the contracts: each must be caught, by the guard that is there for it, by name.

use std::fs;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use super::contracts;
use super::tools::{Folders, Node, Python};
use crate::contracts::CONTRACTS;
use crate::{codegen, contract, yaml};

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Guard {
    /// `cargo xtask codegen`
    Codegen,
    /// `cargo xtask contract`
    Release,
    /// `contract_guards.py`
    Specification,
    Redocly,
    Spectral,
}

#[derive(Deserialize)]
struct Mistake {
    name: String,
    contract: String,
    from: String,
    to: String,
    guard: Guard,
    message: String,
}

/// Makes each mistake in turn; says which was not caught.
pub(crate) fn mistakes(node: &Node, python: &Python, folders: &Folders) -> Result<String> {
    let mistakes: Vec<Mistake> = yaml::read(&folders.scripts.join("seeded.yaml"))?;
    let copy = folders.work.join("seeded.yaml");
    let mut missed = Vec::new();
    for mistake in &mistakes {
        let contract = CONTRACTS.iter().find(|contract| contract.source == mistake.contract);
        let contract = contract.with_context(|| format!("there is no contract {}", mistake.contract))?;
        let text = fs::read_to_string(folders.root.join(contract.source))?;
        let seeded = text.replacen(&mistake.from, &mistake.to, 1);
        fs::write(&copy, &seeded)?;
        let files = std::slice::from_ref(&copy);
        let message = match mistake.guard {
            _ if seeded == text => "the contract has changed: there is no place for this mistake".to_owned(),
            Guard::Codegen => message(codegen::generate(&seeded, contract).map_err(Into::into)),
            Guard::Release => contract::compare(&text, &seeded),
            Guard::Specification => message(contracts::specification_of(python, folders, &copy)),
            Guard::Redocly => message(contracts::redocly(node, folders, files)),
            Guard::Spectral => message(contracts::spectral(node, folders, files)),
        };
        if !message.contains(&mistake.message) {
            missed.push(format!("{}: expected {:?}, got {message:?}", mistake.name, mistake.message));
        }
    }
    if !missed.is_empty() {
        bail!("not caught: {}", missed.join("\n"));
    }
    Ok(format!("{} mistakes, each caught by name", mistakes.len()))
}

fn message(result: Result<String>) -> String {
    result.err().map_or_else(|| "nothing".to_owned(), |error| format!("{error:#}"))
}
