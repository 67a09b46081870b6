//! The table, a file per kind of fault. Its rows are made for one operation, with the body of its success.

mod bodies;
mod clock;
mod connections;
mod framing;
mod keep_alive;
mod statuses;

pub(crate) use bodies::rows as bodies;
pub(crate) use clock::rows as clock;
pub(crate) use connections::rows as connections;
pub(crate) use framing::rows as framing;
pub(crate) use keep_alive::rows as keep_alive;
pub(crate) use statuses::rows as statuses;

use crate::faults::row::Row;

pub(crate) fn all(success: &'static str) -> Vec<Row> {
    let files = [connections, framing, bodies, statuses, clock, keep_alive];
    files.into_iter().flat_map(|rows| rows(success)).collect()
}
