//! Whether the emulator is up: for whoever waits until it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::get;

use crate::app_state::AppState;
use crate::http::host::refuse_another_host;
use crate::http::methods::only_reads;
use crate::http::response;
use crate::middleware::record::Unlisted;

/// Beside the admin API, and there whether that is served or not: it tells nothing that is not everybody's to know.
const HEALTH_PATH: &str = "/_emulator/v1/health";

pub(crate) fn router() -> Router<Arc<AppState>> {
    Router::new().route(HEALTH_PATH, only_reads(get(health).route_layer(from_fn(refuse_another_host))))
}

async fn health() -> Response {
    let health = BTreeMap::from([("status", "ok"), ("version", env!("CARGO_PKG_VERSION"))]);
    let mut response = response::json(StatusCode::OK, &health);
    response.extensions_mut().insert(Unlisted::Page);
    response
}
