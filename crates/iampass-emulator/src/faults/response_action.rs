//! What a fault makes of a call.

use hyper::body::Bytes;
use hyper::{Response, StatusCode};
use thiserror::Error;

use super::fault::{Fault, FaultKind, checked_header};
use crate::http::answer::Answer;
use crate::http::answer_body::AnswerBody;

/// How a request ends.
#[derive(Debug)]
pub(crate) enum ResponseAction {
    Answer(Answer),
    /// The answer's head, and half of its body.
    Cut(Answer),
    Reset,
}

/// The connection is to be reset.
#[derive(Clone, Copy, Debug, Error)]
#[error("the connection is reset, as an injected fault asks for")]
pub(crate) struct Reset;

impl ResponseAction {
    /// The status that is sent; 0 if there is none.
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::Answer(answer) | Self::Cut(answer) => answer.status().as_u16(),
            Self::Reset => 0,
        }
    }

    pub(crate) fn into_response(self) -> Result<Response<AnswerBody>, Reset> {
        match self {
            Self::Answer(answer) => Ok(answer.into_response()),
            Self::Cut(answer) => Ok(answer.into_cut_response()),
            Self::Reset => Err(Reset),
        }
    }
}

/// The end of a call that was carried out, with this answer.
pub(crate) fn after(fault: &Fault, answer: Answer) -> ResponseAction {
    match fault.kind {
        FaultKind::CutBody => ResponseAction::Cut(answer),
        _ => instead(fault).unwrap_or(ResponseAction::Answer(answer)),
    }
}

/// The end of a call that is not carried out; `None` if the fault lets it be carried out.
pub(crate) fn instead(fault: &Fault) -> Option<ResponseAction> {
    Some(match &fault.kind {
        FaultKind::Delay => return None,
        FaultKind::Reset => ResponseAction::Reset,
        FaultKind::CutBody => {
            ResponseAction::Cut(Answer::json_text(Bytes::from_static(b"{\"status\":true}")))
        }
        FaultKind::Status { status, headers, body } => {
            // Both were checked when the fault was injected.
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let text = body.as_deref().unwrap_or("This is a fault that was injected into the emulator.");
            let headers = headers.iter().filter_map(|header| checked_header(header).ok());
            let answer = Answer::text(status, text);
            ResponseAction::Answer(headers.fold(answer, |answer, (name, value)| answer.header(name, value)))
        }
    })
}
