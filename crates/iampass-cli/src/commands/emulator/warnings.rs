//! Prints the emulator's warnings, about the disk, TLS and connections.

use std::io;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::output::{self, printable};

/// Prints warnings on standard error from now on.
pub(super) fn start() {
    let lines = fmt::layer()
        .without_time()
        .with_level(false)
        .with_target(false)
        .with_ansi(false)
        .with_writer(|| Lines);
    // Fails if there is a subscriber already.
    let _ = tracing_subscriber::registry().with(lines.with_filter(filter_fn(is_a_warning))).try_init();
}

/// Events with an operation are about requests, which are logged elsewhere.
fn is_a_warning(metadata: &Metadata<'_>) -> bool {
    metadata.is_event()
        && metadata.target().starts_with("iampass_emulator")
        && *metadata.level() <= Level::WARN
        && metadata.fields().field("operation").is_none()
}

/// A writer that gets a complete line at a time.
struct Lines;

impl io::Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        output::message(&format!("warning: {}", printable(text.trim_end())));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
