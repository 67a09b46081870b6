//! The page of a registered phone: what is asked of its user, and the user's answer.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::HeaderMap;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use iampass_authentication::SessionStatus;
use serde::Deserialize;

use crate::app_state::AppState;
use crate::error::StateError;
use crate::http::form_body::FormBody;
use crate::http::path::parameter_values;
use crate::http::reader::{Reader, varying};
use crate::http::rejection::Rejection;
use crate::http::response;
use crate::pages::phone::sign_in::{self as pages, NotAnswered, Phone};
use crate::phone_token::{PHONE_PATH, PhoneToken};
use crate::sign_in::{SignIn, is_in_progress};
use crate::store::PhoneOwner;

/// How many past sign-ins are shown.
const PAST: usize = 3;

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Approve,
    Deny,
}

#[derive(Debug, Deserialize)]
pub(super) struct AnswerForm {
    answer: Answer,
    /// What is answered. A program may leave it out, and answers the newest.
    session_token: Option<String>,
}

/// Shows the newest sign-in that waits. It changes nothing, so that a preview of the URL does not answer.
pub(super) async fn show(
    State(state): State<Arc<AppState>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let reader = Reader::of(&headers);
    let Some(owner) = state.store.phone_owner(&token(&uri))? else { return Ok(unknown(reader)) };
    let sign_ins = newest_first(&state, &owner).await?;
    let (waiting, past): (Vec<_>, Vec<_>) =
        sign_ins.iter().partition(|sign_in| is_in_progress(&sign_in.session_status));
    Ok(varying(match reader {
        Reader::Person => {
            let page = pages::phone(&Phone {
                application_id: owner.application_id.as_str(),
                user_id: owner.user_id.as_str(),
                asked: waiting.first().copied(),
                others: waiting.len().saturating_sub(1),
                past: past.into_iter().take(PAST).collect(),
            });
            response::page(StatusCode::OK, page)
        }
        Reader::Program => {
            let (application, user) = (owner.application_id.as_str(), owner.user_id.as_str());
            let text = if waiting.is_empty() {
                format!("No sign-in of the user {user} of the application {application} waits.")
            } else {
                format!(
                    "The application {application} asks whether the user {user} signs in. A POST of the form \
                     answer=approve or answer=deny to this URL answers."
                )
            };
            response::text(StatusCode::OK, text)
        }
    }))
}

/// Answers, and leads back to the phone.
pub(super) async fn answer(
    State(state): State<Arc<AppState>>,
    uri: Uri,
    headers: HeaderMap,
    FormBody(form): FormBody<AnswerForm>,
) -> Result<Response, Rejection> {
    let reader = Reader::of(&headers);
    let phone = token(&uri);
    let Some(owner) = state.store.phone_owner(&phone)? else { return Ok(unknown(reader)) };
    let status = match form.answer {
        Answer::Approve => SessionStatus::Active,
        Answer::Deny => SessionStatus::Cancelled,
    };
    let answered = match asked(&state, &owner, form.session_token).await {
        // A session whose phone has gone may become active again, but not by an old approval.
        Ok(Some(asked)) if !is_in_progress(&asked.session_status) => {
            Err(StateError::WrongStatus { from: asked.session_status, to: status.clone() })
        }
        Ok(Some(asked)) => state.store.change_sign_in(&asked.session_token, status.clone()).await,
        Ok(None) => return Err(nothing_asked("No sign-in of this phone's user waits.")),
        Err(error) => Err(error),
    };
    Ok(varying(match (answered, reader) {
        (Ok(_sign_in), Reader::Person) => response::see_other(&phone.path()),
        (Ok(_sign_in), Reader::Program) => {
            response::text(StatusCode::OK, format!("The session is {status}."))
        }
        (Err(error), reader) => not_answered(error, &phone, reader),
    }))
}

fn token(uri: &Uri) -> PhoneToken {
    PhoneToken::from_segment(parameter_values(PHONE_PATH, uri.path()).next().unwrap_or_default())
}

async fn newest_first(state: &AppState, owner: &PhoneOwner) -> Result<Vec<SignIn>, StateError> {
    let mut sign_ins = state.store.sign_ins_of(&owner.application_id, &owner.user_id).await?;
    sign_ins.reverse();
    Ok(sign_ins)
}

/// The sign-in that is answered: the one that is named, or the newest that waits. It fails if that is another user's.
async fn asked(
    state: &AppState,
    owner: &PhoneOwner,
    named: Option<String>,
) -> Result<Option<SignIn>, StateError> {
    let mut sign_ins = newest_first(state, owner).await?.into_iter();
    match named {
        Some(token) => {
            let found = sign_ins.find(|sign_in| sign_in.session_token == token);
            found.map(Some).ok_or(StateError::UnknownSession)
        }
        None => Ok(sign_ins.find(|sign_in| is_in_progress(&sign_in.session_status))),
    }
}

fn nothing_asked(text: impl Into<String>) -> Rejection {
    Rejection::new(StatusCode::CONFLICT, "nothing_asked", text)
}

fn unknown(reader: Reader) -> Response {
    let text = "No phone is registered here: it was lost or replaced, or its user was deleted.";
    let rejection = Rejection::new(StatusCode::NOT_FOUND, "unknown_phone", text);
    varying(match reader {
        Reader::Person => rejection.into_page(pages::unknown()),
        Reader::Program => rejection.into_response(),
    })
}

fn not_answered(error: StateError, phone: &PhoneToken, reader: Reader) -> Response {
    let why = match &error {
        StateError::WrongStatus { from, .. } => NotAnswered::Over(from),
        StateError::Storage(_) => NotAnswered::Failed,
        _ => NotAnswered::Unknown,
    };
    let page = pages::not_answered(&why, &phone.path());
    let rejection = match &error {
        StateError::WrongStatus { from, .. } => {
            nothing_asked(format!("The sign-in waits no longer: the session is `{from}`."))
        }
        _ => Rejection::from(error),
    };
    match reader {
        Reader::Person => rejection.into_page(page),
        Reader::Program => rejection.into_response(),
    }
}
