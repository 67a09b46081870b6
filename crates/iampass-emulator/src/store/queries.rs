//! What reads the database.

use iampass_auth::{ApplicationId, ApplicationSecret};
use iampass_management::UserId;
use rusqlite::{Connection, OptionalExtension as _};
use serde::Serialize;
use zeroize::Zeroizing;

use super::secrets::SecretsById;
use crate::error::StateError;
use crate::link::LinkToken;
use crate::rules::{PresentRules, SecondPhone};

type Result<T, E = StateError> = std::result::Result<T, E>;

/// What the phone shows for an open link.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Invitation {
    pub(crate) application_id: ApplicationId,
    pub(crate) user_id: UserId,
    pub(crate) display_name: Option<String>,
}

/// A link that can be used.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OpenLink {
    pub(crate) token: LinkToken,
    pub(crate) display_name: Option<String>,
}

/// How much an application has.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ApplicationCount {
    pub(crate) id: String,
    pub(crate) users: i64,
    pub(crate) devices: i64,
}

/// Which users to list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UserFilter<'a> {
    /// Only ids that contain this, whatever the case of its ASCII letters.
    pub(crate) part: &'a str,
    pub(crate) has_device: Option<bool>,
    pub(crate) from: ListFrom<'a>,
    pub(crate) limit: usize,
}

/// Where a part of a list starts or ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ListFrom<'a> {
    /// It starts after this id; empty for the first.
    After(&'a str),
    /// It ends before this id.
    Before(&'a str),
}

/// Some users of an application, and how many there are.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FoundUsers {
    /// Sorted by id.
    pub(crate) users: Vec<ListedUser>,
    /// How many of those that fit come before the first.
    pub(crate) before: u64,
    /// How many fit.
    pub(crate) matching: u64,
    /// How many the application has.
    pub(crate) total: u64,
    pub(crate) with_device: u64,
}

/// A user, and what belongs to it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ListedUser {
    pub(crate) id: String,
    pub(crate) has_device: bool,
    pub(crate) open_links: i64,
}

/// An application's id, and its secret if the database has the text.
pub(crate) type SecretText = (String, Option<Zeroizing<String>>);

/// In the order in which the applications were added.
pub(super) fn secret_texts(connection: &Connection) -> Result<Vec<SecretText>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT id, secret FROM applications ORDER BY key")?
        .query_map([], |row| Ok((row.get(0)?, row.get::<_, Option<String>>(1)?.map(Zeroizing::new))))?
        .collect()
}

pub(super) fn secrets(connection: &Connection) -> Result<SecretsById, rusqlite::Error> {
    let texts = secret_texts(connection)?.into_iter();
    let secrets = texts.map(|(id, text)| (id, text.and_then(|text| ApplicationSecret::new(&**text).ok())));
    // Only valid ids are written, but somebody may have edited the file.
    let (valid, invalid): (SecretsById, SecretsById) =
        secrets.partition(|(id, _)| ApplicationId::new(id).is_ok());
    for id in invalid.keys() {
        tracing::warn!(?id, "the data file has an application with an invalid id, which is ignored");
    }
    Ok(valid)
}

/// The key of an application's users and links.
pub(super) fn application_key(connection: &Connection, id: &ApplicationId) -> Result<i64> {
    connection
        .prepare_cached("SELECT key FROM applications WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?
        .ok_or_else(|| StateError::UnknownApplication { application_id: id.clone() })
}

/// In the order in which the applications were added.
pub(super) fn application_counts(connection: &Connection) -> Result<Vec<ApplicationCount>> {
    let sql = "SELECT applications.id, count(users.id), coalesce(sum(users.has_device), 0)
        FROM applications LEFT JOIN users ON users.application = applications.key
        GROUP BY applications.key ORDER BY applications.key";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        Ok(ApplicationCount { id: row.get(0)?, users: row.get(1)?, devices: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Sorted.
pub(super) fn users(connection: &Connection, application_id: &ApplicationId) -> Result<Vec<UserId>> {
    let application = application_key(connection, application_id)?;
    let mut statement =
        connection.prepare_cached("SELECT id FROM users WHERE application = ?1 ORDER BY id")?;
    let rows = statement.query_map([application], |row| row.get(0))?;
    let ids: Vec<String> = rows.collect::<Result<_, _>>()?;
    // Only valid ids are written.
    Ok(ids.into_iter().filter_map(|id| UserId::new(id).ok()).collect())
}

pub(super) fn find_users(
    connection: &Connection,
    application_id: &ApplicationId,
    filter: UserFilter<'_>,
    expired_until: i64,
) -> Result<FoundUsers> {
    const FITS: &str = "application = ?1 AND (?2 = '' OR instr(lower(id), lower(?2)) > 0)
        AND (?3 IS NULL OR has_device = ?3)";
    let application = application_key(connection, application_id)?;
    let UserFilter { part, has_device, from, limit } = filter;
    // No id is empty, so all come after the empty one.
    let (bound, edge, order) = match from {
        ListFrom::After(id) => ("id > ?4", id, "id"),
        ListFrom::Before(id) => ("id < ?4", id, "id DESC"),
    };
    let sql = format!(
        "SELECT id, has_device, (SELECT count(*) FROM open_links
            WHERE open_links.application = users.application AND open_links.user_id = users.id
                AND made_at > ?6)
        FROM users WHERE {FITS} AND {bound} ORDER BY {order} LIMIT ?5"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map((application, part, has_device, edge, limit, expired_until), |row| {
        Ok(ListedUser { id: row.get(0)?, has_device: row.get(1)?, open_links: row.get(2)? })
    })?;
    let mut users: Vec<ListedUser> = rows.collect::<Result<_, _>>()?;
    users.sort_by(|one, other| one.id.cmp(&other.id));
    let first = users.first().map_or("", |first| &first.id);
    let sql = format!("SELECT count(*), count(*) FILTER (WHERE id < ?4) FROM users WHERE {FITS}");
    let (matching, before) = connection
        .prepare_cached(&sql)?
        .query_row((application, part, has_device, first), |row| Ok((count(row, 0)?, count(row, 1)?)))?;
    let sql = "SELECT count(*), count(*) FILTER (WHERE has_device) FROM users WHERE application = ?1";
    let (total, with_device) = connection
        .prepare_cached(sql)?
        .query_row([application], |row| Ok((count(row, 0)?, count(row, 1)?)))?;
    Ok(FoundUsers { users, before, matching, total, with_device })
}

fn count(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(|number| u64::try_from(number).unwrap_or_default())
}

pub(super) fn has_device(
    connection: &Connection,
    application_id: &ApplicationId,
    user_id: &UserId,
) -> Result<bool> {
    // Each query of a file is a transaction of its own, so one asks for both.
    let sql = "SELECT has_device FROM applications LEFT JOIN users ON application = key AND users.id = ?2
        WHERE applications.id = ?1";
    let found: Option<Option<bool>> = connection
        .prepare_cached(sql)?
        .query_row((application_id.as_str(), user_id.as_str()), |row| row.get(0))
        .optional()?;
    match found {
        Some(Some(has_device)) => Ok(has_device),
        Some(None) => {
            Err(StateError::UnknownUser { application_id: application_id.clone(), user_id: user_id.clone() })
        }
        None => Err(StateError::UnknownApplication { application_id: application_id.clone() }),
    }
}

/// Those that can be used now, the newest first. It fails if there is no such user.
pub(super) fn open_links(
    connection: &Connection,
    application_id: &ApplicationId,
    user_id: &UserId,
    rules: PresentRules,
) -> Result<Vec<OpenLink>> {
    has_device(connection, application_id, user_id)?;
    let application = application_key(connection, application_id)?;
    let sql =
        "SELECT token, display_name FROM open_links WHERE application = ?1 AND user_id = ?2 AND made_at > ?3
        ORDER BY number DESC";
    let mut statement = connection.prepare_cached(sql)?;
    let parameters = (application, user_id.as_str(), rules.expired_until);
    let rows = statement.query_map(parameters, |row| {
        let token: String = row.get(0)?;
        Ok(OpenLink { token: LinkToken::from_segment(&token), display_name: row.get(1)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whom an open link is for that can be used now.
pub(super) fn invitation(
    connection: &Connection,
    token: &LinkToken,
    rules: PresentRules,
) -> Result<Invitation> {
    let sql = "SELECT applications.id, user_id, display_name, made_at
        FROM open_links JOIN applications ON applications.key = application WHERE token = ?1";
    let open: Option<(String, String, Option<String>, i64)> = connection
        .prepare_cached(sql)?
        .query_row([token.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let Some((application_id, user_id, display_name, made_at)) = open else {
        return Err(ended_link(connection, token)?);
    };
    if made_at <= rules.expired_until {
        return Err(StateError::ExpiredLink);
    }
    // Only valid ids are written.
    let (Ok(application_id), Ok(user_id)) = (ApplicationId::new(&application_id), UserId::new(user_id))
    else {
        return Err(StateError::UnknownLink);
    };
    if rules.second_phone == SecondPhone::Refuse && has_device(connection, &application_id, &user_id)? {
        return Err(StateError::SecondPhone);
    }
    Ok(Invitation { application_id, user_id, display_name })
}

/// Why a link is not open.
fn ended_link(connection: &Connection, token: &LinkToken) -> Result<StateError> {
    let used = connection
        .prepare_cached("SELECT used FROM ended_links WHERE token = ?1")?
        .query_row([token.as_str()], |row| row.get(0))
        .optional()?;
    Ok(match used {
        Some(true) => StateError::UsedLink,
        Some(false) => StateError::DeadLink,
        None => StateError::UnknownLink,
    })
}
