//! What happens to every request of a generated client before it is sent.

use std::sync::Arc;

use http::{HeaderName, HeaderValue, Method};
use reqwest::header::{ACCEPT, CACHE_CONTROL, CONTENT_LENGTH};
use reqwest::{Request, Response};

use crate::request::Operation;
use crate::response::not_sent;
use crate::retry::{self, CallContext, ClientInner};

/// progenitor sends it with the contract's version; no contract has it.
static API_VERSION: HeaderName = HeaderName::from_static("api-version");

/// What a generated client carries so that its requests are checked, signed and, where that is safe, retried.
///
/// Only a [`Connection`](crate::Connection) makes one. `cargo xtask codegen` writes the calls of its functions into
/// every generated client.
#[derive(Clone, Debug)]
pub struct Hooks {
    pub(crate) client: Arc<ClientInner>,
    pub(crate) call: CallContext,
}

impl Hooks {
    /// Checks a request against the operation that it is for, and adds the headers that every request has.
    ///
    /// # Errors
    /// The reason, when the operation is not in the contract, or method and path are not the operation's. An id that
    /// escaped its path segment would otherwise send a correctly signed request to another endpoint.
    pub fn pre(
        &self,
        request: &mut Request,
        operation_id: &str,
        operations: &[&'static Operation],
    ) -> Result<(), String> {
        let operation = find(operations, operation_id).ok_or("the operation is not in the contract")?;
        if *request.method() != operation.method {
            return Err("the request's method is not the operation's".to_owned());
        }
        let path = self.client.base_url.operation_path(request.url());
        if !path.is_some_and(|path| operation.matches(path)) {
            return Err("the request's path is not the operation's".to_owned());
        }
        request.headers_mut().remove(&API_VERSION);
        add_headers(request);
        Ok(())
    }

    /// Sends a request that [`pre`](Hooks::pre) has checked; signs each attempt for the URL that is sent.
    ///
    /// # Errors
    /// The last attempt's, if no attempt got a response.
    pub async fn exec(
        &self,
        request: Request,
        operation_id: &str,
        operations: &[&'static Operation],
    ) -> reqwest::Result<Response> {
        match find(operations, operation_id) {
            Some(operation) => self.send(request, operation).await,
            // `pre` has refused it.
            None => Ok(not_sent()),
        }
    }

    /// Sends a request that has been checked.
    pub(crate) async fn send(
        &self,
        request: Request,
        operation: &'static Operation,
    ) -> reqwest::Result<Response> {
        retry::run(&self.client, &self.call, request, operation).await
    }
}

fn find(operations: &[&'static Operation], id: &str) -> Option<&'static Operation> {
    operations.iter().copied().find(|operation| operation.id == id)
}

/// Adds what every request has.
pub(crate) fn add_headers(request: &mut Request) {
    let lacks_length = request.method() == Method::POST && request.body().is_none();
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    // As in the vendor's examples: one of the GETs has a side effect.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if lacks_length {
        // hyper sends none for a POST without a body, and servers and proxies may ask for one (411).
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
}
