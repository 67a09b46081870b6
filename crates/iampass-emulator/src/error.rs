//! What can go wrong for the program that starts an emulator and looks into it.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use iampass_auth::{ApplicationId, InvalidApplicationId, InvalidSecret};
use iampass_management::UserId;
use thiserror::Error;

/// Why an emulator did not start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be listened on. Choose another one, or port 0 for any free port.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The server's thread or its runtime could not be made. The machine is short of something.
    #[error("cannot start the emulator's thread")]
    Thread(#[source] io::Error),
    /// The data file cannot be used. The source says why, and what to do.
    #[error("cannot use the data file {}", path.display())]
    Data {
        /// The path that was asked for.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: DataError,
    },
    /// TLS cannot be spoken with what was given. The source says why.
    #[error("cannot speak TLS")]
    Tls(#[source] TlsError),
    /// The database in memory could not be made. The machine is short of something.
    #[error("cannot make a database in memory")]
    Memory(#[source] StorageError),
    /// Two applications were given with one id. Give each id once.
    #[error("the application `{application_id}` was given more than once")]
    DuplicateApplication {
        /// The id in question.
        application_id: ApplicationId,
    },
    /// The random credentials did not have the form that credentials must have. Nothing a caller can
    /// mend, but giving an application to the builder avoids it.
    #[error("cannot make credentials for an application")]
    FreshCredentials(#[source] InvalidApplication),
    /// The random application could not be added to the state.
    #[error("cannot add an application")]
    FirstApplication(#[source] StateError),
    /// The contract has an operation that this emulator does not serve as the contract has it.
    /// Nothing a caller can mend: the emulator and the contract are of different versions.
    #[error("the contract's operation `{operation_id}` is not served by this emulator")]
    Unserved {
        /// The contract's `operationId`.
        operation_id: &'static str,
    },
}

/// Why a data file cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// The file cannot be opened or made. Look at the path and its permissions.
    #[error("the file cannot be opened or made")]
    File(#[source] io::Error),
    /// This is a folder, a device, or a symbolic link beside the data file. Remove it, or choose another
    /// path.
    #[error("{} is not a regular file", path.display())]
    NotRegular {
        /// The data file, or the one beside it.
        path: PathBuf,
    },
    /// The file has other names, under which another emulator could use it unnoticed: the lock is beside
    /// this name. Remove the others, or choose another path.
    #[error("{} has {links} names (hard links), and the lock would hold under one of them only", path.display())]
    HardLinks {
        /// The data file, or the one beside it.
        path: PathBuf,
        /// How many names it has.
        links: u64,
    },
    /// Others can read or write the file, and this cannot be changed; it may be another user's. Choose
    /// another path.
    #[error("{} is open to other users, and its mode cannot be changed", path.display())]
    OpenToOthers {
        /// The data file, or the one beside it.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The file is something else than a `SQLite` database. Choose another path.
    #[error("the file is not a SQLite database")]
    NotADatabase,
    /// The file is a `SQLite` database of another program. Choose another path.
    #[error("the file is a SQLite database, but not one that this emulator made")]
    OtherProgram,
    /// The file was made by another release of the emulator. Export the state with that release and
    /// import it here, or choose another path.
    #[error("the file has the schema {found}, and this release knows the schema {known} alone")]
    OtherSchema {
        /// The schema that the file has.
        found: i64,
        /// The schema that this release writes.
        known: i64,
    },
    /// Another emulator uses the file. Stop it, or choose another path.
    #[error("another emulator uses the file")]
    InUse,
    /// `SQLite` could not work with the file; the disk may be full or broken.
    #[error("SQLite cannot work with the file")]
    Sqlite(#[from] StorageError),
}

type BoxedError = Box<dyn std::error::Error + Send + Sync>;

/// Why TLS cannot be spoken.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TlsError {
    /// This crate was built without TLS. Enable its feature `rustls`.
    #[error("this program was built without TLS; enable the feature `rustls` of iampass-emulator")]
    NotBuilt,
    /// The program has installed no provider of cryptography. Install one before the emulator starts, or enable the
    /// feature `rustls`, which brings one.
    #[error(
        "no rustls provider is installed; with the feature `rustls-no-provider`, call `install_default` of a \
         provider before the emulator starts"
    )]
    NoProvider,
    /// The text holds no certificate. Give PEM, with `-----BEGIN CERTIFICATE-----`.
    #[error("there is no certificate in PEM")]
    NoCertificate,
    /// The certificates cannot be read. Give PEM.
    #[error("the certificates cannot be read")]
    Certificate(#[source] BoxedError),
    /// The private key cannot be read, or there is none. Give PEM, not encrypted.
    #[error("the private key cannot be read")]
    Key(#[source] BoxedError),
    /// Certificate and key cannot be used, or not together. Give those that belong together.
    #[error("the certificate and its key cannot be used")]
    Refused(#[source] BoxedError),
    /// A host that the certificate is to be for is none. Give a name or an address, without scheme and
    /// port.
    #[error("`{host}` is no host that a certificate can be for")]
    Host {
        /// What was given.
        host: String,
    },
    /// A certificate could not be made.
    #[error("a certificate cannot be made")]
    Make(#[source] BoxedError),
}

/// What went wrong below the emulator's state: the disk is full or broken, or memory has run out.
/// Look at the source; what was acknowledged before is safe.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum StorageError {
    /// `SQLite`'s own words.
    #[error("the database gave an error")]
    Sqlite(#[source] Arc<rusqlite::Error>),
    /// The thread that writes has ended. Start another emulator.
    #[error("the database is no longer written to")]
    Stopped,
}

impl StorageError {
    pub(crate) fn code(&self) -> Option<rusqlite::ErrorCode> {
        match self {
            Self::Sqlite(error) => error.sqlite_error_code(),
            Self::Stopped => None,
        }
    }
}

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(Arc::new(error))
    }
}

impl From<rusqlite::Error> for StateError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Storage(error.into())
    }
}

/// Two errors of `SQLite` are the same only if they are one: there is no telling otherwise.
impl PartialEq for StorageError {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Sqlite(one), Self::Sqlite(other)) => Arc::ptr_eq(one, other),
            (Self::Stopped, Self::Stopped) => true,
            _ => false,
        }
    }
}

impl Eq for StorageError {}

/// Why an application is none.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum InvalidApplication {
    /// The id has not an application id's form. Give it as it was issued.
    #[error("the application's id cannot be one")]
    Id(#[source] InvalidApplicationId),
    /// The secret has not a secret's form. Give it as it was issued.
    #[error("the application's secret cannot be one")]
    Secret(#[source] InvalidSecret),
}

/// Why a fault is not injected.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum InvalidFault {
    /// The contract has no such operation. Give one of its `operationId`s.
    #[error("the contract has no operation `{operation}`")]
    UnknownOperation {
        /// What was given.
        operation: String,
    },
    /// The status is not one that ends an exchange. Give one from 200 to 599.
    #[error("{status} is not an HTTP status from 200 to 599")]
    Status {
        /// What was given.
        status: u16,
    },
    /// The header's name or value is not HTTP's, or the header says where a message ends, which is the
    /// server's business. Mend it or leave it out.
    #[error("the header `{name}` cannot be sent")]
    Header {
        /// The header's name as it was given.
        name: String,
    },
    /// A fault in JSON lacks a member, or has one too many. Look at the rule.
    #[error("{rule}")]
    Members {
        /// Which members there must be.
        rule: &'static str,
    },
    /// The probability is none. Give one from 0 to 1.
    #[error("{probability} is not a probability from 0 to 1")]
    Probability {
        /// What was given.
        probability: f64,
    },
}

/// Why the emulator's state cannot say something, or will not take a change.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum StateError {
    /// There is an application with this id already. Choose another id.
    #[error("there is an application `{application_id}` already")]
    DuplicateApplication {
        /// The id in question.
        application_id: ApplicationId,
    },
    /// There is no such application. Add it first.
    #[error("there is no application `{application_id}`")]
    UnknownApplication {
        /// The id in question.
        application_id: ApplicationId,
    },
    /// The application has no such user. Add the user first.
    #[error("the application `{application_id}` has no such user")]
    UnknownUser {
        /// The application that was asked.
        application_id: ApplicationId,
        /// The user in question. Not part of the message, since messages end up in logs.
        user_id: UserId,
    },
    /// The text is no registration link, or one that this emulator did not make. Take the
    /// `register_url` of a response as it came.
    #[error("this is not a registration link of this emulator")]
    UnknownLink,
    /// A phone was registered with this link before. Ask for a new link.
    #[error("a phone was registered with this link before: each link works once")]
    UsedLink,
    /// The link died when its user was deleted or reported the phone lost. Ask for a new link.
    #[error("this link no longer works: its user was deleted, or the user's phone was reported lost")]
    DeadLink,
    /// The state could not be read or written; nothing was changed.
    #[error("the emulator's state cannot be read or written")]
    Storage(#[from] StorageError),
}
