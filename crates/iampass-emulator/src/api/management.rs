//! What each operation does to the store, and how it responds.
//!
//! Requests and responses are the generated types, so a change of the contract breaks this file.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use iampass_management::generated::types::{
    AddUsersResponse, AddedUsers, DeleteUsersResponse, RegisteredDeviceResponse, RegistrationLinkResponse,
    UserList,
};
use iampass_management::{InvalidUserId, UserId};

use super::authorize::{PathUser, SignedCall};
use crate::app_state::AppState;
use crate::caller_origin::CallerOrigin;
use crate::error::StateError;
use crate::http::json_body::JsonBody;
use crate::http::path::query_param;
use crate::http::rejection::Rejection;
use crate::http::response;
use crate::link::LinkToken;

pub(super) async fn add_users(
    State(state): State<Arc<AppState>>,
    Extension(call): Extension<SignedCall>,
    JsonBody(list): JsonBody<UserList>,
) -> Result<Response, Rejection> {
    let users = match acceptable(list) {
        Ok(users) => users,
        Err(reason) => {
            let body = AddUsersResponse { status: false, reason: Some(reason), users: None };
            return Ok(response::json(StatusCode::OK, &body));
        }
    };
    let added = state.store.add_users(&call.application_id, users).await?;
    let users = AddedUsers { created: Some(added.created), existing: Some(added.existing) };
    let body = AddUsersResponse { status: true, reason: None, users: Some(users) };
    Ok(response::json(StatusCode::CREATED, &body))
}

pub(super) async fn delete_users(
    State(state): State<Arc<AppState>>,
    Extension(call): Extension<SignedCall>,
    JsonBody(list): JsonBody<UserList>,
) -> Result<Response, Rejection> {
    let users = match acceptable(list) {
        Ok(users) => users,
        Err(reason) => {
            let body = DeleteUsersResponse { status: false, reason: Some(reason) };
            return Ok(response::json(StatusCode::OK, &body));
        }
    };
    state.store.delete_users(&call.application_id, users).await?;
    Ok(response::json(StatusCode::OK, &DeleteUsersResponse { status: true, reason: None }))
}

pub(super) async fn device_registration_link(
    State(state): State<Arc<AppState>>,
    Extension(call): Extension<SignedCall>,
    PathUser(user_id): PathUser,
    CallerOrigin(origin): CallerOrigin,
    RawQuery(query): RawQuery,
) -> Result<Response, Rejection> {
    let display_name = query_param(&query.unwrap_or_default(), "display_name")?;
    // An empty name is none: there is nothing to show.
    let display_name = display_name.filter(|name| !name.is_empty());
    link_response(&origin, state.store.make_link(&call.application_id, &user_id, display_name).await)
}

pub(super) async fn has_registered_mobile_device(
    State(state): State<Arc<AppState>>,
    Extension(call): Extension<SignedCall>,
    PathUser(user_id): PathUser,
) -> Result<Response, Rejection> {
    let registered = state.store.has_device(&call.application_id, &user_id);
    let device_registered = Some(registered?);
    let body = RegisteredDeviceResponse { status: true, reason: None, device_registered };
    Ok(response::json(StatusCode::OK, &body))
}

pub(super) async fn lost_user_mobile_device(
    State(state): State<Arc<AppState>>,
    Extension(call): Extension<SignedCall>,
    PathUser(user_id): PathUser,
    CallerOrigin(origin): CallerOrigin,
) -> Result<Response, Rejection> {
    link_response(&origin, state.store.lose_device(&call.application_id, &user_id).await)
}

fn link_response(origin: &str, made: Result<LinkToken, StateError>) -> Result<Response, Rejection> {
    let register_url = Some(made?.link(origin));
    let body = RegistrationLinkResponse { status: true, reason: None, register_url };
    Ok(response::json(StatusCode::OK, &body))
}

/// The users of a list, if a URL path can carry each of them. Lists are read leniently, so ids that
/// no other call could name would come in here.
fn acceptable(list: UserList) -> Result<Vec<UserId>, String> {
    let checked = list.users.into_iter().map(|user| UserId::new(user.into_string()));
    checked.collect::<Result<_, InvalidUserId>>().map_err(|invalid| format!("{invalid}; nothing was changed"))
}
