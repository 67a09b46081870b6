//! What the emulator has to tell beside its requests: trouble with the disk, with TLS, with connections.

use std::fmt;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber, subscriber};

use crate::output::{self, printable};

/// From now on, its warnings go to standard error.
pub(super) fn tell() {
    // It fails if somebody listens already.
    let _ = subscriber::set_global_default(Warnings);
}

struct Warnings;

impl Subscriber for Warnings {
    /// What has an operation is a request, and those have lines of their own.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
            && metadata.target().starts_with("iampass_emulator")
            && *metadata.level() <= Level::WARN
            && metadata.fields().field("operation").is_none()
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        let details = if line.details.is_empty() { String::new() } else { format!(": {}", line.details) };
        output::message(&printable(&format!("warning: {}{details}", line.message)));
    }

    fn new_span(&self, _attributes: &Attributes<'_>) -> Id {
        // There are none, as none is enabled.
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

#[derive(Default)]
struct Line {
    message: String,
    details: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            name => {
                let separator = if self.details.is_empty() { "" } else { ", " };
                self.details.extend([separator, name, " ", &format!("{value:?}")]);
            }
        }
    }
}
