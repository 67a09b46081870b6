//! Ctrl-C and its like.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use tokio::runtime::Builder;

use crate::exit::Exit;
use crate::output;

/// How long a terminal takes to do what a signal means to it.
const SETTLED: Duration = Duration::from_millis(250);
/// How long the program may take to end in good order after the second signal.
const ORDERLY_END: Duration = Duration::from_secs(1);

/// What asked the program to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Interrupt,
    #[cfg(unix)]
    Terminate,
}

impl Signal {
    /// How a program ends that was stopped by it.
    pub(crate) fn exit(self) -> Exit {
        match self {
            Self::Interrupt => Exit::Interrupted,
            #[cfg(unix)]
            Self::Terminate => Exit::Terminated,
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "Ctrl-C",
            #[cfg(unix)]
            Self::Terminate => "SIGTERM",
        })
    }
}

/// SIGINT and SIGTERM, as long as it lives. The second ends the program whatever keeps it, such as a pipe that nobody
/// reads, and so does the first that comes when this is gone.
pub(crate) struct Signals {
    streams: Streams,
    awaited: Arc<AtomicBool>,
}

impl Signals {
    /// Within a runtime. From now on they do not end the program by themselves.
    pub(crate) fn listen() -> io::Result<Self> {
        let awaited = Arc::new(AtomicBool::new(true));
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let mut streams = {
            let _entered = runtime.enter();
            Streams::listen()?
        };
        let is_awaited = Arc::clone(&awaited);
        let enforce = async move {
            let mut signal = streams.received().await;
            if is_awaited.load(Ordering::Relaxed) {
                signal = streams.received().await;
                thread::sleep(ORDERLY_END);
            }
            std::process::exit(signal.exit() as i32)
        };
        // A thread of its own: any other may be kept by a call of the system.
        thread::Builder::new().name("signals".to_owned()).spawn(move || runtime.block_on(enforce))?;
        Ok(Self { streams: Streams::listen()?, awaited })
    }

    /// Does this work, unless a signal comes before its end.
    pub(crate) async fn unless_stopped<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Signal> {
        tokio::select! {
            biased;
            signal = self.received() => {
                // When Ctrl-C is typed, a terminal throws away what is just being written to it.
                tokio::time::sleep(SETTLED).await;
                if signal == Signal::Interrupt {
                    output::after_ctrl_c();
                }
                Err(signal)
            }
            done = work => Ok(done),
        }
    }

    /// Waits for one.
    pub(crate) async fn received(&mut self) -> Signal {
        self.streams.received().await
    }

    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Signal> {
        self.streams.poll(context)
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.awaited.store(false, Ordering::Relaxed);
    }
}

/// SIGINT and SIGTERM; elsewhere than on Unix, Ctrl-C.
struct Streams {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

impl Streams {
    #[cfg(unix)]
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    #[cfg(windows)]
    fn listen() -> io::Result<Self> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    async fn received(&mut self) -> Signal {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Signal> {
        if self.interrupt.poll_recv(context).is_ready() {
            return Poll::Ready(Signal::Interrupt);
        }
        #[cfg(unix)]
        if self.terminate.poll_recv(context).is_ready() {
            return Poll::Ready(Signal::Terminate);
        }
        Poll::Pending
    }
}
