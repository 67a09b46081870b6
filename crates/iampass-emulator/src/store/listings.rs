//! What the console asks: users some at a time, and the secrets for the forms of the reference.

use iampass_auth::ApplicationId;
use rusqlite::Connection;
use zeroize::Zeroizing;

use super::Store;
use crate::error::{StateError, StorageError};

/// Which users are looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UserFilter<'a> {
    /// The id that they come after; empty for all.
    pub(crate) after: &'a str,
    /// A part of their ids; letters of ASCII match in both cases.
    pub(crate) part: &'a str,
    pub(crate) has_device: Option<bool>,
    pub(crate) limit: usize,
}

/// A user, and what belongs to it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ListedUser {
    pub(crate) id: String,
    pub(crate) has_device: bool,
    pub(crate) open_links: i64,
}

/// An application's id, and its secret if the emulator has the text.
pub(crate) type SecretText = (String, Option<Zeroizing<String>>);

impl Store {
    /// Sorted by id.
    pub(crate) fn find_users(
        &self,
        application_id: &ApplicationId,
        filter: UserFilter<'_>,
    ) -> Result<Vec<ListedUser>, StateError> {
        let application = self.known.key(application_id)?;
        self.long_question(|connection| Ok(find_users(connection, application, filter)?))
    }

    /// In the order in which the applications were added.
    pub(crate) fn secret_texts(&self) -> Result<Vec<SecretText>, StateError> {
        self.long_question(|connection| Ok(secret_texts(connection)?))
    }
}

fn find_users(
    connection: &Connection,
    application: i64,
    filter: UserFilter<'_>,
) -> Result<Vec<ListedUser>, StorageError> {
    // No id is empty, so all come after the empty one.
    let sql = "SELECT id, has_device, (SELECT count(*) FROM open_links
            WHERE open_links.application = users.application AND open_links.user_id = users.id)
        FROM users WHERE application = ?1 AND id > ?2 AND (?3 = '' OR instr(lower(id), lower(?3)) > 0)
            AND (?4 IS NULL OR has_device = ?4)
        ORDER BY id LIMIT ?5";
    let limit = i64::try_from(filter.limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement
        .query_map((application, filter.after, filter.part, filter.has_device, limit), |row| {
            Ok(ListedUser { id: row.get(0)?, has_device: row.get(1)?, open_links: row.get(2)? })
        })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn secret_texts(connection: &Connection) -> Result<Vec<SecretText>, StorageError> {
    let mut statement = connection.prepare_cached("SELECT id, secret FROM applications ORDER BY key")?;
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get::<_, Option<String>>(1)?.map(Zeroizing::new))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
