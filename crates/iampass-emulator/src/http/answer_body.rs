//! The bytes of an answer, as they are sent.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};

/// A body that is whole, or one that ends before its declared length.
#[derive(Debug)]
pub(crate) struct AnswerBody {
    /// What is still to be sent.
    rest: Option<Bytes>,
    /// The length that the answer's head declares, less what was sent.
    declared: u64,
    /// Whether what was sent has had time to reach the socket, so that the end does not overtake it.
    flushed: bool,
}

impl AnswerBody {
    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self { declared: length(&bytes), rest: (!bytes.is_empty()).then_some(bytes), flushed: true }
    }

    /// Half of the bytes, with the length of the whole.
    pub(crate) fn cut(bytes: &Bytes) -> Self {
        let half = bytes.slice(..bytes.len() / 2);
        Self { rest: Some(half), declared: length(bytes), flushed: false }
    }
}

fn length(bytes: &Bytes) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(bytes) = self.rest.take() {
            self.declared = self.declared.saturating_sub(length(&bytes));
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        if !self.flushed {
            // The connection writes out what it has while there is nothing more to be had.
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_none() && self.declared == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.declared)
    }
}
