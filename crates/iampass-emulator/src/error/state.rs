//! Why the state cannot be read or changed.

use std::sync::Arc;

use iampass_auth::ApplicationId;
use iampass_authentication::SessionStatus;
use iampass_management::UserId;
use thiserror::Error;

/// What went wrong below the emulator's state: the disk is full or broken, or memory has run out.
/// Look at the source; what was acknowledged before is safe.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum StorageError {
    /// `SQLite`'s own words.
    #[error("the database gave an error")]
    Sqlite(#[source] Arc<rusqlite::Error>),
    /// The thread that writes has ended. Start another emulator.
    #[error("the database is no longer written to")]
    Stopped,
}

impl StorageError {
    pub(crate) fn code(&self) -> Option<rusqlite::ErrorCode> {
        match self {
            Self::Sqlite(error) => error.sqlite_error_code(),
            Self::Stopped => None,
        }
    }
}

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(Arc::new(error))
    }
}

impl From<rusqlite::Error> for StateError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Storage(error.into())
    }
}

/// Two errors of `SQLite` are the same only if they are one: there is no telling otherwise.
impl PartialEq for StorageError {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Sqlite(one), Self::Sqlite(other)) => Arc::ptr_eq(one, other),
            (Self::Stopped, Self::Stopped) => true,
            _ => false,
        }
    }
}

impl Eq for StorageError {}

/// Why the emulator's state cannot say something, or will not take a change.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum StateError {
    /// There is an application with this id already. Choose another id.
    #[error("there is an application `{application_id}` already")]
    DuplicateApplication {
        /// The id in question.
        application_id: ApplicationId,
    },
    /// There is no such application. Add it first.
    #[error("there is no application `{application_id}`")]
    UnknownApplication {
        /// The id in question.
        application_id: ApplicationId,
    },
    /// The application has no such user. Add the user first.
    #[error("the application `{application_id}` has no such user")]
    UnknownUser {
        /// The application that was asked.
        application_id: ApplicationId,
        /// The user in question. Not part of the message, since messages end up in logs.
        user_id: UserId,
    },
    /// The text is no registration link, or one that this emulator did not make. Take the
    /// `register_url` of a response as it came.
    #[error("this is not a registration link of this emulator")]
    UnknownLink,
    /// A phone was registered with this link before. Ask for a new link.
    #[error("a phone was registered with this link before: each link works once")]
    UsedLink,
    /// The link died when its user was deleted or reported the phone lost. Ask for a new link.
    #[error("this link no longer works: its user was deleted, or the user's phone was reported lost")]
    DeadLink,
    /// The link is older than the [lifetime](crate::Builder::link_lifetime) of links. Ask for a new link.
    #[error("this link has expired")]
    ExpiredLink,
    /// The user has a phone, and the emulator was [told](crate::Builder::second_phone) to refuse a second one. Report the
    /// old one lost before.
    #[error("the user has a phone already, and a second one is refused")]
    SecondPhone,
    /// No sign-in has this session token, or it ended too long ago. Take it from the response that started the sign-in, or
    /// from [`Emulator::sign_ins`](crate::Emulator::sign_ins).
    #[error("there is no session with this token")]
    UnknownSession,
    /// A session in the one state does not go over to the other. Look at the states in the crate's documentation.
    #[error("a session that is `{from}` cannot become `{to}`")]
    WrongStatus {
        /// The state that the session has, and keeps.
        from: SessionStatus,
        /// The state that it was to have.
        to: SessionStatus,
    },
    /// The state could not be read or written; nothing was changed.
    #[error("the emulator's state cannot be read or written")]
    Storage(#[from] StorageError),
}
