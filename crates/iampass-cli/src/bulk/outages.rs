//! What the library tells of outages, for the person who waits.

use iampass_management::{BulkEvent, StopReason};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::next::seconds;
use super::progress::Progress;
use super::run_state::RunState;

/// More of these tell nothing new.
const LINES: u32 = 20;

enum News {
    Paused(String),
    Resumed(String),
    Stopped(StopReason),
}

/// What has been told of outages.
pub(super) struct Outages {
    news: UnboundedReceiver<News>,
    lines: u32,
    pub(super) is_paused: bool,
}

impl Outages {
    /// With whom the library tells it to.
    pub(super) fn new() -> (impl Fn(BulkEvent<'_>) + Send + Sync + 'static, Self) {
        let (sender, news) = unbounded_channel();
        (move |event: BulkEvent<'_>| send(&sender, event), Self { news, lines: 0, is_paused: false })
    }

    pub(super) fn has_news(&self) -> bool {
        !self.news.is_empty()
    }

    /// Passes on what has come.
    pub(super) fn tell(&mut self, state: &mut RunState, progress: &mut Progress) {
        while let Ok(news) = self.news.try_recv() {
            let line = match news {
                News::Stopped(reason) => {
                    state.stop(reason);
                    continue;
                }
                News::Paused(line) => {
                    self.is_paused = true;
                    line
                }
                News::Resumed(line) => {
                    self.is_paused = false;
                    line
                }
            };
            progress.pause(self.is_paused);
            self.lines = self.lines.saturating_add(1);
            if self.lines <= LINES {
                progress.say(&line);
            } else if self.lines - 1 == LINES {
                progress.say("further pauses are not told");
            }
        }
    }
}

fn send(news: &UnboundedSender<News>, event: BulkEvent<'_>) {
    let event = match event {
        BulkEvent::Paused { wait, error } => {
            News::Paused(format!("paused: {}; the next attempt is in {}", error.kind(), seconds(wait)))
        }
        BulkEvent::Resumed { outage } => News::Resumed(format!("going on after {}", seconds(outage))),
        BulkEvent::Stopped { reason, .. } => News::Stopped(reason),
        _ => return,
    };
    // If nobody listens any more, the run is over.
    news.send(event).ok();
}
