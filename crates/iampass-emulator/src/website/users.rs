//! The users of an application.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use iampass_management::UserId;
use serde::Deserialize;

use super::banner::banner;
use crate::app_state::AppState;
use crate::http::form_body::FormBody;
use crate::http::path::{path_application, query_text};
use crate::http::rejection::Rejection;
use crate::http::response;
use crate::pages::paths::{user_path, users_path};
use crate::pages::users;
use crate::store::{ListFrom, UserFilter};

pub(super) const USERS: &str = "/applications/{application_id}";
pub(super) const ADD: &str = "/applications/{application_id}/users";

/// How many users a page has.
const SHOWN: usize = 50;

#[derive(Debug, Deserialize)]
pub(super) struct NewUsers {
    /// One id in a line.
    users: String,
}

pub(super) async fn list(State(state): State<Arc<AppState>>, uri: Uri) -> Result<Response, Rejection> {
    let application = path_application(USERS, &uri)?;
    let query = uri.query().unwrap_or_default();
    let (search, after, before) =
        (query_text(query, "search")?, query_text(query, "after")?, query_text(query, "before")?);
    let phones = users::Phones::from_word(&query_text(query, "phone")?);
    let has_device = match phones {
        users::Phones::Any => None,
        users::Phones::Registered => Some(true),
        users::Phones::Missing => Some(false),
    };
    let from = if before.is_empty() { ListFrom::After(&after) } else { ListFrom::Before(&before) };
    let filter = UserFilter { part: &search, has_device, from, limit: SHOWN };
    let found = state.store.find_users(&application, filter)?;
    let shown = found.users.iter().map(|user| users::User {
        id: &user.id,
        has_phone: user.has_device,
        open_links: u64::try_from(user.open_links).unwrap_or_default(),
    });
    let page = users::users(&users::Users {
        application_id: application.as_str(),
        search: &search,
        phones,
        shown: shown.collect(),
        before: found.before,
        matching: found.matching,
        total: found.total,
        with_phone: found.with_device,
        banner: banner(&state),
    });
    Ok(response::page(StatusCode::OK, page))
}

/// Adds all of the users or none; one alone is shown afterwards.
pub(super) async fn add(
    State(state): State<Arc<AppState>>,
    uri: Uri,
    FormBody(form): FormBody<NewUsers>,
) -> Result<Response, Rejection> {
    let application = path_application(USERS, &uri)?;
    let lines = form.users.lines().filter(|line| !line.is_empty());
    let users: Result<Vec<_>, _> = lines.map(UserId::new).collect();
    let users = users.map_err(|error| {
        Rejection::bad_request("bad_form", format!("{error}. Change that line, and add again."))
    })?;
    let path = match &*users {
        [] => {
            return Err(Rejection::bad_request(
                "bad_form",
                "Give at least one id, each in a line of its own.",
            ));
        }
        [one] => user_path(application.as_str(), one.as_str()),
        _ => users_path(application.as_str()),
    };
    state.store.add_users(&application, users).await?;
    Ok(response::see_other(&path))
}
