//! Applies injected faults to calls.

use axum::Extension;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::timeout;

use super::authorize::Called;
use crate::faults;
use crate::request_log::RecordedFault;
use crate::server::Client;

/// Takes the next fault that is for the operation, if there is one, and applies it.
pub(super) async fn inject_fault(
    State(called): State<Called>,
    Extension(mut client): Extension<Client>,
    request: Request,
    next: Next,
) -> Response {
    let Some(fault) = called.state.next_fault(called.operation.id) else {
        return next.run(request).await;
    };
    let mut response = if fault.applied {
        faults::after(&fault, next.run(request).await)
    } else if timeout(fault.delay, client.hangs_up()).await.is_ok() {
        faults::no_response()
    } else {
        match faults::instead(&fault) {
            Some(response) => response,
            None => next.run(request).await,
        }
    };
    response.extensions_mut().insert(RecordedFault { code: fault.code(), applied: fault.applied });
    response
}
