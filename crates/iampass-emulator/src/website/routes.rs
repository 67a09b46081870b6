//! Where pages and forms are, and who may have them.
//!
//! Pages change nothing. Forms do, and lead to a page; the path of a form is one segment below that of its page.

use std::sync::Arc;

use axum::extract::State;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router};

use super::errors::note_page_of_form;
use super::{closed, controls, reference, requests, sign_ins, sign_ins_of_user, user, users};
use crate::admin::{admit_form, admit_reader};
use crate::app_state::AppState;
use crate::http::host::refuse_another_host;
use crate::http::json_body::BodyLimits;
use crate::http::methods::{only, only_reads};
use crate::http::response;
use crate::middleware::record::unlisted;
use crate::pages::assets;
use crate::pages::reference::{AUTHENTICATION, MANAGEMENT};

/// What programs that wait for a server ask with `HEAD`.
const WAITED_FOR: [&str; 7] = [
    "/",
    MANAGEMENT.page,
    MANAGEMENT.yaml,
    MANAGEMENT.json,
    AUTHENTICATION.page,
    AUTHENTICATION.yaml,
    AUTHENTICATION.json,
];

/// The largest form that is read.
const FORM_LIMIT: usize = 1024 * 1024;

/// What can be looked at and done. What tells of the state, or changes it, is there only with the admin API.
pub(crate) fn router(state: &Arc<AppState>, with_admin: bool) -> Router<Arc<AppState>> {
    let mut files = Vec::new();
    for contract in &reference::ALL {
        files.push((contract.document.yaml, "GET", get(async || contract.yaml())));
        files.push((contract.document.json, "GET", get(async || contract.json())));
        if !with_admin {
            files.push((contract.document.page, "GET", get(async || contract.closed())));
        }
    }
    files.extend(assets::ALL.map(|asset| {
        let file = move || async move { response::file(asset.content_type, asset.text) };
        (asset.path, "GET", get(file))
    }));
    if !with_admin {
        files.push(("/", "GET", get(closed::show)));
    }
    let mut routes: Vec<_> = files
        .into_iter()
        .map(|(path, allow, file)| {
            (path, allow, file.route_layer(from_fn(refuse_another_host)).route_layer(map_response(unlisted)))
        })
        .collect();
    if with_admin {
        routes.extend(console(state));
    }
    let mut served = Router::new();
    for (path, allow, methods) in routes {
        let is_waited_for = WAITED_FOR.contains(&path);
        let methods = if is_waited_for { only_reads(methods) } else { only(allow, methods) };
        served = served.route(path, methods);
    }
    served.layer(Extension(BodyLimits { bytes: FORM_LIMIT, time: state.read_timeout }))
}

type Route = (&'static str, &'static str, MethodRouter<Arc<AppState>>);

fn console(state: &Arc<AppState>) -> Vec<Route> {
    let page = |page: MethodRouter<Arc<AppState>>| {
        page.route_layer(from_fn_with_state(state.clone(), admit_reader)).route_layer(map_response(unlisted))
    };
    let form = |form: MethodRouter<Arc<AppState>>| {
        form.route_layer(from_fn_with_state(state.clone(), admit_form))
            .route_layer(from_fn(note_page_of_form))
    };
    let references = reference::ALL.iter().map(|contract| {
        let open = async |State(state): State<Arc<AppState>>| contract.open(&state);
        (contract.document.page, "GET", page(get(open)))
    });
    let console = [
        ("/", "GET", page(get(requests::console))),
        ("/requests", "GET", page(get(requests::list))),
        (requests::REQUEST, "GET", page(get(requests::one))),
        ("/sign-ins", "GET", page(get(sign_ins::list))),
        ("/sign-ins/change", "POST", form(post(sign_ins::change))),
        (users::USERS, "GET", page(get(users::list))),
        (users::ADD, "POST", form(post(users::add))),
        (user::USER, "GET", page(get(user::show))),
        (user::MAKE_LINK, "POST", form(post(user::make_link))),
        (user::REGISTER, "POST", form(post(user::register))),
        (user::LOSE, "POST", form(post(user::lose))),
        (sign_ins_of_user::CHANGE, "POST", form(post(sign_ins_of_user::change))),
        (sign_ins_of_user::OUTCOME, "POST", form(post(sign_ins_of_user::set_outcome))),
        (user::DELETE, "GET, POST", page(get(user::ask_to_delete)).merge(form(post(user::delete)))),
        ("/controls", "GET", page(get(controls::show))),
        ("/controls/clock", "POST", form(post(controls::move_clock))),
        ("/controls/right-clock", "POST", form(post(controls::set_clock_right))),
        ("/controls/faults", "POST", form(post(controls::inject))),
        ("/controls/clear-faults", "POST", form(post(controls::clear_faults))),
        (
            "/controls/reset",
            "GET, POST",
            page(get(controls::ask_to_reset)).merge(form(post(controls::reset))),
        ),
    ];
    references.chain(console).collect()
}
