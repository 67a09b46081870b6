//! The failure of a call to the service.

use std::error::Error as _;
use std::iter::successors;

use iampass_authentication::generated::operations::{AUTHENTICATE_USER, END_SESSION, SESSION_STATUS};
use iampass_management::{BaseUrl, Error, ErrorKind, Proxy, Unknown};

use crate::call_reason::CallReason;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::settings::Source;

/// A call that failed, with the server and where the secret came from.
#[derive(Debug, thiserror::Error)]
#[error("{source}")]
pub(crate) struct CallError {
    server: BaseUrl,
    source: CallReason,
    /// Where the secret came from that the call was signed with.
    secret_from: Option<Source>,
}

impl CallError {
    pub(crate) fn new(server: BaseUrl, error: Error) -> Self {
        Self { server, source: CallReason::new(error), secret_from: None }
    }

    pub(crate) fn with_secret_from(self, from: Option<&Source>) -> Self {
        Self { secret_from: from.cloned(), ..self }
    }

    /// The hint of [`CommandError::hint`], but without the advice to run `iampass doctor`: `login` has stored nothing that
    /// the doctor could check.
    pub(crate) fn hint_without_doctor(&self) -> Option<String> {
        let Self { server, source, secret_from } = self;
        if source.is_unauthorized() {
            Some(wrong_secret(server, secret_from.as_ref()))
        } else if source.is_unknown_application() {
            Some(unknown_application(server))
        } else {
            self.hint()
        }
    }

    /// What the client says of it.
    pub(crate) fn reason(&self) -> &CallReason {
        &self.source
    }
}

/// A failed call that ends a command. The message begins with the task that failed.
#[derive(Debug, thiserror::Error)]
#[error("{task}{0}", task = task_failed(.0))]
pub(crate) struct CommandFailed(#[source] pub(crate) CallError);

fn task_failed(error: &CallError) -> String {
    error.source.task().map(|task| format!("{task} failed: ")).unwrap_or_default()
}

impl CommandError for CommandFailed {
    fn exit(&self) -> Exit {
        self.0.exit()
    }

    fn hint(&self) -> Option<String> {
        self.0.hint()
    }

    fn server_message(&self) -> Option<&str> {
        self.0.server_message()
    }
}

impl CommandError for CallError {
    fn exit(&self) -> Exit {
        exit_for(&self.source)
    }

    fn hint(&self) -> Option<String> {
        hint_for(&self.server, &self.source, self.secret_from.as_ref())
    }

    fn server_message(&self) -> Option<&str> {
        self.source.server_message()
    }
}

/// How the program ends when a call failed with this error.
pub(crate) fn exit_for(error: &Error) -> Exit {
    match error.kind() {
        ErrorKind::Settings(_)
        | ErrorKind::BaseUrl(_)
        | ErrorKind::UserId(_)
        | ErrorKind::ApplicationId(_)
        | ErrorKind::ProxySetting(_) => Exit::Usage,
        ErrorKind::Refused(_) => Exit::Refused,
        ErrorKind::NotFound { .. } => Exit::NotFound,
        ErrorKind::Unauthorized(_) => Exit::NotAuthorised,
        ErrorKind::Connect { .. }
        | ErrorKind::ProxyAuthentication { .. }
        | ErrorKind::ProxyRefused { .. }
        | ErrorKind::Timeout(_)
        | ErrorKind::Transport(_) => Exit::Unreachable,
        _ => Exit::Failed,
    }
}

/// The usual reasons for a certificate that is not trusted.
const UNTRUSTED: &str = "is the server's name the one in its certificate, and is this machine's clock \
    right? The certificate of an authority of one's own has to be in the system's trust store; on Linux \
    SSL_CERT_FILE names another, such as the file of `iampass emulator --tls-ca FILE`";

/// The server's own certificate is marked as that of a CA, which rustls accepts from no server.
const CA_AS_SERVER: &str = "the server shows the certificate of a CA as its own: give the server a certificate for its \
    name that the CA has signed, and put the CA's into the trust store; on Linux SSL_CERT_FILE names another";

/// What to do about a service's certificate that is not trusted.
pub(crate) fn untrusted(error: &Error) -> &'static str {
    // The type of this error is not public.
    let mut causes = successors(error.source(), |cause| (*cause).source());
    if causes.any(|cause| cause.to_string().contains("CaUsedAsEndEntity")) { CA_AS_SERVER } else { UNTRUSTED }
}

/// What to do about a signature that is not accepted.
pub(crate) fn wrong_secret(server: &BaseUrl, from: Option<&Source>) -> String {
    match from {
        Some(from) => format!(
            "the secret came from {}; is it the application's, and are both those of {server}?",
            from.place_of_secret()
        ),
        None => format!("are the application's id and secret those of {server}?"),
    }
}

/// What to do about an application that the service does not know.
pub(crate) fn unknown_application(server: &BaseUrl) -> String {
    format!("is the application id right, and was it issued for {server}?")
}

/// Added where the message alone does not name the cause.
const DOCTOR: &str = "`iampass doctor` finds out more";

/// The advice, and whether the command may be repeated where that is the question.
fn hint_for(server: &BaseUrl, error: &Error, secret_from: Option<&Source>) -> Option<String> {
    let advice = advice(server, error, secret_from);
    let may_repeat = match error.kind() {
        ErrorKind::Connect { .. } => !error.is_untrusted_certificate(),
        ErrorKind::UnexpectedStatus { .. } => advice.is_none(),
        ErrorKind::ProxyRefused { .. }
        | ErrorKind::Timeout(_)
        | ErrorKind::Transport(_)
        | ErrorKind::Decode(_) => true,
        _ => false,
    };
    let wait = error.retry_after().map(|wait| format!("the service asks to wait {} s", wait.as_secs()));
    let repeat = may_repeat.then(|| after_failure(error).to_owned());
    let parts: Vec<_> = advice.or(wait).into_iter().chain(repeat).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// What to look at, or to do, before the call is made once more.
pub(crate) fn advice(server: &BaseUrl, error: &Error, secret_from: Option<&Source>) -> Option<String> {
    let advice = match error.kind() {
        _ if error.is_untrusted_certificate() => untrusted(error).to_owned(),
        ErrorKind::Connect { proxy: Some(_), .. } => format!(
            "check that the proxy ({}) is right and can be reached from here, and {server} from there",
            proxy_variable(server)
        ),
        ErrorKind::ProxyAuthentication { .. } => format!(
            "write them into {}, as in http://user:password@host:port, with special characters percent-encoded",
            proxy_variable(server)
        ),
        ErrorKind::ProxyRefused { .. } => format!(
            "may the proxy ({}) connect to {server}? The hosts in NO_PROXY are called without it",
            proxy_variable(server)
        ),
        ErrorKind::Connect { proxy: None, .. } => {
            format!("check that {server} (IAMPASS_SERVER) is right and can be reached from here")
        }
        ErrorKind::Refused(None) => "the service gave no reason; its operators may know".to_owned(),
        ErrorKind::Unauthorized(_) | ErrorKind::NotFound { .. } if is_about_a_session(error) => {
            "does the service still know the session? `iampass sign-in USER` starts another".to_owned()
        }
        ErrorKind::Unauthorized(_) => {
            format!("{} {DOCTOR}", wrong_secret(server, secret_from))
        }
        ErrorKind::NotFound { unknown: Unknown::Application, .. } => {
            format!("{} {DOCTOR}", unknown_application(server))
        }
        ErrorKind::NotFound { unknown: Unknown::User, .. } => {
            format!("check the user's id; `iampass users add` adds a user; {DOCTOR}")
        }
        ErrorKind::NotFound { unknown: Unknown::Url, .. } => return None,
        ErrorKind::NotFound { .. } => {
            "`iampass doctor` finds out whether the service knows the application; if it does, check the user's id: \
             `iampass users add` adds a user"
                .to_owned()
        }
        ErrorKind::UnexpectedStatus { status, .. } if status.is_redirection() => format!(
            "is {server} right (IAMPASS_SERVER)? Redirects are not followed, as they would carry the \
             signature elsewhere"
        ),
        ErrorKind::UnexpectedStatus { status, .. }
            if status.is_client_error() && !error.is_rate_limited() =>
        {
            format!("is {server} right (IAMPASS_SERVER)?")
        }
        ErrorKind::Decode(_) => {
            format!("check that {server} is IAMPASS, and that no proxy answers in its place")
        }
        ErrorKind::ForeignUrl => format!(
            "is {server} right (IAMPASS_SERVER), and does no proxy rewrite what the service sends? A session's secret \
             is for the server alone that made it"
        ),
        ErrorKind::Tls(_) => {
            "install the system's CA certificates, or correct the variable that the message names".to_owned()
        }
        ErrorKind::NotSent(_) => "this is a fault of the program: please report it".to_owned(),
        _ => return None,
    };
    Some(advice)
}

fn is_about_a_session(error: &Error) -> bool {
    error.operation().is_some_and(|operation| [SESSION_STATUS.id, END_SESSION.id].contains(&operation.id))
}

/// The variable that names the proxy.
fn proxy_variable(server: &BaseUrl) -> &'static str {
    Proxy::from_env(server).ok().flatten().map_or("HTTPS_PROXY", |proxy| proxy.setting())
}

/// Says whether the command may be repeated, which depends on the operation.
fn after_failure(error: &Error) -> &'static str {
    let operation = error.operation().map(|operation| operation.id);
    if error.is_retryable() || error.operation().is_some_and(|operation| operation.safe_to_repeat) {
        "the command can safely be repeated"
    } else if operation == Some(AUTHENTICATE_USER.id) {
        "the phone may have been asked; the same command asks it once more"
    } else {
        "the service may have acted: ask `iampass device status USER` before you repeat the command"
    }
}
