//! The questions, each on a connection of whatever kind.

use iampass_auth::{ApplicationId, ApplicationSecret};
use iampass_management::UserId;
use rusqlite::{Connection, OptionalExtension as _, Params, Row};
use zeroize::Zeroizing;

use super::Invitation;
use super::known::KnownApplication;
use crate::error::{StateError, StorageError};
use crate::link::LinkToken;

type Answer<T> = Result<T, StateError>;

/// A row of the table of open links.
#[derive(Debug)]
pub(super) struct OpenLink {
    pub(super) number: i64,
    pub(super) application: i64,
    pub(super) user_id: String,
    display_name: Option<String>,
}

fn one<T, P: Params>(
    connection: &Connection,
    sql: &str,
    parameters: P,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>, StorageError> {
    Ok(connection.prepare_cached(sql)?.query_row(parameters, read).optional()?)
}

/// All applications, with the secrets that the database has.
pub(super) fn applications(connection: &Connection) -> Result<Vec<KnownApplication>, StorageError> {
    let mut statement = connection.prepare_cached("SELECT key, id, secret FROM applications")?;
    let rows = statement.query_map([], |row| {
        let id: String = row.get(1)?;
        let secret: Option<String> = row.get(2)?;
        Ok((row.get(0)?, id, secret))
    })?;
    let mut applications = Vec::new();
    for row in rows {
        let (key, id, secret) = row?;
        // They had the right form when they were written. A file that someone has edited may be wrong.
        match ApplicationId::new(&id) {
            Ok(id) => {
                let secret = secret.and_then(|text| ApplicationSecret::new(text).ok());
                applications.push(KnownApplication { key, id, secret });
            }
            Err(error) => tracing::warn!(%error, key, "an application of the data file is passed over"),
        }
    }
    Ok(applications)
}

/// What an application's users are found by.
pub(super) fn application(connection: &Connection, id: &ApplicationId) -> Answer<i64> {
    one(connection, "SELECT key FROM applications WHERE id = ?1", [id.as_str()], |row| row.get(0))?
        .ok_or_else(|| StateError::UnknownApplication { application_id: id.clone() })
}

/// The text of an application's secret.
pub(super) fn secret_text(
    connection: &Connection,
    application_id: &str,
) -> Result<Option<Zeroizing<String>>, StorageError> {
    let sql = "SELECT secret FROM applications WHERE id = ?1";
    let text: Option<Option<String>> = one(connection, sql, [application_id], |row| row.get(0))?;
    Ok(text.flatten().map(Zeroizing::new))
}

/// Sorted.
pub(super) fn users(connection: &Connection, application: i64) -> Answer<Vec<UserId>> {
    let sql = "SELECT id FROM users WHERE application = ?1 ORDER BY id";
    let read = || -> Result<Vec<String>, rusqlite::Error> {
        connection.prepare_cached(sql)?.query_map([application], |row| row.get(0))?.collect()
    };
    let users = read().map_err(StorageError::from)?;
    // Only ids of the right form are written.
    Ok(users.into_iter().filter_map(|id| UserId::new(id).ok()).collect())
}

pub(super) fn has_device(
    connection: &Connection,
    application: i64,
    application_id: &ApplicationId,
    user_id: &UserId,
) -> Answer<bool> {
    let sql = "SELECT has_device FROM users WHERE application = ?1 AND id = ?2";
    one(connection, sql, (application, user_id.as_str()), |row| row.get(0))?.ok_or_else(|| {
        StateError::UnknownUser { application_id: application_id.clone(), user_id: user_id.clone() }
    })
}

/// Whom an open link is for.
pub(super) fn invitation(connection: &Connection, token: &LinkToken) -> Answer<Invitation> {
    let link = open_link(connection, token)?;
    let sql = "SELECT id FROM applications WHERE key = ?1";
    let application_id: Option<String> = one(connection, sql, [link.application], |row| row.get(0))?;
    let application_id = application_id.and_then(|id| ApplicationId::new(&id).ok());
    let (Some(application_id), Ok(user_id)) = (application_id, UserId::new(link.user_id)) else {
        return Err(StateError::UnknownLink);
    };
    Ok(Invitation { application_id, user_id, display_name: link.display_name })
}

pub(super) fn open_link(connection: &Connection, token: &LinkToken) -> Answer<OpenLink> {
    let sql = "SELECT number, application, user_id, display_name FROM open_links WHERE token = ?1";
    let open = one(connection, sql, [token.as_str()], |row| {
        Ok(OpenLink {
            number: row.get(0)?,
            application: row.get(1)?,
            user_id: row.get(2)?,
            display_name: row.get(3)?,
        })
    })?;
    if let Some(open) = open {
        return Ok(open);
    }
    let used = "SELECT used FROM ended_links WHERE token = ?1";
    Err(match one(connection, used, [token.as_str()], |row| row.get(0))? {
        Some(true) => StateError::UsedLink,
        Some(false) => StateError::DeadLink,
        None => StateError::UnknownLink,
    })
}
