//! Checks that call the service.

use std::error::Error as _;
use std::io;
use std::iter::successors;
use std::time::SystemTime;

use iampass_management::generated::Error as RawError;
use iampass_management::{BaseUrl, CallPolicy, Connection, Error, ErrorKind, ManagementClient, Settings};

use super::clock;
use super::network::is_https;
use super::report::Findings;
use crate::call_error::{CallError, unknown_application, untrusted, wrong_secret};
use crate::call_reason::CallReason;
use crate::error::{CommandError as _, Failure};
use crate::exit::Exit;
use crate::probe::{self, Unjudged, Verdict};
use crate::settings::Source;

/// Makes calls about a user that does not exist: one for its response headers, and those of the probe.
pub(super) async fn ask(
    findings: &mut Findings,
    settings: Settings,
    secret_from: &Source,
) -> Result<(), Failure> {
    let server = settings.base_url.clone();
    let nobody = probe::nobody().map_err(|error| CallError::new(server.clone(), error))?;
    let connection = match Connection::builder(settings).policy(CallPolicy::one_attempt()).build() {
        Ok(connection) => connection,
        Err(error) => {
            told(findings, "TLS", &server, error);
            findings.all_skipped(&["clock", "signature"], "nothing can be asked");
            return Ok(());
        }
    };
    let client = ManagementClient::from(connection.clone());
    let before = SystemTime::now();
    let raw = client.generated().has_registered_mobile_device(client.application_id(), &nobody).await;
    let after = SystemTime::now();
    let headers = match &raw {
        Ok(answer) => Some(answer.headers()),
        Err(RawError::ErrorResponse(answer)) => Some(answer.headers()),
        Err(RawError::UnexpectedResponse(answer)) => Some(answer.headers()),
        Err(_) => None,
    };
    let verdict = probe::ask(&connection.with_policy(CallPolicy::default())).await;
    let verdict = match verdict {
        Err(error) if is_the_proxy_s(&error) => {
            told(findings, "proxy", &server, error);
            findings.all_skipped(&["TLS", "clock", "signature"], "the service is not reached");
            return Ok(());
        }
        verdict => verdict,
    };
    if let Err(error) = verdict.as_ref()
        && error.is_connect()
        && !is_of_tcp(error)
        && is_https(&server)
    {
        // There was a TCP connection before, so TLS has failed.
        let detail = deepest(error).unwrap_or_else(|| error.to_string());
        let advice = if error.is_untrusted_certificate() {
            untrusted(error)
        } else {
            "is that the port for https, and not one for plain http? Does something on the way break TLS?"
        };
        findings.failed("TLS", Exit::Unreachable, detail, Some(advice.to_owned()));
        findings.all_skipped(&["clock", "signature"], "the service is not reached");
        return Ok(());
    }
    let verdict = match verdict {
        Err(error) if error.is_connect() => {
            // The connection of the earlier check says nothing about this one.
            told(findings, "connection", &server, error);
            findings.all_skipped(&["TLS", "clock", "signature"], "the service is not reached");
            return Ok(());
        }
        verdict => verdict,
    };
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
            findings.failed("signature", Exit::NotFound, detail, Some(unknown_application(&server)));
        }
        Err(error) if matches!(error.kind(), ErrorKind::Transport(_)) && !is_https(&server) => {
            let advice = "is that a port for https? Then write https:// in the server's URL";
            findings.failed(
                "signature",
                Exit::Unreachable,
                CallReason::new(error).to_string(),
                Some(advice.to_owned()),
            );
        }
        Ok(Verdict::Unjudged(why)) => {
            let reason = match &why {
                Unjudged::OtherResponse(error) => with_message(error),
                why => why.to_string(),
            };
            let detail = format!("cannot be judged: {reason}");
            findings.failed("signature", Exit::Failed, detail, Some(why.hint(&server)));
        }
        Err(error) if error.is_unauthorized() => {
            let detail = with_message(&CallReason::new(error));
            let advice = wrong_secret(&server, Some(secret_from));
            findings.failed("signature", Exit::NotAuthorised, detail, Some(advice));
        }
        Err(error) => told(findings, "signature", &server, error),
    }
    Ok(())
}

/// Whether the TCP connection failed, or timed out.
fn is_of_tcp(error: &Error) -> bool {
    use io::ErrorKind::{AddrNotAvailable, ConnectionRefused, HostUnreachable, NetworkUnreachable, TimedOut};
    let is_below = |kind| {
        matches!(kind, AddrNotAvailable | ConnectionRefused | HostUnreachable | NetworkUnreachable | TimedOut)
    };
    error.is_timeout() || io_kinds(error).any(is_below)
}

/// Whether a proxy caused the failure, so that it says nothing about the service's TLS.
fn is_the_proxy_s(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::ProxyAuthentication { .. } | ErrorKind::ProxyRefused { .. } => true,
        ErrorKind::Connect { proxy: Some(proxy), .. } => {
            let is_tls_to_the_service = !proxy.starts_with("https:") && is_garbled(error);
            !error.is_untrusted_certificate() && !is_tls_to_the_service
        }
        _ => false,
    }
}

/// Whether the peer did not speak TLS, which rustls reports as `InvalidData`.
fn is_garbled(error: &Error) -> bool {
    io_kinds(error).any(|kind| kind == io::ErrorKind::InvalidData)
}

fn io_kinds(error: &Error) -> impl Iterator<Item = io::ErrorKind> {
    let causes = successors(error.source(), |cause| (*cause).source());
    causes.filter_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind)
}

/// The last of the causes, which is the most specific.
fn deepest(error: &Error) -> Option<String> {
    successors(error.source(), |cause| (*cause).source()).last().map(ToString::to_string)
}

fn told(findings: &mut Findings, check: &'static str, server: &BaseUrl, error: Error) {
    let error = CallError::new(server.clone(), error);
    let reason = error.reason();
    let mut detail = with_message(reason);
    if let Some(cause) = deepest(reason).filter(|cause| reason.is_connect() && !detail.contains(cause)) {
        detail.extend([": ", &cause]);
    }
    findings.failed(check, error.exit(), detail, error.hint());
}

fn with_message(reason: &CallReason) -> String {
    match text(reason) {
        "" => reason.to_string(),
        text => format!("{reason}; the service says: {text}"),
    }
}

fn text(error: &Error) -> &str {
    error.server_message().unwrap_or_default().trim()
}
