//! A row of the table: a fault, and what must come of it.

use std::collections::HashSet;
use std::mem::discriminant;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

use iampass_management::{Connection, DecodeError, Error, ErrorKind, ManagementClient, Operation, Settings};
use tokio::time::{Instant, sleep, timeout};

use crate::faults::network::Network;
use crate::faults::reply::Reply;
use crate::faults::server::{EPOCH, Server};
use crate::support::{Outcome, call_naming, credentials, success, user};

pub(crate) const USER: &str = "marker-user";
pub(crate) const DISPLAY_NAME: &str = "Marker Name";

/// What the default policy allows a call, and a little for the rounding of timers.
const DEADLINE: Duration = Duration::from_millis(30_010);

/// One fault. It is met by each operation of the contract.
pub(crate) struct Row {
    pub(crate) name: String,
    network: Network,
    script: Box<dyn Fn(SocketAddr) -> Vec<Reply>>,
    warm_up: Option<Duration>,
    timestamps: bool,
    reads_at_most: u64,
    connections: Option<usize>,
    safe: Expected,
    unsafe_: Expected,
    exceptions: Vec<(&'static str, Sees)>,
}

/// What must come of a fault.
#[derive(Clone, Debug)]
struct Expected {
    sees: Sees,
    /// Those that the server must see.
    requests: u32,
    attempts: u32,
    millis: RangeInclusive<u64>,
}

/// What came of a row.
pub(crate) struct Played {
    pub(crate) outcome: Outcome,
    /// Everything that was not as it must be.
    pub(crate) problems: Vec<String>,
    /// Of all requests.
    pub(crate) signatures: Vec<String>,
}

/// What the caller sees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sees {
    /// The right response, and not one that was planted.
    Success,
    Connect,
    ConnectTimeout,
    Timeout,
    Transport,
    BadRequest,
    Unauthorized,
    NotFound,
    Refused,
    /// [`ErrorKind::UnexpectedStatus`] with this one.
    Status(u16),
    /// Places do not count.
    Unreadable(DecodeError),
}

impl Row {
    /// A service that replies by this script. The first steps of a script may be for the warm-up.
    pub(crate) fn new<R: IntoIterator<Item = Reply>>(
        name: impl Into<String>,
        script: impl Fn() -> R + 'static,
    ) -> Self {
        Self::with_elsewhere(name, move |_| script())
    }

    /// As [`new`](Row::new), for a script that names another server, which must get nothing.
    pub(crate) fn with_elsewhere<R: IntoIterator<Item = Reply>>(
        name: impl Into<String>,
        script: impl Fn(SocketAddr) -> R + 'static,
    ) -> Self {
        let nothing = Expected { sees: Sees::Success, requests: 0, attempts: 0, millis: 0..=0 };
        Self {
            name: name.into(),
            network: Network::Works,
            script: Box::new(move |elsewhere| script(elsewhere).into_iter().collect()),
            warm_up: None,
            timestamps: true,
            reads_at_most: u64::MAX,
            connections: None,
            safe: nothing.clone(),
            unsafe_: nothing,
            exceptions: Vec::new(),
        }
    }

    /// Something is wrong before the service is reached.
    pub(crate) fn on(mut self, network: Network) -> Self {
        self.network = network;
        self
    }

    /// A first call, which must succeed, leaves its connection behind; the call in question is made after
    /// this pause.
    pub(crate) fn after_a_call(mut self, pause: Duration) -> Self {
        self.warm_up = Some(pause);
        self
    }

    /// The clocks differ, so requests cannot be expected to be signed by the service's.
    pub(crate) fn with_another_clock(mut self) -> Self {
        self.timestamps = false;
        self
    }

    /// The most bytes that the server may get rid of; what the system buffers is part of them.
    pub(crate) fn reads_at_most(mut self, bytes: u64) -> Self {
        self.reads_at_most = bytes;
        self
    }

    /// The connections that the server must see, those of the first call included.
    pub(crate) fn connections(mut self, count: usize) -> Self {
        self.connections = Some(count);
        self
    }

    /// What comes of it, for every operation: what the caller sees, requests, virtual milliseconds.
    pub(crate) fn all(self, sees: Sees, requests: u32, millis: RangeInclusive<u64>) -> Self {
        self.safe(sees, requests, millis.clone()).lost(sees, requests, millis)
    }

    /// … for operations that are safe to repeat.
    pub(crate) fn safe(mut self, sees: Sees, requests: u32, millis: RangeInclusive<u64>) -> Self {
        self.safe = Expected { sees, requests, attempts: requests, millis };
        self
    }

    /// … for those that are not (`lost_user_mobile_device`).
    pub(crate) fn lost(mut self, sees: Sees, requests: u32, millis: RangeInclusive<u64>) -> Self {
        self.unsafe_ = Expected { sees, requests, attempts: requests, millis };
        self
    }

    /// One operation sees something else.
    pub(crate) fn except(mut self, operation: &'static str, sees: Sees) -> Self {
        self.exceptions.push((operation, sees));
        self
    }

    /// The server reads none of the requests, and the caller is told of so many.
    pub(crate) fn unread(mut self, safe: u32, lost: u32) -> Self {
        (self.safe.requests, self.safe.attempts) = (0, safe);
        (self.unsafe_.requests, self.unsafe_.attempts) = (0, lost);
        self
    }

    /// Lets an operation meet the fault.
    pub(crate) async fn play(&self, operation: &Operation) -> Played {
        let expected = if operation.safe_to_repeat { &self.safe } else { &self.unsafe_ };
        let exception = self.exceptions.iter().find(|(excepted, _)| *excepted == operation.id);
        let sees = exception.map_or(expected.sees, |(_, sees)| *sees);
        let elsewhere = Server::start(vec![Reply::success()]).await;
        let server = self.network.start((self.script)(elsewhere.address)).await;
        let settings = Settings::new(server.base_url().parse().unwrap(), credentials());
        let client = Connection::builder(settings).clock(server.clock()).build().unwrap().into();
        let mut wrong = Vec::new();
        if let Some(pause) = self.warm_up {
            let outcome = call(&client, operation).await;
            if !Sees::Success.is(&outcome, operation) {
                wrong.push(format!("the first call came to {outcome:?}"));
            }
            sleep(pause).await;
        }
        let requests_before = server.log().requests.len();

        let started = Instant::now();
        let outcome = timeout(DEADLINE * 10, call(&client, operation)).await;
        let elapsed = started.elapsed();
        let Ok(outcome) = outcome else {
            let never = Err(Error::from(ErrorKind::DryRun));
            return Played {
                outcome: never,
                problems: vec!["the call hangs".to_owned()],
                signatures: vec![],
            };
        };
        // Nothing goes on in the background.
        sleep(2 * DEADLINE).await;

        let mut must = |yes: bool, problem: String| {
            if !yes {
                wrong.push(problem);
            }
        };
        must(sees.is(&outcome, operation), format!("the caller sees {outcome:?}"));
        must(elapsed <= DEADLINE, format!("it takes {elapsed:?}, longer than the deadline"));
        let millis = u64::try_from(elapsed.as_millis()).unwrap();
        must(expected.millis.contains(&millis), format!("it takes {elapsed:?}"));
        let log = server.log();
        let requests = &log.requests[requests_before..];
        must(requests.len() == expected.requests as usize, format!("{} requests", requests.len()));
        if let Err(error) = &outcome {
            must(error.attempts() == expected.attempts, format!("the error tells of {}", error.attempts()));
            must(error.operation().unwrap().id == operation.id, format!("{:?}", error.operation()));
        }
        let (nonces, signatures): (HashSet<_>, HashSet<_>) =
            log.requests.iter().map(super::server::Request::signed).unzip();
        must(nonces.len() == log.requests.len(), format!("{} nonces", nonces.len()));
        must(signatures.len() == log.requests.len(), format!("{} signatures", signatures.len()));
        for request in log.requests.iter().filter(|_| self.timestamps) {
            // Signed just before it was sent, and so after the wait.
            let now = EPOCH + request.at.as_secs();
            let stamp = request.timestamp();
            must(stamp == now || stamp + 1 == now, format!("signed with {stamp}, sent at {now}"));
        }
        must(log.sent <= self.reads_at_most, format!("{} bytes were taken", log.sent));
        let connections = log.connections.len();
        must(
            self.connections.is_none_or(|expected| connections == expected),
            format!("{connections} connections"),
        );
        must(elsewhere.log().connections.is_empty(), "another server was called".to_owned());
        drop(log);
        Played { outcome, problems: wrong, signatures: signatures.into_iter().collect() }
    }
}

async fn call(client: &ManagementClient, operation: &Operation) -> Outcome {
    call_naming(client, operation.id, &user(USER), DISPLAY_NAME).await
}

impl Sees {
    fn is(self, outcome: &Outcome, operation: &Operation) -> bool {
        let error = match outcome {
            Ok(value) => return self == Self::Success && value == success(operation.id).1,
            Err(error) => error,
        };
        match (self, error.kind()) {
            (Self::Connect, _) => error.is_connect() && !error.is_timeout(),
            (Self::ConnectTimeout, _) => error.is_connect() && error.is_timeout(),
            (Self::Timeout, ErrorKind::Timeout(_))
            | (Self::Transport, ErrorKind::Transport(_))
            | (Self::BadRequest, ErrorKind::BadRequest(_))
            | (Self::Unauthorized, ErrorKind::Unauthorized(_))
            | (Self::NotFound, ErrorKind::NotFound { .. })
            | (Self::Refused, ErrorKind::Refused(_)) => true,
            (Self::Status(expected), ErrorKind::UnexpectedStatus { status, .. }) => *status == expected,
            (Self::Unreadable(expected), ErrorKind::Decode(problem)) => {
                discriminant(&expected) == discriminant(problem)
            }
            _ => false,
        }
    }
}
