//! What the emulator knows: applications, their users, the users' devices and links.
//!
//! Routes and the library's own accessors come here with whole questions and whole changes; each
//! method is one transaction. What the state is kept in is nobody else's business.
//!
//! Changes are futures that are ready when the change is as safe as it will get: in memory at once,
//! in a file when it is on the disk. Questions are answered at once, without waiting for the disk.

mod changes;
mod database;
mod known;
mod listings;
mod questions;
mod snapshots;
mod wait;
mod writer;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use iampass_auth::{ApplicationId, ApplicationSecret, Credentials};
use iampass_management::UserId;
use rusqlite::Connection;
use serde::Serialize;
use zeroize::Zeroizing;

use self::database::DatabaseFile;
use self::known::KnownApplications;
pub(crate) use self::listings::UserFilter;
pub(crate) use self::wait::block_on;
use self::writer::{WriterThread, write_one};
use crate::application::Application;
use crate::error::{DataError, StartError, StateError, StorageError};
use crate::link::LinkToken;
use crate::snapshot::{ImportError, Snapshot};

#[derive(Debug)]
pub(crate) struct Store {
    known: Arc<KnownApplications>,
    /// In memory it is the only connection; for a file it only reads.
    connection: Mutex<Connection>,
    file: Option<InFile>,
}

/// What a file takes beside the connection that reads. In this order, so that the file is closed
/// before another emulator can have it.
#[derive(Debug)]
struct InFile {
    writer: WriterThread,
    database: DatabaseFile,
}

/// What became of the users of an `add_users` call, in the order in which they were given.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Added {
    pub(crate) created: Vec<UserId>,
    pub(crate) existing: Vec<UserId>,
}

/// What the phone shows for an open link.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Invitation {
    pub(crate) application_id: ApplicationId,
    pub(crate) user_id: UserId,
    pub(crate) display_name: Option<String>,
}

/// How much an application has.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ApplicationCount {
    pub(crate) id: String,
    pub(crate) users: i64,
    pub(crate) devices: i64,
}

impl Store {
    /// Opens a store in a file or, without one, in memory, with these applications beside those that
    /// the file has.
    pub(crate) fn open(data: Option<&Path>, applications: &[Application]) -> Result<Self, StartError> {
        match data {
            None => {
                let connection = database::in_memory().map_err(StartError::Memory)?;
                Self::with(connection, None, applications).map_err(StartError::Memory)
            }
            Some(path) => {
                let failed = |source| StartError::Data { path: path.to_owned(), source };
                let database = DatabaseFile::open(path).map_err(failed)?;
                let connect = || -> Result<_, StorageError> { Ok((database.reader()?, database.writer()?)) };
                let (reader, writer) = connect().map_err(DataError::Sqlite).map_err(failed)?;
                let writer = WriterThread::start(writer).map_err(StartError::Thread)?;
                Self::with(reader, Some(InFile { writer, database }), applications)
                    .map_err(|error| failed(DataError::Sqlite(error)))
            }
        }
    }

    fn with(
        connection: Connection,
        file: Option<InFile>,
        applications: &[Application],
    ) -> Result<Self, StorageError> {
        let known = Arc::new(KnownApplications::default());
        let store = Self { known, connection: Mutex::new(connection), file };
        let given = applications.to_vec();
        let admitted = store.change(
            move |connection| {
                given
                    .iter()
                    .try_for_each(|application| changes::admit_application(connection, application))?;
                Ok(questions::applications(connection)?)
            },
            |_| {},
        );
        let mut in_file = block_on(admitted).map_err(|error| match error {
            StateError::Storage(error) => error,
            _ => StorageError::Stopped,
        })?;
        for known in &mut in_file {
            let given = applications.iter().find(|application| application.id() == &known.id);
            known.secret = given.map(|given| given.credentials().secret().clone()).or(known.secret.take());
            if known.secret.is_none() {
                let id = known.id.as_str();
                tracing::warn!(id, "the data file has not this application's secret, and it was not given");
            }
        }
        store.known.replace(in_file);
        Ok(store)
    }

    pub(crate) async fn add_application(&self, application: Application) -> Result<(), StateError> {
        let known = self.known.clone();
        let added = self.change(
            move |connection| changes::add_application(connection, &application),
            move |added| known.insert(added.clone()),
        );
        added.await.map(drop)
    }

    /// The applications' ids, sorted.
    pub(crate) fn applications(&self) -> Vec<ApplicationId> {
        self.known.ids()
    }

    pub(crate) fn secret(&self, application_id: &str) -> Option<ApplicationSecret> {
        self.known.secret(application_id)
    }

    /// The text of a secret, if the database has it.
    pub(crate) fn secret_text(&self, application_id: &str) -> Option<Zeroizing<String>> {
        let text = questions::secret_text(&self.connection(), application_id);
        text.inspect_err(|error| tracing::warn!(%error, "a secret cannot be read")).ok().flatten()
    }

    /// Those of the oldest application, if any has a secret that is known.
    pub(crate) fn first_credentials(&self) -> Option<Credentials> {
        self.known.first_credentials()
    }

    /// The users' ids, sorted.
    pub(crate) fn users(&self, application_id: &ApplicationId) -> Result<Vec<UserId>, StateError> {
        let application = self.known.key(application_id)?;
        self.long_question(|connection| questions::users(connection, application))
    }

    /// A user that is given twice counts once.
    pub(crate) async fn add_users(
        &self,
        application_id: &ApplicationId,
        user_ids: Vec<UserId>,
    ) -> Result<Added, StateError> {
        let application_id = application_id.clone();
        self.change(move |connection| changes::add_users(connection, &application_id, user_ids), |_| {}).await
    }

    /// Users that the application does not have are passed over.
    pub(crate) async fn delete_users(
        &self,
        application_id: &ApplicationId,
        user_ids: Vec<UserId>,
    ) -> Result<(), StateError> {
        let application_id = application_id.clone();
        self.change(move |connection| changes::delete_users(connection, &application_id, &user_ids), |()| {})
            .await
    }

    pub(crate) fn has_device(
        &self,
        application_id: &ApplicationId,
        user_id: &UserId,
    ) -> Result<bool, StateError> {
        let application = self.known.key(application_id)?;
        questions::has_device(&self.connection(), application, application_id, user_id)
    }

    /// Makes a link beside those that the user may have already.
    pub(crate) async fn make_link(
        &self,
        application_id: &ApplicationId,
        user_id: &UserId,
        display_name: Option<String>,
    ) -> Result<LinkToken, StateError> {
        let (application_id, user_id) = (application_id.clone(), user_id.clone());
        let token = LinkToken::random();
        let made = token.clone();
        let change = move |connection: &Connection| {
            changes::make_link(connection, &application_id, &user_id, display_name.as_deref(), &made)
        };
        self.change(change, |()| {}).await.map(|()| token)
    }

    /// Disables the user's device, kills the earlier links and makes a new one.
    pub(crate) async fn lose_device(
        &self,
        application_id: &ApplicationId,
        user_id: &UserId,
    ) -> Result<LinkToken, StateError> {
        let (application_id, user_id) = (application_id.clone(), user_id.clone());
        let token = LinkToken::random();
        let made = token.clone();
        let change =
            move |connection: &Connection| changes::lose_device(connection, &application_id, &user_id, &made);
        self.change(change, |()| {}).await.map(|()| token)
    }

    /// Whom an open link is for.
    pub(crate) fn invitation(&self, token: &LinkToken) -> Result<Invitation, StateError> {
        questions::invitation(&self.connection(), token)
    }

    /// Registers a device with a link and uses the link up. A device that the user had is replaced.
    pub(crate) async fn register_device(&self, token: &LinkToken) -> Result<(), StateError> {
        let token = token.clone();
        self.change(move |connection| changes::register_device(connection, &token), |()| {}).await
    }

    /// Forgets everything but the applications.
    pub(crate) async fn reset(&self) -> Result<(), StateError> {
        self.change(changes::reset, |()| {}).await
    }

    /// How many users and devices each application has, in the order in which they were added.
    pub(crate) fn application_counts(&self) -> Result<Vec<ApplicationCount>, StateError> {
        self.long_question(|connection| Ok(snapshots::application_counts(connection)?))
    }

    pub(crate) fn export(&self) -> Result<Snapshot, StateError> {
        self.long_question(|connection| Ok(snapshots::export(connection)?))
    }

    /// Takes a snapshot in the place of everything.
    pub(crate) async fn import(&self, snapshot: Snapshot) -> Result<(), ImportError> {
        let applications = snapshot.checked()?;
        for application in &applications {
            if application.application.is_none() && self.known.secret(application.id.as_str()).is_none() {
                return Err(ImportError::MissingSecret { application_id: application.id.clone() });
            }
        }
        let (known, replaced) = (self.known.clone(), self.known.clone());
        let imported = self.change(
            move |connection| snapshots::import(connection, &applications, &known),
            move |imported| replaced.replace(imported.clone()),
        );
        Ok(imported.await.map(drop)?)
    }

    /// Makes a change. `then` is called when it is made, before it is told.
    async fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, StateError> + Send + 'static,
        then: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T, StateError> {
        if let Some(file) = &self.file {
            // Queued before anything is awaited: a caller that gives up has changed all or nothing.
            let answered = file.writer.queue(change, then);
            return answered.await.unwrap_or(Err(StorageError::Stopped.into()));
        }
        // Held until all is done, so that what follows from changes follows in their order.
        let connection = self.connection();
        let made = write_one(&connection, change)?;
        then(&made);
        Ok(made)
    }

    /// Asks something that takes a while. Of a file it is asked on a connection of its own, so that
    /// nobody has to wait for it.
    fn long_question<T>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, StateError>,
    ) -> Result<T, StateError> {
        match &self.file {
            Some(file) => question(&file.database.reader()?),
            None => question(&self.connection()),
        }
    }

    /// A statement that panics leaves a transaction at worst, and `SQLite` says so to the next one.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
