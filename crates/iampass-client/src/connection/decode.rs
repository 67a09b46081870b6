//! From the result of a generated client to a value or an [`ErrorKind`].

use futures_util::StreamExt as _;
use http::StatusCode;
use progenitor_client::{ByteStream, Error as ClientError, ResponseValue};
use reqwest::Response;
use serde::de::DeserializeOwned;

use crate::error::{ErrorKind, Unknown};
use crate::request::Operation;
use crate::response::{DecodeError, ServerMessage, retry_after};
use crate::retry::ClientInner;

/// The result of a generated client's function.
pub(super) type ClientResult<T> = Result<ResponseValue<T>, ClientError<ByteStream>>;

/// The decoded body of a success, or what went wrong.
pub(super) async fn decode<T>(
    client: &ClientInner,
    operation: &'static Operation,
    result: ClientResult<T>,
) -> Result<T, ErrorKind> {
    let response = match result {
        Ok(value) => return Ok(value.into_inner()),
        Err(ClientError::InvalidRequest(problem) | ClientError::Custom(problem)) => {
            return Err(ErrorKind::NotSent(problem));
        }
        Err(
            ClientError::CommunicationError(source)
            | ClientError::ResponseBodyError(source)
            | ClientError::InvalidUpgrade(source),
        ) => return Err(ErrorKind::from_reqwest(source, client.proxy.as_ref())),
        Err(ClientError::InvalidResponsePayload(body, error)) => {
            return Err(ErrorKind::Decode(DecodeError::from_json(&body, &error)));
        }
        Err(ClientError::ErrorResponse(response)) => response,
        Err(ClientError::UnexpectedResponse(response)) => ResponseValue::stream(response),
    };
    let (status, retry_after) = (response.status(), retry_after(response.headers(), || client.clock.now()));
    let message = text(response.into_inner()).await;
    Err(match (status, &client.proxy) {
        // Plain http has no tunnel: the proxy responds in the service's place.
        (StatusCode::PROXY_AUTHENTICATION_REQUIRED, Some(proxy)) if !client.base_url.is_https() => {
            ErrorKind::ProxyAuthentication { proxy: proxy.to_string() }
        }
        (StatusCode::BAD_REQUEST, _) => ErrorKind::BadRequest(message),
        (StatusCode::UNAUTHORIZED, _) => ErrorKind::Unauthorized(message),
        (StatusCode::NOT_FOUND, _) => {
            ErrorKind::NotFound { unknown: Unknown::of(operation, &message), message }
        }
        _ => ErrorKind::UnexpectedStatus { status, retry_after, message },
    })
}

/// Decodes a response whose success is a 200 with JSON. Contracts list no other one for a URL that the service gives.
pub(super) async fn json<T: DeserializeOwned>(response: reqwest::Result<Response>) -> ClientResult<T> {
    match response? {
        response if response.status() == StatusCode::OK => ResponseValue::from_response(response).await,
        response => Err(ClientError::UnexpectedResponse(response)),
    }
}

/// The body of an error response. It is in memory by now, and not longer than a message may be.
async fn text(stream: ByteStream) -> ServerMessage {
    let mut stream = stream.into_inner();
    let mut body = Vec::new();
    while let Some(Ok(chunk)) = stream.next().await {
        body.extend_from_slice(&chunk);
    }
    ServerMessage::new(String::from_utf8_lossy(&body).into_owned())
}
