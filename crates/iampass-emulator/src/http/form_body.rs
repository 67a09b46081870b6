//! Reading what a browser's form sends, within bounds of size and time.

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;

use super::json_body::{has_media_type, read_within_limits};
use super::rejection::Rejection;

/// A body of `application/x-www-form-urlencoded`.
#[derive(Debug)]
pub(crate) struct FormBody<T>(pub(crate) T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for FormBody<T> {
    type Rejection = Rejection;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Rejection> {
        if !has_media_type(request.headers(), "application/x-www-form-urlencoded") {
            let text =
                "The body must be a form: send it with `content-type: application/x-www-form-urlencoded`.";
            return Err(Rejection::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_a_form", text));
        }
        let bytes = read_within_limits(request).await?;
        serde_urlencoded::from_bytes(&bytes).map(Self).map_err(|error| {
            Rejection::bad_request(
                "bad_form",
                format!("The body is not the form that is expected here: {error}."),
            )
        })
    }
}
