//! How an emulator is to be, before it starts.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use iampass_auth::{Clock, DEFAULT_WINDOW, SystemClock};

use crate::application::Application;
use crate::request_log::{Observer, RequestRecord};
use crate::rules::SecondPhone;
use crate::snapshot::Snapshot;
use crate::tls::Tls;

/// The largest body that is read, unless told otherwise: 8 MiB.
const DEFAULT_BODY_LIMIT: usize = 8 * 1024 * 1024;

/// How many connections there can be at once, unless told otherwise.
const DEFAULT_MAX_CONNECTIONS: usize = 512;

/// How long to wait for a client to say what it has to say, unless told otherwise.
const DEFAULT_READ_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a sign-in waits for the user, unless told otherwise.
const DEFAULT_SIGN_IN_TIMEOUT: Duration = Duration::from_secs(60);

/// Settings of an emulator; [`Emulator::builder`](crate::Emulator::builder) makes one.
#[derive(Clone)]
#[must_use = "nothing is started until `start` is called"]
pub struct Builder {
    pub(crate) listen: SocketAddr,
    pub(crate) public_url: Option<String>,
    pub(crate) applications: Vec<Application>,
    pub(crate) data: Option<PathBuf>,
    pub(crate) import: Option<Snapshot>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) clock_window: Duration,
    pub(crate) body_limit: usize,
    pub(crate) link_lifetime: Option<Duration>,
    pub(crate) second_phone: SecondPhone,
    pub(crate) sign_in_timeout: Duration,
    pub(crate) admin: Option<bool>,
    pub(crate) explain: bool,
    pub(crate) tls: Option<Tls>,
    pub(crate) max_connections: usize,
    pub(crate) read_timeout: Duration,
    pub(crate) observer: Option<Observer>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            public_url: None,
            applications: Vec::new(),
            data: None,
            import: None,
            clock: Arc::new(SystemClock),
            clock_window: DEFAULT_WINDOW,
            body_limit: DEFAULT_BODY_LIMIT,
            link_lifetime: None,
            second_phone: SecondPhone::default(),
            sign_in_timeout: DEFAULT_SIGN_IN_TIMEOUT,
            admin: None,
            explain: false,
            tls: None,
            max_connections: DEFAULT_MAX_CONNECTIONS,
            read_timeout: DEFAULT_READ_TIMEOUT,
            observer: None,
        }
    }

    /// Listens on this address; port 0 is any free port. By default `127.0.0.1:0`.
    ///
    /// The emulator serves plain HTTP unless told otherwise, and whoever reaches it and knows a link can use the link. So
    /// listen beyond the own machine in closed networks alone.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Begins registration links, and the settings that the console shows, with this URL: scheme, host and port, without a
    /// path. For an emulator behind a proxy or in a container, whose clients know it by another address than the one that
    /// their requests name in `Host`. Its host may also be used for [console and admin API](Self::admin). A proxy has to pass `Host` on
    /// as it came, since clients sign it.
    ///
    /// By default each client gets links of the origin that it used itself.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// Serves this application, an [`Application`] or `Credentials`. Can be called repeatedly, once for
    /// each; the first is the one that [`Emulator::credentials`](crate::Emulator::credentials) gives. By default there are those of
    /// the [data file](Self::data) or, if it has none, one with random credentials.
    pub fn application(mut self, application: impl Into<Application>) -> Self {
        self.applications.push(application.into());
        self
    }

    /// Keeps all state in this file, a `SQLite` database, which is made if there is none. What was
    /// acknowledged survives a kill and a power loss. By default the state is in memory, and gone when the
    /// emulator stops.
    ///
    /// The file holds secrets, so it is made readable by its owner alone. One emulator can use it at a
    /// time.
    pub fn data(mut self, path: impl Into<PathBuf>) -> Self {
        self.data = Some(path.into());
        self
    }

    /// Starts with this state. It takes the place of all that the [data file](Self::data) has, but for the
    /// secrets of applications that are given without one. What the snapshot leaves out and the file does
    /// not have is drawn at random.
    ///
    /// An [application](Self::application) that is given is served beside those of the snapshot; its
    /// secret takes the place of the snapshot's.
    pub fn import(mut self, snapshot: Snapshot) -> Self {
        self.import = Some(snapshot);
        self
    }

    /// Takes the time from this clock where signatures are verified. By default the machine's.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Lets signers' clocks be so far off, each way; parts of a second are cut off. By default 300 s.
    pub fn clock_window(mut self, window: Duration) -> Self {
        self.clock_window = window;
        self
    }

    /// Responds 413 to bodies of more bytes than this. By default 8 MiB.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Lets a registration link expire so long after it was made, by the emulator's clock, which tests can
    /// [move](crate::Emulator::move_clock); parts of a second are cut off. By default links do not expire.
    pub fn link_lifetime(mut self, lifetime: Duration) -> Self {
        self.link_lifetime = Some(lifetime);
        self
    }

    /// Decides what registering a phone does when its user has one. By default the new one takes its place.
    pub fn second_phone(mut self, second_phone: SecondPhone) -> Self {
        self.second_phone = second_phone;
        self
    }

    /// Lets a sign-in wait so long for the user until its state is `timeout`, by the emulator's clock, which tests can
    /// [move](crate::Emulator::move_clock); a part of a second counts as a whole one. By default 60 s.
    pub fn sign_in_timeout(mut self, timeout: Duration) -> Self {
        self.sign_in_timeout = timeout;
        self
    }

    /// Serves the admin API under `/_emulator/v1/` and the console, or does not. By default they are served when this
    /// machine alone can reach the emulator, and only then: it listens on a loopback address, and its
    /// [public URL](Self::public_url), if it has one, is one too. Whoever reaches them can read the secrets and change
    /// everything.
    pub fn admin(mut self, served: bool) -> Self {
        self.admin = Some(served);
        self
    }

    /// Tells a client that gets a 401 why, in the response's body: what [`Emulator::requests`](crate::Emulator::requests)
    /// tells otherwise. For those who write a signer. By default it is not told.
    pub fn explain(mut self, told: bool) -> Self {
        self.explain = told;
        self
    }

    /// Speaks HTTPS, and nothing else. By default it is plain HTTP.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Has so many connections at once at most, and at least one; others wait until one ends. An idle
    /// connection ends after the [read timeout](Self::read_timeout). By default 512.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections.max(1);
        self
    }

    /// Waits so long for each of: a TLS handshake, a request's head, a body, the next request on a
    /// connection that is kept open, and a client that does not read its response. By default 30 s.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = timeout;
        self
    }

    /// Calls this for every request but the admin API's, before its response is sent, also for those that are
    /// [counted](RequestRecord::times) in a record that was told of before: for a log that shows requests as they
    /// come, where [`Emulator::requests`](crate::Emulator::requests) would have to be asked again and again. It is called on the
    /// emulator's thread, which serves nobody else meanwhile. By default nothing is called.
    pub fn on_request(mut self, observer: impl Fn(&RequestRecord) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("listen", &self.listen)
            .field("public_url", &self.public_url)
            .field("applications", &self.applications)
            .field("data", &self.data)
            .field("admin", &self.admin)
            .field("explain", &self.explain)
            .field("tls", &self.tls)
            .field("max_connections", &self.max_connections)
            .field("read_timeout", &self.read_timeout)
            .field("clock_window", &self.clock_window)
            .field("body_limit", &self.body_limit)
            .field("link_lifetime", &self.link_lifetime)
            .field("second_phone", &self.second_phone)
            .field("sign_in_timeout", &self.sign_in_timeout)
            .finish_non_exhaustive()
    }
}
