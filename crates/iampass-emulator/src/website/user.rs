//! One user, and what can be done to it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use iampass_auth::ApplicationId;
use iampass_management::UserId;
use serde::Deserialize;

use super::banner::banner;
use super::sign_ins;
use crate::app_state::AppState;
use crate::caller_origin::CallerOrigin;
use crate::http::form_body::FormBody;
use crate::http::path::path_user;
use crate::http::rejection::Rejection;
use crate::http::response;
use crate::pages::paths::{user_path, users_path};
use crate::pages::sign_ins_of_user::SignInsOfUser;
use crate::pages::{confirm, user};
use crate::store::open_ones_first;

pub(super) const USER: &str = "/applications/{application_id}/users/{user_id}";
pub(super) const MAKE_LINK: &str = "/applications/{application_id}/users/{user_id}/links";
pub(super) const REGISTER: &str = "/applications/{application_id}/users/{user_id}/register";
pub(super) const LOSE: &str = "/applications/{application_id}/users/{user_id}/lose";
pub(super) const DELETE: &str = "/applications/{application_id}/users/{user_id}/delete";

/// How many links are shown, each with its QR code.
const LINKS: usize = 6;
/// How many sign-ins.
const SIGN_INS: usize = 12;

#[derive(Debug, Deserialize)]
pub(super) struct NewLink {
    #[serde(default)]
    display_name: String,
}

/// A form without fields.
#[derive(Debug, Deserialize)]
pub(super) struct Pressed {}

pub(super) async fn show(
    State(state): State<Arc<AppState>>,
    CallerOrigin(origin): CallerOrigin,
    uri: Uri,
) -> Result<Response, Rejection> {
    let (application, id) = path_user(USER, &uri)?;
    let has_phone = state.store.has_device(&application, &id)?;
    let phone = state.store.phone_token(&application, &id)?;
    let mut sign_ins = state.store.sign_ins_of(&application, &id).await?;
    open_ones_first(&mut sign_ins);
    let (recent, older) = sign_ins.split_at(sign_ins.len().min(SIGN_INS));
    let outcome = state.store.sign_in_outcome(&application, &id)?;
    let links = state.store.open_links(&application, &id)?;
    let shown = links
        .iter()
        .take(LINKS)
        .map(|link| user::Link { url: link.token.link(&origin), display_name: link.display_name.as_deref() });
    let page = user::user(&user::User {
        application_id: application.as_str(),
        id: id.as_str(),
        has_phone,
        phone_url: phone.map(|phone| phone.url(&origin)),
        sign_ins: SignInsOfUser {
            shown: sign_ins::shown(&state, recent)?,
            older: older.len(),
            outcome: outcome.as_ref(),
        },
        links: shown.collect(),
        older_links: links.len().saturating_sub(LINKS),
        banner: banner(&state),
    });
    Ok(response::page(StatusCode::OK, page))
}

pub(super) async fn make_link(
    State(state): State<Arc<AppState>>,
    uri: Uri,
    FormBody(form): FormBody<NewLink>,
) -> Result<Response, Rejection> {
    let (application, user) = path_user(USER, &uri)?;
    let display_name = Some(form.display_name).filter(|name| !name.is_empty());
    state.store.make_link(&application, &user, display_name).await?;
    Ok(shown_again(&application, &user))
}

/// Does what the user would do with the newest link; without one, one is made for it.
pub(super) async fn register(
    State(state): State<Arc<AppState>>,
    uri: Uri,
    FormBody(Pressed {}): FormBody<Pressed>,
) -> Result<Response, Rejection> {
    let (application, user) = path_user(USER, &uri)?;
    let newest = state.store.open_links(&application, &user)?.into_iter().next();
    let token = match newest {
        Some(link) => link.token,
        None => state.store.make_link(&application, &user, None).await?,
    };
    state.store.register_device(&token).await?;
    Ok(shown_again(&application, &user))
}

pub(super) async fn lose(
    State(state): State<Arc<AppState>>,
    uri: Uri,
    FormBody(Pressed {}): FormBody<Pressed>,
) -> Result<Response, Rejection> {
    let (application, user) = path_user(USER, &uri)?;
    state.store.lose_device(&application, &user).await?;
    Ok(shown_again(&application, &user))
}

pub(super) async fn ask_to_delete(
    State(state): State<Arc<AppState>>,
    uri: Uri,
) -> Result<Response, Rejection> {
    let (application, user) = path_user(USER, &uri)?;
    state.store.has_device(&application, &user)?;
    let page = confirm::delete_user(application.as_str(), user.as_str(), banner(&state));
    Ok(response::page(StatusCode::OK, page))
}

pub(super) async fn delete(
    State(state): State<Arc<AppState>>,
    uri: Uri,
    FormBody(Pressed {}): FormBody<Pressed>,
) -> Result<Response, Rejection> {
    let (application, user) = path_user(USER, &uri)?;
    state.store.delete_users(&application, vec![user]).await?;
    Ok(response::see_other(&users_path(application.as_str())))
}

pub(super) fn shown_again(application: &ApplicationId, user: &UserId) -> Response {
    response::see_other(&user_path(application.as_str(), user.as_str()))
}
