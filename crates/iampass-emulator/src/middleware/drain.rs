//! Reading what no handler has read of a body.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::header::EXPECT;
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt as _;
use hyper::body::{Frame, SizeHint};
use tokio::time::timeout;

use crate::app_state::AppState;
use crate::faults::ResponseAction;

/// How much of a body that nobody wants is read all the same, and for how long.
const DRAINED_BYTES: usize = 64 * 1024 * 1024;
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// Reads and forgets what is left of a body before the response is sent: a client that is still sending would otherwise
/// find its connection reset and never see the response. Not of a client that waits to be asked for the body.
pub(crate) async fn drain_body(State(state): State<Arc<AppState>>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() || request.headers().contains_key(EXPECT) {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    let mut body = SharedBody(Arc::new(Mutex::new(body)));
    let response = next.run(Request::from_parts(head, Body::new(body.clone()))).await;
    if !ResponseAction::resets(&response) {
        // Whether it was read to its end or not, the response is sent now.
        let _in_time = timeout(DRAIN_TIMEOUT.min(state.read_timeout), drain(&mut body)).await.is_ok();
    }
    response
}

async fn drain(body: &mut SharedBody) {
    let mut left = DRAINED_BYTES;
    while let Some(Ok(frame)) = body.frame().await {
        match left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

/// A body that a handler reads, and that is still there when the handler has dropped it.
#[derive(Clone, Debug)]
struct SharedBody(Arc<Mutex<Body>>);

impl SharedBody {
    /// A body that panicked is one that has ended.
    fn body(&self) -> MutexGuard<'_, Body> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpBody for SharedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut *self.body()).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body().size_hint()
    }
}
