//! Sign-ins: the store's methods for them.
//!
//! What time brings (a time-out, the end of a session, an automatic outcome) is written when somebody looks, so every
//! method that tells or changes a state begins with that. Once it was seen it stays, also when the clock is set back.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use iampass_auth::{ApplicationId, ApplicationSecret};
use iampass_authentication::{SessionSecret, SessionStatus};
use iampass_management::UserId;
use zeroize::Zeroizing;

use super::Store;
use super::database::lock;
use super::sign_in_lists::{self, FoundSignIns, OpenSignIns};
use super::sign_in_mutations::{self as mutations, NewSignIn};
use super::sign_in_queries::{self as queries, Moment};
use crate::error::StateError;
use crate::events::Part;
use crate::random;
use crate::sign_in::{SessionCredentials, SignIn, SignInOutcome, SignInRequest};

impl Store {
    /// Starts a sign-in. `None` if the user has no phone.
    pub(crate) async fn start_sign_in(
        &self,
        application_id: &ApplicationId,
        user_id: &UserId,
        request: SignInRequest,
    ) -> Result<Option<SessionCredentials>, StateError> {
        let (application_id, user_id) = (application_id.clone(), user_id.clone());
        let credentials = SessionCredentials {
            token: random::random_hex(),
            secret: SessionSecret::new(random::random_secret()),
        };
        let timeout = self.rules.sign_in_timeout;
        let seconds = timeout.as_secs().saturating_add(u64::from(timeout.subsec_nanos() > 0));
        let timeout = i64::try_from(seconds).unwrap_or(i64::MAX);
        let new = NewSignIn { credentials: credentials.clone(), request, timeout };
        let started = self.mutate_with_sign_ins(&[], move |connection, moment, changed| {
            mutations::start(connection, &application_id, &user_id, &new, moment, changed)
        });
        Ok(started.await?.then_some(credentials))
    }

    /// The sign-in that has this token.
    pub(crate) async fn sign_in(&self, token: &str) -> Result<SignIn, StateError> {
        self.settle().await?;
        Ok(queries::of_token(&lock(&self.reader), token)?.sign_in)
    }

    /// All that are remembered, the oldest first.
    pub(crate) async fn sign_ins(&self) -> Result<Vec<SignIn>, StateError> {
        self.settle().await?;
        self.long_query(queries::all)
    }

    /// Those of a user that are remembered, the oldest first. It fails if there is no such user.
    pub(crate) async fn sign_ins_of(
        &self,
        application_id: &ApplicationId,
        user_id: &UserId,
    ) -> Result<Vec<SignIn>, StateError> {
        self.settle().await?;
        self.long_query(|connection| queries::of_user(connection, application_id, user_id))
    }

    /// Those of an application, or of all, as people look through them; not more than the limit.
    pub(crate) async fn find_sign_ins(
        &self,
        application_id: Option<&ApplicationId>,
        limit: usize,
    ) -> Result<FoundSignIns, StateError> {
        self.settle().await?;
        self.long_query(|connection| sign_in_lists::find(connection, application_id, limit))
    }

    /// How many of each application are open, by its id; one that is left out has none.
    pub(crate) async fn open_sign_ins(&self) -> Result<BTreeMap<String, OpenSignIns>, StateError> {
        self.settle().await?;
        self.long_query(sign_in_lists::open)
    }

    /// Lets the phone, or somebody in its place, change the state of a sign-in.
    pub(crate) async fn change_sign_in(
        &self,
        token: &str,
        status: SessionStatus,
    ) -> Result<SignIn, StateError> {
        // Whoever is told that it was too late has seen the time-out.
        self.settle().await?;
        let token = token.to_owned();
        self.mutate_with_sign_ins(&[], move |connection, moment, changed| {
            mutations::change(connection, &token, &status, moment, changed)?;
            Ok(queries::of_token(connection, &token)?.sign_in)
        })
        .await
    }

    /// Ends a sign-in for its application: a session is closed, one that waits for its user is cancelled. Does nothing to
    /// one that has ended.
    pub(crate) async fn end_sign_in(&self, token: &str) -> Result<(), StateError> {
        let token = token.to_owned();
        self.mutate_with_sign_ins(&[], move |connection, moment, changed| {
            mutations::end(connection, &token, moment, changed)
        })
        .await
    }

    /// The automatic outcome of a user's sign-ins.
    pub(crate) fn sign_in_outcome(
        &self,
        application_id: &ApplicationId,
        user_id: &UserId,
    ) -> Result<Option<SignInOutcome>, StateError> {
        queries::outcome(&lock(&self.reader), application_id, user_id)
    }

    /// Sets the automatic outcome of a user's sign-ins, from the next one on; `None` removes it.
    pub(crate) async fn set_sign_in_outcome(
        &self,
        application_id: &ApplicationId,
        user_id: &UserId,
        outcome: Option<SignInOutcome>,
    ) -> Result<(), StateError> {
        let (application_id, user_id) = (application_id.clone(), user_id.clone());
        self.mutate(&[Part::SignIns], move |connection| {
            mutations::set_outcome(connection, &application_id, &user_id, outcome.as_ref())
        })
        .await
    }

    /// The secret of a session.
    pub(crate) fn session_secret(&self, token: &str) -> Option<ApplicationSecret> {
        let (secret, _) = self.session(token)?;
        ApplicationSecret::new(secret.as_str()).ok()
    }

    /// The application whose session this is.
    pub(crate) fn session_owner(&self, token: &str) -> Option<ApplicationId> {
        let (_, application_id) = self.session(token)?;
        ApplicationId::new(&application_id).ok()
    }

    fn session(&self, token: &str) -> Option<(Zeroizing<String>, String)> {
        let found = queries::session_secret(&lock(&self.reader), token);
        found.inspect_err(|error| tracing::warn!(%error, "a session cannot be read")).ok()?
    }

    /// Writes what time has brought.
    pub(crate) async fn settle(&self) -> Result<(), StateError> {
        if !queries::is_due(&lock(&self.reader), self.moment())? {
            return Ok(());
        }
        // It begins with that.
        self.mutate_with_sign_ins(&[], |_connection, _moment, _changed| Ok(())).await
    }

    pub(super) fn moment(&self) -> Moment {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Moment { now: self.rules.now(), real_ms: i64::try_from(since.as_millis()).unwrap_or(i64::MAX) }
    }
}

#[cfg(test)]
mod tests;
