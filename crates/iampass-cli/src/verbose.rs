//! `--verbose`: what the client tells of its attempts and waits, on standard error.
//!
//! The client's spans hold no ids, URLs, bodies or signatures, so neither does what is printed here.

use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::set_global_default;
use tracing::{Event, Level, Metadata, Subscriber};

use crate::output;

/// From now on, attempts and waits are printed.
pub(crate) fn start() {
    // It fails if it was called before; then they are printed already.
    let _ = set_global_default(Printer::default());
}

/// Takes the client's spans and events and prints a line for each that matters.
#[derive(Default)]
struct Printer {
    last_id: AtomicU64,
    spans: Mutex<HashMap<u64, Span>>,
}

struct Span {
    name: &'static str,
    started: Instant,
    fields: Fields,
    /// How an attempt ended comes in several pieces; the first is enough.
    told: bool,
    /// How many handles there are to it.
    handles: usize,
}

/// Values by their names.
#[derive(Default)]
struct Fields(HashMap<&'static str, String>);

impl Fields {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn number(&self, name: &str) -> u64 {
        self.get(name).and_then(|text| text.parse().ok()).unwrap_or(0)
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

impl Span {
    /// What to print now that more is known.
    fn news(&mut self) -> Option<String> {
        match self.name {
            "iampass.attempt" if !self.told => {
                let error = self.fields.get("error.type");
                let outcome = match (self.fields.get("http.response.status_code"), error) {
                    (Some(status), _) => status,
                    (None, Some(error)) => in_words(error),
                    (None, None) => return None,
                };
                let attempt = self.fields.number("http.request.resend_count") + 1;
                let (what, took) =
                    (self.fields.get("otel.name").unwrap_or_default(), self.started.elapsed().as_millis());
                let host = self.fields.get("server.address").unwrap_or_default();
                let port = self.fields.number("server.port");
                self.told = true;
                Some(format!("attempt {attempt}: {what} at {host}:{port}: {outcome} after {took} ms"))
            }
            "iampass.call" if !self.told && self.fields.get("iampass.elapsed_ms").is_some() => {
                let (operation, attempts) = (
                    self.fields.get("otel.name").unwrap_or_default(),
                    self.fields.number("iampass.attempts"),
                );
                let took = self.fields.number("iampass.elapsed_ms");
                let s = if attempts == 1 { "" } else { "s" };
                self.told = true;
                Some(format!("{operation}: {attempts} attempt{s}, {took} ms in all"))
            }
            _ => None,
        }
    }
}

/// What the client calls a failed attempt, as people read it.
fn in_words(error_type: &str) -> &str {
    match error_type {
        "connect" => "no connection",
        "timeout" => "no answer in time",
        "transport" => "the connection broke",
        other => other,
    }
}

impl Printer {
    fn with_span<T>(&self, id: &Id, then: impl FnOnce(&mut Span) -> T) -> Option<T> {
        let mut spans = self.spans.lock().unwrap_or_else(PoisonError::into_inner);
        spans.get_mut(&id.into_u64()).map(then)
    }
}

impl Subscriber for Printer {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("iampass_client") && *metadata.level() <= Level::DEBUG
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let span = Span {
            name: attributes.metadata().name(),
            started: Instant::now(),
            fields,
            told: false,
            handles: 1,
        };
        self.spans.lock().unwrap_or_else(PoisonError::into_inner).insert(id, span);
        Id::from_u64(id)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        let news = self.with_span(id, |span| {
            values.record(&mut span.fields);
            span.news()
        });
        if let Some(line) = news.flatten() {
            output::message(&line);
        }
    }

    fn record_follows_from(&self, _id: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut line = fields.0.remove("message").unwrap_or_default();
        if let Some(wait) = fields.get("wait_ms") {
            line = format!("{line} in {wait} ms");
        }
        if let Some(offset) = fields.get("offset_seconds") {
            // Writing to a string cannot fail.
            let _ = write!(line, " (offset: {offset} s)");
        }
        output::message(&line);
    }

    fn enter(&self, _id: &Id) {}

    fn exit(&self, _id: &Id) {}

    fn clone_span(&self, id: &Id) -> Id {
        self.with_span(id, |span| span.handles += 1);
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let was_last = self.with_span(&id, |span| {
            span.handles -= 1;
            span.handles == 0
        });
        if was_last == Some(true) {
            self.spans.lock().unwrap_or_else(PoisonError::into_inner).remove(&id.into_u64());
        }
        was_last == Some(true)
    }
}
