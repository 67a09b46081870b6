//! The clock, faults and reset.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use iampass_auth::Clock as _;
use serde::Deserialize;

use super::banner::banner;
use super::user::Pressed;
use crate::app_state::AppState;
use crate::faults::Fault;
use crate::http::form_body::FormBody;
use crate::http::rejection::Rejection;
use crate::http::response;
use crate::operations::operations;
use crate::pages::{confirm, controls};

const CONTROLS: &str = "/controls";

#[derive(Debug, Deserialize)]
pub(super) struct ClockMove {
    amount: String,
    /// In seconds.
    unit: String,
}

/// All fields are there, but for the box that is not ticked; what is not needed may be empty.
#[derive(Debug, Deserialize)]
pub(super) struct NewFault {
    kind: String,
    operation: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    retry_after: String,
    #[serde(default)]
    delay_ms: String,
    selection: String,
    #[serde(default)]
    calls: String,
    #[serde(default)]
    applied: String,
}

pub(super) async fn show(State(state): State<Arc<AppState>>) -> Response {
    let faults = state.faults.list().into_iter().map(|injected| controls::Fault {
        what: injected.fault.description(),
        calls: injected.fault.struck_calls(),
        struck: injected.struck,
    });
    let page = controls::controls(&controls::Controls {
        unix_seconds: state.clock.unix_seconds(),
        faults: faults.collect(),
        operations: operations().map(|operation| operation.id).collect(),
        banner: banner(&state),
    });
    response::page(StatusCode::OK, page)
}

pub(super) async fn move_clock(
    State(state): State<Arc<AppState>>,
    FormBody(form): FormBody<ClockMove>,
) -> Result<Response, Rejection> {
    let (amount, unit): (i64, i64) = (number("Move it by", &form.amount)?, number("Unit", &form.unit)?);
    state.move_clock(amount.saturating_mul(unit)).await;
    Ok(response::see_other(CONTROLS))
}

pub(super) async fn set_clock_right(
    State(state): State<Arc<AppState>>,
    FormBody(Pressed {}): FormBody<Pressed>,
) -> Response {
    state.reset_clock().await;
    response::see_other(CONTROLS)
}

pub(super) async fn inject(
    State(state): State<Arc<AppState>>,
    FormBody(form): FormBody<NewFault>,
) -> Result<Response, Rejection> {
    let fault = fault(&form)?;
    state.inject(fault).map_err(|error| Rejection::bad_request("bad_fault", format!("{error}.")))?;
    Ok(response::see_other(CONTROLS))
}

pub(super) async fn clear_faults(
    State(state): State<Arc<AppState>>,
    FormBody(Pressed {}): FormBody<Pressed>,
) -> Response {
    state.clear_faults();
    response::see_other(CONTROLS)
}

pub(super) async fn ask_to_reset(State(state): State<Arc<AppState>>) -> Response {
    response::page(StatusCode::OK, confirm::reset(banner(&state)))
}

pub(super) async fn reset(
    State(state): State<Arc<AppState>>,
    FormBody(Pressed {}): FormBody<Pressed>,
) -> Result<Response, Rejection> {
    state.reset().await?;
    Ok(response::see_other(CONTROLS))
}

fn fault(form: &NewFault) -> Result<Fault, Rejection> {
    let mut fault = match &*form.kind {
        "status" => Fault::status(number("Status", &form.status)?),
        "delay" => Fault::delay(Duration::ZERO),
        "reset" => Fault::reset(),
        "cut_body" => Fault::cut_body(),
        _ => return Err(Rejection::bad_request("bad_form", "There is no such kind of fault.")),
    };
    if !form.retry_after.is_empty() {
        let seconds: u32 = number("Retry-After", &form.retry_after)?;
        fault = fault.header("Retry-After", seconds.to_string());
    }
    if !form.delay_ms.is_empty() {
        fault = fault.delayed(Duration::from_millis(number("Delay", &form.delay_ms)?));
    }
    if !form.operation.is_empty() {
        fault = fault.on(&*form.operation);
    }
    if !form.applied.is_empty() {
        fault = fault.applied();
    }
    Ok(match &*form.selection {
        "times" => fault.times(number("Number of calls", &form.calls)?),
        "always" => fault.always(),
        "share" => fault.with_probability(number::<f64>("Number of calls", &form.calls)? / 100.0, 0),
        _ => return Err(Rejection::bad_request("bad_form", "There is no such way to select calls.")),
    })
}

pub(super) fn number<T: FromStr>(label: &str, text: &str) -> Result<T, Rejection> {
    let what_to_do = || {
        Rejection::bad_request("bad_form", format!("The field \"{label}\" needs a number that fits there."))
    };
    text.trim().parse().map_err(|_| what_to_do())
}
