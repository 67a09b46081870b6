//! Sends an input's chunks, and records what came of them.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io::Read;
use std::rc::Rc;
use std::task::{Poll, ready};
use std::time::{Duration, Instant};

use futures_util::stream::{Stream, StreamExt as _, poll_fn as stream};
use iampass_management::{Chunk, ChunkReport, ManagementClient, SendOptions};
use tokio::sync::mpsc::{self, Receiver};

use super::checkpoint::{CheckpointProblem, Mark};
use super::error::BulkError;
use super::input::InputError;
use super::operation::Operation;
use super::outages::Outages;
use super::preflight::Unchanged;
use super::prepare::{ChunkOptions, PrepareError, Prepared, ReceiverClosed, prepare};
use super::progress::Progress;
use super::run_state::{Answer, RunState};
use crate::error::{Failure, SystemError};
use crate::signals::{Signal, Signals};

/// How often the progress is looked after.
const TICK: Duration = Duration::from_millis(250);

/// What the reading thread sends.
enum Message {
    Prepared(Prepared),
    Failed(InputError),
    OtherInput(CheckpointProblem),
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
    pub(super) options: ChunkOptions,
    /// What need not be sent.
    pub(super) mark: Mark,
    pub(super) sending: SendOptions,
    pub(super) input: (Box<dyn Read + Send>, Unchanged),
}

/// Sends until all is sent, it is of no use to continue, or someone asks it to stop: then it gives the signal.
pub(super) async fn send(
    plan: Plan,
    state: &Rc<RefCell<RunState>>,
    progress: &mut Progress,
) -> Result<Option<Signal>, Failure> {
    let Plan { operation, client, options, mark, sending, input } = plan;
    let signals = Signals::listen().map_err(SystemError)?;
    let (listener, outages) = Outages::new();
    let sending = sending.on_event(listener);
    let chunks = chunks(read(input, options, mark)?, Rc::clone(state));
    let signal = match operation {
        Operation::Import => {
            run(client.add_users_in_chunks(chunks, sending), outages, state, signals, progress).await
        }
        Operation::Remove => {
            run(client.delete_users_in_chunks(chunks, sending), outages, state, signals, progress).await
        }
    };
    state.borrow_mut().close();
    Ok(signal)
}

/// Reads on a thread of its own: a pipe may keep it waiting, and the calls in flight must not wait with it.
fn read(
    input: (Box<dyn Read + Send>, Unchanged),
    options: ChunkOptions,
    mark: Mark,
) -> Result<Receiver<Message>, Failure> {
    let (sender, receiver) = mpsc::channel(1);
    let (reader, unchanged) = input;
    let work = move || {
        let mut give = |prepared| {
            let sent = sender.blocking_send(Message::Prepared(prepared));
            sent.map_err(|_| ReceiverClosed)
        };
        let last = match prepare(reader, &options, &mark, &mut give) {
            Ok(()) => Message::End { unchanged: unchanged.still() },
            Err(PrepareError::Input(error)) => Message::Failed(error),
            Err(PrepareError::Checkpoint(problem)) => Message::OtherInput(problem),
            Err(PrepareError::ReceiverClosed(_)) => return,
        };
        // It fails if the run is over.
        sender.blocking_send(last).ok();
    };
    std::thread::Builder::new().name("input".to_owned()).spawn(work).map_err(SystemError)?;
    Ok(receiver)
}

/// The chunks that are to be sent. The stream ends when the run is stopping.
fn chunks(mut messages: Receiver<Message>, state: Rc<RefCell<RunState>>) -> impl Stream<Item = Chunk> {
    stream(move |context| {
        loop {
            if state.borrow().stopping {
                return Poll::Ready(None);
            }
            let message = ready!(messages.poll_recv(context));
            let mut state = state.borrow_mut();
            match message {
                Some(Message::Prepared(prepared)) => {
                    if let Some(chunk) = state.begin(prepared) {
                        return Poll::Ready(Some(chunk));
                    }
                }
                Some(Message::End { unchanged: true }) => {
                    state.all_read = true;
                    return Poll::Ready(None);
                }
                Some(Message::End { unchanged: false }) => state.stop_for(BulkError::ChangedMeanwhile),
                Some(Message::Failed(source)) => state.bad_input(source),
                Some(Message::OtherInput(problem)) => state.other_input(problem),
                None => state.stop_for(BulkError::ReaderGone),
            }
        }
    })
}

async fn run<T: Answer>(
    mut reports: impl Stream<Item = ChunkReport<T>> + Unpin,
    mut outages: Outages,
    state: &Rc<RefCell<RunState>>,
    mut signals: Signals,
    progress: &mut Progress,
) -> Option<Signal> {
    let mut ticks = tokio::time::interval(TICK);
    let mut stopped_by = None;
    loop {
        let event = poll_fn(|context| {
            if let Poll::Ready(signal) = signals.poll(context) {
                return Poll::Ready(Event::Signal(signal));
            }
            if let Poll::Ready(report) = reports.poll_next_unpin(context) {
                return Poll::Ready(report.map_or(Event::All, Event::Ended));
            }
            if outages.has_events() {
                return Poll::Ready(Event::Tick);
            }
            ticks.poll_tick(context).map(|_| Event::Tick)
        })
        .await;
        if let Event::Signal(signal) = event {
            state.borrow_mut().stopping = true;
            // When Ctrl-C is typed, a terminal throws away what is just being written to it.
            ticks.reset();
            ticks.tick().await;
            progress.after(signal);
        }
        let mut state = state.borrow_mut();
        outages.print(&mut state, progress);
        let is_over = matches!(event, Event::All);
        match event {
            Event::Signal(signal) if stopped_by.is_some() => return Some(signal),
            Event::Signal(signal) => {
                stopped_by = Some(signal);
                if !outages.is_paused {
                    progress
                        .say("stopping when the requests in flight are answered; once more to stop at once");
                }
            }
            Event::Ended(report) => state.finish(report),
            Event::All | Event::Tick => {}
        }
        // Nobody waits for the end of an outage.
        if stopped_by.is_some() && outages.is_paused {
            return stopped_by;
        }
        if let Some(text) = state.take_resumes_at() {
            progress.say(&text);
        }
        for warning in state.warnings.drain(..) {
            progress.warn(&warning);
        }
        if is_over {
            return stopped_by;
        }
        progress.show(state.counts.total(), state.earlier.total(), Instant::now());
    }
}
