//! Prints the library's events of an outage.

use iampass_management::{BulkEvent, StopReason};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::next::seconds;
use super::progress::Progress;
use super::run_state::RunState;

/// So many lines are printed: more would say nothing new.
const LINES: u32 = 20;

enum Event {
    Paused(String),
    Resumed(String),
    Stopped(StopReason),
}

/// The events that have come and are not printed yet, and what was printed.
pub(super) struct Outages {
    events: UnboundedReceiver<Event>,
    lines: u32,
    pub(super) is_paused: bool,
}

impl Outages {
    /// The listener is for the library.
    pub(super) fn new() -> (impl Fn(BulkEvent<'_>) + Send + Sync + 'static, Self) {
        let (sender, events) = unbounded_channel();
        (move |event: BulkEvent<'_>| send(&sender, event), Self { events, lines: 0, is_paused: false })
    }

    pub(super) fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    /// Prints them, and stops the run if the client has stopped.
    pub(super) fn print(&mut self, state: &mut RunState, progress: &mut Progress) {
        while let Ok(event) = self.events.try_recv() {
            let line = match event {
                Event::Stopped(reason) => {
                    state.stop(reason);
                    continue;
                }
                Event::Paused(line) => {
                    self.is_paused = true;
                    line
                }
                Event::Resumed(line) => {
                    self.is_paused = false;
                    line
                }
            };
            progress.pause(self.is_paused);
            self.lines = self.lines.saturating_add(1);
            if self.lines <= LINES {
                progress.say(&line);
            } else if self.lines - 1 == LINES {
                progress.say("further pauses are not shown");
            }
        }
    }
}

fn send(events: &UnboundedSender<Event>, event: BulkEvent<'_>) {
    let event = match event {
        BulkEvent::Paused { wait, error } => {
            Event::Paused(format!("paused: {}; the next attempt is in {}", error.kind(), seconds(wait)))
        }
        BulkEvent::Resumed { outage } => Event::Resumed(format!("resumed after {}", seconds(outage))),
        BulkEvent::Stopped { reason, .. } => Event::Stopped(reason),
        _ => return,
    };
    // If nobody listens any more, the run is over.
    events.send(event).ok();
}
