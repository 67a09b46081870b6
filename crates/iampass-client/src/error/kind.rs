//! What can happen.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use http::StatusCode;
use iampass_auth::InvalidApplicationId;

use crate::base_url::InvalidBaseUrl;
use crate::proxy::{InvalidProxy, Proxy, TunnelRefusal};
use crate::request::Operation;
use crate::response::{DecodeError, ServerMessage, decode_error};
use crate::settings::SettingsError;
use crate::user_id::InvalidUserId;

/// What happened, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting is missing or malformed. Correct it; the error names it.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The base URL is not one that signed requests may go to. Correct it.
    #[error(transparent)]
    BaseUrl(#[from] InvalidBaseUrl),
    /// A user's id is one that no URL can carry. Give the user another id.
    #[error(transparent)]
    UserId(#[from] InvalidUserId),
    /// An application's id is malformed. Copy it again.
    #[error(transparent)]
    ApplicationId(#[from] InvalidApplicationId),
    /// TLS cannot be set up. Most often the machine has no trust store: install the system's CA certificates, or
    /// correct `SSL_CERT_FILE` or `SSL_CERT_DIR` where the error names them.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[source] Box<dyn StdError + Send + Sync>),
    /// A certificate that was given to be trusted cannot be read. Give it in PEM.
    #[error("the certificates to trust cannot be read: {0}")]
    Certificate(#[source] Box<dyn StdError + Send + Sync>),
    /// The thread of a blocking client cannot be started. The system is short of threads or of memory.
    #[error("the thread for blocking calls cannot be started")]
    Thread(#[source] io::Error),
    /// The proxy that would be used cannot be. Correct the setting that the error names, or remove it.
    #[error(transparent)]
    ProxySetting(#[from] InvalidProxy),
    /// The HTTP client cannot be made, for example because the user agent is not visible ASCII.
    #[error("the HTTP client cannot be made")]
    Setup(#[source] reqwest::Error),
    /// The request is not what its operation describes, and was not sent. Report this: the ids' own checks should
    /// have found it.
    #[error("not sent: {0}")]
    NotSent(String),
    /// The request was given to the function of a [dry run](crate::Connection::with_dry_run), and not sent.
    #[error("not sent: this client is for dry runs")]
    DryRun,
    /// A URL that the service gave does not have the base URL's scheme, host and port, so nothing was signed for
    /// it or sent to it. Check the base URL, and whether a proxy rewrites responses.
    #[error("not sent: the URL is not of the base URL's origin (scheme, host and port)")]
    ForeignUrl,
    /// No connection came about, so the service has not acted. Try again later; check the base URL,
    /// name resolution, proxy and firewall, and the certificate if
    /// [`is_untrusted_certificate`](crate::Error::is_untrusted_certificate) says so. The source leaves out the URL.
    #[error("could not connect to the service{}", through(proxy.as_deref()))]
    Connect {
        /// Scheme, host and port of the proxy, if one was to be used.
        proxy: Option<String>,
        /// Why.
        source: reqwest::Error,
    },
    /// The proxy asks for a user name and a password, or does not accept those that it was given (407). Nothing was
    /// sent to the service. Put them into the proxy setting: `http://user:password@host:port`. A retry does not help.
    #[error(
        "the proxy {proxy} asks for a user name and password, or does not accept those of its setting (407)"
    )]
    ProxyAuthentication {
        /// Scheme, host and port of the proxy.
        proxy: String,
    },
    /// The proxy did not make a tunnel to the service, so the service has not acted. Try again later; check that the
    /// proxy may connect to the service's host and port, and that what listens there is an HTTP proxy.
    #[error("the proxy {proxy} did not make a connection to the service")]
    ProxyRefused {
        /// Scheme, host and port of the proxy.
        proxy: String,
        /// What came in place of a tunnel.
        source: reqwest::Error,
    },
    /// No response, or not the whole of it, arrived in time. The service may have acted, unless
    /// [`attempts`](crate::Error::attempts) is 0: then the deadline passed while the call waited for its rate limit.
    #[error("no complete response within the time limit")]
    Timeout(#[source] reqwest::Error),
    /// The connection broke after it had come about. The service may have acted.
    #[error("the connection broke before the whole response had arrived")]
    Transport(#[source] reqwest::Error),
    /// The service understood the call and will not carry it out (`status: false` in a 200), with its reason if
    /// it gave one.
    #[error("refused by the service (`status: false`)")]
    Refused(Option<ServerMessage>),
    /// 400: the service could not read the request. Sending it again will not help.
    #[error("the service could not read the request (400)")]
    BadRequest(ServerMessage),
    /// 401: the signature was not accepted. Check the application's id and secret, and this machine's
    /// clock. A call that is signed by a session: the service does not know the session any more.
    #[error("the signature was not accepted (401); check id, secret and this machine's clock")]
    Unauthorized(ServerMessage),
    /// 404: the service does not know the application, the user, or a URL that it gave before. Check the id.
    #[error("{unknown} not known to the service (404)")]
    NotFound {
        /// Which of the two, if that can be told.
        unknown: Unknown,
        /// What the service wrote, whatever its content type.
        message: ServerMessage,
    },
    /// A status that the contract does not list, such as 429, 500 or a redirect (never followed).
    #[error("unexpected response: {status}")]
    UnexpectedStatus {
        /// The HTTP status.
        status: StatusCode,
        /// How long the service asks to wait.
        retry_after: Option<Duration>,
        /// What the service wrote.
        message: ServerMessage,
    },
    /// A success whose body is not what the contract describes. The service has probably acted. A proxy
    /// or captive portal in between is a common cause.
    #[error("the response cannot be decoded: {0}")]
    Decode(DecodeError),
}

/// Who is not known to the service, as far as a 404 tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unknown {
    /// The application: the operation names no user, or the service's text says so. A base URL with a wrong path
    /// can look the same.
    #[error("the application is")]
    Application,
    /// The user: the service's text says so.
    #[error("the user is")]
    User,
    /// The operation names both, and the text does not tell.
    #[error("the application or the user is")]
    Either,
    /// A URL that the service gave, and does not know any more.
    #[error("the URL is")]
    Url,
}

impl Unknown {
    /// Who a 404 of this operation is about. The vendor documents `Client Application … not found`, and where the
    /// operation names a user `Client Application … or User … not found.`, which does not tell.
    pub(crate) fn of(operation: &Operation, message: &ServerMessage) -> Self {
        let text = message.as_str().to_ascii_lowercase();
        if operation.has_given_url() {
            Self::Url
        } else if !operation.names_a_user() {
            Self::Application
        } else if text.contains(" or user ") {
            Self::Either
        } else if text.contains("client application") {
            Self::Application
        } else if text.contains("user") {
            Self::User
        } else {
            Self::Either
        }
    }
}

fn through(proxy: Option<&str>) -> String {
    proxy.map(|proxy| format!(" through the proxy {proxy}")).unwrap_or_default()
}

impl ErrorKind {
    /// `proxy` is the one that the request went through.
    pub(crate) fn from_reqwest(source: reqwest::Error, proxy: Option<&Proxy>) -> Self {
        if let Some(problem) = decode_error(&source) {
            return Self::Decode(problem);
        }
        let source = source.without_url();
        if source.is_connect() {
            let proxy = proxy.map(ToString::to_string);
            match (TunnelRefusal::of(&source), proxy) {
                (Some(TunnelRefusal::Authentication), Some(proxy)) => Self::ProxyAuthentication { proxy },
                (Some(TunnelRefusal::Other), Some(proxy)) => Self::ProxyRefused { proxy, source },
                (_, proxy) => Self::Connect { proxy, source },
            }
        } else if source.is_timeout() {
            Self::Timeout(source)
        } else {
            Self::Transport(source)
        }
    }

    /// A short, stable name for metrics and spans (OpenTelemetry's `error.type`).
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Settings(_) => "settings",
            Self::BaseUrl(_) => "base_url",
            Self::UserId(_) => "user_id",
            Self::ApplicationId(_) => "application_id",
            Self::Tls(_) => "tls",
            Self::Certificate(_) => "certificate",
            Self::Thread(_) => "thread",
            Self::ProxySetting(_) => "proxy_setting",
            Self::Setup(_) => "setup",
            Self::NotSent(_) => "not_sent",
            Self::DryRun => "dry_run",
            Self::ForeignUrl => "foreign_url",
            Self::Connect { .. } => "connect",
            Self::ProxyAuthentication { .. } => "proxy_authentication",
            Self::ProxyRefused { .. } => "proxy_refused",
            Self::Timeout(_) => "timeout",
            Self::Transport(_) => "transport",
            Self::Refused(_) => "refused",
            Self::BadRequest(_) => "bad_request",
            Self::Unauthorized(_) => "unauthorized",
            Self::NotFound { .. } => "not_found",
            Self::UnexpectedStatus { .. } => "unexpected_status",
            Self::Decode(_) => "decode",
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;

    #[test]
    fn a_404_tells_who_is_unknown_where_operation_or_text_decide_it() {
        static OF_APPLICATION: Operation = Operation::new("add", Method::POST, "/add/{application_id}", true);
        static OF_USER: Operation =
            Operation::new("link", Method::GET, "/link/{application_id}/{user_id}", true);
        static OF_URL: Operation = Operation::new("status", Method::GET, "{status_url}", true);
        for (operation, text, expected) in [
            (&OF_URL, "Client Application app not found", Unknown::Url),
            (&OF_URL, "User alice not found", Unknown::Url),
            (&OF_URL, "", Unknown::Url),
            (&OF_APPLICATION, "Client Application app not found", Unknown::Application),
            (&OF_APPLICATION, "", Unknown::Application),
            (&OF_APPLICATION, "User not found", Unknown::Application),
            (&OF_USER, "Client Application app not found", Unknown::Application),
            (&OF_USER, r#"{"error":"client application app not found"}"#, Unknown::Application),
            (&OF_USER, "<p>Client Application user1 not found</p>", Unknown::Application),
            (&OF_USER, "Client Application app or User user1 not found.", Unknown::Either),
            (&OF_USER, "User alice not found", Unknown::User),
            (&OF_USER, "unknown user", Unknown::User),
            (&OF_USER, "Not Found", Unknown::Either),
            (&OF_USER, "", Unknown::Either),
        ] {
            let message = ServerMessage::new(text.to_owned());
            assert_eq!(Unknown::of(operation, &message), expected, "{} {text}", operation.id);
        }
    }
}
