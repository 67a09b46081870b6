//! `--verbose`: what the client tells of its attempts and waits, on standard error.
//!
//! The client's spans hold no ids, URLs, bodies or signatures, so neither does what is printed here.

use std::collections::HashMap;
use std::fmt;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::output::{self, printable};

const STATUS: &str = "http.response.status_code";
const ERROR: &str = "error.type";
const ELAPSED: &str = "iampass.elapsed_ms";

/// Prints attempts and waits from now on.
pub(crate) fn start() {
    let client = Targets::new().with_target("iampass_client", Level::DEBUG);
    // Fails if it was called before, and then they are printed already.
    let _ = tracing_subscriber::registry().with(Lines.with_filter(client)).try_init();
}

/// Prints a line for each attempt, call and event. The lines of tracing-subscriber's own formatter have every field of
/// every span, some four hundred characters for an attempt.
struct Lines;

/// A span's fields by their names.
#[derive(Default)]
struct Fields(HashMap<&'static str, String>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    /// An outcome is printed as soon as it is known: the span of an attempt lives on while the next is waited for.
    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut extensions = span.extensions_mut();
        let Some(fields) = extensions.get_mut::<Fields>() else { return };
        let mut news = Fields::default();
        values.record(&mut news);
        let is_new = |name: &str| news.0.contains_key(name);
        let is_outcome = match span.name() {
            "iampass.attempt" => is_new(STATUS) || is_new(ERROR) && fields.get(STATUS).is_empty(),
            "iampass.call" => is_new(ELAPSED),
            _ => false,
        };
        fields.0.extend(news.0);
        if is_outcome {
            let line = if span.name() == "iampass.call" { fields.call() } else { fields.attempt() };
            output::message(&printable(&line));
        }
    }

    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut line = fields.get("message").to_owned();
        if let Some(wait) = fields.0.get("wait_ms") {
            line.extend([" in ", wait, " ms"]);
        }
        if let Some(offset) = fields.0.get("offset_seconds") {
            line.extend([" (offset: ", offset, " s)"]);
        }
        output::message(&printable(&line));
    }
}

impl Fields {
    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    fn number(&self, name: &str) -> u64 {
        self.get(name).parse().unwrap_or(0)
    }

    fn attempt(&self) -> String {
        let outcome = match self.get(STATUS) {
            "" => in_words(self.get(ERROR)),
            status => status,
        };
        format!(
            "attempt {}: {} at {}:{}: {outcome} after {} ms",
            self.number("http.request.resend_count") + 1,
            self.get("otel.name"),
            self.get("server.address"),
            self.get("server.port"),
            self.get(ELAPSED),
        )
    }

    fn call(&self) -> String {
        let attempts = self.number("iampass.attempts");
        let s = if attempts == 1 { "" } else { "s" };
        format!("{}: {attempts} attempt{s}, {} ms in all", self.get("otel.name"), self.get(ELAPSED))
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

/// What the client calls a failed attempt, as people read it.
fn in_words(error_type: &str) -> &str {
    match error_type {
        "connect" => "no connection",
        "timeout" => "no answer in time",
        "transport" => "the connection broke",
        other => other,
    }
}
