//! In the place of the console, for those who may not see it.

use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use axum::response::Response;

use crate::http::reader::{Reader, varying};
use crate::http::response;
use crate::pages::closed_console::{TEXT, closed_console};

pub(super) async fn show(headers: HeaderMap) -> Response {
    varying(match Reader::of(&headers) {
        Reader::Person => response::page(StatusCode::OK, closed_console()),
        Reader::Program => response::text(StatusCode::OK, TEXT),
    })
}
