//! Sign-ins as people look through them.

use std::collections::BTreeMap;

use iampass_auth::ApplicationId;
use iampass_authentication::SessionStatus;
use rusqlite::Connection;

use super::queries::application_key;
use super::sign_in_queries as queries;
use crate::error::StateError;
use crate::sign_in::SignIn;

type Result<T, E = StateError> = std::result::Result<T, E>;

/// Some sign-ins, and how many there are.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FoundSignIns {
    /// The open ones come first; of each, the newest.
    pub(crate) sign_ins: Vec<SignIn>,
    pub(crate) totals: Vec<(SessionStatus, u64)>,
}

/// How many sign-ins of an application are open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OpenSignIns {
    /// Their user has yet to answer.
    pub(crate) waiting: u64,
    pub(crate) signed_in: u64,
}

/// Brings those that are open to the front, and the newest of each.
pub(crate) fn open_ones_first(sign_ins: &mut [SignIn]) {
    sign_ins.reverse();
    sign_ins.sort_by_key(|sign_in| sign_in.ends_at.is_none());
}

pub(super) fn find(
    connection: &Connection,
    application_id: Option<&ApplicationId>,
    limit: usize,
) -> Result<FoundSignIns> {
    const SHOWN: &str = "number IN (SELECT number FROM sign_ins WHERE ?1 IS NULL OR application = ?1
        ORDER BY ends_at IS NULL, number DESC LIMIT ?2)";
    let application = application_id.map(|id| application_key(connection, id)).transpose()?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = queries::select(connection, SHOWN, (application, limit))?;
    let mut sign_ins: Vec<_> = found.into_iter().map(|found| found.sign_in).collect();
    open_ones_first(&mut sign_ins);
    Ok(FoundSignIns { sign_ins, totals: totals(connection, application)? })
}

pub(super) fn open(connection: &Connection) -> Result<BTreeMap<String, OpenSignIns>> {
    let sql = "SELECT applications.id, count(*) FILTER (WHERE session_status IN ('pending', 'identifying')), count(*)
        FROM sign_ins JOIN applications ON applications.key = application
        WHERE ends_at IS NOT NULL GROUP BY application";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        let (waiting, all): (i64, i64) = (row.get(1)?, row.get(2)?);
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        Ok((row.get(0)?, OpenSignIns { waiting: count(waiting), signed_in: count(all - waiting) }))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many there are in each state that one is in.
fn totals(connection: &Connection, application: Option<i64>) -> Result<Vec<(SessionStatus, u64)>> {
    let sql = "SELECT session_status, count(*) FROM sign_ins WHERE ?1 IS NULL OR application = ?1
        GROUP BY session_status";
    let mut statement = connection.prepare_cached(sql)?;
    let rows =
        statement.query_map([application], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
    let counted: Vec<(String, i64)> = rows.collect::<Result<_, _>>()?;
    let count = |status: SessionStatus| {
        let (_, count) = counted.iter().find(|(word, _)| word == status.as_str())?;
        Some((status, u64::try_from(*count).unwrap_or_default()))
    };
    Ok(SessionStatus::KNOWN.into_iter().filter_map(count).collect())
}
