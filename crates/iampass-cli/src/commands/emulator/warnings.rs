//! What the emulator has to tell beside its requests: trouble with the disk, with TLS, with connections.

use std::io;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::output::{self, printable};

/// From now on, its warnings go to standard error.
pub(super) fn tell() {
    let lines = fmt::layer()
        .without_time()
        .with_level(false)
        .with_target(false)
        .with_ansi(false)
        .with_writer(|| Lines);
    // It fails if somebody listens already.
    let _ = tracing_subscriber::registry().with(lines.with_filter(filter_fn(is_a_warning))).try_init();
}

/// What has an operation is a request, and those have lines of their own.
fn is_a_warning(metadata: &Metadata<'_>) -> bool {
    metadata.is_event()
        && metadata.target().starts_with("iampass_emulator")
        && *metadata.level() <= Level::WARN
        && metadata.fields().field("operation").is_none()
}

/// Takes a whole line at a time.
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
