//! progenitor, held at arm's length: its panics become errors that name the operation at fault.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use openapiv3::{OpenAPI, ReferenceOr};
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TypeImpl};
use quote::quote;

use super::error::ContractError;
use super::validate::operations;
use crate::contracts::Contract;

/// The client's code as progenitor makes it.
pub(crate) fn generate(document: &OpenAPI, contract: &Contract) -> Result<TokenStream, ContractError> {
    attempt(document, contract).map_err(|problem| blame(document, contract, problem))
}

fn settings(contract: &Contract) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote! { iampass_client::Hooks });
    for (schema, rust_type) in contract.replacements {
        settings.with_replacement(schema, rust_type, [TypeImpl::Display, TypeImpl::FromStr].into_iter());
    }
    settings
}

fn attempt(document: &OpenAPI, contract: &Contract) -> Result<TokenStream, String> {
    let settings = settings(contract);
    catch(|| {
        Generator::new(&settings).generate_tokens(document).map_err(|error| first_line(&error.to_string()))
    })?
}

/// progenitor prints whole structures over many lines; the first says what is wrong.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// Finds out which operation progenitor cannot take, by giving it one at a time.
fn blame(document: &OpenAPI, contract: &Contract, problem: String) -> ContractError {
    for place in operations(document) {
        let mut alone = document.clone();
        alone.paths.paths.retain(|path, _| path == place.path);
        for item in alone.paths.paths.values_mut() {
            if let ReferenceOr::Item(item) = item {
                for (method, operation) in methods(item) {
                    if method != place.method {
                        *operation = None;
                    }
                }
            }
        }
        if let Err(problem) = attempt(&alone, contract) {
            let mut bare = alone;
            bare.paths.paths.clear();
            if let Err(problem) = attempt(&bare, contract) {
                return ContractError::Components { problem };
            }
            return place.error("progenitor cannot generate it", problem);
        }
    }
    ContractError::Components { problem }
}

fn methods(item: &mut openapiv3::PathItem) -> [(&'static str, &mut Option<openapiv3::Operation>); 8] {
    [
        ("get", &mut item.get),
        ("put", &mut item.put),
        ("post", &mut item.post),
        ("delete", &mut item.delete),
        ("options", &mut item.options),
        ("head", &mut item.head),
        ("patch", &mut item.patch),
        ("trace", &mut item.trace),
    ]
}

thread_local! {
    /// Set while this thread runs code whose panics are caught and told as errors.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` and turns a panic into its message, without the usual report on stderr.
fn catch<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                previous(info);
            }
        }));
    });
    QUIET.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    QUIET.set(false);
    result.map_err(|payload| {
        let message = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        format!("it gave up with: {}", first_line(message))
    })
}
