//! Which handler serves which operation of the contract.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use axum::{Extension, Router};
use iampass_management::Operation;

use super::authorize::{Called, SignedBy, authorize};
use super::inject::inject_fault;
use super::management;
use super::not_emulated;
use super::sign_in;
use crate::app_state::AppState;
use crate::error::StartError;
use crate::http::json_body::BodyLimits;
use crate::http::methods::only;
use crate::http::path::parameter_names;
use crate::operations::operations;

/// The parameters of an operation's path, as its handler expects them.
const APPLICATION: &[&str] = &["application_id"];
const USER: &[&str] = &["application_id", "user_id"];
const SESSION: &[&str] = &["session_token"];

/// All operations. Of a call nothing is looked at before its signature is verified, and no fault is applied before.
///
/// # Errors
/// [`StartError::Unserved`] for an operation that has no handler, or one whose handler takes other parameters than the
/// contract's path has.
pub(crate) fn router(state: &Arc<AppState>) -> Result<Router<Arc<AppState>>, StartError> {
    Ok(router_of(operations(), state)?.merge(not_emulated::router()))
}

fn router_of(
    operations: impl IntoIterator<Item = &'static Operation>,
    state: &Arc<AppState>,
) -> Result<Router<Arc<AppState>>, StartError> {
    // Operations may share a path.
    let mut paths: BTreeMap<&str, (Vec<&str>, MethodRouter<Arc<AppState>>)> = BTreeMap::new();
    for operation in operations {
        let (path, methods) = served(operation).ok_or(StartError::Unserved { operation_id: operation.id })?;
        let is_session = parameter_names(path).eq(SESSION.iter().copied());
        let signer = if is_session { SignedBy::Session } else { SignedBy::Application };
        let called = Called { state: state.clone(), operation, path, signer };
        let methods = methods
            .route_layer(from_fn_with_state(called.clone(), inject_fault))
            .route_layer(from_fn_with_state(called, authorize));
        let (allow, of_path) = paths.entry(path).or_default();
        allow.push(operation.method.as_str());
        *of_path = std::mem::take(of_path).merge(methods);
    }
    let router = paths.into_iter().fold(Router::new(), |router, (path, (allow, methods))| {
        router.route(path, only(allow.join(", "), methods))
    });
    let limits = BodyLimits { bytes: state.body_limit, time: state.read_timeout };
    Ok(router.layer(Extension(limits)))
}

/// Where an operation is, and what serves it there.
fn served(operation: &'static Operation) -> Option<(&'static str, MethodRouter<Arc<AppState>>)> {
    let method = MethodFilter::try_from(operation.method.clone()).ok()?;
    let (parameters, handler) = handler(operation.id, method)?;
    let path = path(operation);
    parameter_names(path).eq(parameters.iter().copied()).then_some((path, handler))
}

/// The contract's path, or one that the contract leaves to the service.
fn path(operation: &'static Operation) -> &'static str {
    match operation.path {
        "{status_url}" => sign_in::STATUS_PATH,
        "{logout_url}" => sign_in::END_PATH,
        path => path,
    }
}

/// The handler of an operation, and the parameters that it takes from the path.
fn handler(
    operation_id: &str,
    method: MethodFilter,
) -> Option<(&'static [&'static str], MethodRouter<Arc<AppState>>)> {
    Some(match operation_id {
        "add_users" => (APPLICATION, on(method, management::add_users)),
        "delete_users" => (APPLICATION, on(method, management::delete_users)),
        "device_registration_link" => (USER, on(method, management::device_registration_link)),
        "has_registered_mobile_device" => (USER, on(method, management::has_registered_mobile_device)),
        "lost_user_mobile_device" => (USER, on(method, management::lost_user_mobile_device)),
        "authenticate_user" => (USER, on(method, sign_in::authenticate_user)),
        "session_status" => (SESSION, on(method, sign_in::session_status)),
        "end_session" => (SESSION, on(method, sign_in::end_session)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::header::ALLOW;
    use axum::http::{Method, Request};
    use tower::ServiceExt as _;

    use super::*;

    fn state() -> Arc<AppState> {
        Arc::new(AppState::in_memory())
    }

    #[test]
    fn an_operation_that_no_handler_fits_stops_the_start() {
        static UNKNOWN: Operation = Operation::new("made_up", Method::GET, "/x/{application_id}", true);
        static OTHER_PARAMETERS: Operation =
            Operation::new("add_users", Method::POST, "/x/{application_id}/{group_id}", true);
        assert!(router(&state()).is_ok());
        for operation in [&UNKNOWN, &OTHER_PARAMETERS] {
            let error = router_of([operation], &state()).unwrap_err();
            assert!(matches!(error, StartError::Unserved { operation_id } if operation_id == operation.id));
        }
    }

    #[tokio::test]
    async fn operations_may_share_a_path() {
        static ADD: Operation = Operation::new("add_users", Method::POST, "/x/{application_id}", true);
        static DELETE: Operation = Operation::new("delete_users", Method::PUT, "/x/{application_id}", true);
        let router = router_of([&ADD, &DELETE], &state()).unwrap().with_state(state());
        for (method, status) in [("POST", 400), ("PUT", 400), ("GET", 405), ("HEAD", 405)] {
            let request = Request::builder().method(method).uri("/x/app").body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), status, "{method}");
            let allow = (status == 405).then_some("POST, PUT");
            assert_eq!(response.headers().get(ALLOW).map(|value| value.to_str().unwrap()), allow);
        }
    }
}
