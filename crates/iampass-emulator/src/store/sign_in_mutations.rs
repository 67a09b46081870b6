//! What changes sign-ins. Each change of a state goes through [`set_status`].

use iampass_auth::ApplicationId;
use iampass_authentication::SessionStatus;
use iampass_management::UserId;
use rusqlite::Connection;

use super::queries as users;
use super::sign_in_queries::{self as queries, Found, Moment};
use crate::error::StateError;
use crate::sign_in::{
    End, SessionCredentials, SignIn, SignInOutcome, SignInRequest, is_in_progress, may_follow, methods_text,
};

type Result<T, E = StateError> = std::result::Result<T, E>;

/// How many sign-ins that have ended are told from unknown ones.
const ENDED: i64 = 10_000;
/// How many sign-ins of a user can be open, sessions included; a new one then takes the place of the oldest.
const OPEN: i64 = 100;

/// A sign-in to be.
#[derive(Debug)]
pub(super) struct NewSignIn {
    pub(super) credentials: SessionCredentials,
    pub(super) request: SignInRequest,
    /// How long it waits for the user, in seconds.
    pub(super) timeout: i64,
}

/// Starts a sign-in, if the user has a phone. `changed` gets it, and one that has lost its place to it.
pub(super) fn start(
    connection: &Connection,
    application_id: &ApplicationId,
    user_id: &UserId,
    new: &NewSignIn,
    moment: Moment,
    changed: &mut Vec<SignIn>,
) -> Result<bool> {
    if !users::has_device(connection, application_id, user_id)? {
        return Ok(false);
    }
    let application = users::application_key(connection, application_id)?;
    end_all_but(connection, application, user_id, OPEN - 1, moment, changed)?;
    // One that comes after the time-out never comes.
    let outcome = queries::outcome(connection, application_id, user_id)?
        .filter(|outcome| outcome.after().as_secs() < u64::try_from(new.timeout).unwrap_or_default());
    // The clock counts whole seconds, and the present one may be almost over.
    let timeout = new.timeout.saturating_add(i64::from(outcome.is_some()));
    let outcome_at =
        outcome.as_ref().map(|outcome| moment.real_ms.saturating_add(signed(outcome.after_ms())));
    let sql =
        "INSERT INTO sign_ins (session_token, session_secret, application, user_id, methods, session_status,
            duration_seconds, started_at, ends_at, outcome, outcome_at_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    connection.prepare_cached(sql)?.execute((
        &new.credentials.token,
        new.credentials.secret.expose(),
        application,
        user_id.as_str(),
        methods_text(&new.request.methods),
        SessionStatus::Pending.as_str(),
        signed(new.request.duration_seconds),
        moment.now,
        moment.now.saturating_add(timeout),
        outcome.as_ref().map(|outcome| outcome.status().as_str()),
        outcome_at,
    ))?;
    changed.push(queries::of_token(connection, &new.credentials.token)?.sign_in);
    Ok(true)
}

/// What the phone does, or somebody in its place.
pub(super) fn change(
    connection: &Connection,
    token: &str,
    status: &SessionStatus,
    moment: Moment,
    changed: &mut Vec<SignIn>,
) -> Result<()> {
    let found = queries::of_token(connection, token)?;
    set_status(connection, found, status, moment, changed)
}

/// What the application does. One that has ended stays as it is.
pub(super) fn end(
    connection: &Connection,
    token: &str,
    moment: Moment,
    changed: &mut Vec<SignIn>,
) -> Result<()> {
    let found = queries::of_token(connection, token)?;
    end_one(connection, found, End::ByApplication, moment, changed)
}

/// Makes the changes that time has brought. An automatic outcome comes before the time-out: it
/// was due earlier.
pub(super) fn settle(connection: &Connection, moment: Moment, changed: &mut Vec<SignIn>) -> Result<()> {
    for found in queries::select(connection, "outcome_at_ms <= ?1", [moment.real_ms])? {
        if let Some((outcome, _)) = found.outcome.clone() {
            set_status(connection, found, &outcome, moment, changed)?;
        }
    }
    for found in queries::select(connection, "ends_at <= ?1", [moment.now])? {
        end_one(connection, found, End::TimeIsOver, moment, changed)?;
    }
    Ok(())
}

/// Ends the sign-ins of a user who is gone, or whose phone is.
pub(super) fn remove(
    connection: &Connection,
    application: i64,
    user_id: &UserId,
    moment: Moment,
    changed: &mut Vec<SignIn>,
) -> Result<()> {
    end_all_but(connection, application, user_id, 0, moment, changed)
}

/// Sets the automatic outcome of a user's sign-ins, from the next one on.
pub(super) fn set_outcome(
    connection: &Connection,
    application_id: &ApplicationId,
    user_id: &UserId,
    outcome: Option<&SignInOutcome>,
) -> Result<()> {
    users::has_device(connection, application_id, user_id)?;
    let application = users::application_key(connection, application_id)?;
    match outcome {
        Some(outcome) => Ok(write_outcome(connection, application, user_id, outcome)?),
        None => Ok(forget_outcome(connection, application, user_id)?),
    }
}

pub(super) fn write_outcome(
    connection: &Connection,
    application: i64,
    user_id: &UserId,
    outcome: &SignInOutcome,
) -> Result<(), rusqlite::Error> {
    let sql = "INSERT OR REPLACE INTO sign_in_outcomes (application, user_id, outcome, after_ms)
        VALUES (?1, ?2, ?3, ?4)";
    let row = (application, user_id.as_str(), outcome.status().as_str(), signed(outcome.after_ms()));
    connection.prepare_cached(sql)?.execute(row).map(drop)
}

pub(super) fn forget_outcome(
    connection: &Connection,
    application: i64,
    user_id: &UserId,
) -> Result<(), rusqlite::Error> {
    let sql = "DELETE FROM sign_in_outcomes WHERE application = ?1 AND user_id = ?2";
    connection.prepare_cached(sql)?.execute((application, user_id.as_str())).map(drop)
}

/// Ends the open sign-ins of a user, but for the newest.
fn end_all_but(
    connection: &Connection,
    application: i64,
    user_id: &UserId,
    newest: i64,
    moment: Moment,
    changed: &mut Vec<SignIn>,
) -> Result<()> {
    const OPEN_OF_USER: &str = "application = ?1 AND user_id = ?2 AND ends_at IS NOT NULL
        AND number <= (SELECT number FROM sign_ins
            WHERE application = ?1 AND user_id = ?2 AND ends_at IS NOT NULL
            ORDER BY number DESC LIMIT 1 OFFSET ?3)";
    for found in queries::select(connection, OPEN_OF_USER, (application, user_id.as_str(), newest))? {
        end_one(connection, found, End::Removed, moment, changed)?;
    }
    Ok(())
}

fn end_one(
    connection: &Connection,
    found: Found,
    end: End,
    moment: Moment,
    changed: &mut Vec<SignIn>,
) -> Result<()> {
    match end.of(&found.sign_in.session_status) {
        Some(status) => set_status(connection, found, &status, moment, changed),
        None => Ok(()),
    }
}

fn set_status(
    connection: &Connection,
    found: Found,
    status: &SessionStatus,
    moment: Moment,
    changed: &mut Vec<SignIn>,
) -> Result<()> {
    let Found { number, mut sign_in, .. } = found;
    let from = std::mem::replace(&mut sign_in.session_status, status.clone());
    if !may_follow(&from, status) {
        return Err(StateError::WrongStatus { from, to: status.clone() });
    }
    if status.is_final() {
        sign_in.ends_at = None;
    } else if is_in_progress(&from) && !is_in_progress(status) {
        sign_in.ends_at = Some(unsigned(moment.now).saturating_add(sign_in.duration_seconds));
    }
    // An automatic outcome comes only while the user has yet to answer.
    let sql = "UPDATE sign_ins SET session_status = ?2, ends_at = ?3,
            outcome = CASE WHEN ?4 THEN outcome END,
            outcome_at_ms = CASE WHEN ?4 THEN outcome_at_ms END
        WHERE number = ?1";
    let row = (number, status.as_str(), sign_in.ends_at.map(signed), is_in_progress(status));
    connection.prepare_cached(sql)?.execute(row)?;
    if status.is_final() {
        let sql = "UPDATE sign_ins SET ended = (SELECT coalesce(max(ended), 0) + 1 FROM sign_ins) WHERE number = ?1";
        connection.prepare_cached(sql)?.execute([number])?;
        let sql = "DELETE FROM sign_ins WHERE ended <= (SELECT max(ended) FROM sign_ins) - ?1";
        connection.prepare_cached(sql)?.execute([ENDED])?;
    }
    changed.push(sign_in);
    Ok(())
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
