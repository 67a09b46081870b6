//! What was done and what was seen, counted in memory that does not grow.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use iampass_emulator::RequestRecord;

/// Problems beyond these are counted, not kept.
const KEPT_PROBLEMS: usize = 20;

#[derive(Default)]
pub(crate) struct Observations {
    pub(crate) calls: AtomicU64,
    /// Calls that ended in an error, repeats included.
    pub(crate) failed: AtomicU64,
    pub(crate) lives: AtomicU64,
    pub(crate) phones_lost: AtomicU64,
    pub(crate) sign_ins: AtomicU64,
    requests: AtomicU64,
    faults: Mutex<BTreeMap<String, u64>>,
    /// By user: how often the service has disabled the phone. Only of those who live.
    effects: Mutex<HashMap<String, u64>>,
    problems: Mutex<(Vec<String>, u64)>,
}

impl Observations {
    /// Called by the emulator for every request.
    pub(crate) fn note_request(&self, request: &RequestRecord) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        // A nonce that came twice would be one, and a signature that is not right. A user that was deleted is none.
        if let Some(refusal) = request.refusal.as_ref().filter(|_| request.status == 401) {
            self.problem(format!("the emulator has refused a request: {}", refusal.code));
        }
        if let Some(fault) = &request.fault {
            let applied = if fault.applied { ", applied" } else { "" };
            let name = match fault.code {
                "status" => format!("{}{applied}", request.status),
                code => format!("{code}{applied}"),
            };
            *self.faults.lock().unwrap().entry(name).or_default() += 1;
        }
        if request.operation == Some("lost_user_mobile_device") && took_effect(request) {
            let user = request.path.rsplit('/').next().unwrap_or_default();
            *self.effects.lock().unwrap().entry(user.to_owned()).or_default() += 1;
        }
    }

    /// How often the service has disabled this user's phone; forgotten with this.
    pub(crate) fn take_effects(&self, user: &str) -> u64 {
        self.effects.lock().unwrap().remove(user).unwrap_or_default()
    }

    pub(crate) fn problem(&self, problem: String) {
        let mut problems = self.problems.lock().unwrap();
        if problems.0.len() < KEPT_PROBLEMS {
            problems.0.push(problem);
        } else {
            problems.1 += 1;
        }
    }

    pub(crate) fn problems(&self) -> Vec<String> {
        let problems = self.problems.lock().unwrap();
        let more = (problems.1 > 0).then(|| format!("and {} more", problems.1));
        problems.0.iter().cloned().chain(more).collect()
    }

    /// How often each fault has struck, and how many requests there were.
    pub(crate) fn faults(&self) -> (BTreeMap<String, u64>, u64) {
        (self.faults.lock().unwrap().clone(), self.requests.load(Ordering::Relaxed))
    }
}

fn took_effect(request: &RequestRecord) -> bool {
    match &request.fault {
        Some(fault) => fault.applied || (fault.code == "delay" && request.status == 200),
        None => request.status == 200,
    }
}
