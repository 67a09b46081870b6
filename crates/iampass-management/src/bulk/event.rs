//! The events of a bulk.

use std::time::Duration;

use iampass_client::Error;

/// An event of a bulk, see [`Bulk::on_event`](crate::Bulk::on_event).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum BulkEvent<'a> {
    /// There is an outage, or the service asks to slow down: no request is begun for so long. There is one
    /// for each attempt that fails.
    Paused {
        /// How long, from now on.
        wait: Duration,
        /// Why.
        error: &'a Error,
    },
    /// The outage is over: a request got through.
    Resumed {
        /// How long it has lasted.
        outage: Duration,
    },
    /// No chunk is sent any more. The rest is reported as [`ChunkResult::NotSent`](crate::ChunkResult::NotSent).
    Stopped {
        /// Why.
        reason: StopReason,
        /// The failure that stopped it.
        error: &'a Error,
    },
}

/// Why a bulk has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopReason {
    /// The outage has lasted too long, or the service asks for a wait that is too long.
    Outage,
    /// All other chunks would fail in the same way: a 401, a 404, a certificate that is not trusted, a proxy's 407.
    FailsForAll,
    /// Ten chunks have failed, and none has succeeded in between.
    FailuresInARow,
}
