//! The first page, and what is remembered of requests.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use super::banner::banner;
use crate::app_state::AppState;
use crate::caller_origin::CallerOrigin;
use crate::http::path::{parameter_values, query_text};
use crate::http::rejection::Rejection;
use crate::http::response;
use crate::pages::{console, request, requests};
use crate::request_log::RequestRecord;
use crate::store::ApplicationCount;

/// Where one request is shown.
pub(super) const REQUEST: &str = "/requests/{number}";

/// How many requests the console shows, and how many the page of requests.
const LATEST: usize = 12;
const SHOWN: usize = 200;

pub(super) async fn console(
    State(state): State<Arc<AppState>>,
    CallerOrigin(origin): CallerOrigin,
) -> Result<Response, Rejection> {
    let counts = state.store.application_counts()?;
    let open = state.store.open_sign_ins().await?;
    let of_application = |one: &ApplicationCount| open.get(&one.id).copied().unwrap_or_default();
    let secrets = state.store.secret_texts()?;
    let records = state.log.records();
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    let applications = counts.iter().map(|one| console::Application {
        id: &one.id,
        users: count(one.users),
        phones: count(one.devices),
        waiting: of_application(one).waiting,
        signed_in: of_application(one).signed_in,
        secret: secrets
            .iter()
            .find(|(id, _)| *id == one.id)
            .and_then(|(_, secret)| secret.as_ref().map(|text| text.as_str())),
    });
    let page = console::console(&console::Console {
        base_url: &origin,
        applications: applications.collect(),
        latest: records.iter().rev().take(LATEST).map(shown).collect(),
        banner: banner(&state),
    });
    Ok(response::page(StatusCode::OK, page))
}

pub(super) async fn list(
    State(state): State<Arc<AppState>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Rejection> {
    let query = query.unwrap_or_default();
    let refused_only = query_text(&query, "only")? == "refused";
    let records = state.log.records();
    let wanted = || records.iter().rev().filter(|record| !refused_only || record.refusal.is_some());
    let page = requests::requests(&requests::Requests {
        shown: wanted().take(SHOWN).map(shown).collect(),
        older: wanted().skip(SHOWN).count(),
        refused_only,
        banner: banner(&state),
    });
    Ok(response::page(StatusCode::OK, page))
}

pub(super) async fn one(State(state): State<Arc<AppState>>, uri: Uri) -> Result<Response, Rejection> {
    let number = parameter_values(REQUEST, uri.path()).next().and_then(|number| number.parse::<u64>().ok());
    let record = state.log.records_that(|record| Some(record.number) == number).pop();
    let record = record.ok_or_else(|| {
        Rejection::new(
            StatusCode::NOT_FOUND,
            "unknown_request",
            "No such request is remembered; only the last 1,000 are.",
        )
    })?;
    let refusal = record.refusal.as_ref();
    let details = request::Details {
        operation: record.operation,
        body_bytes: record.body_bytes,
        mistakes: refusal.map(|refusal| refusal.mistakes.clone()).unwrap_or_default(),
    };
    Ok(response::page(StatusCode::OK, request::request(&shown(&record), &details, banner(&state))))
}

fn shown(record: &RequestRecord) -> requests::Request<'_> {
    let refusal = record.refusal.as_ref();
    requests::Request {
        number: record.number,
        method: &record.method,
        path: &record.path,
        unix_seconds: record.unix_seconds,
        times: record.times,
        status: record.status,
        refusal: refusal.map(|refusal| (refusal.code, refusal.explanation.as_str())),
        fault: record.fault.map(|fault| (fault.code, fault.applied)),
    }
}
