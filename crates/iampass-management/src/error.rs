//! What a caller can be told.

use std::error::Error as StdError;
use std::time::Duration;

use reqwest::StatusCode;

use crate::answer_problem::AnswerProblem;
use crate::base_url::InvalidBaseUrl;
use crate::body::AnswerTooLarge;
use crate::failed_call::FailedCall;
use crate::service_text::ServiceText;
use crate::settings::SettingsError;

/// Why a client could not be made, or a call did not succeed.
///
/// Neither `Display` nor `Debug` shows secrets, signatures, user ids, display names, URLs, or what the
/// service wrote; the service's own words are to be had from [`service_text`](Error::service_text).
#[derive(Debug, displaydoc::Display)]
#[non_exhaustive]
pub enum Error {
    /// A setting is missing or malformed. Correct it; the error names it.
    #[displaydoc("{0}")]
    Settings(SettingsError),
    /// The base URL is not one that signed requests may go to. Correct it.
    #[displaydoc("{0}")]
    BaseUrl(InvalidBaseUrl),
    /// TLS cannot be set up, most often because the machine has no trust store. Install the system's
    /// CA certificates.
    #[displaydoc("TLS cannot be set up: {source}")]
    Tls {
        /// What the TLS library says.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// A certificate that was given to be trusted cannot be read. Give it in PEM.
    #[displaydoc("the certificates to trust cannot be read: {source}")]
    Certificate {
        /// What the parser says.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// A blocking call was made from within an async runtime, which it would stop. Use the async client
    /// there, or `spawn_blocking`.
    #[displaydoc("a blocking call cannot be made from within an async runtime")]
    WithinRuntime,
    /// The thread below a blocking client cannot be started. The system is short of threads or of memory.
    #[displaydoc("the thread for blocking calls cannot be started")]
    Runtime {
        /// What the system says.
        source: std::io::Error,
    },
    /// The HTTP client cannot be made. Look at the proxy settings of the environment.
    #[displaydoc("the HTTP client cannot be made")]
    Setup {
        /// What reqwest says.
        source: reqwest::Error,
    },
    /// The request was not sent, because it is not what its operation describes. Report this: the ids'
    /// own checks should have come first. Or the client is one for a
    /// [dry run](crate::ManagementClient::with_dry_run), which sends nothing.
    #[displaydoc("{call}: not sent: {problem}")]
    NotSent {
        /// Which call.
        call: FailedCall,
        /// What is wrong with the request.
        problem: String,
    },
    /// No connection came about, so the service has not acted. Try again later; check the base URL,
    /// name resolution, proxy and firewall, and the certificate if
    /// [`is_untrusted_certificate`](Error::is_untrusted_certificate) says so.
    #[displaydoc("{call}: could not connect to the service")]
    Connect {
        /// Which call.
        call: FailedCall,
        /// What reqwest says, less the URL.
        source: reqwest::Error,
    },
    /// No answer, or not the whole of it, arrived in time. The service may have acted, unless
    /// [`attempts`](Error::attempts) is 0: then the call waited for its turn until its deadline.
    #[displaydoc("{call}: no complete answer within the time limit")]
    Timeout {
        /// Which call.
        call: FailedCall,
        /// What reqwest says, less the URL.
        source: reqwest::Error,
    },
    /// The connection broke after it had come about. The service may have acted.
    #[displaydoc("{call}: the connection broke before the whole answer had arrived")]
    Transport {
        /// Which call.
        call: FailedCall,
        /// What reqwest says, less the URL.
        source: reqwest::Error,
    },
    /// The service understood the call and will not carry it out (`status: false` in a 200). Its reason
    /// is in [`service_text`](Error::service_text).
    #[displaydoc("{call}: refused by the service (`status: false`)")]
    Refused {
        /// Which call.
        call: FailedCall,
        /// Why, if the service said so.
        reason: Option<ServiceText>,
    },
    /// 400: the service could not read the request. Sending it again will not help.
    #[displaydoc("{call}: the service could not read the request (400)")]
    BadRequest {
        /// Which call.
        call: FailedCall,
        /// What the service wrote.
        text: ServiceText,
    },
    /// 401: the signature was not accepted. Check the application's id and secret, and this machine's
    /// clock.
    #[displaydoc(
        "{call}: the signature was not accepted (401); check application id, secret and this machine's clock"
    )]
    Unauthorized {
        /// Which call.
        call: FailedCall,
        /// What the service wrote.
        text: ServiceText,
    },
    /// 404: the service does not know the application, or the application has no such user. The
    /// service's text tells which.
    #[displaydoc("{call}: the application or the user is not known to the service (404)")]
    NotFound {
        /// Which call.
        call: FailedCall,
        /// What the service wrote, whatever its content type.
        text: ServiceText,
    },
    /// A status that the contract does not list, such as 429, 500 or a redirect (never followed).
    #[displaydoc("{call}: unexpected answer: {status}")]
    UnexpectedStatus {
        /// Which call.
        call: FailedCall,
        /// The HTTP status.
        status: StatusCode,
        /// How long the service asks to wait.
        retry_after: Option<Duration>,
        /// What the service wrote.
        text: ServiceText,
    },
    /// A success whose body is not what the contract describes. The service has probably acted. A proxy
    /// or captive portal in between is a common cause.
    #[displaydoc("{call}: the answer cannot be read: {problem}")]
    UnreadableAnswer {
        /// Which call.
        call: FailedCall,
        /// What is wrong with the body.
        problem: AnswerProblem,
    },
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Settings(source) => source.source(),
            Self::BaseUrl(source) => source.source(),
            Self::Tls { source } | Self::Certificate { source } => Some(source.as_ref()),
            Self::Runtime { source } => Some(source),
            Self::Setup { source }
            | Self::Connect { source, .. }
            | Self::Timeout { source, .. }
            | Self::Transport { source, .. } => Some(source),
            Self::WithinRuntime
            | Self::NotSent { .. }
            | Self::Refused { .. }
            | Self::BadRequest { .. }
            | Self::Unauthorized { .. }
            | Self::NotFound { .. }
            | Self::UnexpectedStatus { .. }
            | Self::UnreadableAnswer { .. } => None,
        }
    }
}

impl From<SettingsError> for Error {
    fn from(source: SettingsError) -> Self {
        Self::Settings(source)
    }
}

impl From<InvalidBaseUrl> for Error {
    fn from(source: InvalidBaseUrl) -> Self {
        Self::BaseUrl(source)
    }
}

impl Error {
    pub(crate) fn from_reqwest(call: FailedCall, source: reqwest::Error) -> Self {
        if let Some(AnswerTooLarge { limit }) = AnswerTooLarge::in_chain(&source) {
            return Self::UnreadableAnswer { call, problem: AnswerProblem::TooLarge { limit } };
        }
        let source = source.without_url();
        if source.is_connect() {
            Self::Connect { call, source }
        } else if source.is_timeout() {
            Self::Timeout { call, source }
        } else {
            Self::Transport { call, source }
        }
    }

    pub(crate) fn call(&self) -> Option<FailedCall> {
        match self {
            Self::Settings(_)
            | Self::BaseUrl(_)
            | Self::Tls { .. }
            | Self::Certificate { .. }
            | Self::WithinRuntime
            | Self::Runtime { .. }
            | Self::Setup { .. } => None,
            Self::NotSent { call, .. }
            | Self::Connect { call, .. }
            | Self::Timeout { call, .. }
            | Self::Transport { call, .. }
            | Self::Refused { call, .. }
            | Self::BadRequest { call, .. }
            | Self::Unauthorized { call, .. }
            | Self::NotFound { call, .. }
            | Self::UnexpectedStatus { call, .. }
            | Self::UnreadableAnswer { call, .. } => Some(*call),
        }
    }
}
