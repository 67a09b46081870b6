//! Writes to the database, one mutation after the other.

use std::iter;
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use super::database::lock;
use crate::error::{StateError, StorageError};

/// The most mutations that share a transaction: the first waits for the last.
const GROUP: usize = 256;

/// Runs a mutation in the transaction. There is no transaction if it could not be begun, or if `SQLite`
/// has rolled it back.
type Job = Box<dyn FnOnce(Option<&mut Transaction<'_>>) -> Completion + Send>;

/// Sends the mutation's result, once it is known whether the transaction was committed.
type Completion = Box<dyn FnOnce(Result<(), StorageError>)>;

#[derive(Debug)]
pub(super) enum Writer {
    /// Runs mutations at once: in memory there is nothing to wait for.
    Memory(Arc<Mutex<Connection>>),
    File(WriterThread),
}

/// Runs mutations on a thread, so that nobody else waits for the disk.
///
/// The mutations that arrive during a commit share the next transaction, and so one wait for the disk.
/// Their results are sent after the commit.
#[derive(Debug)]
pub(super) struct WriterThread {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Queues a mutation. `committed` is called after the commit and before the result is sent, even if
    /// the receiver is gone.
    pub(super) fn queue<T: Send + 'static, U: Send + 'static>(
        &self,
        mutation: impl FnOnce(&Connection) -> Result<T, StateError> + Send + 'static,
        committed: impl FnOnce(T) -> U + Send + 'static,
    ) -> oneshot::Receiver<Result<U, StateError>> {
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |transaction| {
            let result = transaction.map(|transaction| in_savepoint(transaction, mutation));
            Box::new(move |commit| {
                let result = match (commit, result) {
                    (Ok(()), Some(result)) => result.map(committed),
                    (Ok(()), None) => Err(StorageError::Stopped.into()),
                    (Err(error), _) => Err(error.into()),
                };
                // The receiver may be gone.
                let _ = sender.send(result);
            })
        });
        match self {
            Self::Memory(connection) => commit(&mut lock(connection), iter::once(job)),
            Self::File(thread) => thread.queue(job),
        }
        receiver
    }
}

impl WriterThread {
    pub(super) fn start(mut connection: Connection) -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("iampass-emulator-writer".to_owned())
            .spawn(move || run(&mut connection, &queue))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    fn queue(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // If the thread is gone, this drops the job's sender, and its receiver gets an error.
            let _ = jobs.send(job);
        }
    }
}

impl Drop for WriterThread {
    /// Waits until all that is queued is written.
    fn drop(&mut self) {
        drop(self.jobs.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the emulator's writing thread panicked");
        }
    }
}

fn run(connection: &mut Connection, queue: &mpsc::Receiver<Job>) {
    while let Ok(first) = queue.recv() {
        commit(connection, iter::once(first).chain(queue.try_iter()).take(GROUP));
    }
}

/// Runs the jobs in one transaction.
fn commit(connection: &mut Connection, jobs: impl Iterator<Item = Job>) {
    // A deferred transaction starts as a reader, and can be refused when it first writes.
    let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate);
    let mut completions = Vec::new();
    for job in jobs {
        // After a rollback by SQLite a savepoint would be a transaction of its own.
        let transaction = transaction.as_mut().ok().filter(|transaction| !transaction.is_autocommit());
        completions.push(job(transaction));
    }
    let committed = transaction.and_then(Transaction::commit).map_err(StorageError::from);
    if let Err(error) = &committed {
        tracing::error!(%error, mutations = completions.len(), "mutations could not be written");
    }
    for completion in completions {
        completion(committed.clone());
    }
}

/// Undoes a mutation that fails, but not the others of its transaction.
fn in_savepoint<T>(
    transaction: &mut Transaction<'_>,
    mutation: impl FnOnce(&Connection) -> Result<T, StateError>,
) -> Result<T, StateError> {
    let savepoint = transaction.savepoint()?;
    let value = mutation(&savepoint)?;
    savepoint.commit()?;
    Ok(value)
}
