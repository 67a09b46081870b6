//! The life of a pair of users, and what must be true after each of its steps.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use iampass_authentication::{AuthenticationClient, Session, SessionStatus, SignIn};
use iampass_emulator::{Emulator, UserId};
use iampass_management::{Error, ErrorKind, ManagementClient, RegistrationLink};

use crate::observations::Observations;

/// A step that fails more often than this will never succeed: one call in a thousand fails for good.
const ATTEMPTS: usize = 50;

pub(crate) struct Life {
    client: ManagementClient,
    authentication: AuthenticationClient,
    emulator: Arc<Emulator>,
    observations: Arc<Observations>,
    task: usize,
}

impl Life {
    pub(crate) fn new(
        client: ManagementClient,
        authentication: AuthenticationClient,
        emulator: Arc<Emulator>,
        observations: Arc<Observations>,
        task: usize,
    ) -> Self {
        Self { client, authentication, emulator, observations, task }
    }

    /// One life after another until the time is over; the last one is lived to its end.
    pub(crate) async fn again_and_again(self, end: Instant) {
        let mut number = 0u64;
        while Instant::now() < end {
            let [alice, bob] = ["a", "b"].map(|name| format!("{name}-{}-{number}", self.task));
            if let Err(problem) = self.live(&alice, &bob).await {
                self.observations.problem(format!("{alice}: {problem}"));
                return;
            }
            self.observations.lives.fetch_add(1, Ordering::Relaxed);
            number += 1;
        }
    }

    async fn live(&self, alice: &str, bob: &str) -> Result<(), String> {
        let [user, other] = [alice, bob].map(|name| UserId::new(name).unwrap());
        self.added(&user, &other).await?;
        self.has_phone(&user, false).await?;
        let link = self.link(&user).await?;
        self.emulator.register_device(link.as_str()).map_err(|error| error.to_string())?;
        self.has_phone(&user, true).await?;
        let (ends_itself, is_ended) = (self.signed_in(&user).await?, self.signed_in(&user).await?);
        self.signed_out(&ends_itself).await?;
        self.has_status(&is_ended, &SessionStatus::Active).await?;
        self.phone_is_lost(&user, alice).await?;
        self.has_phone(&user, false).await?;
        self.has_status(&is_ended, &SessionStatus::Closed).await?;
        self.is_not_asked(&user).await?;
        self.has_phone(&other, false).await?;
        self.deleted(&user, &other).await
    }

    async fn added(&self, user: &UserId, other: &UserId) -> Result<(), String> {
        let both = [user.clone(), other.clone()];
        let mut uncertain = false;
        for _ in 0..ATTEMPTS {
            match self.counted(self.client.add_users(both.clone()).await) {
                Ok(outcome) => {
                    let mut listed = [outcome.created, outcome.existing].concat();
                    listed.sort();
                    return (listed == both).then_some(()).ok_or(format!("added are {listed:?}"));
                }
                Err(error) => uncertain |= is_injected(&error)?,
            }
        }
        Err(format!("cannot be added, uncertain: {uncertain}"))
    }

    async fn has_phone(&self, user: &UserId, expected: bool) -> Result<(), String> {
        if self.phone(user).await? == expected {
            return Ok(());
        }
        Err(format!(
            "{}, against all that was answered",
            if expected { "has no phone" } else { "has a phone" }
        ))
    }

    async fn phone(&self, user: &UserId) -> Result<bool, String> {
        for _ in 0..ATTEMPTS {
            match self.counted(self.client.has_registered_mobile_device(user).await) {
                Ok(has) => return Ok(has),
                Err(error) => is_injected(&error).map(drop)?,
            }
        }
        Err("no answer whether there is a phone".to_owned())
    }

    async fn link(&self, user: &UserId) -> Result<RegistrationLink, String> {
        for _ in 0..ATTEMPTS {
            match self.counted(self.client.device_registration_link(user, Some("soak")).await) {
                Ok(link) => return Ok(link),
                Err(error) => is_injected(&error).map(drop)?,
            }
        }
        Err("there is no link to be had".to_owned())
    }

    async fn signed_in(&self, user: &UserId) -> Result<Session, String> {
        let SignIn::Started(session) = self.asked(user).await? else {
            return Err("is not asked, and has a phone".to_owned());
        };
        self.has_status(&session, &SessionStatus::Pending).await?;
        self.emulator.approve(session.token()).map_err(|error| error.to_string())?;
        self.has_status(&session, &SessionStatus::Active).await?;
        self.observations.sign_ins.fetch_add(1, Ordering::Relaxed);
        Ok(session)
    }

    async fn is_not_asked(&self, user: &UserId) -> Result<(), String> {
        if self.asked(user).await?.lacks_mobile_device() {
            return Ok(());
        }
        Err("is asked, and has no phone".to_owned())
    }

    /// A response that is lost leaves a sign-in behind that nobody knows of, which times out or goes with the phone.
    async fn asked(&self, user: &UserId) -> Result<SignIn, String> {
        for _ in 0..ATTEMPTS {
            match self.counted(self.authentication.authenticate(user).await) {
                Ok(sign_in) => return Ok(sign_in),
                Err(error) => is_injected(&error).map(drop)?,
            }
        }
        Err("cannot be signed in".to_owned())
    }

    async fn has_status(&self, session: &Session, expected: &SessionStatus) -> Result<(), String> {
        for _ in 0..ATTEMPTS {
            match self.counted(session.status().await) {
                Ok(status) if status == *expected => return Ok(()),
                Ok(status) => return Err(format!("a session is {status}, not {expected}")),
                Err(error) => is_injected(&error).map(drop)?,
            }
        }
        Err("no answer what became of a session".to_owned())
    }

    async fn signed_out(&self, session: &Session) -> Result<(), String> {
        for _ in 0..ATTEMPTS {
            match self.counted(session.end().await) {
                Ok(()) => return self.has_status(session, &SessionStatus::Closed).await,
                Err(error) => is_injected(&error).map(drop)?,
            }
        }
        Err("cannot be signed out".to_owned())
    }

    /// As an operator would: after a call that may have had its effect, look before calling again. So the phone is
    /// disabled exactly once, however many faults there are.
    async fn phone_is_lost(&self, user: &UserId, name: &str) -> Result<(), String> {
        for _ in 0..ATTEMPTS {
            match self.counted(self.client.lost_user_mobile_device(user).await) {
                Ok(_) => break,
                Err(error) => is_injected(&error).map(drop)?,
            }
            if !self.phone(user).await? {
                break;
            }
        }
        self.observations.phones_lost.fetch_add(1, Ordering::Relaxed);
        match self.observations.take_effects(name) {
            1 => Ok(()),
            times => Err(format!("the phone was disabled {times} times")),
        }
    }

    async fn deleted(&self, user: &UserId, other: &UserId) -> Result<(), String> {
        for _ in 0..ATTEMPTS {
            match self.counted(self.client.delete_users([user.clone(), other.clone()]).await) {
                Ok(()) => return self.is_unknown(other).await,
                Err(error) => is_injected(&error).map(drop)?,
            }
        }
        Err("cannot be deleted".to_owned())
    }

    async fn is_unknown(&self, user: &UserId) -> Result<(), String> {
        for _ in 0..ATTEMPTS {
            match self.counted(self.client.has_registered_mobile_device(user).await) {
                Ok(_) => return Err("is there after it was deleted".to_owned()),
                Err(error) if error.is_not_found() => return Ok(()),
                Err(error) => is_injected(&error).map(drop)?,
            }
        }
        Err("no answer whether it was deleted".to_owned())
    }

    fn counted<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        self.observations.calls.fetch_add(1, Ordering::Relaxed);
        // That a deleted user is not found is no failure.
        if result.as_ref().is_err_and(|error| !error.is_not_found()) {
            self.observations.failed.fetch_add(1, Ordering::Relaxed);
        }
        result
    }
}

/// Whether the operation may have taken effect all the same. An error that no fault explains is a problem.
fn is_injected(error: &Error) -> Result<bool, String> {
    match error.kind() {
        ErrorKind::Timeout(_) | ErrorKind::Transport(_) | ErrorKind::Connect { .. } => Ok(true),
        ErrorKind::UnexpectedStatus { status, .. } => match status.as_u16() {
            429 | 503 => Ok(false),
            500 | 502 => Ok(true),
            _ => Err(error.to_string()),
        },
        _ => Err(error.to_string()),
    }
}
