//! What happens in the emulator, told to everybody who listens.

use std::sync::Arc;

use serde::Serialize;
use serde_json::json;
use tokio::sync::broadcast;

use crate::request_log::RequestRecord;
use crate::sign_in::SignIn;

/// How many events a listener may be behind. After that it misses the oldest.
const CAPACITY: usize = 256;

/// A part of the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    Applications,
    Users,
    Devices,
    Links,
    SignIns,
    Faults,
    Clock,
    Requests,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// `request`, `sign_in` or `state`.
    pub(crate) name: &'static str,
    /// A JSON object.
    pub(crate) data: Arc<str>,
}

/// Sends events to its listeners, and waits for none of them.
#[derive(Clone, Debug)]
pub(crate) struct Events(broadcast::Sender<Event>);

impl Default for Events {
    fn default() -> Self {
        Self(broadcast::Sender::new(CAPACITY))
    }
}

impl Events {
    /// From now on.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }

    pub(crate) fn state_changed(&self, changed: &[Part]) {
        self.send("state", || json!({ "changed": changed }));
    }

    pub(crate) fn request_recorded(&self, record: &RequestRecord) {
        self.send("request", || {
            json!({
                "number": record.number,
                "times": record.times,
                "method": record.method,
                "path": record.path,
                "operation": record.operation,
                "status": record.status,
                "refusal": record.refusal.as_ref().map(|refusal| refusal.code),
                "fault": record.fault.map(|fault| fault.code),
            })
        });
    }

    /// Each of these sign-ins is new, or has another state.
    pub(crate) fn sign_ins_changed(&self, sign_ins: &[SignIn]) {
        for sign_in in sign_ins {
            self.send("sign_in", || json!(sign_in));
        }
        if !sign_ins.is_empty() {
            self.state_changed(&[Part::SignIns]);
        }
    }

    pub(crate) fn has_listeners(&self) -> bool {
        self.0.receiver_count() > 0
    }

    fn send(&self, name: &'static str, data: impl FnOnce() -> serde_json::Value) {
        // Mostly nobody listens, and then it should cost nothing.
        if self.has_listeners() {
            // The last listener may have gone meanwhile.
            let _ = self.0.send(Event { name, data: data().to_string().into() });
        }
    }
}
