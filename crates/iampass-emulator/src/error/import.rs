//! Why a snapshot is not taken.

use iampass_auth::{ApplicationId, InvalidApplicationId};
use iampass_management::InvalidUserId;
use thiserror::Error;

use super::invalid::InvalidApplication;
use super::state::StateError;

/// Why a [`Snapshot`](crate::Snapshot) is not taken. Nothing is changed then.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The snapshot is of another release's form. Take one of version 1.
    #[error("the snapshot is of version {version}, and this release knows version 1 alone")]
    Version {
        /// The version that was given.
        version: u32,
    },
    /// An application's id cannot be one. Mend it.
    #[error("application {position}: the id cannot be one")]
    ApplicationId {
        /// Where the application stands, counted from 1.
        position: usize,
        /// What is wrong.
        #[source]
        source: InvalidApplicationId,
    },
    /// An application's secret cannot be one. Mend it.
    #[error("the application `{application_id}`: the secret cannot be one")]
    Secret {
        /// Whose secret it is.
        application_id: ApplicationId,
        /// What is wrong.
        #[source]
        source: InvalidApplication,
    },
    /// An application has no secret, and the emulator knows none for it. Add it.
    #[error("the application `{application_id}` has no secret, and is not known from before")]
    MissingSecret {
        /// Whose secret is missing.
        application_id: ApplicationId,
    },
    /// A user's id cannot be one. Mend it.
    #[error("the application `{application_id}`, user {position}: the id cannot be one")]
    UserId {
        /// Whose user it is.
        application_id: ApplicationId,
        /// Where the user stands, counted from 1.
        position: usize,
        /// What is wrong.
        #[source]
        source: InvalidUserId,
    },
    /// The token of a link or a phone is not of the form that this emulator's have. Take it as it was exported.
    #[error("the application `{application_id}`, user {position}: a token is not 32 hexadecimal digits")]
    Token {
        /// Whose user it is.
        application_id: ApplicationId,
        /// Where the user stands, counted from 1.
        position: usize,
    },
    /// An application, a user of one application, a link or a phone is there twice. Take one out.
    #[error("an application, a user of an application, a link, or a phone is there more than once")]
    Repeated,
    /// The state could not take it.
    #[error("the state cannot be replaced")]
    State(#[from] StateError),
}
