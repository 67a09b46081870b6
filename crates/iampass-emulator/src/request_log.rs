//! The last requests and what became of them.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use iampass_authentication::SessionStatus;
use serde::Serialize;

/// How many requests are remembered.
const CAPACITY: usize = 1_000;
/// How much of a method, a path or an explanation is kept, in bytes, so that the memory stays bounded.
const KEPT_TEXT: usize = 2_048;

/// One request as the emulator saw it: no secret, no signature, no body, and of a registration link
/// no token. The path holds user ids, and the refusal's explanation can hold the query too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RequestRecord {
    /// Counts the requests that were recorded since the emulator was started, from 1.
    pub number: u64,
    /// How many requests this stands for: 1, or more where a session's status was asked for repeatedly with the same
    /// response. The record is then that of the first of them.
    pub times: u64,
    /// The number of the last of them.
    pub last_number: u64,
    /// When the response was made, of the last of them, in Unix seconds of the emulator's clock.
    pub unix_seconds: u64,
    /// The HTTP method; empty, like the path, if the head of the request could not be read.
    pub method: String,
    /// The path as it was received, not decoded; `{token}` stands for whatever may be a registration link's token.
    pub path: String,
    /// The contract's `operationId`, or the name of a call that the vendor's client has and the emulator has not; `None`
    /// for a path that is of no API, or a method that the path does not have.
    pub operation: Option<&'static str>,
    /// The length of the body, as `Content-Length` gives it; `None` for a request without one.
    pub body_bytes: Option<u64>,
    /// The HTTP status of the response; 0 when there was none, because the connection was reset or the
    /// client hung up.
    pub status: u16,
    /// What a call that asks for the status of a session was told.
    pub session_status: Option<SessionStatus>,
    /// Why the request was refused, if it was.
    pub refusal: Option<RecordedRefusal>,
    /// The injected fault that struck the call, if one did.
    pub fault: Option<RecordedFault>,
}

/// Which fault struck a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RecordedFault {
    /// A short name that stays the same between releases: `status`, `delay`, `reset` or `cut_body`.
    pub code: &'static str,
    /// Whether the operation was carried out.
    pub applied: bool,
}

/// Why a request was refused: of a wrong signature in more words than its response has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RecordedRefusal {
    /// A short name that stays the same between releases: for a call that is not authenticated one of
    /// [`Refusal::code`](iampass_auth::Refusal::code), or `application_mismatch`; else one such as `unknown_path`,
    /// `method_not_allowed`, `bad_host`, `unknown_user`, `not_json`, `bad_json`, `body_too_large` or `used_link`.
    pub code: &'static str,
    /// What is wrong and what to do. For the author of a signer: the mistakes that were found, if any, and what was
    /// expected; for a wrong signature it holds the text that was to be signed: nonce, URL with its query, time.
    pub explanation: String,
    /// The well-known mistakes that were made, each a short name that stays the same between releases,
    /// such as `scheme_left_in`; empty when none of them fits.
    pub mistakes: Vec<&'static str>,
}

impl Records {
    /// The record that a request for a session's status is counted in: the newest of its path, if that has the same
    /// response. A client that waits for a person asks every few seconds, and would drive out everything else.
    fn same_poll(&mut self, record: &RequestRecord) -> Option<&mut RequestRecord> {
        let is_poll = |record: &RequestRecord| record.session_status.is_some() && record.fault.is_none();
        if !is_poll(record) {
            return None;
        }
        let newest = self.last.iter_mut().rev().find(|earlier| earlier.path == record.path)?;
        let is_same = is_poll(newest)
            && newest.session_status == record.session_status
            && newest.status == record.status;
        is_same.then_some(newest)
    }
}

/// Whoever wants to be told of each request.
pub(crate) type Observer = Arc<dyn Fn(&RequestRecord) + Send + Sync>;

/// A ring of [`RequestRecord`]s.
#[derive(Default)]
pub(crate) struct RequestLog {
    records: Mutex<Records>,
    observer: Option<Observer>,
}

#[derive(Debug, Default)]
struct Records {
    last: VecDeque<RequestRecord>,
    /// The number of the last one, also when it is forgotten.
    number: u64,
}

impl fmt::Debug for RequestLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestLog").field("records", &self.records).finish_non_exhaustive()
    }
}

impl RequestLog {
    pub(crate) fn new(observer: Option<Observer>) -> Self {
        Self { records: Mutex::default(), observer }
    }

    /// Numbers a record and adds it to the list.
    pub(crate) fn note(&self, mut record: RequestRecord) -> RequestRecord {
        truncate(&mut record.method);
        truncate(&mut record.path);
        if let Some(refusal) = &mut record.refusal {
            truncate(&mut refusal.explanation);
        }
        let mut records = self.lock();
        records.number += 1;
        (record.number, record.times, record.last_number) = (records.number, 1, records.number);
        if let Some(earlier) = records.same_poll(&record) {
            earlier.times += 1;
            earlier.last_number = record.number;
            earlier.unix_seconds = record.unix_seconds;
            record = earlier.clone();
        } else {
            if records.last.len() >= CAPACITY {
                records.last.pop_front();
            }
            records.last.push_back(record.clone());
        }
        // Not while the records are locked: the observer may ask for them.
        drop(records);
        if let Some(observer) = &self.observer {
            observer(&record);
        }
        record
    }

    pub(crate) fn clear(&self) {
        self.lock().last.clear();
    }

    /// The oldest first.
    pub(crate) fn records(&self) -> Vec<RequestRecord> {
        self.records_that(|_record| true)
    }

    /// Those that are wanted, the oldest first.
    pub(crate) fn records_that(&self, is_wanted: impl Fn(&RequestRecord) -> bool) -> Vec<RequestRecord> {
        self.lock().last.iter().filter(|record| is_wanted(record)).cloned().collect()
    }

    /// Records are whole after every call, so a poisoned lock does not matter.
    fn lock(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn truncate(text: &mut String) {
    if text.len() > KEPT_TEXT {
        let end = (0..=KEPT_TEXT).rev().find(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or(0));
        text.push('…');
        text.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(path: String) -> RequestRecord {
        RequestRecord {
            number: 0,
            times: 0,
            last_number: 0,
            unix_seconds: 0,
            method: "GET".to_owned(),
            path,
            operation: None,
            body_bytes: None,
            status: 404,
            session_status: None,
            refusal: None,
            fault: None,
        }
    }

    #[test]
    fn the_oldest_goes_when_the_ring_is_full() {
        let log = RequestLog::default();
        for number in 0..=CAPACITY {
            log.note(record(format!("/{number}")));
        }
        let records = log.records();
        assert_eq!(records.len(), CAPACITY);
        assert_eq!(records[0].path, "/1");
        assert_eq!(records[CAPACITY - 1].path, format!("/{CAPACITY}"));
    }

    #[test]
    fn the_observer_is_told_of_each_record_when_it_is_in_the_list() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::new_cyclic(|log: &std::sync::Weak<RequestLog>| {
            let (log, told) = (log.clone(), told.clone());
            RequestLog::new(Some(Arc::new(move |record: &RequestRecord| {
                let in_list = log.upgrade().unwrap().records().contains(record);
                told.lock().unwrap().push((record.path.clone(), in_list));
            })))
        });
        log.note(record("/1".to_owned()));
        log.note(record("/2".to_owned()));
        assert_eq!(*told.lock().unwrap(), [("/1".to_owned(), true), ("/2".to_owned(), true)]);
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let log = RequestLog::default();
        let method = "M".repeat(10 * KEPT_TEXT);
        log.note(RequestRecord { method, ..record(format!("/{}", "é".repeat(KEPT_TEXT))) });
        let method = &log.records()[0].method;
        assert!(method.len() <= KEPT_TEXT + "…".len());
        let path = &log.records()[0].path;
        assert!(path.len() <= KEPT_TEXT + "…".len());
        assert!(path.ends_with("é…"));
    }
}
