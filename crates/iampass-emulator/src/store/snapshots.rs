//! The whole state, out and in.

use std::collections::BTreeMap;

use iampass_auth::ApplicationId;
use rusqlite::Connection;

use super::ApplicationCount;
use super::changes::{execute, reset};
use super::known::{KnownApplication, KnownApplications};
use crate::error::{StateError, StorageError};
use crate::snapshot::{ApplicationSnapshot, CheckedApplication, LinkSnapshot, Snapshot, UserSnapshot};

pub(super) fn application_counts(connection: &Connection) -> Result<Vec<ApplicationCount>, StorageError> {
    let sql = "SELECT applications.id, count(users.id), coalesce(sum(users.has_device), 0)
        FROM applications LEFT JOIN users ON users.application = applications.key
        GROUP BY applications.key ORDER BY applications.key";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        Ok(ApplicationCount { id: row.get(0)?, users: row.get(1)?, devices: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn export(connection: &Connection) -> Result<Snapshot, StorageError> {
    // All at one moment.
    let transaction = connection.unchecked_transaction()?;
    let mut applications =
        transaction.prepare_cached("SELECT key, id, secret FROM applications ORDER BY key")?;
    let applications = applications.query_map([], |row| {
        let key: i64 = row.get(0)?;
        Ok((key, ApplicationSnapshot { id: row.get(1)?, secret: row.get(2)?, users: Vec::new() }))
    })?;
    let mut exported = Vec::new();
    for application in applications {
        let (key, mut application) = application?;
        application.users = users(&transaction, key)?;
        exported.push(application);
    }
    Ok(Snapshot::new(exported))
}

fn users(connection: &Connection, application: i64) -> Result<Vec<UserSnapshot>, StorageError> {
    let mut links = links(connection, application)?;
    let sql = "SELECT id, has_device FROM users WHERE application = ?1 ORDER BY id";
    let mut statement = connection.prepare_cached(sql)?;
    let users = statement.query_map([application], |row| {
        let id: String = row.get(0)?;
        let links = links.remove(&id).unwrap_or_default();
        Ok(UserSnapshot { id, has_device: row.get(1)?, links })
    })?;
    Ok(users.collect::<Result<_, _>>()?)
}

fn links(
    connection: &Connection,
    application: i64,
) -> Result<BTreeMap<String, Vec<LinkSnapshot>>, StorageError> {
    let sql = "SELECT user_id, token, display_name FROM open_links WHERE application = ?1 ORDER BY number";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([application], |row| {
        let user_id: String = row.get(0)?;
        Ok((user_id, LinkSnapshot { token: row.get(1)?, display_name: row.get(2)? }))
    })?;
    let mut links: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in rows {
        let (user_id, link) = row?;
        links.entry(user_id).or_default().push(link);
    }
    Ok(links)
}

/// Takes these applications in the place of everything. `known` has the secrets that they lack.
pub(super) fn import(
    connection: &Connection,
    applications: &[CheckedApplication],
    known: &KnownApplications,
) -> Result<Vec<KnownApplication>, StateError> {
    let mut secrets = BTreeMap::new();
    for application in applications.iter().filter(|application| application.application.is_none()) {
        secrets.insert(application.id.as_str(), secret(connection, &application.id)?);
    }
    reset(connection)?;
    execute!(connection, "DELETE FROM applications",)?;
    let mut imported = Vec::with_capacity(applications.len());
    for application in applications {
        let id = application.id.as_str();
        let given = application.application.as_ref();
        let text = given
            .and_then(|given| given.secret_text())
            .or_else(|| secrets.get(id).and_then(|secret| secret.as_deref()));
        execute!(connection, "INSERT INTO applications (id, secret) VALUES (?1, ?2)", id, text)?;
        let key = connection.last_insert_rowid();
        import_users(connection, key, application)?;
        let secret = given.map(|given| given.credentials().secret().clone());
        let secret = secret.or_else(|| known.secret(id));
        imported.push(KnownApplication { key, id: application.id.clone(), secret });
    }
    Ok(imported)
}

fn secret(connection: &Connection, id: &ApplicationId) -> Result<Option<String>, StorageError> {
    let sql = "SELECT secret FROM applications WHERE id = ?1";
    Ok(connection.prepare_cached(sql)?.query_row([id.as_str()], |row| row.get(0))?)
}

fn import_users(
    connection: &Connection,
    key: i64,
    application: &CheckedApplication,
) -> Result<(), StateError> {
    let user_row = "INSERT INTO users (application, id, has_device) VALUES (?1, ?2, ?3)";
    let link_row =
        "INSERT INTO open_links (token, application, user_id, display_name) VALUES (?1, ?2, ?3, ?4)";
    for user in &application.users {
        let id = user.id.as_str();
        execute!(connection, user_row, key, id, user.has_device)?;
        for (token, display_name) in &user.links {
            execute!(connection, link_row, token.as_str(), key, id, display_name)?;
        }
    }
    Ok(())
}
