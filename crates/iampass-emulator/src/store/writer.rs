//! Writes, one after the other, and as many of them as are waiting in one transaction.

use std::fmt;
use std::sync::mpsc;
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::error::{StateError, StorageError};

/// How many changes share a transaction at most: a change waits for those before it to be made.
const GROUP: usize = 256;

/// A thread that writes to a file, so that nobody else waits for the disk.
///
/// What waits while a transaction is written out is put into the next one together, so the disk is
/// waited for once for all of them. A change is answered when its transaction is on the disk.
#[derive(Debug)]
pub(super) struct WriterThread {
    queue: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

/// A change's answer, when there is one.
pub(super) type Answered<T> = oneshot::Receiver<Result<T, StateError>>;

impl WriterThread {
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        let (queue, jobs) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("iampass-emulator-writer".to_owned())
            .spawn(move || write_all(&connection, &jobs))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Queues a change. `then` is called when it is on the disk, before it is answered, even if nobody
    /// waits for the answer any more.
    pub(super) fn queue<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, StateError> + Send + 'static,
        then: impl FnOnce(&T) + Send + 'static,
    ) -> Answered<T> {
        let (answer, answered) = oneshot::channel();
        let job = Change { make: Some(change), then, result: None, answer };
        if let Some(queue) = &self.queue {
            // If the thread is gone, the answer's sender is dropped, and that is what its receiver sees.
            let _is_taken = queue.send(Box::new(job)).is_ok();
        }
        answered
    }
}

impl Drop for WriterThread {
    fn drop(&mut self) {
        // The thread ends when it has written what is queued.
        drop(self.queue.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the emulator's writing thread panicked");
        }
    }
}

/// Makes one change in a transaction of its own.
pub(super) fn write_one<T>(
    connection: &Connection,
    change: impl FnOnce(&Connection) -> Result<T, StateError>,
) -> Result<T, StateError> {
    in_transaction(connection, || in_savepoint(connection, change))?
}

fn write_all(connection: &Connection, jobs: &mpsc::Receiver<Box<dyn Job>>) {
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        group.extend(jobs.try_iter().take(GROUP - 1));
        let written = in_transaction(connection, || group.iter_mut().for_each(|job| job.make(connection)));
        if let Err(error) = &written {
            tracing::error!(%error, changes = group.len(), "changes could not be written");
        }
        for job in group {
            job.answer(written.as_ref().copied().map_err(Clone::clone));
        }
    }
}

/// Runs `changes`, and commits. When this returns `Ok`, all is on the disk; else nothing is.
fn in_transaction<T>(connection: &Connection, changes: impl FnOnce() -> T) -> Result<T, StorageError> {
    // At once, or a reader that becomes a writer could be refused.
    run(connection, "BEGIN IMMEDIATE")?;
    let made = changes();
    match run(connection, "COMMIT") {
        Ok(()) => Ok(made),
        Err(error) => {
            // Trouble with the disk may have ended the transaction already.
            if !connection.is_autocommit() {
                run(connection, "ROLLBACK")?;
            }
            Err(error)
        }
    }
}

/// Makes a change wholly or, when it fails, not at all, whatever else is in the transaction.
fn in_savepoint<T>(
    connection: &Connection,
    change: impl FnOnce(&Connection) -> Result<T, StateError>,
) -> Result<T, StateError> {
    run(connection, "SAVEPOINT change")?;
    let made = change(connection);
    if made.is_err() {
        run(connection, "ROLLBACK TO change")?;
    }
    run(connection, "RELEASE change")?;
    made
}

fn run(connection: &Connection, sql: &str) -> Result<(), StorageError> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// A [`Change`] whose type the queue does not know.
trait Job: Send {
    fn make(&mut self, connection: &Connection);
    fn answer(self: Box<Self>, written: Result<(), StorageError>);
}

impl fmt::Debug for dyn Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Job")
    }
}

struct Change<T, F, H> {
    make: Option<F>,
    then: H,
    result: Option<Result<T, StateError>>,
    answer: oneshot::Sender<Result<T, StateError>>,
}

impl<T, F, H> Job for Change<T, F, H>
where
    T: Send,
    F: FnOnce(&Connection) -> Result<T, StateError> + Send,
    H: FnOnce(&T) + Send,
{
    fn make(&mut self, connection: &Connection) {
        self.result = self.make.take().map(|change| in_savepoint(connection, change));
    }

    fn answer(self: Box<Self>, written: Result<(), StorageError>) {
        let answer = match (written, self.result) {
            (Ok(()), Some(Ok(value))) => {
                (self.then)(&value);
                Ok(value)
            }
            (Err(error), _) => Err(error.into()),
            (Ok(()), Some(Err(error))) => Err(error),
            (Ok(()), None) => Err(StorageError::Stopped.into()),
        };
        // Whoever asked may have hung up.
        let _is_heard = self.answer.send(answer).is_ok();
    }
}
