//! Why a request is not carried out.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::response;
use crate::error::StateError;
use crate::request_log::RecordedRefusal;

/// What a client is told in plain text, and what the record says of it.
#[derive(Debug)]
pub(crate) struct Rejection {
    status: StatusCode,
    text: String,
    refusal: Option<RecordedRefusal>,
}

impl Rejection {
    pub(crate) fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), refusal: None }
    }

    pub(crate) fn bad_request(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }

    /// 401, the same for every reason unless the reason is given, as a code and an explanation. It is in the emulator's
    /// log.
    pub(crate) fn unauthorized(reason: Option<(&str, &str)>) -> Self {
        let text = "The request could not be authenticated.";
        let text = match reason {
            None => text.to_owned(),
            Some((code, explanation)) => format!("{text}\n{code}: {explanation}\n"),
        };
        Self::new(StatusCode::UNAUTHORIZED, text)
    }

    /// 404 for an application that does not exist, with the text that the vendor documents.
    pub(crate) fn unknown_application(application_id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("Client Application {application_id} not found"))
    }

    /// 404 for a user that the application does not have.
    pub(crate) fn unknown_user(application_id: &str, user_id: &str) -> Self {
        let text = format!("Client Application {application_id} or User {user_id} not found.");
        Self::new(StatusCode::NOT_FOUND, text)
    }

    /// 500 for what should not happen.
    pub(crate) fn internal_error() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "The emulator failed.")
    }

    /// With what the record is to say.
    pub(crate) fn with_refusal(self, refusal: RecordedRefusal) -> Self {
        Self { refusal: Some(refusal), ..self }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }
}

impl From<StateError> for Rejection {
    fn from(error: StateError) -> Self {
        match &error {
            StateError::UnknownApplication { application_id } => {
                Self::unknown_application(application_id.as_str())
            }
            StateError::UnknownUser { application_id, user_id } => {
                Self::unknown_user(application_id.as_str(), user_id.as_str())
            }
            StateError::DuplicateApplication { .. } => Self::new(StatusCode::CONFLICT, format!("{error}.")),
            StateError::UnknownLink => Self::new(StatusCode::NOT_FOUND, "This link is not known."),
            StateError::UsedLink => {
                Self::new(StatusCode::GONE, "This link was used before. Ask for a new one.")
            }
            StateError::DeadLink => {
                Self::new(StatusCode::GONE, "This link no longer works. Ask for a new one.")
            }
            StateError::Storage(error) => {
                let source = std::error::Error::source(error).map(ToString::to_string);
                tracing::error!(%error, source, "the emulator's state cannot be read or written");
                let text = "The emulator's state cannot be read or written.";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, text)
            }
        }
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let mut response = response::text(self.status, self.text);
        if let Some(refusal) = self.refusal {
            response.extensions_mut().insert(refusal);
        }
        response
    }
}
