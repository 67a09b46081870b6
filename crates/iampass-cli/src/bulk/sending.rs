//! Sends an input's chunks, and lets the ledger keep account.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io::Read;
use std::rc::Rc;
use std::task::{Poll, ready};
use std::time::{Duration, Instant};

use futures_util::stream::{Stream, StreamExt as _, poll_fn as stream};
use iampass_management::{Bulk, ManagementClient};
use tokio::sync::mpsc::{self, Receiver};

use super::error::BulkError;
use super::input::InputError;
use super::interrupt::{Signal, Signals};
use super::ledger::{Answer, Ledger};
use super::prepare::{Ended, Gone, Prepared, Recipe, prepare};
use super::progress::Progress;
use super::run::{Operation, Pace};
use super::survey::Unchanged;
use crate::error::Failure;

/// How often the progress is looked after.
const TICK: Duration = Duration::from_millis(250);

/// What the reading thread tells.
enum Message {
    Prepared(Prepared),
    Failed(InputError),
    /// All is read; whether the file stayed as it was meanwhile.
    End {
        unchanged: bool,
    },
}

/// What the sending waits for.
enum Event<T> {
    Signal(Signal),
    Ended(T),
    All,
    Tick,
}

/// Everything that sending takes.
pub(super) struct Plan {
    pub(super) operation: Operation,
    pub(super) client: ManagementClient,
    pub(super) recipe: Recipe,
    pub(super) pace: Pace,
    pub(super) input: (Box<dyn Read + Send>, Unchanged),
}

/// Sends until all is sent, it is of no use to go on, or someone asks it to stop: then it gives the signal.
pub(super) async fn send(
    plan: Plan,
    ledger: &Rc<RefCell<Ledger>>,
    progress: &mut Progress,
) -> Result<Option<Signal>, Failure> {
    let Plan { operation, client, recipe, pace, input } = plan;
    let signals = Signals::listen().map_err(Failure::System)?;
    let chunk_size = recipe.chunk_size;
    let ids = ids(read(input, recipe)?, Rc::clone(ledger));
    let signal = match operation {
        Operation::Import => {
            let bulk = pace.set(client.add_users_in_bulk_from(ids), chunk_size);
            run(bulk, ledger, signals, progress).await
        }
        Operation::Remove => {
            let bulk = pace.set(client.delete_users_in_bulk_from(ids), chunk_size);
            run(bulk, ledger, signals, progress).await
        }
    };
    ledger.borrow_mut().close();
    Ok(signal)
}

/// Reads on a thread of its own: a pipe may keep it waiting, and the calls in flight must not wait with it.
fn read(input: (Box<dyn Read + Send>, Unchanged), recipe: Recipe) -> Result<Receiver<Message>, Failure> {
    let (sender, receiver) = mpsc::channel(1);
    let (reader, unchanged) = input;
    let work = move || {
        let mut give = |prepared| sender.blocking_send(Message::Prepared(prepared)).map_err(|_| Gone);
        let last = match prepare(reader, &recipe, &mut give) {
            Ok(()) => Message::End { unchanged: unchanged.still() },
            Err(Ended::Input(error)) => Message::Failed(error),
            Err(Ended::Gone) => return,
        };
        // If nobody waits for it, nobody misses it.
        sender.blocking_send(last).ok();
    };
    std::thread::Builder::new().name("input".to_owned()).spawn(work).map_err(Failure::System)?;
    Ok(receiver)
}

/// The ids that are to be sent. It ends between two chunks when the ledger says so.
fn ids(mut messages: Receiver<Message>, ledger: Rc<RefCell<Ledger>>) -> impl Stream<Item = String> {
    let mut chunk = Vec::new().into_iter();
    stream(move |context| {
        loop {
            if let Some(id) = chunk.next() {
                return Poll::Ready(Some(iampass_management::UserId::into_string(id)));
            }
            if ledger.borrow().stopping {
                return Poll::Ready(None);
            }
            let message = ready!(messages.poll_recv(context));
            let mut ledger = ledger.borrow_mut();
            match message {
                Some(Message::Prepared(Prepared::SetAside(ids))) => ledger.set_aside(&ids),
                Some(Message::Prepared(Prepared::Chunk(next))) => {
                    chunk = ledger.begin(next).unwrap_or_default().into_iter();
                }
                Some(Message::End { unchanged: true }) => {
                    ledger.input_ended();
                    return Poll::Ready(None);
                }
                Some(Message::End { unchanged: false }) => ledger.stop_for(BulkError::ChangedMeanwhile),
                Some(Message::Failed(source)) => ledger.bad_input(source),
                None => ledger.stop_for(BulkError::ReaderGone),
            }
        }
    })
}

async fn run<S, T>(
    mut bulk: Bulk<S, T>,
    ledger: &Rc<RefCell<Ledger>>,
    mut signals: Signals,
    progress: &mut Progress,
) -> Option<Signal>
where
    S: Stream<Item = String>,
    T: Answer,
{
    let mut ticks = tokio::time::interval(TICK);
    let mut stopped_by = None;
    loop {
        let event = poll_fn(|context| {
            if let Poll::Ready(signal) = signals.poll(context) {
                return Poll::Ready(Event::Signal(signal));
            }
            if let Poll::Ready(chunk) = bulk.poll_next_unpin(context) {
                return Poll::Ready(chunk.map_or(Event::All, Event::Ended));
            }
            ticks.poll_tick(context).map(|_| Event::Tick)
        })
        .await;
        if let Event::Signal(_) = event {
            ledger.borrow_mut().stopping = true;
            // When Ctrl-C is typed, a terminal throws away what is just being written to it.
            ticks.reset();
            ticks.tick().await;
        }
        let mut ledger = ledger.borrow_mut();
        match event {
            Event::Signal(signal) if stopped_by.is_some() => return Some(signal),
            Event::Signal(signal) => {
                stopped_by = Some(signal);
                progress.say("stopping when the requests in flight are answered; once more to stop at once");
            }
            Event::Ended(chunk) => ledger.finish(chunk),
            Event::All => return stopped_by,
            Event::Tick => {}
        }
        for news in ledger.news.drain(..) {
            progress.warn(&news);
        }
        progress.show(ledger.tally.total(), ledger.done_earlier, Instant::now());
    }
}
