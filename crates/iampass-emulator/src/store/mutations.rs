//! What writes to the database. Each mutation runs in a transaction, and is undone if it fails.

use std::collections::HashSet;

use iampass_auth::{ApplicationId, ApplicationSecret};
use iampass_management::UserId;
use rusqlite::{Connection, OptionalExtension as _};
use zeroize::Zeroizing;

use super::sign_in_mutations as sign_ins;
use super::sign_in_queries::Moment;
use super::{phone_tokens, queries};
use crate::application::Application;
use crate::error::StateError;
use crate::link::LinkToken;
use crate::phone_token::PhoneToken;
use crate::random;
use crate::rules::PresentRules;
use crate::sign_in::SignIn;

type Result<T, E = StateError> = std::result::Result<T, E>;

/// How many used and dead links are told from unknown ones.
const ENDED_LINKS: i64 = 10_000;
/// How many open links a user can have; a new one then takes the place of the oldest.
const OPEN_LINKS: i64 = 100;

/// What became of the users of an `add_users` call, in the order in which they were given.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Added {
    pub(crate) created: Vec<UserId>,
    pub(crate) existing: Vec<UserId>,
}

/// A link to be, made at this time.
#[derive(Debug)]
pub(super) struct NewLink {
    pub(super) token: LinkToken,
    pub(super) made_at: i64,
}

impl NewLink {
    pub(super) fn random(made_at: i64) -> Self {
        Self { token: LinkToken::random(), made_at }
    }
}

pub(super) fn add_application(connection: &Connection, application: &Application) -> Result<()> {
    let sql = "INSERT INTO applications (id, secret) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    let row = (application.id().as_str(), application.secret_text());
    match connection.prepare_cached(sql)?.execute(row)? {
        0 => Err(StateError::DuplicateApplication { application_id: application.id().clone() }),
        _ => Ok(()),
    }
}

/// Adds an application, or gives the one with its id its secret.
pub(super) fn admit_application(
    connection: &Connection,
    application: &Application,
) -> Result<(), rusqlite::Error> {
    let (id, secret) = (application.id().as_str(), application.secret_text());
    let stored: Option<Option<String>> = connection
        .prepare_cached("SELECT secret FROM applications WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    let stored = stored.flatten().and_then(|text| ApplicationSecret::new(text).ok());
    if secret.is_none() && stored.as_ref() == Some(application.credentials().secret()) {
        // The file has the text of what is given sealed.
        return Ok(());
    }
    let sql = "INSERT INTO applications (id, secret) VALUES (?1, ?2)
        ON CONFLICT (id) DO UPDATE SET secret = excluded.secret";
    connection.prepare_cached(sql)?.execute((id, secret)).map(drop)
}

/// Gives each application a random secret that has none.
pub(super) fn draw_missing_secrets(connection: &Connection) -> Result<(), rusqlite::Error> {
    let applications = queries::secret_texts(connection)?;
    for (id, _) in applications.iter().filter(|(_, secret)| secret.is_none()) {
        let secret = Zeroizing::new(random::random_secret());
        connection
            .prepare_cached("UPDATE applications SET secret = ?2 WHERE id = ?1")?
            .execute((id, secret.as_str()))?;
    }
    Ok(())
}

pub(super) fn add_users(
    connection: &Connection,
    application_id: &ApplicationId,
    user_ids: Vec<UserId>,
) -> Result<Added> {
    let application = queries::application_key(connection, application_id)?;
    let sql = "INSERT INTO users (application, id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    let mut insert = connection.prepare_cached(sql)?;
    let mut added = Added::default();
    let mut seen = HashSet::new();
    for user_id in user_ids {
        if !seen.insert(user_id.clone()) {
            continue;
        }
        match insert.execute((application, user_id.as_str()))? {
            0 => added.existing.push(user_id),
            _ => added.created.push(user_id),
        }
    }
    Ok(added)
}

pub(super) fn delete_users(
    connection: &Connection,
    application_id: &ApplicationId,
    user_ids: &[UserId],
    moment: Moment,
    changed: &mut Vec<SignIn>,
) -> Result<()> {
    let application = queries::application_key(connection, application_id)?;
    let sql = "DELETE FROM users WHERE application = ?1 AND id = ?2";
    let mut delete = connection.prepare_cached(sql)?;
    for user_id in user_ids {
        if delete.execute((application, user_id.as_str()))? > 0 {
            end_links(connection, application, user_id, 0)?;
            sign_ins::remove(connection, application, user_id, moment, changed)?;
            sign_ins::forget_outcome(connection, application, user_id)?;
        }
    }
    Ok(())
}

pub(super) fn make_link(
    connection: &Connection,
    application_id: &ApplicationId,
    user_id: &UserId,
    display_name: Option<&str>,
    link: &NewLink,
) -> Result<()> {
    let application = queries::application_key(connection, application_id)?;
    // It fails if there is no such user.
    queries::has_device(connection, application_id, user_id)?;
    end_links(connection, application, user_id, OPEN_LINKS - 1)?;
    add_link(connection, application, user_id, display_name, link)?;
    Ok(())
}

pub(super) fn add_link(
    connection: &Connection,
    application: i64,
    user_id: &UserId,
    display_name: Option<&str>,
    link: &NewLink,
) -> Result<(), rusqlite::Error> {
    let sql = "INSERT INTO open_links (token, application, user_id, display_name, made_at)
        VALUES (?1, ?2, ?3, ?4, ?5)";
    let link = (link.token.as_str(), application, user_id.as_str(), display_name, link.made_at);
    connection.prepare_cached(sql)?.execute(link).map(drop)
}

pub(super) fn lose_device(
    connection: &Connection,
    application_id: &ApplicationId,
    user_id: &UserId,
    link: &NewLink,
    moment: Moment,
    changed: &mut Vec<SignIn>,
) -> Result<()> {
    let application = queries::application_key(connection, application_id)?;
    phone_tokens::lose(connection, application, user_id)?;
    end_links(connection, application, user_id, 0)?;
    sign_ins::remove(connection, application, user_id, moment, changed)?;
    make_link(connection, application_id, user_id, None, link)
}

pub(super) fn register_device(
    connection: &Connection,
    token: &LinkToken,
    phone: &PhoneToken,
    rules: PresentRules,
) -> Result<()> {
    let invitation = queries::invitation(connection, token, rules)?;
    let application = queries::application_key(connection, &invitation.application_id)?;
    connection.prepare_cached("DELETE FROM open_links WHERE token = ?1")?.execute([token.as_str()])?;
    connection
        .prepare_cached("INSERT INTO ended_links (token, used) VALUES (?1, 1)")?
        .execute([token.as_str()])?;
    forget_old_links(connection)?;
    phone_tokens::register(connection, application, &invitation.user_id, phone)?;
    Ok(())
}

/// Deletes everything but the applications.
pub(super) fn reset(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.execute_batch(
        "DELETE FROM users; DELETE FROM open_links; DELETE FROM ended_links;
        DELETE FROM sign_ins; DELETE FROM sign_in_outcomes",
    )
}

/// Ends the open links of a user, but for the newest.
fn end_links(
    connection: &Connection,
    application: i64,
    user_id: &UserId,
    newest: i64,
) -> Result<(), rusqlite::Error> {
    let sql = "INSERT INTO ended_links (token, used) SELECT token, 0 FROM open_links
        WHERE application = ?1 AND user_id = ?2 AND number <= (SELECT number FROM open_links
            WHERE application = ?1 AND user_id = ?2 ORDER BY number DESC LIMIT 1 OFFSET ?3)
        ORDER BY number";
    let ended = connection.prepare_cached(sql)?.execute((application, user_id.as_str(), newest))?;
    if ended > 0 {
        let sql = "DELETE FROM open_links WHERE application = ?1 AND user_id = ?2
            AND token IN (SELECT token FROM ended_links)";
        connection.prepare_cached(sql)?.execute((application, user_id.as_str()))?;
        forget_old_links(connection)?;
    }
    Ok(())
}

/// Forgets the links that ended longest ago.
fn forget_old_links(connection: &Connection) -> Result<(), rusqlite::Error> {
    let sql = "DELETE FROM ended_links WHERE number <= (SELECT max(number) FROM ended_links) - ?1";
    connection.prepare_cached(sql)?.execute([ENDED_LINKS]).map(drop)
}
