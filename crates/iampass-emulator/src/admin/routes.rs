//! Where the admin API's calls are, and who may make them.

use std::sync::Arc;

use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use axum::{Extension, Router};

use super::events::events;
use super::guard::admit;
use super::handlers;
use super::sign_ins;
use crate::app_state::AppState;
use crate::http::json_body::BodyLimits;
use crate::http::methods::only;

/// The largest body that the admin API reads: a snapshot of a million users has room.
const BODY_LIMIT: usize = 256 * 1024 * 1024;

pub(crate) fn router(state: &Arc<AppState>) -> Router<Arc<AppState>> {
    let calls = [
        ("/_emulator/v1/reset", "POST", post(handlers::reset)),
        ("/_emulator/v1/export", "GET", get(handlers::export)),
        ("/_emulator/v1/import", "POST", post(handlers::import)),
        (
            "/_emulator/v1/applications",
            "GET, POST",
            get(handlers::list_applications).post(handlers::create_application),
        ),
        (handlers::LINK, "GET", get(handlers::newest_link)),
        (
            sign_ins::OUTCOME,
            "GET, PUT, DELETE",
            get(sign_ins::outcome).put(sign_ins::set_outcome).delete(sign_ins::clear_outcome),
        ),
        ("/_emulator/v1/sign-ins", "GET", get(sign_ins::list)),
        (sign_ins::SIGN_IN, "POST", post(sign_ins::change)),
        ("/_emulator/v1/events", "GET", get(events)),
        ("/_emulator/v1/requests", "GET", get(handlers::list_requests)),
        (
            "/_emulator/v1/clock",
            "GET, POST, DELETE",
            get(handlers::clock).post(handlers::set_clock).delete(handlers::reset_clock),
        ),
        (
            "/_emulator/v1/faults",
            "GET, POST, DELETE",
            get(handlers::list_faults).post(handlers::inject).delete(handlers::clear_faults),
        ),
    ];
    let guard = from_fn_with_state(state.clone(), admit);
    let limits = BodyLimits { bytes: BODY_LIMIT, time: state.read_timeout };
    let router = calls.into_iter().fold(Router::new(), |router, (path, allow, methods)| {
        router.route(path, only(allow, methods.route_layer(guard.clone())))
    });
    router.layer(Extension(limits))
}
