//! What the service says when it is asked.

use std::error::Error as _;
use std::time::SystemTime;

use iampass_management::generated::Error as RawError;
use iampass_management::{BaseUrl, CallPolicy, Connection, Error, ErrorKind, ManagementClient, Settings};

use super::clock;
use super::network::is_https;
use super::report::Findings;
use crate::error::Failure;
use crate::exit::Exit;
use crate::hint::{hint, untrusted};
use crate::probe::{self, Verdict};

/// Two calls about nobody: one for the head of its answer, one for what it comes to.
pub(super) async fn ask(findings: &mut Findings, settings: Settings) -> Result<(), Failure> {
    let server = settings.base_url.clone();
    let nobody = probe::nobody()?;
    let client = match Connection::builder(settings).policy(CallPolicy::one_attempt()).build() {
        Ok(connection) => ManagementClient::from(connection),
        Err(error) => {
            told(findings, "TLS", &server, error);
            findings.skipped("clock", "nothing can be asked");
            findings.skipped("signature", "nothing can be asked");
            return Ok(());
        }
    };
    let before = SystemTime::now();
    let raw = client.generated().has_registered_mobile_device(client.application_id(), &nobody).await;
    let after = SystemTime::now();
    let headers = match &raw {
        Ok(answer) => Some(answer.headers()),
        Err(RawError::ErrorResponse(answer)) => Some(answer.headers()),
        Err(RawError::UnexpectedResponse(answer)) => Some(answer.headers()),
        Err(_) => None,
    };
    let verdict = probe::ask(&client.with_policy(CallPolicy::default()), &nobody).await;
    let verdict = match verdict {
        Err(error) if is_the_proxy_s(&error) => {
            told(findings, "proxy", &server, error);
            for check in ["TLS", "clock", "signature"] {
                findings.skipped(check, "the service is not reached");
            }
            return Ok(());
        }
        verdict => verdict,
    };
    if let Err(error) = verdict.as_ref()
        && error.is_connect()
        && is_https(&server)
    {
        // A connection came about before, so it is TLS that does not.
        let mut why = error.source();
        while let Some(deeper) = why.and_then(std::error::Error::source) {
            why = Some(deeper);
        }
        let detail = why.map_or_else(|| error.to_string(), ToString::to_string);
        let advice = if error.is_untrusted_certificate() {
            untrusted(error)
        } else {
            "is that the port for https, and not one for plain http? Does something on the way break TLS?"
        };
        findings.failed("TLS", Exit::Unreachable, detail, Some(advice.to_owned()));
        findings.skipped("clock", "the service is not reached");
        findings.skipped("signature", "the service is not reached");
        return Ok(());
    }
    if is_https(&server) {
        findings.ok("TLS", "the certificate is trusted");
    } else {
        findings.skipped("TLS", "plain http, to this machine alone");
    }
    let date = headers.and_then(|headers| headers.get("date")).and_then(|date| date.to_str().ok());
    clock::compare(findings, date, before, after);
    match verdict {
        Ok(Verdict::Accepted) => findings.ok("signature", "the service accepts it"),
        Ok(Verdict::UnknownApplication(error)) => {
            let detail = format!("the service does not know the application: {}", text(&error));
            let advice = format!("is the application id right, and was it issued for {server}?");
            findings.failed("signature", Exit::NotFound, detail, Some(advice));
        }
        Err(error) if matches!(error.kind(), ErrorKind::Transport(_)) && !is_https(&server) => {
            let advice = "is that a port for https? Then write https:// in the server's URL";
            findings.failed("signature", Exit::Unreachable, error.to_string(), Some(advice.to_owned()));
        }
        Err(error) => told(findings, "signature", &server, error),
    }
    Ok(())
}

/// Whether a proxy is the reason, or the way to it or from it, so that the service's TLS need not be looked at.
fn is_the_proxy_s(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::ProxyAuthentication { .. } | ErrorKind::ProxyRefused { .. } => true,
        ErrorKind::Connect { proxy, .. } => proxy.is_some() && !error.is_untrusted_certificate(),
        _ => false,
    }
}

fn told(findings: &mut Findings, check: &'static str, server: &BaseUrl, error: Error) {
    let detail = match text(&error) {
        "" => error.to_string(),
        said => format!("{error}; the service says: {said}"),
    };
    let failure = Failure::call(server.clone(), error);
    findings.failed(check, failure.exit(), detail, hint(&failure));
}

fn text(error: &Error) -> &str {
    error.server_message().unwrap_or_default().trim()
}
