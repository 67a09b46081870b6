//! Why an emulator does not start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use iampass_auth::ApplicationId;
use thiserror::Error;

use super::import::ImportError;
use super::invalid::{InvalidApplication, InvalidPublicUrl};
use super::state::{StateError, StorageError};

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
    /// The public URL cannot be one. The source says why.
    #[error("`{url}` cannot be the public URL")]
    PublicUrl {
        /// What was given.
        url: String,
        /// What is wrong with it.
        #[source]
        source: InvalidPublicUrl,
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
    /// The state to start from cannot be one. The source says why; the data file is as it was.
    #[error("cannot start from the imported state")]
    Import(#[source] ImportError),
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
