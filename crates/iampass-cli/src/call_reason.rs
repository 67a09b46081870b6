//! Why a call failed, in the words of the person who asked for it.

use std::error::Error as StdError;
use std::fmt;
use std::ops::Deref;

use iampass_authentication::generated::operations::{AUTHENTICATE_USER, END_SESSION, SESSION_STATUS};
use iampass_management::Error;
use iampass_management::generated::operations::{
    ADD_USERS, DELETE_USERS, DEVICE_REGISTRATION_LINK, HAS_REGISTERED_MOBILE_DEVICE, LOST_USER_MOBILE_DEVICE,
};

/// A client error whose text is the reason alone. The client's own text begins with the operation's id, which means
/// nothing to a person who typed a command.
#[derive(Debug)]
pub(crate) struct CallReason(Box<Error>);

impl CallReason {
    pub(crate) fn new(error: Error) -> Self {
        Self(Box::new(error))
    }

    /// The task that failed. `None` if no call was made.
    pub(crate) fn task(&self) -> Option<&'static str> {
        let operation = self.operation()?;
        let tasks = [
            (&ADD_USERS, "adding the users"),
            (&DELETE_USERS, "deleting the users"),
            (&DEVICE_REGISTRATION_LINK, "making the link"),
            (&HAS_REGISTERED_MOBILE_DEVICE, "asking for the user's phone"),
            (&LOST_USER_MOBILE_DEVICE, "disabling the user's phone"),
            (&AUTHENTICATE_USER, "starting the sign-in"),
            (&SESSION_STATUS, "asking for the session"),
            (&END_SESSION, "ending the session"),
        ];
        let task = tasks.iter().find(|(of, _)| of.id == operation.id);
        Some(task.map_or("the call", |(_, task)| task))
    }
}

impl Deref for CallReason {
    type Target = Error;

    fn deref(&self) -> &Error {
        &self.0
    }
}

impl fmt::Display for CallReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.attempts() {
            0 | 1 => write!(f, "{}", self.kind()),
            attempts => write!(f, "{} ({attempts} attempts)", self.kind()),
        }
    }
}

/// Written by hand: with thiserror the client's error would be a cause, and its text would be printed twice.
impl StdError for CallReason {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}
