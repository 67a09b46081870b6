//! Everything that a thread logs, down to `trace`, writes into spans, or panics with.
//!
//! One subscriber for the process, which asks whether the thread is captured. With one per test, tracing asks the thread
//! that happens to reach a callsite first, and may note for all that nobody is interested.

use std::cell::RefCell;
use std::fmt::{Debug, Write as _};
use std::marker::PhantomData;
use std::panic;
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};

thread_local! {
    static CAPTURED: RefCell<Option<Captured>> = const { RefCell::new(None) };
}

/// What this thread has written, and the spans that it is in.
#[derive(Default)]
struct Captured {
    text: String,
    /// Names of the spans; an id is a place in it, plus one.
    names: Vec<&'static str>,
    entered: Vec<u64>,
    /// What each span and event was declared with.
    declared: Vec<&'static Metadata<'static>>,
}

/// Captures this thread until it is dropped.
pub(crate) struct Capture {
    _not_send: PhantomData<*const ()>,
}

impl Capture {
    pub(crate) fn begin() -> Self {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            tracing::subscriber::set_global_default(Recorder).unwrap();
            log::set_logger(&Logger).unwrap();
            log::set_max_level(log::LevelFilter::Trace);
            let previous = panic::take_hook();
            panic::set_hook(Box::new(move |info| {
                write(|text| writeln!(text, "PANIC {info}"));
                previous(info);
            }));
        });
        CAPTURED.set(Some(Captured::default()));
        // Callsites that were reached while the subscriber was being installed may have missed it.
        tracing::callsite::rebuild_interest_cache();
        Self { _not_send: PhantomData }
    }

    /// What has come since it was last asked.
    #[allow(clippy::unused_self)] // there is something to take as long as there is a `Capture`
    pub(crate) fn take(&self) -> String {
        captured(|captured| std::mem::take(&mut captured.text)).unwrap()
    }

    /// What the client's spans and events so far were declared with.
    #[allow(clippy::unused_self)] // there is something to take as long as there is a `Capture`
    pub(crate) fn declared(&self) -> Vec<&'static Metadata<'static>> {
        let own = |metadata: &&Metadata<'_>| metadata.target().starts_with("iampass_");
        captured(|captured| captured.declared.iter().copied().filter(own).collect()).unwrap()
    }

    /// As [`take`](Capture::take), less what the libraries below the client log.
    pub(crate) fn take_own(&self) -> String {
        let foreign =
            |line: &&str| line.starts_with("log ") || line.contains(" hyper") || line.contains(" mio");
        self.take().lines().filter(|line| !foreign(line)).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        CAPTURED.set(None);
    }
}

/// Gives what is captured of this thread, if it is.
fn captured<R>(then: impl FnOnce(&mut Captured) -> R) -> Option<R> {
    CAPTURED.with_borrow_mut(|captured| captured.as_mut().map(then))
}

/// Writes a line, if this thread is captured.
fn write(line: impl FnOnce(&mut String) -> std::fmt::Result) {
    captured(|captured| line(&mut captured.text).unwrap());
}

struct Logger;

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        write(|text| writeln!(text, "log {} {}: {}", record.level(), record.target(), record.args()));
    }

    fn flush(&self) {}
}

impl Captured {
    fn name(&self, span: &Id) -> &'static str {
        self.names[usize::try_from(span.into_u64()).unwrap() - 1]
    }

    /// `outer > inner`, of the spans that are entered or of the one that is given.
    fn place(&self, parent: Option<&Id>) -> String {
        let inside = parent.map_or_else(|| self.entered.clone(), |id| vec![id.into_u64()]);
        inside.iter().fold(String::new(), |place, id| place + self.name(&Id::from_u64(*id)) + " > ")
    }

    fn line(&mut self, begin: String, record: impl FnOnce(&mut Fields)) {
        let mut fields = Fields(begin);
        record(&mut fields);
        self.text += &(fields.0 + "\n");
    }
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

/// Writes a line for each new span, for what is recorded in it later, and for each event.
struct Recorder;

impl Subscriber for Recorder {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, _: &Metadata<'_>) -> bool {
        captured(|_| ()).is_some()
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let (name, level) = (span.metadata().name(), span.metadata().level());
        let id = captured(|captured| {
            let place = captured.place(span.parent());
            captured.names.push(name);
            captured.declared.push(span.metadata());
            captured.line(format!("span {level} {place}{name}:"), |fields| span.record(fields));
            captured.names.len() as u64
        });
        Id::from_u64(id.unwrap())
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        captured(|captured| {
            captured.line(format!("     {}:", captured.name(span)), |fields| values.record(fields));
        });
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        captured(|captured| {
            let place = captured.place(event.parent());
            let metadata = event.metadata();
            captured.declared.push(metadata);
            captured.line(format!("event {} {place}{}:", metadata.level(), metadata.target()), |fields| {
                event.record(fields);
            });
        });
    }

    fn enter(&self, span: &Id) {
        captured(|captured| captured.entered.push(span.into_u64()));
    }

    fn exit(&self, span: &Id) {
        captured(|captured| {
            let last = captured.entered.iter().rposition(|id| *id == span.into_u64());
            captured.entered.remove(last.unwrap());
        });
    }
}
