//! Which handler serves which operation of the contract.

use std::sync::Arc;

use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use axum::{Extension, Router};
use iampass_management::Operation;
use iampass_management::generated::OPERATIONS;

use super::authorize::{Called, authorize};
use super::handlers;
use super::inject::inject_fault;
use crate::app_state::AppState;
use crate::error::StartError;
use crate::http::json_body::BodyLimits;
use crate::http::methods::only;
use crate::http::path::parameter_names;

/// The parameters of an operation's path, as its handler expects them.
const APPLICATION: &[&str] = &["application_id"];
const USER: &[&str] = &["application_id", "user_id"];

/// All operations. Of a call nothing is looked at before its signature is verified, and no fault strikes before.
///
/// # Errors
/// [`StartError::Unserved`] for an operation that has no handler, or one whose handler takes other parameters than the
/// contract's path has.
pub(crate) fn router(state: &Arc<AppState>) -> Result<Router<Arc<AppState>>, StartError> {
    let mut router = Router::new();
    for operation in OPERATIONS {
        let methods = served(operation).ok_or(StartError::Unserved { operation_id: operation.id })?;
        let called = Called { state: state.clone(), operation };
        let methods = methods
            .route_layer(from_fn_with_state(called.clone(), inject_fault))
            .route_layer(from_fn_with_state(called, authorize));
        router = router.route(operation.path, only(operation.method.as_str(), methods));
    }
    let limits = BodyLimits { bytes: state.body_limit, time: state.read_timeout };
    Ok(router.layer(Extension(limits)))
}

fn served(operation: &'static Operation) -> Option<MethodRouter<Arc<AppState>>> {
    let method = MethodFilter::try_from(operation.method.clone()).ok()?;
    let (parameters, handler) = handler(operation.id, method)?;
    parameter_names(operation.path).eq(parameters.iter().copied()).then_some(handler)
}

/// The handler of an operation, and the parameters that it takes from the path.
fn handler(
    operation_id: &str,
    method: MethodFilter,
) -> Option<(&'static [&'static str], MethodRouter<Arc<AppState>>)> {
    Some(match operation_id {
        "add_users" => (APPLICATION, on(method, handlers::add_users)),
        "delete_users" => (APPLICATION, on(method, handlers::delete_users)),
        "device_registration_link" => (USER, on(method, handlers::device_registration_link)),
        "has_registered_mobile_device" => (USER, on(method, handlers::has_registered_mobile_device)),
        "lost_user_mobile_device" => (USER, on(method, handlers::lost_user_mobile_device)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use axum::http::Method;

    use super::*;

    #[test]
    fn every_operation_of_the_contract_is_served() {
        for operation in OPERATIONS {
            assert!(served(operation).is_some(), "{}", operation.id);
        }
    }

    #[test]
    fn an_operation_that_no_handler_fits_is_not_served() {
        static UNKNOWN: Operation =
            Operation::new("made_up", Method::GET, "/management/x/{application_id}", true);
        static OTHER_PARAMETERS: Operation =
            Operation::new("add_users", Method::POST, "/management/x/{application_id}/{group_id}", true);
        for operation in [&UNKNOWN, &OTHER_PARAMETERS] {
            assert!(served(operation).is_none(), "{}", operation.path);
        }
    }
}
