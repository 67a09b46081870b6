//! The phone's side.

mod registration;
mod sign_in;

use std::sync::Arc;

use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router};

use crate::admin::refuse_foreign_form;
use crate::app_state::AppState;
use crate::http::host::refuse_another_host;
use crate::http::json_body::BodyLimits;
use crate::http::methods::only;
use crate::link::LINK_PATH;
use crate::middleware::record::unlisted;
use crate::phone_token::PHONE_PATH;

/// The largest answer that is read.
const FORM_LIMIT: usize = 64 * 1024;

/// Both URLs are keys: whoever has one may use it, at whatever name the emulator is reached.
pub(crate) fn router(state: &Arc<AppState>) -> Router<Arc<AppState>> {
    let registration = get(registration::show).post(registration::register);
    // It is looked at again and again.
    let page = get(sign_in::show).route_layer(map_response(unlisted));
    let answer = post(sign_in::answer).route_layer(from_fn_with_state(state.clone(), refuse_foreign_form));
    let limits = BodyLimits { bytes: FORM_LIMIT, time: state.read_timeout };
    let guarded = |methods: MethodRouter<Arc<AppState>>| {
        only("GET, POST", methods.route_layer(from_fn(refuse_another_host)))
    };
    Router::new()
        .route(LINK_PATH, guarded(registration))
        .route(PHONE_PATH, guarded(page.merge(answer)))
        .layer(Extension(limits))
}
