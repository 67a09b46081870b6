//! What happens to every request of the generated client on its way out.

use std::sync::Arc;
use std::time::SystemTime;

use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use reqwest::header::{CACHE_CONTROL, HeaderValue};
use reqwest::{Request, Response};

use crate::attempts::{self, Call, Shared};
use crate::base_url::BaseUrl;
use crate::dry_run::Sink;
use crate::generated::{Client, Error};
use crate::operation::Operation;

/// What the generated client carries so that its requests are checked, signed and, where that is safe,
/// repeated.
///
/// Only this crate makes one, with [`ManagementClient`](crate::ManagementClient).
#[derive(Clone, Debug)]
pub struct Hooks {
    shared: Arc<Shared>,
    /// The base URL's own path, which precedes each operation's.
    path_prefix: Arc<str>,
    call: Call,
}

impl Hooks {
    pub(crate) fn new(shared: Shared, base_url: &BaseUrl, call: Call) -> Self {
        Self { shared: Arc::new(shared), path_prefix: base_url.path_prefix().into(), call }
    }

    pub(crate) fn set_call(&mut self, call: Call) {
        self.call = call;
    }

    pub(crate) fn set_sink(&mut self, sink: Option<Sink>) {
        self.call.sink = sink;
    }

    /// Our clock's time, as corrected by the service.
    pub(crate) fn now(&self) -> SystemTime {
        self.shared.clock.now()
    }

    /// The operation that a request is for, if the request is the one that it describes. An id that
    /// escaped its path segment would otherwise send a correctly signed request to another endpoint.
    fn check(&self, request: &Request, operation_id: &str) -> Result<(), &'static str> {
        let operation = Operation::by_id(operation_id).ok_or("the operation is not in the contract")?;
        if *request.method() != operation.method {
            return Err("the request's method is not the operation's");
        }
        let path = request.url().path().strip_prefix(&*self.path_prefix);
        if !path.is_some_and(|path| operation.matches(path)) {
            return Err("the request's path is not the operation's");
        }
        Ok(())
    }
}

impl ClientHooks<Hooks> for Client {
    async fn pre<E>(&self, request: &mut Request, info: &OperationInfo) -> Result<(), Error<E>> {
        self.inner()
            .check(request, info.operation_id)
            .map_err(|problem| Error::InvalidRequest(problem.to_owned()))?;
        let headers = request.headers_mut();
        // progenitor's own; the service does not document it.
        headers.remove("api-version");
        // As in the vendor's examples: one of the GETs has a side effect.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        Ok(())
    }

    /// Signs each attempt for the URL that goes out.
    async fn exec(&self, request: Request, info: &OperationInfo) -> reqwest::Result<Response> {
        let hooks = self.inner();
        match Operation::by_id(info.operation_id) {
            Some(operation) => {
                attempts::run(&hooks.shared, &hooks.call, self.client(), request, operation).await
            }
            // `pre` has refused it already.
            None => self.client().execute(request).await,
        }
    }
}
