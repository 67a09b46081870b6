//! The phone's side.

mod registration;

use std::sync::Arc;

use axum::Router;
use axum::http::header::{HeaderValue, VARY};
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::get;

use crate::app_state::AppState;
use crate::http::host::refuse_another_host;
use crate::http::methods::only;
use crate::link::LINK_PATH;

pub(crate) fn router() -> Router<Arc<AppState>> {
    let registration = get(registration::show).post(registration::register);
    Router::new().route(LINK_PATH, only("GET, POST", registration.route_layer(from_fn(refuse_another_host))))
}

/// What people and programs get differs.
fn varying(mut response: Response) -> Response {
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
    response
}
