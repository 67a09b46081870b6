//! Why a request is not carried out.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::response;
use crate::error::StateError;
use crate::pages::Page;
use crate::request_log::RecordedRefusal;

/// What a client is told in plain text, and what the record says of it.
#[derive(Debug)]
pub(crate) struct Rejection {
    status: StatusCode,
    text: String,
    refusal: RecordedRefusal,
}

impl Rejection {
    /// The code is a short name that stays the same between releases.
    pub(crate) fn new(status: StatusCode, code: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        let refusal = RecordedRefusal { code, explanation: text.clone(), mistakes: Vec::new() };
        Self { status, text, refusal }
    }

    pub(crate) fn bad_request(code: &'static str, text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, text)
    }

    /// 401 with the same text for every reason unless the client is to be told it, too.
    pub(crate) fn unauthorized(refusal: RecordedRefusal, told: bool) -> Self {
        let text = "The request could not be authenticated.";
        Self::new(StatusCode::UNAUTHORIZED, refusal.code, text).explained(refusal, told)
    }

    /// 404 for an application that does not exist, with the text that the vendor documents.
    pub(crate) fn unknown_application(application_id: &str) -> Self {
        let text = format!("Client Application {application_id} not found");
        Self::new(StatusCode::NOT_FOUND, "unknown_application", text)
    }

    /// 404 for a user that the application does not have.
    pub(crate) fn unknown_user(application_id: &str, user_id: &str) -> Self {
        let text = format!("Client Application {application_id} or User {user_id} not found.");
        Self::new(StatusCode::NOT_FOUND, "unknown_user", text)
    }

    /// 404 for a path that leads nowhere.
    pub(crate) fn unknown_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown_path", "There is nothing at this path.")
    }

    /// 500 for what should not happen.
    pub(crate) fn internal_error() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "The emulator failed.")
    }

    /// With this in the record, where the text holds what is not to be recorded, or says less.
    pub(crate) fn recorded_as(self, refusal: RecordedRefusal) -> Self {
        Self { refusal, ..self }
    }

    /// With this in the record; the client is told it only if `told`.
    pub(crate) fn explained(mut self, refusal: RecordedRefusal, told: bool) -> Self {
        if told {
            self.text.extend(["\n", refusal.code, ": ", &refusal.explanation, "\n"]);
        }
        self.recorded_as(refusal)
    }

    /// As a page, for people.
    pub(crate) fn into_page(self, page: Page) -> Response {
        let mut response = response::page(self.status, page);
        response.extensions_mut().insert(self.refusal);
        response
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
            StateError::DuplicateApplication { .. } => {
                Self::new(StatusCode::CONFLICT, "duplicate_application", format!("{error}."))
            }
            StateError::UnknownLink => {
                Self::new(StatusCode::NOT_FOUND, "unknown_link", "This link is not known.")
            }
            StateError::UsedLink => {
                Self::new(StatusCode::GONE, "used_link", "This link was used before. Ask for a new one.")
            }
            StateError::DeadLink => {
                Self::new(StatusCode::GONE, "dead_link", "This link no longer works. Ask for a new one.")
            }
            StateError::ExpiredLink => {
                Self::new(StatusCode::GONE, "expired_link", "This link has expired. Ask for a new one.")
            }
            StateError::SecondPhone => {
                let text = "The user has a phone already. Report it lost before another one is registered.";
                Self::new(StatusCode::CONFLICT, "second_phone", text)
            }
            StateError::UnknownSession => {
                Self::new(StatusCode::NOT_FOUND, "unknown_session", "There is no session with this token.")
            }
            StateError::WrongStatus { .. } => {
                let text = error.to_string().replace("a session", "A session");
                Self::new(StatusCode::CONFLICT, "wrong_status", format!("{text}."))
            }
            StateError::Storage(error) => {
                let source = std::error::Error::source(error).map(ToString::to_string);
                tracing::error!(%error, source, "the emulator's state cannot be read or written");
                let text = "The emulator's state cannot be read or written.";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "storage_failure", text)
            }
        }
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let mut response = response::text(self.status, self.text);
        response.extensions_mut().insert(self.refusal);
        response
    }
}
