//! What a registration link leads to, as a page for people or as a line of text.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::HeaderMap;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};

use crate::app_state::AppState;
use crate::caller_origin::CallerOrigin;
use crate::error::StateError;
use crate::http::path::parameter_values;
use crate::http::reader::{Reader, varying};
use crate::http::rejection::Rejection;
use crate::http::response;
use crate::link::{LINK_PATH, LinkToken};
use crate::pages::phone::registration::{self as pages, Closed, Invited};

/// Tells what using the link would do. It changes nothing, so that a preview of the link in a chat
/// does not use it up.
pub(super) async fn show(State(state): State<Arc<AppState>>, uri: Uri, headers: HeaderMap) -> Response {
    let reader = Reader::of(&headers);
    let invitation = match state.store.invitation(&token(&uri)) {
        Ok(invitation) => invitation,
        Err(error) => return refusal(error, reader),
    };
    let (user, application) = (invitation.user_id.as_str(), invitation.application_id.as_str());
    let display_name = invitation.display_name.as_deref();
    varying(match reader {
        Reader::Person => {
            let invited = Invited { application_id: application, user_id: user, display_name };
            response::page(StatusCode::OK, pages::invitation(invited))
        }
        Reader::Program => {
            let name = display_name.unwrap_or(user);
            let text = format!(
                "A POST to this URL registers a phone for {name} \
                 (user {user} of the application {application})."
            );
            response::text(StatusCode::OK, text)
        }
    })
}

/// Registers a phone with the link.
pub(super) async fn register(
    State(state): State<Arc<AppState>>,
    CallerOrigin(origin): CallerOrigin,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let reader = Reader::of(&headers);
    match state.store.register_device(&token(&uri)).await {
        Ok(phone) => varying(match reader {
            Reader::Person => response::page(StatusCode::OK, pages::registered(&phone.path())),
            Reader::Program => {
                let text = format!("The phone is registered. Its page is {}", phone.url(&origin));
                response::text(StatusCode::OK, text)
            }
        }),
        Err(error) => refusal(error, reader),
    }
}

fn token(uri: &Uri) -> LinkToken {
    LinkToken::from_segment(parameter_values(LINK_PATH, uri.path()).next().unwrap_or_default())
}

fn refusal(error: StateError, reader: Reader) -> Response {
    let closed = match &error {
        StateError::UsedLink => Closed::Used,
        StateError::DeadLink => Closed::Dead,
        StateError::ExpiredLink => Closed::Expired,
        StateError::SecondPhone => Closed::SecondPhone,
        StateError::Storage(_) => Closed::Failed,
        _ => Closed::Unknown,
    };
    let rejection = Rejection::from(error);
    varying(match reader {
        Reader::Person => rejection.into_page(pages::closed(closed)),
        Reader::Program => rejection.into_response(),
    })
}
