//! What is added to progenitor's output: how a client is made and signs, and what the contract says beyond the types.

use heck::ToShoutySnakeCase as _;
use openapiv3::{OpenAPI, Operation};
use proc_macro2::{Ident, Span};
use serde_json::Value;
use syn::{Item, parse_quote};

use super::walk::{GIVEN_URLS, SAFE_TO_REPEAT};

/// The items that are added, in the order in which they are written.
pub(crate) fn additions(document: &OpenAPI) -> Vec<Item> {
    vec![constructor(), hooks(), servers(document), statics(document), table(document)]
}

/// The one way to make a client.
fn constructor() -> Item {
    parse_quote! {
        /// A client that calls through a connection: it has the connection's base URL, HTTP client and settings.
        impl From<&iampass_client::Connection> for Client {
            fn from(connection: &iampass_client::Connection) -> Self {
                Self {
                    baseurl: connection.base_url().as_str().to_owned(),
                    client: connection.http_client().clone(),
                    inner: connection.hooks(),
                }
            }
        }
    }
}

/// Generated, so that no client can be built that forgets to check and sign its requests.
fn hooks() -> Item {
    parse_quote! {
        /// Every request is checked against the contract, signed and, where its operation allows it, retried.
        impl ClientHooks<iampass_client::Hooks> for Client {
            async fn pre<E>(
                &self,
                request: &mut ::reqwest::Request,
                info: &OperationInfo,
            ) -> Result<(), Error<E>> {
                self.inner.pre(request, info.operation_id, &OPERATIONS).map_err(Error::InvalidRequest)
            }

            async fn exec(
                &self,
                request: ::reqwest::Request,
                info: &OperationInfo,
            ) -> ::reqwest::Result<::reqwest::Response> {
                self.inner.exec(request, info.operation_id, &OPERATIONS).await
            }
        }
    }
}

/// Where the API is served, so that a default need not be typed in a second time.
fn servers(document: &OpenAPI) -> Item {
    let urls: Vec<_> = document.servers.iter().map(|server| server.url.as_str()).collect();
    let count = urls.len();
    parse_quote! {
        /// The base URLs at which the contract says that the API is served, the preferred one first.
        pub static SERVERS: [&str; #count] = [#(#urls),*];
    }
}

/// The operations by name, for calls through a connection.
fn statics(document: &OpenAPI) -> Item {
    let in_paths = operations(document).map(|(path, method, operation)| {
        let summary = operation.summary.as_deref();
        operation_static(
            id(operation),
            method,
            path,
            summary,
            operation.extensions.get(SAFE_TO_REPEAT) == Some(&true.into()),
        )
    });
    let given =
        document.extensions.get(GIVEN_URLS).and_then(Value::as_array).into_iter().flatten().map(|call| {
            let text = |name: &str| call[name].as_str().unwrap_or_default();
            let url = format!("{{{}}}", text("url"));
            let safe_to_repeat = call[SAFE_TO_REPEAT].as_bool().unwrap_or_default();
            operation_static(
                text("operationId"),
                text("method"),
                &url,
                call["summary"].as_str(),
                safe_to_repeat,
            )
        });
    let statics = in_paths.chain(given);
    parse_quote! {
        /// What the contract says about each operation beyond its types.
        pub mod operations {
            #(#statics)*
        }
    }
}

fn operation_static(id: &str, method: &str, path: &str, summary: Option<&str>, safe_to_repeat: bool) -> Item {
    let name = constant(id);
    let method = Ident::new(&method.to_uppercase(), Span::call_site());
    let summary = summary.map(|text| format!(": {text}")).unwrap_or_default();
    let doc = format!(" `{method} {path}`{summary}");
    parse_quote! {
        #[doc = #doc]
        pub static #name: ::iampass_client::Operation =
            ::iampass_client::Operation::new(#id, ::reqwest::Method::#method, #path, #safe_to_repeat);
    }
}

/// All operations that have a path, in the order of the contract.
fn table(document: &OpenAPI) -> Item {
    let names: Vec<_> = operations(document).map(|(_, _, operation)| constant(id(operation))).collect();
    let count = names.len();
    parse_quote! {
        /// The operations of the contract that have a path, in its order.
        pub static OPERATIONS: [&::iampass_client::Operation; #count] = [#(&operations::#names),*];
    }
}

/// Path, method and content of every operation, in the order of the contract.
fn operations(document: &OpenAPI) -> impl Iterator<Item = (&str, &str, &Operation)> {
    let items = document.paths.iter().filter_map(|(path, item)| Some((path, item.as_item()?)));
    items.flat_map(|(path, item)| {
        item.iter().map(move |(method, operation)| (path.as_str(), method, operation))
    })
}

/// The walk has seen to it that there is one.
fn id(operation: &Operation) -> &str {
    operation.operation_id.as_deref().unwrap_or_default()
}

fn constant(id: &str) -> Ident {
    Ident::new(&id.to_shouty_snake_case(), Span::call_site())
}
