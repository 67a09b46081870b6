//! The Management API: what each operation does to the store, and what it answers.
//!
//! Requests and answers are the generated types, so a change of the contract breaks this file.

use std::fmt;
use std::pin::Pin;

use hyper::StatusCode;
use iampass_auth::ApplicationId;
use iampass_management::generated::types::{
    AddUsersResponse, AddedUsers, DeleteUsersResponse, RegisteredDeviceResponse, RegistrationLinkResponse,
    UserList,
};
use iampass_management::{InvalidUserId, UserId};

use crate::error::StateError;
use crate::http::answer::Answer;
use crate::http::path::query_value;
use crate::link::LinkToken;
use crate::store::Store;

/// What handlers work with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) store: &'a Store,
    /// Where links lead to.
    pub(crate) base_url: &'a str,
    /// Who signed the request.
    pub(crate) application_id: &'a ApplicationId,
}

/// An answer that may have to wait for a disk.
pub(crate) type Answering<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// How an operation is called; the two kinds that the contract has.
#[derive(Clone, Copy)]
pub(crate) enum Handler {
    /// For a list of users in the body.
    Users(for<'a> fn(Context<'a>, UserList) -> Answering<'a>),
    /// For one user in the path, with the query if there is one.
    User(for<'a> fn(Context<'a>, &'a UserId, &'a str) -> Answering<'a>),
}

impl Handler {
    /// The parameters that the operation's path must have.
    pub(crate) fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::Users(_) => &["application_id"],
            Self::User(_) => &["application_id", "user_id"],
        }
    }
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Users(_) => "Users",
            Self::User(_) => "User",
        })
    }
}

/// The handler of an operation of the contract.
pub(crate) fn handler(operation_id: &str) -> Option<Handler> {
    Some(match operation_id {
        "add_users" => Handler::Users(add_users),
        "delete_users" => Handler::Users(delete_users),
        "device_registration_link" => Handler::User(device_registration_link),
        "has_registered_mobile_device" => Handler::User(has_registered_mobile_device),
        "lost_user_mobile_device" => Handler::User(lost_user_mobile_device),
        _ => return None,
    })
}

fn add_users(context: Context<'_>, list: UserList) -> Answering<'_> {
    Box::pin(async move {
        let users = match acceptable(list) {
            Ok(users) => users,
            Err(reason) => {
                let body = AddUsersResponse { status: false, reason: Some(reason), users: None };
                return Answer::json(StatusCode::OK, &body);
            }
        };
        match context.store.add_users(context.application_id, users).await {
            Ok(added) => {
                let users = AddedUsers { created: Some(added.created), existing: Some(added.existing) };
                let body = AddUsersResponse { status: true, reason: None, users: Some(users) };
                Answer::json(StatusCode::CREATED, &body)
            }
            Err(error) => failure(&error),
        }
    })
}

fn delete_users(context: Context<'_>, list: UserList) -> Answering<'_> {
    Box::pin(async move {
        let users = match acceptable(list) {
            Ok(users) => users,
            Err(reason) => {
                let body = DeleteUsersResponse { status: false, reason: Some(reason) };
                return Answer::json(StatusCode::OK, &body);
            }
        };
        match context.store.delete_users(context.application_id, users).await {
            Ok(()) => Answer::json(StatusCode::OK, &DeleteUsersResponse { status: true, reason: None }),
            Err(error) => failure(&error),
        }
    })
}

fn device_registration_link<'a>(context: Context<'a>, user_id: &'a UserId, query: &'a str) -> Answering<'a> {
    Box::pin(async move {
        let display_name = match query_value(query, "display_name") {
            // An empty name is none: there is nothing to show.
            Ok(display_name) => display_name.filter(|name| !name.is_empty()),
            Err(error) => return Answer::bad_request(format!("The query cannot be read: {error}.")),
        };
        let made = context.store.make_link(context.application_id, user_id, display_name);
        link_answer(context, made.await)
    })
}

fn has_registered_mobile_device<'a>(context: Context<'a>, user_id: &'a UserId, _: &'a str) -> Answering<'a> {
    Box::pin(async move {
        match context.store.has_device(context.application_id, user_id) {
            Ok(registered) => {
                let device_registered = Some(registered);
                let body = RegisteredDeviceResponse { status: true, reason: None, device_registered };
                Answer::json(StatusCode::OK, &body)
            }
            Err(error) => failure(&error),
        }
    })
}

fn lost_user_mobile_device<'a>(context: Context<'a>, user_id: &'a UserId, _: &'a str) -> Answering<'a> {
    Box::pin(async move {
        let made = context.store.lose_device(context.application_id, user_id);
        link_answer(context, made.await)
    })
}

fn link_answer(context: Context<'_>, made: Result<LinkToken, StateError>) -> Answer {
    match made {
        Ok(token) => {
            let register_url = Some(token.link(context.base_url));
            let body = RegistrationLinkResponse { status: true, reason: None, register_url };
            Answer::json(StatusCode::OK, &body)
        }
        Err(error) => failure(&error),
    }
}

/// The users of a list, if a URL path can carry each of them. Lists are read leniently, so ids that
/// no other call could name would come in here.
fn acceptable(list: UserList) -> Result<Vec<UserId>, String> {
    let checked = list.users.into_iter().map(|user| UserId::new(user.into_string()));
    checked.collect::<Result<_, InvalidUserId>>().map_err(|invalid| format!("{invalid}; nothing was changed"))
}

fn failure(error: &StateError) -> Answer {
    match error {
        StateError::UnknownApplication { application_id } => {
            Answer::unknown_application(application_id.as_str())
        }
        StateError::UnknownUser { application_id, user_id } => {
            Answer::unknown_user(application_id.as_str(), user_id.as_str())
        }
        StateError::Storage(error) => Answer::storage_failure(error),
        error => {
            tracing::error!(%error, "the store gave an error that the operation does not know");
            Answer::text(StatusCode::INTERNAL_SERVER_ERROR, "The emulator failed.")
        }
    }
}
