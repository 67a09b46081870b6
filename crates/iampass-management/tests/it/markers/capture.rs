//! Everything that a thread logs, down to `trace`, writes into spans, or panics with.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::{Debug, Write as _};
use std::panic;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Once};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Metadata, Subscriber};

type Text = Arc<Mutex<String>>;

thread_local! {
    static TEXT: RefCell<Option<Text>> = const { RefCell::new(None) };
}

/// Captures until it is dropped.
pub(crate) struct Capture {
    text: Text,
    _subscriber: DefaultGuard,
}

impl Capture {
    pub(crate) fn begin() -> Self {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            log::set_logger(&Logger).unwrap();
            log::set_max_level(log::LevelFilter::Trace);
            let previous = panic::take_hook();
            panic::set_hook(Box::new(move |info| {
                write(|text| writeln!(text, "PANIC {info}"));
                previous(info);
            }));
        });
        let text = Text::default();
        TEXT.set(Some(Arc::clone(&text)));
        let recorder = Recorder { text: Arc::clone(&text), ..Recorder::default() };
        Self { text, _subscriber: tracing::subscriber::set_default(recorder) }
    }

    /// What has come since it was last asked.
    pub(crate) fn take(&self) -> String {
        std::mem::take(&mut self.text.lock().unwrap())
    }

    /// As [`take`](Capture::take), less what the libraries below the client log.
    pub(crate) fn take_own(&self) -> String {
        let foreign =
            |line: &&str| line.starts_with("log ") || line.contains("> hyper") || line.contains("> mio");
        self.take().lines().filter(|line| !foreign(line)).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        TEXT.set(None);
    }
}

/// Writes a line, if this thread is captured.
fn write(line: impl FnOnce(&mut String) -> std::fmt::Result) {
    TEXT.with_borrow(|text| text.as_ref().map(|text| line(&mut text.lock().unwrap()).unwrap()));
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

/// Writes a line for each new span, for what is recorded in it later, and for each event.
#[derive(Default)]
struct Recorder {
    text: Text,
    last: AtomicU64,
    names: Mutex<HashMap<u64, &'static str>>,
    entered: Mutex<Vec<u64>>,
}

impl Recorder {
    /// `outer > inner`, of the spans that are entered or of the one that is given.
    fn place(&self, parent: Option<&Id>) -> String {
        let names = self.names.lock().unwrap();
        let entered = self.entered.lock().unwrap();
        let inside = parent.map_or(entered.clone(), |id| vec![id.into_u64()]);
        inside.iter().fold(String::new(), |place, id| place + names[id] + " > ")
    }

    fn line(&self, begin: &str, record: impl FnOnce(&mut Fields)) {
        let mut fields = Fields(begin.to_owned());
        record(&mut fields);
        self.text.lock().unwrap().push_str(&(fields.0 + "\n"));
    }
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let place = self.place(span.parent());
        let (name, level) = (span.metadata().name(), span.metadata().level());
        self.names.lock().unwrap().insert(id, name);
        self.line(&format!("span {level} {place}{name}:"), |fields| span.record(fields));
        Id::from_u64(id)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let name = self.names.lock().unwrap()[&span.into_u64()];
        self.line(&format!("     {name}:"), |fields| values.record(fields));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let place = self.place(event.parent());
        let metadata = event.metadata();
        let begin = format!("event {} {place}{}:", metadata.level(), metadata.target());
        self.line(&begin, |fields| event.record(fields));
    }

    fn enter(&self, span: &Id) {
        self.entered.lock().unwrap().push(span.into_u64());
    }

    fn exit(&self, span: &Id) {
        let mut entered = self.entered.lock().unwrap();
        let last = entered.iter().rposition(|id| *id == span.into_u64());
        entered.remove(last.unwrap());
    }
}
