//! Errors as pages, for people.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::banner::banner;
use crate::app_state::AppState;
use crate::http::reader::Reader;
use crate::http::response;
use crate::pages::error::{Failure, error};

/// The page of the form that was sent: an extension of the response.
#[derive(Clone, Debug)]
struct PageOfForm(String);

/// Remembers where the way back from a form's error leads.
pub(super) async fn note_page_of_form(request: Request, next: Next) -> Response {
    let page = request.uri().path().rsplit_once('/').map(|(page, _)| page.to_owned());
    let mut response = next.run(request).await;
    if let Some(page) = page {
        response.extensions_mut().insert(PageOfForm(page));
    }
    response
}

/// Puts an error's line of text on a page, where a browser asked. What the APIs respond stays as it is, and so does what
/// is a page already.
pub(crate) async fn show_errors_to_people(
    State((state, with_admin)): State<(Arc<AppState>, bool)>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let is_api = ["/management/", "/authentication/", "/_emulator/"].iter().any(|api| path.starts_with(api));
    let reader = Reader::of(request.headers());
    let response = next.run(request).await;
    let is_error = response.status().is_client_error() || response.status().is_server_error();
    if is_api || reader == Reader::Program || !is_error || !is_text(response.headers()) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    // It is in memory, and nothing of it can fail.
    let text = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let page_of_form = head.extensions.get::<PageOfForm>().map(|page| page.0.as_str());
    // Whoever is refused may be a page of another site.
    let banner = (with_admin && head.status != StatusCode::FORBIDDEN).then(|| banner(&state));
    let failure =
        Failure { status: head.status.as_u16(), text: &String::from_utf8_lossy(&text), back: page_of_form };
    let (page, body) = response::page(head.status, error(failure, banner)).into_parts();
    head.headers.remove(CONTENT_LENGTH);
    for (name, value) in &page.headers {
        head.headers.insert(name, value.clone());
    }
    head.headers.insert(VARY, HeaderValue::from_static("accept"));
    Response::from_parts(head, body)
}

fn is_text(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/plain"))
}
