//! The emulator's state in `SQLite`: applications, their users, the users' devices and links.
//!
//! Each method of [`Store`] is one transaction. Queries return without waiting for the disk. Mutations
//! are async: when one returns, it is synced to the file, or in memory if there is no file.

mod database;
mod files;
mod links;
mod mutations;
mod phone_tokens;
mod phones;
mod queries;
mod secrets;
mod sign_in_lists;
mod sign_in_mutations;
mod sign_in_queries;
mod sign_ins;
mod snapshots;
mod writer;

use std::path::Path;
use std::sync::{Arc, Mutex};

use iampass_auth::{ApplicationId, ApplicationSecret, Credentials};
use iampass_management::UserId;
use rusqlite::Connection;
use zeroize::Zeroizing;

use self::database::{DatabaseFile, lock};
use self::mutations::Added;
use self::queries::{FoundUsers, SecretText};
use self::secrets::Secrets;
use self::sign_in_queries::Moment;
use self::writer::{Writer, WriterThread};
use crate::application::Application;
use crate::error::{ImportError, StartError, StateError, StorageError};
use crate::events::{Events, Part};
use crate::rules::Rules;
use crate::sign_in::SignIn;
use crate::snapshot::{CheckedApplication, Snapshot};

pub(crate) use self::phone_tokens::PhoneOwner;
pub(crate) use self::queries::{ApplicationCount, ListFrom, UserFilter};
pub(crate) use self::sign_in_lists::open_ones_first;

// Fields are dropped in this order: the file is unlocked when nothing uses it any more.
#[derive(Debug)]
pub(crate) struct Store {
    secrets: Arc<Secrets>,
    /// For short queries. In memory there is one connection only, which the writer uses too.
    reader: Arc<Mutex<Connection>>,
    writer: Writer,
    rules: Rules,
    file: Option<DatabaseFile>,
    /// Told of each change once it is made, whether somebody waits for it or not.
    pub(crate) events: Events,
}

impl Store {
    /// Opens a store in a file or, without one, in memory. Replaces what is in the file if there is
    /// something to import, and adds these applications.
    pub(crate) fn open(
        data: Option<&Path>,
        import: Option<Snapshot>,
        applications: &[Application],
        rules: Rules,
    ) -> Result<Self, StartError> {
        let import = import.map(Snapshot::checked).transpose().map_err(StartError::Import)?;
        let data_error = |path: &Path, source| StartError::Data { path: path.to_owned(), source };
        let file = data.map(|path| DatabaseFile::open(path).map_err(|error| data_error(path, error)));
        let file = file.transpose()?;
        let opened = || -> Result<_, StorageError> {
            let mut connection = file.as_ref().map_or_else(database::in_memory, DatabaseFile::connect)?;
            let secrets = first_state(&mut connection, import.as_deref(), applications, rules.now())?;
            Ok((connection, secrets, file.as_ref().map(DatabaseFile::reader).transpose()?))
        };
        let (connection, secrets, reader) = opened().map_err(|error| match data {
            Some(path) => data_error(path, error.into()),
            None => StartError::Memory(error),
        })?;
        let (reader, writer) = if let Some(reader) = reader {
            let thread = WriterThread::start(connection).map_err(StartError::Thread)?;
            (Arc::new(Mutex::new(reader)), Writer::File(thread))
        } else {
            let connection = Arc::new(Mutex::new(connection));
            (connection.clone(), Writer::Memory(connection))
        };
        Ok(Self { secrets: Arc::new(secrets), reader, writer, rules, file, events: Events::default() })
    }

    pub(crate) async fn add_application(&self, application: Application) -> Result<(), StateError> {
        let (id, secret) = (application.id().clone(), application.credentials().secret().clone());
        let (secrets, events) = (self.secrets.clone(), self.events.clone());
        let added = self.writer.queue(
            move |connection| mutations::add_application(connection, &application),
            move |()| {
                secrets.insert(&id, secret);
                events.state_changed(&[Part::Applications]);
            },
        );
        added.await.unwrap_or(Err(StorageError::Stopped.into()))
    }

    /// The applications' ids, sorted.
    pub(crate) fn applications(&self) -> Vec<ApplicationId> {
        self.secrets.application_ids()
    }

    pub(crate) fn secret(&self, application_id: &str) -> Option<ApplicationSecret> {
        self.secrets.get(application_id)
    }

    /// The text of a secret, if the database has it.
    pub(crate) fn secret_text(&self, application_id: &str) -> Option<Zeroizing<String>> {
        let texts = self.secret_texts();
        let texts = texts.inspect_err(|error| tracing::warn!(%error, "a secret cannot be read")).ok()?;
        texts.into_iter().find(|(id, _)| id == application_id)?.1
    }

    /// The secrets of all applications, in the order in which these were added.
    pub(crate) fn secret_texts(&self) -> Result<Vec<SecretText>, StateError> {
        Ok(queries::secret_texts(&lock(&self.reader))?)
    }

    /// The credentials of the oldest application whose secret is known.
    pub(crate) fn first_credentials(&self) -> Result<Option<Credentials>, StateError> {
        let ids = self.secret_texts()?.into_iter().filter_map(|(id, _)| ApplicationId::new(&id).ok());
        let known = ids.filter_map(|id| Some((self.secret(id.as_str())?, id)));
        Ok(known.map(|(secret, id)| Credentials::new(id, secret)).next())
    }

    /// How many users and devices each application has, in the order in which these were added.
    pub(crate) fn application_counts(&self) -> Result<Vec<ApplicationCount>, StateError> {
        self.long_query(queries::application_counts)
    }

    /// The users' ids, sorted.
    pub(crate) fn users(&self, application_id: &ApplicationId) -> Result<Vec<UserId>, StateError> {
        self.long_query(|connection| queries::users(connection, application_id))
    }

    pub(crate) fn find_users(
        &self,
        application_id: &ApplicationId,
        filter: UserFilter<'_>,
    ) -> Result<FoundUsers, StateError> {
        let expired_until = self.rules.at_present().expired_until;
        self.long_query(|connection| queries::find_users(connection, application_id, filter, expired_until))
    }

    /// A user that is given twice counts once.
    pub(crate) async fn add_users(
        &self,
        application_id: &ApplicationId,
        user_ids: Vec<UserId>,
    ) -> Result<Added, StateError> {
        let application_id = application_id.clone();
        self.mutate(&[Part::Users], move |connection| {
            mutations::add_users(connection, &application_id, user_ids)
        })
        .await
    }

    /// Ignores users that the application does not have.
    pub(crate) async fn delete_users(
        &self,
        application_id: &ApplicationId,
        user_ids: Vec<UserId>,
    ) -> Result<(), StateError> {
        let application_id = application_id.clone();
        self.mutate_with_sign_ins(
            &[Part::Users, Part::Devices, Part::Links],
            move |connection, moment, changed| {
                mutations::delete_users(connection, &application_id, &user_ids, moment, changed)
            },
        )
        .await
    }

    pub(crate) fn has_device(
        &self,
        application_id: &ApplicationId,
        user_id: &UserId,
    ) -> Result<bool, StateError> {
        queries::has_device(&lock(&self.reader), application_id, user_id)
    }

    /// Deletes everything but the applications.
    pub(crate) async fn reset(&self) -> Result<(), StateError> {
        self.mutate(&[Part::Users, Part::Devices, Part::Links, Part::SignIns], |connection| {
            Ok(mutations::reset(connection)?)
        })
        .await
    }

    pub(crate) fn export(&self) -> Result<Snapshot, StateError> {
        self.long_query(|connection| Ok(snapshots::export(connection)?))
    }

    /// Replaces everything.
    pub(crate) async fn import(&self, snapshot: Snapshot) -> Result<(), ImportError> {
        let applications = snapshot.checked()?;
        for application in &applications {
            if application.application.is_none() && self.secret(application.id.as_str()).is_none() {
                return Err(ImportError::MissingSecret { application_id: application.id.clone() });
            }
        }
        let (known, secrets, events) = (self.secrets.clone(), self.secrets.clone(), self.events.clone());
        let now = self.rules.now();
        let imported = self.writer.queue(
            move |connection| Ok(snapshots::import(connection, &applications, &known, now)?),
            move |imported| {
                secrets.replace(imported);
                events.state_changed(&[
                    Part::Applications,
                    Part::Users,
                    Part::Devices,
                    Part::Links,
                    Part::SignIns,
                ]);
            },
        );
        Ok(imported.await.unwrap_or(Err(StorageError::Stopped.into()))?)
    }

    /// Queues a mutation before anything is awaited: a caller that gives up has changed all or nothing.
    async fn mutate<T: Send + 'static>(
        &self,
        changed: &'static [Part],
        mutation: impl FnOnce(&Connection) -> Result<T, StateError> + Send + 'static,
    ) -> Result<T, StateError> {
        let events = self.events.clone();
        let result = self.writer.queue(mutation, move |value| {
            events.state_changed(changed);
            value
        });
        result.await.unwrap_or(Err(StorageError::Stopped.into()))
    }

    /// As [`mutate`](Self::mutate), for what may change sign-ins: the mutation puts those that it has changed into the list.
    async fn mutate_with_sign_ins<T: Send + 'static>(
        &self,
        parts: &'static [Part],
        mutation: impl FnOnce(&Connection, Moment, &mut Vec<SignIn>) -> Result<T, StateError> + Send + 'static,
    ) -> Result<T, StateError> {
        let (events, moment) = (self.events.clone(), self.moment());
        let result = self.writer.queue(
            move |connection| {
                let mut changed = Vec::new();
                sign_in_mutations::settle(connection, moment, &mut changed)?;
                let value = mutation(connection, moment, &mut changed)?;
                Ok((value, changed))
            },
            move |(value, changed)| {
                if !parts.is_empty() {
                    events.state_changed(parts);
                }
                events.sign_ins_changed(&changed);
                value
            },
        );
        result.await.unwrap_or(Err(StorageError::Stopped.into()))
    }

    /// Runs a query that takes a while: on a connection of its own if there is a file, so that others do
    /// not wait for it.
    fn long_query<T>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, StateError>,
    ) -> Result<T, StateError> {
        match &self.file {
            Some(file) => query(&file.reader()?),
            None => query(&lock(&self.reader)),
        }
    }
}

/// Imports and adds applications. Returns the secrets of all.
fn first_state(
    connection: &mut Connection,
    import: Option<&[CheckedApplication]>,
    applications: &[Application],
    now: i64,
) -> Result<Secrets, rusqlite::Error> {
    let transaction = connection.transaction()?;
    if let Some(import) = import {
        snapshots::import(&transaction, import, &Secrets::default(), now)?;
        mutations::draw_missing_secrets(&transaction)?;
    }
    for application in applications {
        mutations::admit_application(&transaction, application)?;
    }
    let mut secrets = queries::secrets(&transaction)?;
    transaction.commit()?;
    for application in applications {
        let secret = application.credentials().secret().clone();
        secrets.insert(application.id().as_str().to_owned(), Some(secret));
    }
    for (id, _) in secrets.iter().filter(|(_, secret)| secret.is_none()) {
        tracing::warn!(id, "the data file has not this application's secret, and it was not given");
    }
    Ok(Secrets::new(secrets))
}

#[cfg(test)]
mod tests;
