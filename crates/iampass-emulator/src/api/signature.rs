//! Who sent a request, and whether it may be served.

use axum::http::Uri;
use axum::http::header::HeaderMap;
use axum::http::uri::PathAndQuery;
use iampass_auth::{ApplicationId, PresentedHeaders, Refusal, Verified, Verifier};
use thiserror::Error;

use crate::http::host::requested_host;
use crate::http::rejection::Rejection;
use crate::origin::Origins;
use crate::request_log::RecordedRefusal;

/// Why a request is not served. The text is for the author of the signer.
#[derive(Debug, Error)]
pub(crate) enum Denied {
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The signature is right, but for another application than the path is about.
    #[error("the path is about another application than `{signed_for}`, which the request is signed for")]
    ApplicationMismatch { signed_for: ApplicationId },
    /// A session's call is signed with something else than a session's credentials.
    #[error(
        "there is no session with the token `{signed_for}`: sign with the `session_token` and the `session_secret` of \
         the response that started the sign-in"
    )]
    UnknownSession { signed_for: ApplicationId },
    /// The signature is right, but for another session than the path is about.
    #[error("the path is about another session than `{signed_for}`, which the request is signed for")]
    SessionMismatch { signed_for: ApplicationId },
}

impl Denied {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::ApplicationMismatch { .. } => "application_mismatch",
            Self::UnknownSession { .. } => "unknown_session",
            Self::SessionMismatch { .. } => "session_mismatch",
        }
    }

    /// What the client is told, the refusal's explanation only if `told`.
    pub(crate) fn rejection(&self, refusal: RecordedRefusal, told: bool) -> Rejection {
        match self {
            Self::Refused(Refusal::UnknownApplication { application_id }) => {
                Rejection::unknown_application(application_id.as_str()).recorded_as(refusal)
            }
            _ => Rejection::unauthorized(refusal, told),
        }
    }
}

/// The URL that a client must have signed: the scheme that it reaches us with, the `Host` header as it
/// came, and the request target as it came.
pub(super) fn signed_url(origins: &Origins, headers: &HeaderMap, target: &Uri) -> Result<String, Rejection> {
    let host = requested_host(headers, target)?;
    let path = target.path_and_query().map_or("/", PathAndQuery::as_str);
    Ok(format!("{}{path}", origins.called(&host)))
}

/// Verifies a request for this URL.
pub(super) fn verify(verifier: &Verifier, headers: &HeaderMap, url: &str) -> Result<Verified, Denied> {
    let pairs = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    Ok(verifier.verify(&PresentedHeaders::from_pairs(pairs), url)?)
}

/// As [`verify`], for a call that a session's credentials sign in the place of an application's.
pub(super) fn verify_session(
    verifier: &Verifier,
    headers: &HeaderMap,
    url: &str,
) -> Result<Verified, Denied> {
    verify(verifier, headers, url).map_err(|denied| match denied {
        Denied::Refused(Refusal::UnknownApplication { application_id }) => {
            Denied::UnknownSession { signed_for: application_id }
        }
        denied => denied,
    })
}

/// Refuses a request that is signed for another application than its path is about.
pub(super) fn same_application(verified: &Verified, in_path: &str) -> Result<(), Denied> {
    if verified.is_for(in_path) {
        Ok(())
    } else {
        Err(Denied::ApplicationMismatch { signed_for: verified.application_id.clone() })
    }
}

/// Refuses a request that is signed for another session than its path is about.
pub(super) fn same_session(verified: &Verified, in_path: &str) -> Result<(), Denied> {
    if verified.is_for(in_path) {
        Ok(())
    } else {
        Err(Denied::SessionMismatch { signed_for: verified.application_id.clone() })
    }
}
