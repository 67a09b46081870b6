//! The changes, each on a connection that is in a transaction.

use std::collections::HashSet;

use iampass_auth::{ApplicationId, ApplicationSecret};
use iampass_management::UserId;
use rusqlite::{Connection, OptionalExtension as _};

use super::known::KnownApplication;
use super::{Added, questions};
use crate::application::Application;
use crate::error::{StateError, StorageError};
use crate::link::LinkToken;

type Made<T> = Result<T, StateError>;

/// How many used and dead links are told from unknown ones.
const ENDED_LINKS: i64 = 10_000;
/// How many open links a user can have; a new one then kills the oldest.
const OPEN_LINKS: i64 = 100;

/// Executes a statement; gives the number of rows that it changed.
macro_rules! execute {
    ($connection:expr, $sql:expr, $($parameter:expr),* $(,)?) => {
        $connection
            .prepare_cached($sql)
            .and_then(|mut statement| statement.execute(rusqlite::params![$($parameter),*]))
            .map_err(StorageError::from)
    };
}

pub(super) use execute;

pub(super) fn add_application(connection: &Connection, application: &Application) -> Made<KnownApplication> {
    let id = application.id();
    let sql = "INSERT INTO applications (id, secret) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    if execute!(connection, sql, id.as_str(), application.secret_text())? == 0 {
        return Err(StateError::DuplicateApplication { application_id: id.clone() });
    }
    Ok(known(connection.last_insert_rowid(), application))
}

/// Adds an application, or gives one that is there the secret that it is given with.
pub(super) fn admit_application(connection: &Connection, application: &Application) -> Made<()> {
    let id = application.id().as_str();
    let stored = "SELECT secret FROM applications WHERE id = ?1";
    let stored: Option<Option<String>> = connection
        .prepare_cached(stored)
        .and_then(|mut statement| statement.query_row([id], |row| row.get(0)).optional())
        .map_err(StorageError::from)?;
    let Some(stored) = stored else {
        return add_application(connection, application).map(drop);
    };
    let stored = stored.and_then(|text| ApplicationSecret::new(text).ok());
    if application.secret_text().is_none() && stored.as_ref() == Some(application.credentials().secret()) {
        // The file has the text, and the one who starts has only not told it.
        return Ok(());
    }
    let sql = "UPDATE applications SET secret = ?2 WHERE id = ?1";
    execute!(connection, sql, id, application.secret_text())?;
    Ok(())
}

fn known(key: i64, application: &Application) -> KnownApplication {
    let secret = Some(application.credentials().secret().clone());
    KnownApplication { key, id: application.id().clone(), secret }
}

pub(super) fn add_users(
    connection: &Connection,
    application_id: &ApplicationId,
    user_ids: Vec<UserId>,
) -> Made<Added> {
    let application = questions::application(connection, application_id)?;
    let mut added = Added::default();
    let mut given = HashSet::with_capacity(user_ids.len());
    let is_new: Vec<_> = user_ids.iter().map(|user_id| given.insert(user_id.as_str())).collect();
    let sql = "INSERT INTO users (application, id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    for (user_id, is_new) in user_ids.into_iter().zip(is_new) {
        if !is_new {
            continue;
        }
        if execute!(connection, sql, application, user_id.as_str())? == 0 {
            added.existing.push(user_id);
        } else {
            added.created.push(user_id);
        }
    }
    Ok(added)
}

pub(super) fn delete_users(
    connection: &Connection,
    application_id: &ApplicationId,
    user_ids: &[UserId],
) -> Made<()> {
    let application = questions::application(connection, application_id)?;
    let sql = "DELETE FROM users WHERE application = ?1 AND id = ?2";
    for user_id in user_ids {
        if execute!(connection, sql, application, user_id.as_str())? > 0 {
            kill_links(connection, application, user_id)?;
        }
    }
    trim_ended_links(connection)
}

pub(super) fn make_link(
    connection: &Connection,
    application_id: &ApplicationId,
    user_id: &UserId,
    display_name: Option<&str>,
    token: &LinkToken,
) -> Made<()> {
    let application = questions::application(connection, application_id)?;
    questions::has_device(connection, application, application_id, user_id)?;
    let sql = "INSERT INTO ended_links (token, used) SELECT token, 0 FROM open_links
        WHERE application = ?1 AND user_id = ?2 ORDER BY number DESC LIMIT -1 OFFSET ?3";
    if execute!(connection, sql, application, user_id.as_str(), OPEN_LINKS - 1)? > 0 {
        let sql = "DELETE FROM open_links WHERE application = ?1 AND user_id = ?2
            AND token IN (SELECT token FROM ended_links)";
        execute!(connection, sql, application, user_id.as_str())?;
        trim_ended_links(connection)?;
    }
    let sql = "INSERT INTO open_links (token, application, user_id, display_name) VALUES (?1, ?2, ?3, ?4)";
    execute!(connection, sql, token.as_str(), application, user_id.as_str(), display_name)?;
    Ok(())
}

pub(super) fn lose_device(
    connection: &Connection,
    application_id: &ApplicationId,
    user_id: &UserId,
    token: &LinkToken,
) -> Made<()> {
    let application = questions::application(connection, application_id)?;
    let sql = "UPDATE users SET has_device = 0 WHERE application = ?1 AND id = ?2";
    if execute!(connection, sql, application, user_id.as_str())? > 0 {
        kill_links(connection, application, user_id)?;
        trim_ended_links(connection)?;
    }
    make_link(connection, application_id, user_id, None, token)
}

pub(super) fn register_device(connection: &Connection, token: &LinkToken) -> Made<()> {
    let link = questions::open_link(connection, token)?;
    execute!(connection, "DELETE FROM open_links WHERE number = ?1", link.number)?;
    execute!(connection, "INSERT INTO ended_links (token, used) VALUES (?1, 1)", token.as_str())?;
    let sql = "UPDATE users SET has_device = 1 WHERE application = ?1 AND id = ?2";
    execute!(connection, sql, link.application, link.user_id)?;
    trim_ended_links(connection)
}

pub(super) fn reset(connection: &Connection) -> Made<()> {
    for table in ["users", "open_links", "ended_links"] {
        execute!(connection, &format!("DELETE FROM {table}"),)?;
    }
    Ok(())
}

fn kill_links(connection: &Connection, application: i64, user_id: &UserId) -> Made<()> {
    let sql = "INSERT INTO ended_links (token, used) SELECT token, 0 FROM open_links
        WHERE application = ?1 AND user_id = ?2 ORDER BY number";
    if execute!(connection, sql, application, user_id.as_str())? > 0 {
        let sql = "DELETE FROM open_links WHERE application = ?1 AND user_id = ?2";
        execute!(connection, sql, application, user_id.as_str())?;
    }
    Ok(())
}

/// Forgets the links that ended longest ago.
fn trim_ended_links(connection: &Connection) -> Made<()> {
    let sql = "DELETE FROM ended_links WHERE number <= (SELECT max(number) FROM ended_links) - ?1";
    execute!(connection, sql, ENDED_LINKS)?;
    Ok(())
}
