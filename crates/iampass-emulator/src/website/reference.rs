//! The reference, and the contract as a file.

use std::sync::{Arc, LazyLock};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use iampass_reference::{Contract, ContractError};

use super::banner::banner;
use crate::app_state::AppState;
use crate::http::rejection::Rejection;
use crate::http::response;
use crate::pages::reference::{TEXT, reference};
use crate::pages::try_out::SigningApplication;

static CONTRACT: LazyLock<Result<Contract, ContractError>> = LazyLock::new(|| Contract::parse(TEXT));

pub(super) async fn contract_yaml() -> Response {
    response::file("application/yaml", TEXT)
}

pub(super) async fn contract_json() -> Result<Response, Rejection> {
    let json = contract()?.to_json().map_err(|error| broken(&error))?;
    Ok(response::file("application/json", json))
}

pub(super) async fn open(State(state): State<Arc<AppState>>) -> Result<Response, Rejection> {
    let secrets = state.store.secret_texts()?;
    let applications = secrets
        .iter()
        .map(|(id, secret)| SigningApplication { id, secret: secret.as_ref().map(|text| text.as_str()) });
    let applications: Vec<_> = applications.collect();
    let page = reference(contract()?, Some(&applications), Some(banner(&state)));
    Ok(response::page(StatusCode::OK, page))
}

/// For readers who may know neither the applications nor their secrets.
pub(super) async fn closed() -> Result<Response, Rejection> {
    Ok(response::page(StatusCode::OK, reference(contract()?, None, None)))
}

fn contract() -> Result<&'static Contract, Rejection> {
    CONTRACT.as_ref().map_err(broken)
}

fn broken(error: &ContractError) -> Rejection {
    tracing::error!(%error, "the contract cannot be shown");
    Rejection::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "The contract cannot be shown.")
}
