//! The calls that go through a connection.

use std::sync::Arc;

use reqwest::{Request, Url};
use serde::de::DeserializeOwned;
use tracing::Instrument as _;

use super::Connection;
use super::decode::{self, ClientResult};
use crate::error::{Error, ErrorKind};
use crate::hooks::{Hooks, add_headers};
use crate::request::Operation;
use crate::telemetry;

impl Connection {
    /// Makes one call of a generated client, within a span of its own. `send` calls the client's function; `read`
    /// turns the decoded response into a value, or into the error that it stands for.
    ///
    /// # Errors
    /// [`Error`], about this operation.
    pub async fn call<C, R, T>(
        &self,
        operation: &'static Operation,
        send: impl AsyncFnOnce(C) -> ClientResult<R>,
        read: impl FnOnce(R) -> Result<T, ErrorKind>,
    ) -> Result<T, Error>
    where
        C: for<'a> From<&'a Self>,
    {
        self.traced(operation, async |connection| send(C::from(connection)).await, read).await
    }

    /// Calls a URL that the service gave. The URL is absolute, and is called only if it has the base URL's scheme, host
    /// and port. Its success is a 200; `read` turns the decoded JSON into a value, or into the error that it stands for.
    ///
    /// # Errors
    /// [`ErrorKind::ForeignUrl`] for any other URL, and nothing is sent; else as [`call`](Connection::call).
    pub async fn call_url<R: DeserializeOwned, T>(
        &self,
        operation: &'static Operation,
        url: &str,
        read: impl FnOnce(R) -> Result<T, ErrorKind>,
    ) -> Result<T, Error> {
        let url = url.parse().ok().filter(|url: &Url| self.base_url().is_same_origin(url));
        let url = url.ok_or_else(|| Error::of_call(operation, 0, ErrorKind::ForeignUrl))?;
        let send = async |connection: &Self| {
            let mut request = Request::new(operation.method.clone(), url);
            add_headers(&mut request);
            decode::json(connection.hooks.send(request, operation).await).await
        };
        self.traced(operation, send, read).await
    }

    /// Runs a call in its span, with a count of attempts of its own.
    async fn traced<R, T>(
        &self,
        operation: &'static Operation,
        send: impl AsyncFnOnce(&Self) -> ClientResult<R>,
        read: impl FnOnce(R) -> Result<T, ErrorKind>,
    ) -> Result<T, Error> {
        let mut connection = self.clone();
        connection.hooks.call.attempts = Arc::default();
        let Hooks { client, call } = &connection.hooks;
        let span = telemetry::call(operation);
        let started = telemetry::start(&span);
        let result = async {
            let response = send(&connection).await;
            let decoded = decode::decode(client, operation, response).await;
            // In place of the response, a dry run has an empty one.
            let is_dry_run = call.sink.is_some() && matches!(decoded, Err(ErrorKind::Decode(_)) | Ok(_));
            if is_dry_run { Err(ErrorKind::DryRun) } else { decoded.and_then(read) }
        };
        let result = result.instrument(span.clone()).await;
        let result = result.map_err(|kind| Error::of_call(operation, call.attempts(), kind));
        telemetry::record_end(&span, started, call.attempts(), &result);
        result
    }
}
