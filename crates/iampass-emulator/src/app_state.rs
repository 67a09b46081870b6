//! What the handlers of requests and the library's own methods share.

use std::sync::Arc;
use std::time::Duration;

use iampass_auth::{ApplicationId, ApplicationSecret, SecretLookup, Verifier};

use crate::builder::Builder;
use crate::error::{InvalidFault, StateError};
use crate::events::{Events, Part};
use crate::faults::{Fault, Faults};
use crate::movable_clock::MovableClock;
use crate::origin::Origins;
use crate::request_log::{RequestLog, RequestRecord};
use crate::store::Store;

/// The parts of a running emulator that can be looked at and changed, and the settings that responding takes.
#[derive(Debug)]
pub(crate) struct AppState {
    pub(crate) store: Arc<Store>,
    pub(crate) events: Events,
    pub(crate) log: RequestLog,
    pub(crate) faults: Faults,
    pub(crate) clock: Arc<MovableClock>,
    pub(crate) verifier: Verifier,
    /// For the calls that a session's credentials sign.
    pub(crate) session_verifier: Verifier,
    /// Whether nobody but this machine can connect.
    pub(crate) is_loopback: bool,
    pub(crate) origins: Origins,
    /// The largest body of a signed call.
    pub(crate) body_limit: usize,
    /// How long a body may take to arrive.
    pub(crate) read_timeout: Duration,
    /// Whether a client is told why it is not authenticated.
    pub(crate) explain: bool,
}

/// Sessions are many and short-lived, so their nonces are among those of their application.
struct SessionSecrets(Arc<Store>);

impl SecretLookup for SessionSecrets {
    fn secret(&self, session_token: &str) -> Option<ApplicationSecret> {
        self.0.session_secret(session_token)
    }

    fn nonce_owner(&self, session_token: &ApplicationId) -> ApplicationId {
        self.0.session_owner(session_token.as_str()).unwrap_or_else(|| session_token.clone())
    }
}

impl AppState {
    pub(crate) fn new(
        settings: &Builder,
        store: Arc<Store>,
        clock: Arc<MovableClock>,
        is_loopback: bool,
        origins: Origins,
    ) -> Self {
        let secrets = store.clone();
        let verifier = Verifier::new(move |application_id: &str| secrets.secret(application_id));
        let session_verifier = Verifier::new(SessionSecrets(store.clone()));
        Self {
            events: store.events.clone(),
            store,
            log: RequestLog::new(settings.observer.clone()),
            faults: Faults::default(),
            verifier: verifier.with_clock(clock.clone()).with_window(settings.clock_window),
            session_verifier: session_verifier.with_clock(clock.clone()).with_window(settings.clock_window),
            clock,
            is_loopback,
            origins,
            body_limit: settings.body_limit,
            read_timeout: settings.read_timeout,
            explain: settings.explain,
        }
    }

    /// Forgets users, devices, links, sign-ins, requests and faults, and sets the clock right. Applications stay.
    pub(crate) async fn reset(&self) -> Result<(), StateError> {
        self.store.reset().await?;
        self.clear_faults();
        self.reset_clock().await;
        self.log.clear();
        self.events.state_changed(&[Part::Requests]);
        Ok(())
    }

    pub(crate) fn record(&self, record: RequestRecord) {
        let record = self.log.note(record);
        self.events.request_recorded(&record);
    }

    pub(crate) fn inject(&self, fault: Fault) -> Result<(), InvalidFault> {
        self.faults.inject(fault)?;
        self.events.state_changed(&[Part::Faults]);
        Ok(())
    }

    /// The fault that applies to a call of this operation, if one does.
    pub(crate) fn next_fault(&self, operation_id: &str) -> Option<Fault> {
        let fault = self.faults.next_fault(operation_id)?;
        self.events.state_changed(&[Part::Faults]);
        Some(fault)
    }

    pub(crate) fn clear_faults(&self) {
        self.faults.clear();
        self.events.state_changed(&[Part::Faults]);
    }

    pub(crate) async fn move_clock(&self, seconds: i64) {
        self.change_clock(|clock| clock.move_by(seconds)).await;
    }

    pub(crate) async fn set_clock(&self, unix_seconds: u64) {
        self.change_clock(|clock| clock.set(unix_seconds)).await;
    }

    pub(crate) async fn reset_clock(&self) {
        self.change_clock(MovableClock::reset).await;
    }

    /// What time has brought is written before the clock is set back, and what it brings now at once.
    async fn change_clock(&self, change: impl FnOnce(&MovableClock)) {
        self.settle().await;
        change(&self.clock);
        self.events.state_changed(&[Part::Clock]);
        self.settle().await;
    }

    /// Writes what time has brought. The clock can be set even if that fails.
    pub(crate) async fn settle(&self) {
        if let Err(error) = self.store.settle().await {
            tracing::error!(%error, "sign-ins cannot be brought up to date");
        }
    }
}

#[cfg(test)]
impl AppState {
    /// An emulator's state in memory, with all settings as they are by default.
    pub(crate) fn in_memory() -> Self {
        use crate::rules::{Rules, SecondPhone};

        let settings = Builder::new();
        let clock = Arc::new(MovableClock::new(settings.clock.clone()));
        let rules = Rules {
            clock: clock.clone(),
            link_lifetime: None,
            second_phone: SecondPhone::default(),
            sign_in_timeout: settings.sign_in_timeout,
        };
        let store = Arc::new(Store::open(None, None, &[], rules).unwrap());
        Self::new(&settings, store, clock, true, Origins::new("http", None))
    }
}
