//! `iampass emulator health`: whether an emulator is up.

use std::fs;
use std::io;
use std::time::Duration;

use http::StatusCode;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, Url};
use serde::Deserialize;

use super::state_files::failed;
use crate::args::HealthArguments;
use crate::error::{CommandError, Failure};
use crate::output::{self, printable};
use crate::service::block_on;

const HEALTH_PATH: &str = "/_emulator/v1/health";
const TIMEOUT: Duration = Duration::from_secs(5);
/// Larger than any emulator's response.
const LARGEST_BODY: usize = 4096;

/// Why there is no healthy emulator.
#[derive(Debug, thiserror::Error)]
enum HealthProblem {
    #[error("it does not respond")]
    NoResponse(#[from] reqwest::Error),
    #[error("it responds {0}")]
    Status(StatusCode),
    #[error("what responds there is no IAMPASS emulator")]
    NoEmulator,
}

#[derive(Debug, thiserror::Error)]
#[error("there is no healthy emulator at {url}")]
struct Unhealthy {
    url: Url,
    source: HealthProblem,
}

impl CommandError for Unhealthy {
    fn hint(&self) -> Option<String> {
        let hint = if self.url.scheme() == "https" {
            "is it running? `--ca FILE` names the CA to trust, as `--tls-ca` of the emulator writes it"
        } else {
            "is it running, and does it listen there? With --tls the URL begins with https://"
        };
        Some(hint.to_owned())
    }
}

#[derive(Deserialize)]
struct Health {
    status: String,
    version: String,
}

pub(super) fn run(arguments: &HealthArguments) -> Result<(), Failure> {
    let ca = arguments.ca.as_deref().map(|path| {
        let read = || {
            let ca = Certificate::from_pem_bundle(&fs::read(path)?).map_err(io::Error::other)?;
            if ca.is_empty() { Err(io::Error::other("there is no certificate in PEM")) } else { Ok(ca) }
        };
        read().map_err(failed("--ca", "read", path))
    });
    let ca = ca.transpose()?;
    let url = &arguments.url;
    let health = block_on(ask(url, ca))?;
    let health = health.map_err(|source| Unhealthy { url: url.clone(), source })?;
    output::data(&format!("the emulator at {url} is up, version {}\n", printable(&health.version)))
}

async fn ask(url: &Url, ca: Option<Vec<Certificate>>) -> Result<Health, HealthProblem> {
    // Neither a proxy nor a redirect leads to an emulator of one's own.
    let builder = Client::builder().no_proxy().redirect(Policy::none()).timeout(TIMEOUT);
    let mut at = url.clone();
    at.set_path(HEALTH_PATH);
    let mut response = trusting(builder, url, ca).build()?.get(at).send().await?;
    if response.status() != StatusCode::OK {
        return Err(HealthProblem::Status(response.status()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST_BODY {
            return Err(HealthProblem::NoEmulator);
        }
    }
    let health = serde_json::from_slice(&body).map_err(|_| HealthProblem::NoEmulator);
    health.and_then(
        |health: Health| {
            if health.status == "ok" { Ok(health) } else { Err(HealthProblem::NoEmulator) }
        },
    )
}

/// Trusts this CA alone, else what the platform trusts. Plain HTTP asks for no trust store: a container may have none.
fn trusting(builder: ClientBuilder, url: &Url, ca: Option<Vec<Certificate>>) -> ClientBuilder {
    match ca {
        Some(ca) => builder.tls_certs_only(ca),
        None if url.scheme() == "http" => builder.tls_certs_only([]),
        None => builder,
    }
}
