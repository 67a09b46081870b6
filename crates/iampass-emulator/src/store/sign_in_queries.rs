//! What reads sign-ins.

use std::time::Duration;

use iampass_auth::ApplicationId;
use iampass_authentication::SessionStatus;
use iampass_management::UserId;
use rusqlite::{Connection, OptionalExtension as _, Params, Row};
use zeroize::Zeroizing;

use super::queries;
use crate::error::StateError;
use crate::sign_in::{SignIn, SignInOutcome, parse_methods};

type Result<T, E = StateError> = std::result::Result<T, E>;

/// A moment on both clocks: sign-ins grow old by the emulator's, automatic outcomes come by the machine's own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// Unix seconds of the emulator's clock.
    pub(super) now: i64,
    /// Unix milliseconds of the machine's clock.
    pub(super) real_ms: i64,
}

/// A sign-in, and what nobody outside sees of it.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) number: i64,
    pub(super) sign_in: SignIn,
    /// Its automatic outcome, and when that is due by the machine's clock.
    pub(super) outcome: Option<(SessionStatus, i64)>,
}

const COLUMNS: &str = "SELECT number, session_token, applications.id, user_id, methods, session_status,
    duration_seconds, started_at, ends_at, outcome, outcome_at_ms
    FROM sign_ins JOIN applications ON applications.key = application";

/// Those that a condition selects, the oldest first.
pub(super) fn select(
    connection: &Connection,
    condition: &str,
    parameters: impl Params,
) -> Result<Vec<Found>> {
    let sql = format!("{COLUMNS} WHERE {condition}");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(parameters, found)?;
    // Only valid ids are written.
    let mut found: Vec<Found> = rows.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    // SQLite would go through all of them by their numbers rather than use an index, and sort.
    found.sort_by_key(|found| found.number);
    Ok(found)
}

/// All that are remembered, the oldest first.
pub(super) fn all(connection: &Connection) -> Result<Vec<SignIn>> {
    Ok(select(connection, "TRUE", ())?.into_iter().map(|found| found.sign_in).collect())
}

/// Those of a user, the oldest first. It fails if there is no such user.
pub(super) fn of_user(
    connection: &Connection,
    application_id: &ApplicationId,
    user_id: &UserId,
) -> Result<Vec<SignIn>> {
    queries::has_device(connection, application_id, user_id)?;
    let application = queries::application_key(connection, application_id)?;
    let found = select(connection, "application = ?1 AND user_id = ?2", (application, user_id.as_str()))?;
    Ok(found.into_iter().map(|found| found.sign_in).collect())
}

/// The one that has this token.
pub(super) fn of_token(connection: &Connection, token: &str) -> Result<Found> {
    select(connection, "session_token = ?1", [token])?.pop().ok_or(StateError::UnknownSession)
}

/// Whether time has brought a change that nobody has made yet.
pub(super) fn is_due(connection: &Connection, moment: Moment) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sign_ins WHERE ends_at <= ?1)
        OR EXISTS (SELECT 1 FROM sign_ins WHERE outcome_at_ms <= ?2)";
    Ok(connection.prepare_cached(sql)?.query_row((moment.now, moment.real_ms), |row| row.get(0))?)
}

/// The secret of a session, and the application that it is of.
pub(super) fn session_secret(
    connection: &Connection,
    token: &str,
) -> Result<Option<(Zeroizing<String>, String)>> {
    let sql = "SELECT session_secret, applications.id
        FROM sign_ins JOIN applications ON applications.key = application WHERE session_token = ?1";
    let found = connection
        .prepare_cached(sql)?
        .query_row([token], |row| Ok((Zeroizing::new(row.get(0)?), row.get(1)?)))
        .optional()?;
    Ok(found)
}

/// The automatic outcome of a user's sign-ins. It fails if there is no such user.
pub(super) fn outcome(
    connection: &Connection,
    application_id: &ApplicationId,
    user_id: &UserId,
) -> Result<Option<SignInOutcome>> {
    queries::has_device(connection, application_id, user_id)?;
    let application = queries::application_key(connection, application_id)?;
    let sql = "SELECT outcome, after_ms FROM sign_in_outcomes WHERE application = ?1 AND user_id = ?2";
    let row = connection
        .prepare_cached(sql)?
        .query_row((application, user_id.as_str()), |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        })
        .optional()?;
    Ok(row.and_then(|(word, after_ms)| outcome_of(&word, after_ms)))
}

/// An outcome as it is written.
pub(super) fn outcome_of(word: &str, after_ms: i64) -> Option<SignInOutcome> {
    SignInOutcome::new(word.into(), Duration::from_millis(unsigned(after_ms)))
}

fn found(row: &Row<'_>) -> rusqlite::Result<Option<Found>> {
    let (application_id, user_id): (String, String) = (row.get(2)?, row.get(3)?);
    let (Ok(application_id), Ok(user_id)) = (ApplicationId::new(&application_id), UserId::new(user_id))
    else {
        return Ok(None);
    };
    let (methods, status): (String, String) = (row.get(4)?, row.get(5)?);
    let outcome: Option<String> = row.get(9)?;
    let outcome_at_ms: Option<i64> = row.get(10)?;
    let sign_in = SignIn {
        session_token: row.get(1)?,
        application_id,
        user_id,
        methods: parse_methods(&methods).unwrap_or_default(),
        session_status: status.into(),
        duration_seconds: unsigned(row.get(6)?),
        started_at: unsigned(row.get(7)?),
        ends_at: row.get::<_, Option<i64>>(8)?.map(unsigned),
    };
    let outcome = outcome.map(SessionStatus::from).zip(outcome_at_ms);
    Ok(Some(Found { number: row.get(0)?, sign_in, outcome }))
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
