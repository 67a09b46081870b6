//! The emulator as a library sees it: start, look, stop.

mod sign_ins;

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use iampass_auth::{ApplicationId, Clock as _, Credentials};
use iampass_management::UserId;
use pollster::block_on;

use crate::app_state::AppState;
use crate::application::Application;
use crate::builder::Builder;
use crate::error::{ImportError, InvalidFault, StartError, StateError};
use crate::faults::{Fault, InjectedFault};
use crate::link::LinkToken;
use crate::movable_clock::MovableClock;
use crate::origin::{Origins, PublicUrl};
use crate::request_log::RequestRecord;
use crate::router::router;
use crate::server::ConnectionConfig;
use crate::server::{Listening, Reserved, Server, ServerConfig};
use crate::shell;
use crate::snapshot::Snapshot;
use crate::start::{base_url, opened, public_url};

/// A running local IAMPASS.
///
/// It runs on a thread and an async runtime of its own, so synchronous tests, asynchronous ones and
/// those with a paused clock can all use it. It stops when it is dropped; open connections are
/// closed then, and state that is in memory is gone.
pub struct Emulator {
    base_url: String,
    public_url: Option<String>,
    local_addr: SocketAddr,
    credentials: Credentials,
    ca_certificate: Option<String>,
    state: Arc<AppState>,
    served: ServerConfig,
    /// Last, though it is dropped on its own: dropping it stops the thread.
    port: Mutex<Port>,
}

/// The thread that listens, or what keeps the address meanwhile.
#[derive(Default)]
struct Port {
    server: Option<Server>,
    reserved: Option<Reserved>,
}

impl Emulator {
    /// Starts an emulator on a free port of `127.0.0.1`, with one application that has fresh random
    /// [credentials](Emulator::credentials). When this returns, it is listening.
    ///
    /// # Errors
    /// [`StartError`] says what stood in the way.
    pub fn start() -> Result<Self, StartError> {
        Self::builder().start()
    }

    /// Settings for an emulator that differs from [`Emulator::start`]'s.
    pub fn builder() -> Builder {
        Builder::new()
    }

    fn with(settings: &Builder) -> Result<Self, StartError> {
        let public_url = public_url(settings)?;
        let clock = Arc::new(MovableClock::new(settings.clock.clone()));
        let (store, credentials) = opened(settings, &clock)?;
        let listening = Listening::bind(settings.listen)?;
        let local_addr = listening.local_addr();
        let host = public_url.as_ref().and_then(PublicUrl::tls_host);
        let tls = settings.tls.as_ref().map(|tls| tls.ready(local_addr.ip(), host)).transpose();
        let tls = tls.map_err(StartError::Tls)?;
        let is_loopback = local_addr.ip().is_loopback();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let base_url = base_url(scheme, local_addr);
        let origins = Origins::new(scheme, public_url.clone());
        let state = Arc::new(AppState::new(settings, store, clock, is_loopback, origins));
        let is_local = is_loopback && public_url.as_ref().is_none_or(PublicUrl::is_loopback);
        let with_admin = settings.admin.unwrap_or(is_local);
        let router = router(state.clone(), with_admin)?;
        let (acceptor, ca_certificate) = tls.map(|ready| (ready.acceptor, ready.ca_certificate)).unzip();
        let read_timeout = settings.read_timeout;
        let each = ConnectionConfig { router, tls: acceptor, state: state.clone(), read_timeout };
        let served = ServerConfig { each, max_connections: settings.max_connections };
        let listens = Some(listening.serve(served.clone())?);
        tracing::info!(%local_addr, "the emulator is listening");
        let ca_certificate = ca_certificate.flatten();
        let port = Mutex::new(Port { server: listens, reserved: None });
        let public_url = public_url.map(|url| url.origin());
        Ok(Self { base_url, public_url, local_addr, credentials, ca_certificate, state, served, port })
    }

    /// Where clients on this machine reach it, such as `http://127.0.0.1:40123`, without a slash at the end.
    ///
    /// For an emulator that listens on all addresses this is its loopback address. Clients elsewhere use the machine's
    /// address or name, or the [public URL](Builder::public_url); the links that they get begin with what they used.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The address it listens on.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// The certificate of the CA that clients have to trust, in PEM, if the emulator
    /// [speaks TLS](Builder::tls) with a certificate that it made itself.
    #[must_use]
    pub fn ca_certificate(&self) -> Option<&str> {
        self.ca_certificate.as_deref()
    }

    /// The credentials of the first application.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The first application: its [credentials](Self::credentials), and the text of its secret where the
    /// emulator has it, to be told to a client.
    #[must_use]
    pub fn application(&self) -> Application {
        let text = self.state.store.secret_text(self.credentials.application_id().as_str());
        Application::from(self.credentials.clone()).with_secret_text(text)
    }

    /// What a shell needs to call the emulator for its first application: three `export` lines, with every
    /// value quoted. They hold the [public URL](Builder::public_url), if there is one, and the secret, where the
    /// emulator has its text.
    #[must_use]
    pub fn shell_settings(&self) -> String {
        let application = self.application();
        let url = self.public_url.as_deref().unwrap_or(&self.base_url);
        shell::exports(url, Some(application.id().as_str()), application.expose_secret())
    }

    /// Adds an application while the emulator runs.
    ///
    /// # Errors
    /// [`StateError::DuplicateApplication`] when there is one with this id.
    pub fn add_application(&self, application: impl Into<Application>) -> Result<(), StateError> {
        block_on(self.state.store.add_application(application.into()))
    }

    /// The ids of the applications, sorted.
    #[must_use]
    pub fn applications(&self) -> Vec<ApplicationId> {
        self.state.store.applications()
    }

    /// The users of an application, sorted by id.
    ///
    /// # Errors
    /// [`StateError::UnknownApplication`].
    pub fn users(&self, application_id: &ApplicationId) -> Result<Vec<UserId>, StateError> {
        self.state.store.users(application_id)
    }

    /// Whether a user has a device registered.
    ///
    /// # Errors
    /// [`StateError::UnknownApplication`] and [`StateError::UnknownUser`].
    pub fn has_device(&self, application_id: &ApplicationId, user_id: &UserId) -> Result<bool, StateError> {
        self.state.store.has_device(application_id, user_id)
    }

    /// Plays the phone: registers a device with a link, the `register_url` of a response, whatever origin it begins with.
    ///
    /// # Errors
    /// [`StateError::UnknownLink`], [`StateError::UsedLink`], [`StateError::DeadLink`], [`StateError::ExpiredLink`] and
    /// [`StateError::SecondPhone`].
    pub fn register_device(&self, link: &str) -> Result<(), StateError> {
        let token = LinkToken::from_link(link).ok_or(StateError::UnknownLink)?;
        block_on(self.state.store.register_device(&token)).map(drop)
    }

    /// The last 1,000 requests and what became of them, the oldest first. Those that ask for a session's status and have
    /// the same response are counted as [one](RequestRecord::times).
    ///
    /// A request is in the list before its response is sent. Those of the admin API are not in it.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.state.log.records()
    }

    /// Lets something go wrong with calls to come. Faults that were injected before stay; of several
    /// that select a call, the one that was injected first applies.
    ///
    /// # Errors
    /// [`InvalidFault`] says what of the fault makes no sense; nothing is changed then.
    pub fn inject(&self, fault: Fault) -> Result<(), InvalidFault> {
        self.state.inject(fault)
    }

    /// The faults that can still apply, in the order in which they were injected.
    #[must_use]
    pub fn faults(&self) -> Vec<InjectedFault> {
        self.state.faults.list()
    }

    /// Takes all faults away. Calls that wait out a delay go on waiting.
    pub fn clear_faults(&self) {
        self.state.clear_faults();
    }

    /// What the emulator's clock shows, in Unix seconds.
    #[must_use]
    pub fn unix_seconds(&self) -> u64 {
        self.state.clock.unix_seconds()
    }

    /// Moves the emulator's clock on, or back: signatures are held against it, sign-ins and links grow old by it, and
    /// responses carry it in `Date`.
    pub fn move_clock(&self, seconds: i64) {
        block_on(self.state.move_clock(seconds));
    }

    /// Sets the emulator's clock; it goes on from there.
    pub fn set_clock(&self, unix_seconds: u64) {
        block_on(self.state.set_clock(unix_seconds));
    }

    /// Forgets all users, devices, links, sign-ins, requests and faults, and sets the clock right. Applications
    /// stay.
    ///
    /// # Errors
    /// [`StateError::Storage`] when the state cannot be changed.
    pub fn reset(&self) -> Result<(), StateError> {
        block_on(self.state.reset())
    }

    /// The whole state: applications with their secrets, users, devices and open links.
    ///
    /// # Errors
    /// [`StateError::Storage`] when the state cannot be read.
    pub fn export(&self) -> Result<Snapshot, StateError> {
        self.state.store.export()
    }

    /// Takes a snapshot in the place of the whole state. [`credentials`](Self::credentials) stay what
    /// they were, so they are of use afterwards if the snapshot has their application.
    ///
    /// # Errors
    /// [`ImportError`] says what the snapshot lacks; nothing is changed then.
    pub fn import(&self, snapshot: Snapshot) -> Result<(), ImportError> {
        block_on(self.state.store.import(snapshot))
    }

    /// Closes the port and all connections: what a service that is down looks like. When this returns, the system
    /// refuses connections. The state stays, and the port is kept for [`start_listening`](Self::start_listening). Does
    /// nothing if it is closed already. Not to be called from [`Builder::on_request`]'s function, which runs on the
    /// thread that this waits for.
    ///
    /// # Errors
    /// [`StartError::Listen`] when the port cannot be kept, because somebody else has just taken it.
    pub fn stop_listening(&self) -> Result<(), StartError> {
        let mut port = self.port();
        if port.server.take().is_some() {
            port.reserved = Some(Reserved::bind(self.local_addr)?);
        }
        Ok(())
    }

    /// Listens on the same port again, after [`stop_listening`](Self::stop_listening). Does nothing if it is listening.
    ///
    /// # Errors
    /// [`StartError::Listen`] and [`StartError::Thread`].
    pub fn start_listening(&self) -> Result<(), StartError> {
        let mut port = self.port();
        if port.server.is_none() {
            port.reserved = None;
            port.server = Some(Listening::bind(self.local_addr)?.serve(self.served.clone())?);
        }
        Ok(())
    }

    /// A panic while it was locked has left it as it was, or closed.
    fn port(&self) -> MutexGuard<'_, Port> {
        self.port.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops the emulator; the same as dropping it. When this returns, nothing listens any more.
    pub fn stop(self) {
        drop(self);
    }
}

impl Builder {
    /// Starts the emulator. When this returns, it is listening.
    ///
    /// # Errors
    /// [`StartError`] says what stood in the way.
    pub fn start(self) -> Result<Emulator, StartError> {
        Emulator::with(&self)
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("base_url", &self.base_url)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}
