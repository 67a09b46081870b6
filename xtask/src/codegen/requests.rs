//! What is changed in how the generated functions make their requests, so that a call builds no more than it sends.

use quote::{ToTokens, quote};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::visit_mut::{VisitMut, visit_block_mut, visit_expr_call_mut, visit_expr_mut};
use syn::{Block, Expr, ExprCall, Local, Macro, Token, parse_quote};

use super::error::ContractError;
use crate::contracts::Contract;

/// Changes the functions of all operations; gives the number of URLs that were changed.
///
/// | progenitor's | becomes |
/// |---|---|
/// | `format!("{}/notes/{}", self.baseurl, encode_path(&id.to_string()))` | `self.inner.url(format_args!("/notes/{}", encode_path(id)))`: the base URL is not parsed again |
/// | the header `api-version` | nothing: progenitor's own, no contract has it |
/// | the header `accept` | nothing: the hooks put it into each attempt, like all that is the same for every operation |
/// | `ResponseValue::from_response(response)` | `Hooks::value(response)`: the hooks have read the body already |
/// | `response`, given to another function after a success | `Hooks::whole(response)` |
pub(super) fn lighten(file: &mut syn::File, contract: &Contract) -> Result<usize, ContractError> {
    let hooks =
        syn::parse_str(contract.hooks_type).map_err(|error| ContractError::Output(error.to_string()))?;
    let mut lighten = Lighten { hooks, urls: 0 };
    lighten.visit_file_mut(file);
    Ok(lighten.urls)
}

struct Lighten {
    hooks: syn::Path,
    urls: usize,
}

impl VisitMut for Lighten {
    fn visit_block_mut(&mut self, block: &mut Block) {
        block.stmts.retain(|statement| {
            let text = text(statement);
            !(text.starts_with("header_map . append") && text.contains("\"api-version\""))
        });
        let has_headers = block.stmts.iter().any(|statement| text(statement).contains("header_map . append"));
        if !has_headers {
            block.stmts.retain(|statement| !text(statement).starts_with("let mut header_map ="));
            RemoveCall { method: "headers", argument: "header_map" }.visit_block_mut(block);
        }
        RemoveCall { method: "header", argument: ":: reqwest :: header :: ACCEPT" }.visit_block_mut(block);
        visit_block_mut(self, block);
    }

    fn visit_local_mut(&mut self, local: &mut Local) {
        if let Some(init) = &mut local.init
            && let Expr::Macro(format) = &*init.expr
            && let Some(url) = url(&format.mac)
        {
            *init.expr = url;
            self.urls += 1;
        }
    }

    fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
        let hooks = &self.hooks;
        match (text(&call.func).as_str(), call.args.first_mut()) {
            ("Error :: ErrorResponse", _) => {}
            ("ResponseValue :: from_response", _) => *call.func = parse_quote! { #hooks::value },
            (_, Some(argument)) if text(argument) == "response" => {
                *argument = parse_quote! { #hooks::whole(response) };
            }
            _ => visit_expr_call_mut(self, call),
        }
    }
}

/// `self.inner.url(…)` in place of a `format!` that begins with `self.baseurl`.
fn url(format: &Macro) -> Option<Expr> {
    let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(format.tokens.clone()).ok()?;
    let mut arguments = arguments.into_iter();
    let template: syn::LitStr = syn::parse2(arguments.next()?.into_token_stream()).ok()?;
    let path = template.value().strip_prefix("{}")?.to_owned();
    if text(&arguments.next()?) != "self . baseurl" {
        return None;
    }
    let arguments = arguments.map(|argument| unquoted(&argument).unwrap_or(argument));
    Some(parse_quote! { self.inner.url(format_args!(#path, #(#arguments),*)) })
}

/// `encode_path(id)` in place of `encode_path(&id.to_string())`.
fn unquoted(argument: &Expr) -> Option<Expr> {
    let Expr::Call(call) = argument else { return None };
    let Some(Expr::Reference(reference)) = call.args.first() else { return None };
    let Expr::MethodCall(to_string) = &*reference.expr else { return None };
    let (function, value) = (&call.func, &to_string.receiver);
    (to_string.method == "to_string").then(|| parse_quote! { #function(#value) })
}

/// Takes a call out of a chain of calls.
struct RemoveCall {
    method: &'static str,
    /// The first argument.
    argument: &'static str,
}

impl VisitMut for RemoveCall {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        while let Expr::MethodCall(call) = expression
            && call.method == self.method
            && call.args.first().is_some_and(|argument| text(argument) == self.argument)
        {
            *expression = (*call.receiver).clone();
        }
        visit_expr_mut(self, expression);
    }
}

fn text(tokens: &impl ToTokens) -> String {
    quote!(#tokens).to_string()
}
