//! Playing the phone of a person who signs in.

use iampass_auth::ApplicationId;
use iampass_authentication::SessionStatus;
use iampass_management::UserId;
use pollster::block_on;

use super::Emulator;
use crate::error::StateError;
use crate::sign_in::{SignIn, SignInOutcome};

impl Emulator {
    /// The sign-ins that are remembered, the oldest first: all open ones, and the last 10,000 that have ended.
    ///
    /// # Errors
    /// [`StateError::Storage`] when the state cannot be read.
    pub fn sign_ins(&self) -> Result<Vec<SignIn>, StateError> {
        block_on(self.state.store.sign_ins())
    }

    /// Those of a user, the oldest first.
    ///
    /// # Errors
    /// [`StateError::UnknownApplication`] and [`StateError::UnknownUser`].
    pub fn sign_ins_of(
        &self,
        application_id: &ApplicationId,
        user_id: &UserId,
    ) -> Result<Vec<SignIn>, StateError> {
        block_on(self.state.store.sign_ins_of(application_id, user_id))
    }

    /// Plays the phone: the user is who is asked for, and is signed in.
    ///
    /// # Errors
    /// Those of [`set_session_status`](Self::set_session_status).
    pub fn approve(&self, session_token: &str) -> Result<SignIn, StateError> {
        self.set_session_status(session_token, SessionStatus::Active)
    }

    /// Plays the phone: the user refuses.
    ///
    /// # Errors
    /// Those of [`set_session_status`](Self::set_session_status).
    pub fn deny(&self, session_token: &str) -> Result<SignIn, StateError> {
        self.set_session_status(session_token, SessionStatus::Cancelled)
    }

    /// Gives a session another state, one that may follow: a phone that is at it is `identifying`, a face that is another
    /// one's `failed`, a phone that goes away `walkaway` and one that comes back `active`; `closed` signs the user out.
    ///
    /// # Errors
    /// [`StateError::UnknownSession`]; [`StateError::WrongStatus`] for a state that cannot follow, and nothing is changed.
    pub fn set_session_status(
        &self,
        session_token: &str,
        status: SessionStatus,
    ) -> Result<SignIn, StateError> {
        block_on(self.state.store.change_sign_in(session_token, status))
    }

    /// Sets the automatic outcome of a user's sign-ins, from the next one on: for tests in which nobody plays the phone.
    /// `None` removes it.
    ///
    /// # Errors
    /// [`StateError::UnknownApplication`] and [`StateError::UnknownUser`].
    pub fn set_sign_in_outcome(
        &self,
        application_id: &ApplicationId,
        user_id: &UserId,
        outcome: Option<SignInOutcome>,
    ) -> Result<(), StateError> {
        block_on(self.state.store.set_sign_in_outcome(application_id, user_id, outcome))
    }
}
