//! What happens to every request of the generated client on its way out.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use progenitor_client::{ClientHooks, ClientInfo, OperationInfo, ResponseValue};
use reqwest::{Request, Response, Url};
use serde::de::DeserializeOwned;

use crate::attempts::{self, Call, Shared};
use crate::body;
use crate::generated::{Client, Error};
use crate::operation::Operation;

/// What the generated client carries so that its requests are checked, signed and, where that is safe,
/// repeated.
///
/// Only this crate makes one, with [`ManagementClient`](crate::ManagementClient).
#[derive(Clone, Debug)]
pub struct Hooks {
    shared: Arc<Shared>,
    call: Call,
}

impl Hooks {
    pub(crate) fn new(shared: Shared, call: Call) -> Self {
        Self { shared: Arc::new(shared), call }
    }

    pub(crate) fn call(&self) -> &Call {
        &self.call
    }

    pub(crate) fn call_mut(&mut self) -> &mut Call {
        &mut self.call
    }

    /// Our clock's time, as corrected by the service.
    pub(crate) fn now(&self) -> SystemTime {
        self.shared.clock.now()
    }

    /// The URL of an operation. Its path is encoded already.
    pub(crate) fn url(&self, path: fmt::Arguments<'_>) -> Url {
        self.shared.urls.url(path)
    }

    /// What the body of an answer holds.
    pub(crate) fn value<T: DeserializeOwned, E>(
        answer: Response,
    ) -> impl Future<Output = Result<ResponseValue<T>, Error<E>>> {
        body::value(answer)
    }

    /// The answer with its body in it, for all else that is done with one.
    pub(crate) fn whole(answer: Response) -> Response {
        body::whole(answer)
    }

    /// The operation that a request is for, if the request is the one that it describes. An id that
    /// escaped its path segment would otherwise send a correctly signed request to another endpoint.
    fn check(&self, request: &Request, operation_id: &str) -> Result<(), &'static str> {
        let operation = Operation::by_id(operation_id).ok_or("the operation is not in the contract")?;
        if *request.method() != operation.method {
            return Err("the request's method is not the operation's");
        }
        let path = self.shared.urls.operation_path(request.url());
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
            .map_err(|problem| Error::InvalidRequest(problem.to_owned()))
    }

    /// Signs each attempt for the URL that goes out. Not an `async fn`: that would keep a second copy of the request.
    fn exec(
        &self,
        request: Request,
        info: &OperationInfo,
    ) -> impl Future<Output = reqwest::Result<Response>> {
        let hooks = self.inner();
        let operation = Operation::by_id(info.operation_id);
        attempts::run(&hooks.shared, &hooks.call, self.client(), request, operation)
    }
}
