//! progenitor, with the settings of this project.

use std::panic::{self, AssertUnwindSafe};

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TypeImpl};
use quote::quote;

use super::comma_lists;
use super::error::ContractError;
use crate::contracts::Contract;

/// Generates the client's code. The walk has refused everything that progenitor is known to fail at.
pub(crate) fn generate(document: &OpenAPI, contract: &Contract) -> Result<TokenStream, ContractError> {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote! { iampass_client::Hooks });
    for (schema, rust_type) in contract.replacements.iter().chain([&comma_lists::REPLACEMENT]) {
        settings.with_replacement(schema, rust_type, [TypeImpl::Display, TypeImpl::FromStr].into_iter());
    }
    let generate = || Generator::new(&settings).generate_tokens(document);
    match panic::catch_unwind(AssertUnwindSafe(generate)) {
        Ok(Ok(tokens)) => Ok(tokens),
        Ok(Err(error)) => Err(format!("progenitor cannot generate it: {error}").into()),
        Err(_) => Err("progenitor gave up on it; the panic's message is above".to_owned().into()),
    }
}
