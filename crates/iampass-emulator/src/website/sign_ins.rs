//! Sign-ins, and what the phone or somebody in its place does to them.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use iampass_auth::ApplicationId;
use iampass_authentication::SessionStatus;
use serde::Deserialize;

use super::banner::banner;
use crate::app_state::AppState;
use crate::error::StateError;
use crate::http::form_body::FormBody;
use crate::http::path::query_text;
use crate::http::rejection::Rejection;
use crate::http::response;
use crate::pages::paths::sign_ins_path;
use crate::pages::sign_ins::{self, Shown};
use crate::sign_in::{SignIn, is_in_progress};

/// How many sign-ins the page has.
const SHOWN: usize = 100;

#[derive(Debug, Deserialize)]
pub(super) struct Change {
    pub(super) session_token: String,
    pub(super) session_status: SessionStatus,
}

pub(super) async fn list(State(state): State<Arc<AppState>>, uri: Uri) -> Result<Response, Rejection> {
    let application = application(&uri)?;
    let found = state.store.find_sign_ins(application.as_ref(), SHOWN).await?;
    let page = sign_ins::sign_ins(&sign_ins::SignIns {
        application_id: application.as_ref().map(ApplicationId::as_str),
        shown: shown(&state, &found.sign_ins)?,
        totals: &found.totals,
        banner: banner(&state),
    });
    Ok(response::page(StatusCode::OK, page))
}

pub(super) async fn change(
    State(state): State<Arc<AppState>>,
    uri: Uri,
    FormBody(form): FormBody<Change>,
) -> Result<Response, Rejection> {
    let application = application(&uri)?;
    state.store.change_sign_in(&form.session_token, form.session_status).await?;
    let application = application.as_ref().map(ApplicationId::as_str);
    Ok(response::see_other(&sign_ins_path("/sign-ins", application)))
}

/// With where the phones are that are asked.
pub(super) fn shown<'a>(state: &AppState, sign_ins: &'a [SignIn]) -> Result<Vec<Shown<'a>>, StateError> {
    let shown = |sign_in: &'a SignIn| {
        let phone = if is_in_progress(&sign_in.session_status) {
            state.store.phone_token(&sign_in.application_id, &sign_in.user_id)?
        } else {
            None
        };
        Ok(Shown { sign_in, phone_path: phone.map(|phone| phone.path()) })
    };
    sign_ins.iter().map(shown).collect()
}

/// The one that the query names, if it names one.
fn application(uri: &Uri) -> Result<Option<ApplicationId>, Rejection> {
    let id = query_text(uri.query().unwrap_or_default(), "application")?;
    if id.is_empty() {
        return Ok(None);
    }
    ApplicationId::new(&id).map(Some).map_err(|_| Rejection::unknown_application(&id))
}
