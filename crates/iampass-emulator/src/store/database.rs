//! Where the state is kept: in memory, or in a file.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{files, phone_tokens};
use crate::error::{DataError, StorageError};

/// The version of the schema, in the file's `user_version`. Version 2 is `schema.sql` alone.
const SCHEMA: i64 = 3;
const WITHOUT_SIGN_INS: i64 = 2;
/// Marks a database as this program's, in the file's `application_id`: "IAMP".
const APPLICATION_ID: i64 = 0x4941_4d50;
/// How long to wait for another program that looks into the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How many statements a connection keeps ready; there are fewer.
const STATEMENTS: usize = 96;

/// A panic during a statement leaves a transaction open at worst, and `SQLite` reports that to the next.
pub(super) fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens a database that is gone with its connection.
pub(super) fn in_memory() -> Result<Connection, StorageError> {
    let connection = Connection::open_in_memory()?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.execute_batch(include_str!("schema.sql"))?;
    connection.execute_batch(include_str!("sign_ins.sql"))?;
    Ok(connection)
}

/// A database in a file. Each connection is another one to it: WAL lets them read while one writes.
#[derive(Debug)]
pub(super) struct DatabaseFile {
    path: PathBuf,
    /// Held as long as the file is in use, so that no second emulator uses it meanwhile.
    _lock: Mutex<Connection>,
}

impl DatabaseFile {
    /// Opens the file, or makes it.
    pub(super) fn open(path: &Path) -> Result<Self, DataError> {
        files::create_if_missing(path).map_err(DataError::File)?;
        // Links to the file must not get around the lock.
        let path = fs::canonicalize(path).map_err(DataError::File)?;
        files::check(&path)?;
        let lock = lock_beside(&path)?;
        let file = Self { path, _lock: Mutex::new(lock) };
        let mut connection = file.connect().map_err(readable)?;
        prepare(&mut connection, &file.path)?;
        Ok(file)
    }

    /// A connection that only reads.
    pub(super) fn reader(&self) -> Result<Connection, StorageError> {
        let connection = self.connect()?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }

    /// A connection that writes. What it has committed survives kill -9 and power loss.
    pub(super) fn connect(&self) -> Result<Connection, StorageError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        // What `fsync` does not do on a Mac; elsewhere these change nothing.
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "checkpoint_fullfsync", true)?;
        Ok(connection)
    }
}

/// Makes the tables in an empty database. Refuses one that is not ours, and leaves it as it is.
fn prepare(connection: &mut Connection, path: &Path) -> Result<(), DataError> {
    let empty = "SELECT count(*) = 0 FROM sqlite_schema";
    let is_empty: bool = connection.query_row(empty, [], |row| row.get(0)).map_err(readable)?;
    if is_empty {
        files::make_private(path)?;
        let mode: String = connection
            .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
            .map_err(StorageError::from)?;
        if mode != "wal" {
            tracing::warn!(mode, "the data file's place cannot share memory; reads wait for writes");
        }
        return create_tables(connection).map_err(DataError::Sqlite);
    }
    let application_id = pragma(connection, "application_id")?;
    if application_id != APPLICATION_ID {
        return Err(DataError::OtherProgram);
    }
    let found = pragma(connection, "user_version")?;
    if found != SCHEMA && found != WITHOUT_SIGN_INS {
        return Err(DataError::OtherSchema { found, known: SCHEMA });
    }
    files::make_private(path)?;
    if found == WITHOUT_SIGN_INS {
        add_sign_ins(connection).map_err(DataError::Sqlite)?;
    }
    Ok(())
}

/// Makes the schema of the release before into this one's.
fn add_sign_ins(connection: &mut Connection) -> Result<(), StorageError> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(include_str!("sign_ins.sql"))?;
    phone_tokens::draw_missing_tokens(&transaction)?;
    transaction.pragma_update(None, "user_version", SCHEMA)?;
    transaction.commit()?;
    Ok(())
}

fn create_tables(connection: &mut Connection) -> Result<(), StorageError> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(include_str!("schema.sql"))?;
    transaction.execute_batch(include_str!("sign_ins.sql"))?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", SCHEMA)?;
    transaction.commit()?;
    Ok(())
}

fn pragma(connection: &Connection, name: &str) -> Result<i64, DataError> {
    connection.pragma_query_value(None, name, |row| row.get(0)).map_err(readable)
}

/// Tells a file that is no database from other trouble.
fn readable(error: impl Into<StorageError>) -> DataError {
    let error = error.into();
    if error.code() == Some(ErrorCode::NotADatabase) {
        DataError::NotADatabase
    } else {
        DataError::Sqlite(error)
    }
}

/// Holds an exclusive lock beside the file. It is a `SQLite` transaction on an empty file, because that
/// is a lock that works on every system, and ends with the process however the process ends.
fn lock_beside(path: &Path) -> Result<Connection, DataError> {
    let path = files::lock_file(path);
    files::create_if_missing(&path).map_err(DataError::File)?;
    let held = || -> Result<Connection, StorageError> {
        let connection = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.busy_timeout(Duration::ZERO)?;
        // Nothing is written, so no journal need be beside it.
        connection.execute_batch("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE")?;
        Ok(connection)
    };
    held().map_err(|error| match error.code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => DataError::InUse,
        _ => DataError::Sqlite(error),
    })
}
