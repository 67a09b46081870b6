//! Checks a contract in one walk, before anything is generated. The [`grammar`] lists the members and shapes that our
//! contracts use and that are generated correctly. All others are refused by name: progenitor ignores some, panics at
//! others, and turns yet others into code that does not compile or does not do what the contract says.
//!
//! To support more, extend a contract in `xtask/fixtures` first, then the grammar.

mod grammar;
mod hints;
mod operations;
mod rules;
mod walker;

use serde_json::Value;

use self::grammar::Kind;
use self::walker::Walk;
use super::error::ContractError;
use crate::contracts::Contract;

pub(crate) use self::grammar::{GIVEN_URLS, SAFE_TO_REPEAT};

/// Checks a contract; the error lists every problem that was found.
pub(crate) fn check(document: &Value, contract: &Contract) -> Result<(), ContractError> {
    if let Some(problem) = rules::not_3_0(document) {
        return Err(format!("not an OpenAPI 3.0 document: {problem}").into());
    }
    let mut walk = Walk::new(document);
    walk.value("", document, &Kind::Object(|_| grammar::DOCUMENT));
    walk.schemas(contract);
    walk.paths();
    walk.given_urls();
    if walk.problems.is_empty() { Ok(()) } else { Err(ContractError::new(walk.problems)) }
}
