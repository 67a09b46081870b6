//! Lets injected faults strike calls.

use axum::extract::{Request, State};
use axum::http::Extensions;
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::sleep;

use super::authorize::Called;
use crate::faults;
use crate::middleware::record::{CalledOperation, RequestHead};
use crate::request_log::RecordedFault;

/// Takes the next fault that is for the operation, if there is one, and lets it strike.
pub(super) async fn inject_fault(State(called): State<Called>, request: Request, next: Next) -> Response {
    let Some(fault) = called.state.faults.next_fault(called.operation.id) else {
        return next.run(request).await;
    };
    let recorded = RecordedFault { code: fault.code(), applied: fault.applied };
    let mut response = if fault.applied {
        faults::after(&fault, next.run(request).await)
    } else {
        let head = request.extensions().get::<RequestHead>().cloned();
        let unanswered = Unanswered { called: &called, head, recorded };
        sleep(fault.delay).await;
        unanswered.goes_on();
        match faults::instead(&fault) {
            Some(response) => response,
            None => next.run(request).await,
        }
    };
    response.extensions_mut().insert(recorded);
    response
}

/// Records a call whose client hung up while it was delayed. Nothing else would: hyper drops the call.
struct Unanswered<'a> {
    called: &'a Called,
    head: Option<RequestHead>,
    recorded: RecordedFault,
}

impl Unanswered<'_> {
    /// The delay is over, and the call will be recorded with its response.
    fn goes_on(mut self) {
        self.head = None;
    }
}

impl Drop for Unanswered<'_> {
    fn drop(&mut self) {
        let Some(head) = self.head.take() else { return };
        let mut extensions = Extensions::new();
        extensions.insert(CalledOperation(self.called.operation.id));
        extensions.insert(self.recorded);
        head.record(&self.called.state, 0, &extensions);
    }
}
