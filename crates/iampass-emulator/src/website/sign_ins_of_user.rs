//! What is done to the sign-ins of one user.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;

use super::controls::number;
use super::sign_ins::Change;
use super::user::{USER, shown_again};
use crate::app_state::AppState;
use crate::http::form_body::FormBody;
use crate::http::path::path_user;
use crate::http::rejection::Rejection;
use crate::sign_in::SignInOutcome;

pub(super) const CHANGE: &str = "/applications/{application_id}/users/{user_id}/sign-ins";
pub(super) const OUTCOME: &str = "/applications/{application_id}/users/{user_id}/outcome";

#[derive(Debug, Deserialize)]
pub(super) struct NewOutcome {
    /// Empty for none.
    outcome: String,
    #[serde(default)]
    after_ms: String,
}

pub(super) async fn change(
    State(state): State<Arc<AppState>>,
    uri: Uri,
    FormBody(form): FormBody<Change>,
) -> Result<Response, Rejection> {
    let (application, user) = path_user(USER, &uri)?;
    state.store.change_sign_in(&form.session_token, form.session_status).await?;
    Ok(shown_again(&application, &user))
}

pub(super) async fn set_outcome(
    State(state): State<Arc<AppState>>,
    uri: Uri,
    FormBody(form): FormBody<NewOutcome>,
) -> Result<Response, Rejection> {
    let (application, user) = path_user(USER, &uri)?;
    let outcome = if form.outcome.is_empty() {
        None
    } else {
        let after = Duration::from_millis(number("After milliseconds", &form.after_ms)?);
        let outcome = SignInOutcome::new(form.outcome.as_str().into(), after).ok_or_else(|| {
            Rejection::bad_request(
                "bad_form",
                "An automatic outcome is `active`, `failed`, `cancelled` or `timeout`.",
            )
        })?;
        Some(outcome)
    };
    state.store.set_sign_in_outcome(&application, &user, outcome).await?;
    Ok(shown_again(&application, &user))
}
