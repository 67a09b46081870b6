//! What a proxy says in place of making a tunnel.

use std::error::Error as StdError;
use std::iter::successors;

use reqwest::Error;

/// Why there is no tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TunnelRefusal {
    /// 407: the proxy wants a user name and a password, or others.
    Authentication,
    /// Any other status, or what is not HTTP.
    Other,
}

impl TunnelRefusal {
    /// Finds it among the causes of an error. hyper-util's error has no public type, so its text decides; calls through
    /// a proxy of the tests show that it is still the same.
    pub(crate) fn of(error: &Error) -> Option<Self> {
        let mut causes = successors(error.source(), |cause| (*cause).source());
        causes.find_map(|cause| match cause.to_string().as_str() {
            "tunnel error: proxy authorization required" => Some(Self::Authentication),
            "tunnel error: unsuccessful" => Some(Self::Other),
            _ => None,
        })
    }
}
