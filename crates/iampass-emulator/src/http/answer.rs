//! What a request is answered with.

use hyper::body::Bytes;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, WWW_AUTHENTICATE,
    X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Method, Response, StatusCode};
use serde::Serialize;

use crate::error::StorageError;
use crate::http::answer_body::AnswerBody;
use crate::pages::{Page, security};

/// An answer whose body is whole in memory.
#[derive(Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    content_type: &'static str,
    /// These take the place of what the answer would have.
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

impl Answer {
    /// Prose, as the vendor answers what is not a success.
    pub(crate) fn text(status: StatusCode, text: impl Into<String>) -> Self {
        Self::with_body(status, "text/plain; charset=utf-8", text.into().into())
    }

    pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(json) => Self::with_body(status, "application/json", json.into()),
            Err(error) => {
                tracing::error!(%error, "an answer could not be written as JSON");
                Self::text(StatusCode::INTERNAL_SERVER_ERROR, "The answer could not be written.")
            }
        }
    }

    /// 500 when the state cannot be read or written. The reason is in the log.
    pub(crate) fn storage_failure(error: &StorageError) -> Self {
        let source = std::error::Error::source(error).map(ToString::to_string);
        tracing::error!(%error, source, "the emulator's state cannot be read or written");
        Self::text(StatusCode::INTERNAL_SERVER_ERROR, "The emulator's state cannot be read or written.")
    }

    /// 200 with a body that is JSON already.
    pub(crate) fn json_text(json: Bytes) -> Self {
        Self::with_body(StatusCode::OK, "application/json", json)
    }

    /// A page, with the headers that say how little it may do.
    pub(crate) fn page(status: StatusCode, page: Page) -> Self {
        let mut answer = Self::with_body(status, "text/html; charset=utf-8", page.html.into());
        answer.headers.push((CONTENT_SECURITY_POLICY, HeaderValue::from_static(page.policy)));
        let others = security::HEADERS.into_iter();
        answer.headers.extend(
            others.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))),
        );
        answer
    }

    /// 200 with a file that is the same for everybody.
    pub(crate) fn file(content_type: &'static str, text: impl Into<Bytes>) -> Self {
        Self::with_body(StatusCode::OK, content_type, text.into())
    }

    pub(crate) fn bad_request(text: impl Into<String>) -> Self {
        Self::text(StatusCode::BAD_REQUEST, text)
    }

    /// 401, the same for every reason unless the reason is given, as a code and an explanation. It is
    /// in the emulator's log.
    pub(crate) fn unauthorized(reason: Option<(&str, &str)>) -> Self {
        let text = "The request could not be authenticated.";
        let text = match reason {
            None => text.to_owned(),
            Some((code, explanation)) => format!("{text}\n{code}: {explanation}\n"),
        };
        Self::text(StatusCode::UNAUTHORIZED, text)
    }

    /// 404 for an application that does not exist, with the text that the vendor documents.
    pub(crate) fn unknown_application(application_id: &str) -> Self {
        let text = format!("Client Application {application_id} not found");
        Self::text(StatusCode::NOT_FOUND, text)
    }

    /// 404 for a user that the application does not have.
    pub(crate) fn unknown_user(application_id: &str, user_id: &str) -> Self {
        let text = format!("Client Application {application_id} or User {user_id} not found.");
        Self::text(StatusCode::NOT_FOUND, text)
    }

    pub(crate) fn unknown_path() -> Self {
        Self::text(StatusCode::NOT_FOUND, "There is nothing at this path.")
    }

    /// 405 with the methods that the path has.
    pub(crate) fn wrong_method<'a>(allowed: impl Iterator<Item = &'a Method>) -> Self {
        let allowed = allowed.map(Method::as_str).collect::<Vec<_>>().join(", ");
        let text = format!("This path takes {allowed} alone.");
        let answer = Self::text(StatusCode::METHOD_NOT_ALLOWED, text);
        match HeaderValue::try_from(allowed) {
            Ok(allowed) => answer.header(ALLOW, allowed),
            Err(_) => answer,
        }
    }

    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    pub(crate) fn into_response(mut self) -> Response<AnswerBody> {
        let body = AnswerBody::whole(std::mem::take(&mut self.body));
        self.respond_with(body)
    }

    /// The answer with half of its body.
    pub(crate) fn into_cut_response(self) -> Response<AnswerBody> {
        let body = AnswerBody::cut(&self.body);
        self.respond_with(body)
    }

    fn respond_with(self, body: AnswerBody) -> Response<AnswerBody> {
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // Prose repeats what the request said; no browser shall take it for HTML.
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("hmac"));
        }
        for (name, _) in &self.headers {
            headers.remove(name);
        }
        for (name, value) in self.headers {
            headers.append(name, value);
        }
        response
    }

    fn with_body(status: StatusCode, content_type: &'static str, body: Bytes) -> Self {
        Self { status, content_type, headers: Vec::new(), body }
    }
}
