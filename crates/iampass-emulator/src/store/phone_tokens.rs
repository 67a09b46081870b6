//! The tokens that the pages of phones are reached by: what reads and what writes them.

use iampass_auth::ApplicationId;
use iampass_management::UserId;
use rusqlite::{Connection, OptionalExtension as _};

use crate::error::{StateError, StorageError};
use crate::phone_token::PhoneToken;

/// Whose phone it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PhoneOwner {
    pub(crate) application_id: ApplicationId,
    pub(crate) user_id: UserId,
}

pub(super) fn owner(connection: &Connection, token: &PhoneToken) -> Result<Option<PhoneOwner>, StateError> {
    let sql =
        "SELECT applications.id, users.id FROM users JOIN applications ON applications.key = application
        WHERE phone_token = ?1";
    let found: Option<(String, String)> = connection
        .prepare_cached(sql)?
        .query_row([token.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    // Only valid ids are written.
    let owner = found.and_then(|(application_id, user_id)| {
        let application_id = ApplicationId::new(&application_id).ok()?;
        Some(PhoneOwner { application_id, user_id: UserId::new(user_id).ok()? })
    });
    Ok(owner)
}

pub(super) fn of_user(
    connection: &Connection,
    application_id: &ApplicationId,
    user_id: &UserId,
) -> Result<Option<PhoneToken>, StateError> {
    let sql = "SELECT phone_token FROM users JOIN applications ON applications.key = application
        WHERE applications.id = ?1 AND users.id = ?2";
    let found: Option<Option<String>> = connection
        .prepare_cached(sql)?
        .query_row((application_id.as_str(), user_id.as_str()), |row| row.get(0))
        .optional()?;
    Ok(found.flatten().map(|token| PhoneToken::from_segment(&token)))
}

/// Gives a user's new phone its token.
pub(super) fn register(
    connection: &Connection,
    application: i64,
    user_id: &UserId,
    token: &PhoneToken,
) -> Result<(), rusqlite::Error> {
    let sql = "UPDATE users SET has_device = 1, phone_token = ?3 WHERE application = ?1 AND id = ?2";
    connection.prepare_cached(sql)?.execute((application, user_id.as_str(), token.as_str())).map(drop)
}

pub(super) fn lose(
    connection: &Connection,
    application: i64,
    user_id: &UserId,
) -> Result<(), rusqlite::Error> {
    let sql = "UPDATE users SET has_device = 0, phone_token = NULL WHERE application = ?1 AND id = ?2";
    connection.prepare_cached(sql)?.execute((application, user_id.as_str())).map(drop)
}

/// Gives each phone a token that has none: those of data files that had no tokens.
pub(super) fn draw_missing_tokens(connection: &Connection) -> Result<(), StorageError> {
    let mut statement =
        connection.prepare("SELECT application, id FROM users WHERE has_device AND phone_token IS NULL")?;
    let without: Vec<(i64, String)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut give =
        connection.prepare("UPDATE users SET phone_token = ?3 WHERE application = ?1 AND id = ?2")?;
    for (application, user) in without {
        give.execute((application, user, PhoneToken::random().as_str()))?;
    }
    Ok(())
}
