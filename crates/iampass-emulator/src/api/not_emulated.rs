//! What the vendor's client can call, and the emulator has not.

use std::future::ready;
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;

use crate::app_state::AppState;
use crate::http::host::refuse_another_host;
use crate::http::methods::only;
use crate::http::rejection::Rejection;
use crate::middleware::record::CalledOperation;

/// Name and path of each. No page of the vendor's describes it.
const NOT_EMULATED: [(&str, &str); 1] =
    [("send_registration_sms", "/management/send_registration_sms/{application_id}/{user_id}")];

/// Refuses them by name, signed or not: there is nothing that a signature could let through.
pub(super) fn router() -> Router<Arc<AppState>> {
    NOT_EMULATED.into_iter().fold(Router::new(), |router, (name, path)| {
        let refusal = post(move || ready(refuse(name))).route_layer(from_fn(refuse_another_host));
        router.route(path, only("POST", refusal))
    })
}

/// 501 and not 404: in this API a 404 says that the application or the user is not known, and a client would believe it.
fn refuse(name: &'static str) -> Response {
    let text = format!("`{name}` is not emulated: the emulator has what the contracts at /docs have.");
    let mut response = Rejection::new(StatusCode::NOT_IMPLEMENTED, "not_emulated", text).into_response();
    response.extensions_mut().insert(CalledOperation(name));
    response
}
