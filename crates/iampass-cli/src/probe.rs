//! Asks the service something harmless, to learn whether it accepts the signature.

use std::io;

use iampass_management::{Error, ManagementClient, UserId};

use crate::error::Failure;

/// A user that nobody has: the answer is to be that there is no such user.
const NOBODY: &str = "iampass-doctor-nobody";

/// What the service thinks of the application.
pub(crate) enum Verdict {
    /// The signature is right.
    Accepted,
    /// The signature cannot be judged, or was, for an application that is not there.
    UnknownApplication(Error),
}

/// Whom to ask about.
pub(crate) fn nobody() -> Result<UserId, Failure> {
    UserId::new(NOBODY).map_err(|error| Failure::System(io::Error::other(error)))
}

/// Makes one call that changes nothing.
pub(crate) async fn ask(client: &ManagementClient, nobody: &UserId) -> Result<Verdict, Error> {
    match client.has_registered_mobile_device(nobody).await {
        Ok(_) => Ok(Verdict::Accepted),
        Err(error) if error.is_refused() => Ok(Verdict::Accepted),
        Err(error) if error.is_unknown_application() => Ok(Verdict::UnknownApplication(error)),
        Err(error) if error.is_not_found() => Ok(Verdict::Accepted),
        Err(error) => Err(error),
    }
}
