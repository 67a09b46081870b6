//! The references, and the contracts as files.

use std::sync::LazyLock;

use axum::http::StatusCode;
use axum::response::Response;
use iampass_reference::{Contract, ContractError};

use super::banner::banner;
use crate::app_state::AppState;
use crate::http::rejection::Rejection;
use crate::http::response;
use crate::pages::reference::{AUTHENTICATION, Document, MANAGEMENT, reference};
use crate::pages::try_out::SigningApplication;

/// A contract, read when it is first asked for.
pub(super) struct Served {
    pub(super) document: Document,
    contract: LazyLock<Result<Contract, ContractError>>,
}

pub(super) static ALL: [Served; 2] = [
    Served { document: MANAGEMENT, contract: LazyLock::new(|| Contract::parse(MANAGEMENT.text)) },
    Served { document: AUTHENTICATION, contract: LazyLock::new(|| Contract::parse(AUTHENTICATION.text)) },
];

impl Served {
    pub(super) fn yaml(&self) -> Response {
        response::file("application/yaml", self.document.text)
    }

    pub(super) fn json(&self) -> Result<Response, Rejection> {
        let json = self.contract()?.to_json().map_err(|error| broken(&error))?;
        Ok(response::file("application/json", json))
    }

    pub(super) fn open(&self, state: &AppState) -> Result<Response, Rejection> {
        let secrets = state.store.secret_texts()?;
        let applications = secrets
            .iter()
            .map(|(id, secret)| SigningApplication { id, secret: secret.as_ref().map(|text| text.as_str()) });
        let applications: Vec<_> = applications.collect();
        let banner = Some(banner(state));
        let page = reference(&self.document, self.contract()?, Some(&applications), banner);
        Ok(response::page(StatusCode::OK, page))
    }

    /// For readers who may know neither the applications nor their secrets.
    pub(super) fn closed(&self) -> Result<Response, Rejection> {
        Ok(response::page(StatusCode::OK, reference(&self.document, self.contract()?, None, None)))
    }

    fn contract(&self) -> Result<&Contract, Rejection> {
        self.contract.as_ref().map_err(broken)
    }
}

fn broken(error: &ContractError) -> Rejection {
    tracing::error!(%error, "the contract cannot be shown");
    Rejection::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "The contract cannot be shown.")
}
