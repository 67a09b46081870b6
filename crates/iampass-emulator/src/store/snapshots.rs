//! The whole state, out and in.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::mutations::{self, NewLink};
use super::queries;
use super::secrets::{Secrets, SecretsById};
use super::sign_in_mutations::write_outcome;
use super::sign_in_queries::outcome_of;
use crate::phone_token::PhoneToken;
use crate::snapshot::{ApplicationSnapshot, CheckedApplication, LinkSnapshot, Snapshot, UserSnapshot};

pub(super) fn export(connection: &Connection) -> Result<Snapshot, rusqlite::Error> {
    // All queries see the same state.
    let transaction = connection.unchecked_transaction()?;
    let mut applications = transaction
        .prepare_cached("SELECT key, id, secret FROM applications ORDER BY key")?
        .query_map([], |row| {
            let snapshot = ApplicationSnapshot { id: row.get(1)?, secret: row.get(2)?, users: Vec::new() };
            Ok((row.get(0)?, snapshot))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    for (key, application) in &mut applications {
        application.users = users(&transaction, *key)?;
    }
    Ok(Snapshot::new(applications.into_iter().map(|(_, application)| application).collect()))
}

fn users(connection: &Connection, application: i64) -> Result<Vec<UserSnapshot>, rusqlite::Error> {
    let mut links = links(connection, application)?;
    let sql = "SELECT id, has_device, outcome, after_ms, phone_token
        FROM users LEFT JOIN sign_in_outcomes AS outcomes
            ON outcomes.application = users.application AND outcomes.user_id = users.id
        WHERE users.application = ?1 ORDER BY id";
    connection
        .prepare_cached(sql)?
        .query_map([application], |row| {
            let id: String = row.get(0)?;
            let links = links.remove(&id).unwrap_or_default();
            let outcome: Option<String> = row.get(2)?;
            let after_ms: Option<i64> = row.get(3)?;
            let sign_in = outcome.zip(after_ms).and_then(|(word, after_ms)| outcome_of(&word, after_ms));
            Ok(UserSnapshot { id, has_device: row.get(1)?, phone_token: row.get(4)?, links, sign_in })
        })?
        .collect()
}

/// The open links of an application, by user.
fn links(
    connection: &Connection,
    application: i64,
) -> Result<BTreeMap<String, Vec<LinkSnapshot>>, rusqlite::Error> {
    let sql = "SELECT user_id, token, display_name, made_at FROM open_links
        WHERE application = ?1 ORDER BY number";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([application])?;
    let mut links: BTreeMap<_, Vec<_>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let link = LinkSnapshot { token: row.get(1)?, display_name: row.get(2)?, made_at: Some(row.get(3)?) };
        links.entry(row.get(0)?).or_default().push(link);
    }
    Ok(links)
}

/// Replaces the whole state. Applications without a secret keep the one they had, links without a time are
/// made now. Returns the secrets of all.
pub(super) fn import(
    connection: &Connection,
    applications: &[CheckedApplication],
    known: &Secrets,
    now: i64,
) -> Result<SecretsById, rusqlite::Error> {
    let mut texts: BTreeMap<_, _> = queries::secret_texts(connection)?.into_iter().collect();
    mutations::reset(connection)?;
    connection.execute("DELETE FROM applications", [])?;
    let mut secrets = SecretsById::new();
    for application in applications {
        let id = application.id.as_str();
        let kept = texts.remove(id).flatten();
        let (text, secret) = match &application.application {
            Some(given) => (given.secret_text(), Some(given.credentials().secret().clone())),
            None => (kept.as_ref().map(|text| text.as_str()), known.get(id)),
        };
        connection
            .prepare_cached("INSERT INTO applications (id, secret) VALUES (?1, ?2)")?
            .execute((id, text))?;
        import_users(connection, connection.last_insert_rowid(), application, now)?;
        secrets.insert(id.to_owned(), secret);
    }
    Ok(secrets)
}

fn import_users(
    connection: &Connection,
    key: i64,
    application: &CheckedApplication,
    now: i64,
) -> Result<(), rusqlite::Error> {
    let sql = "INSERT INTO users (application, id, has_device, phone_token) VALUES (?1, ?2, ?3, ?4)";
    let mut insert = connection.prepare_cached(sql)?;
    for user in &application.users {
        let phone = user.phone.as_ref();
        insert.execute((key, user.id.as_str(), phone.is_some(), phone.map(PhoneToken::as_str)))?;
        for (token, link) in &user.links {
            let new = NewLink { token: token.clone(), made_at: link.made_at.unwrap_or(now) };
            mutations::add_link(connection, key, &user.id, link.display_name.as_deref(), &new)?;
        }
        if let Some(outcome) = &user.sign_in {
            write_outcome(connection, key, &user.id, outcome)?;
        }
    }
    Ok(())
}
