//! Makes a harmless call to find out whether the service accepts the signature. It counts as accepted only if the same
//! request with a wrong signature is refused: a proxy that responds to everything alike proves nothing.

use iampass_auth::{ApplicationSecret, Credentials};
use iampass_management::{BaseUrl, Connection, Error, ErrorKind, ManagementClient, SettingsError, UserId};
use reqwest::Url;

use crate::call_reason::CallReason;

/// A user id that no application has, so the response should be that there is no such user.
const NOBODY: &str = "iampass-doctor-nobody";
/// No application has this secret.
const WRONG_SECRET: &str = "iampass-doctor-wrong-secret";

/// What was found out about the signature.
pub(crate) enum Verdict {
    /// It is accepted, and a wrong one is refused.
    Accepted,
    /// The service says that it does not know the application.
    UnknownApplication(Error),
    /// The responses prove nothing.
    Unjudged(Unjudged),
}

/// Why a signature cannot be judged.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unjudged {
    #[error("a web page came in place of IAMPASS's response, whatever the signature")]
    WebPage,
    #[error("the service answers 404 whatever the signature, and the server's URL has a path: {path}")]
    Path { path: String },
    #[error("the service answers 404 whatever the signature: it may not know the application")]
    Application,
    #[error("a plain 404 came, whatever the signature")]
    Plain404,
    #[error("the service takes a wrong signature as well")]
    WrongIsTaken,
    #[error("the same request with a wrong signature got no verdict: {0}")]
    NoComparison(CallReason),
    #[error("{0}")]
    OtherResponse(#[source] CallReason),
}

impl Unjudged {
    /// What to do about it.
    pub(crate) fn hint(&self, server: &BaseUrl) -> String {
        match self {
            Self::WebPage => format!("does a proxy or a website answer in the place of IAMPASS at {server}?"),
            Self::Path { .. } => "is that path one too many? The client adds `/management` itself".to_owned(),
            Self::Application => format!("is the application id right, and was it issued for {server}?"),
            Self::Plain404 | Self::WrongIsTaken => {
                format!("is {server} IAMPASS, and does nothing else answer in its place?")
            }
            Self::NoComparison(_) => "try again later".to_owned(),
            Self::OtherResponse(error) if matches!(error.kind(), ErrorKind::Decode(_)) => {
                format!("is {server} IAMPASS, and does no proxy answer in its place?")
            }
            Self::OtherResponse(_) => format!("is {server} right, and in order? Try again later"),
        }
    }

    /// The reason why a 404 came for a wrong signature too.
    fn not_found(error: &Error, server: &BaseUrl) -> Self {
        let text = error.server_message().unwrap_or_default().trim().to_ascii_lowercase();
        let path = Url::parse(server.as_str()).map(|url| url.path().trim_end_matches('/').to_owned());
        match path {
            _ if text.contains("client application") => Self::Application,
            Ok(path) if !path.is_empty() => Self::Path { path },
            _ if text.starts_with('<') => Self::WebPage,
            _ => Self::Plain404,
        }
    }
}

/// The user that the calls are about.
pub(crate) fn nobody() -> Result<UserId, Error> {
    Ok(UserId::new(NOBODY)?)
}

/// Makes one call that changes nothing, and repeats it with a wrong signature if the first succeeds or the user is not
/// found. Fails if the service is not reached or refuses the signature.
pub(crate) async fn ask(connection: &Connection) -> Result<Verdict, Error> {
    let nobody = nobody()?;
    let client = ManagementClient::from(connection.clone());
    let not_found = match client.has_registered_mobile_device(&nobody).await {
        Err(error) if error.is_unknown_application() => return Ok(Verdict::UnknownApplication(error)),
        Err(error) if error.is_not_found() => Some(error),
        Err(error) if error.is_refused() => None,
        Err(error) if is_a_response(&error) => {
            return Ok(Verdict::Unjudged(Unjudged::OtherResponse(CallReason::new(error))));
        }
        Err(error) => return Err(error),
        Ok(_) => None,
    };
    let secret = ApplicationSecret::new(WRONG_SECRET)
        .map_err(|source| ErrorKind::from(SettingsError::ApplicationSecret { source }))?;
    let wrong = connection.signed_by(Credentials::new(connection.application_id().clone(), secret));
    Ok(match ManagementClient::from(wrong).has_registered_mobile_device(&nobody).await {
        Err(error) if error.is_unauthorized() => Verdict::Accepted,
        Err(error) if error.is_not_found() => Verdict::Unjudged(match not_found {
            Some(error) => Unjudged::not_found(&error, connection.base_url()),
            None => Unjudged::WrongIsTaken,
        }),
        Ok(_) => Verdict::Unjudged(Unjudged::WrongIsTaken),
        Err(error) if error.is_refused() => Verdict::Unjudged(Unjudged::WrongIsTaken),
        Err(error) => Verdict::Unjudged(Unjudged::NoComparison(CallReason::new(error))),
    })
}

/// Whether there was a response that says nothing about the signature.
fn is_a_response(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Decode(_) | ErrorKind::BadRequest(_) | ErrorKind::UnexpectedStatus { .. }
    )
}
