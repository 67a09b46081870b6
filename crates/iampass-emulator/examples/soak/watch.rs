//! Resident memory and open files of this process, over time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::observations::Observations;

/// So many samples in a run.
const SAMPLES: u32 = 360;
const SHORTEST_INTERVAL: Duration = Duration::from_millis(100);
/// Allowed growth of the memory from the second quarter of a run to its last: the allocator's whims.
const SLACK_KIB: u64 = 4 * 1024;
const SLACK_PERCENT: u64 = 5;
/// The emulator remembers so many nonces, and some dead links; until its memory is full, each call takes about so much
/// of it. That is over in the first minutes, and what grows after that is a leak, however slow.
const FILLING_CALLS: u64 = iampass_auth::DEFAULT_REPLAY_CAPACITY as u64;
const FILLING_BYTES: u64 = 150;
/// Allowed growth of the number of open files: a connection that was opened for a task that then got another one is
/// kept idle for a minute, at both of its ends. A file that leaks with each fault would come to more.
const SLACK_FILES: u64 = 2 * crate::TASKS as u64;

#[derive(Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) seconds: f64,
    pub(crate) resident_kib: u64,
    pub(crate) files: u64,
    pub(crate) calls: u64,
}

pub(crate) struct Watching {
    thread: JoinHandle<Vec<Sample>>,
    is_over: Arc<AtomicBool>,
}

pub(crate) struct Watch(Vec<Sample>);

impl Watch {
    pub(crate) fn start(observations: Arc<Observations>, duration: Duration) -> Watching {
        let is_over = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&is_over);
        let interval = (duration / SAMPLES).max(SHORTEST_INTERVAL);
        let thread = std::thread::spawn(move || {
            let started = Instant::now();
            let mut samples = Vec::with_capacity(2 * SAMPLES as usize);
            while !told.load(Ordering::Relaxed) {
                let calls = observations.calls.load(Ordering::Relaxed);
                samples.extend(sample(started, calls));
                std::thread::sleep(interval);
            }
            samples
        });
        Watching { thread, is_over }
    }

    pub(crate) fn samples(&self) -> &[Sample] {
        &self.0
    }

    /// What has grown. Nothing is said of a system that does not tell.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let [_, early, _, late] = self.quarters(|sample| sample.resident_kib);
        let [_, filled_early, _, filled_late] = self.quarters(|sample| sample.calls.min(FILLING_CALLS));
        let filling = (filled_late - filled_early) * FILLING_BYTES / 1024;
        if late > early + filling + SLACK_KIB + early * SLACK_PERCENT / 100 {
            problems.push(format!("resident memory has grown from {early} to {late} KiB"));
        }
        let [_, early, _, late] = self.quarters(|sample| sample.files);
        if late > early + SLACK_FILES {
            problems.push(format!("open files have grown from {early} to {late}"));
        }
        problems
    }

    pub(crate) fn memory(&self) -> Value {
        self.summary(|sample| sample.resident_kib)
    }

    pub(crate) fn files(&self) -> Value {
        self.summary(|sample| sample.files)
    }

    fn summary(&self, value: impl Fn(&Sample) -> u64 + Copy) -> Value {
        let peak = self.0.iter().map(value).max();
        json!({ "median_of_each_quarter": self.quarters(value), "peak": peak })
    }

    fn quarters(&self, value: impl Fn(&Sample) -> u64 + Copy) -> [u64; 4] {
        let quarter = self.0.len() / 4;
        std::array::from_fn(|number| {
            let samples = &self.0[number * quarter..(number + 1) * quarter];
            let mut values: Vec<_> = samples.iter().map(value).collect();
            values.sort_unstable();
            values.get(values.len() / 2).copied().unwrap_or_default()
        })
    }
}

impl Watching {
    pub(crate) fn stop(self) -> Watch {
        self.is_over.store(true, Ordering::Relaxed);
        Watch(self.thread.join().unwrap())
    }
}

/// `None` where there is no `/proc`.
fn sample(started: Instant, calls: u64) -> Option<Sample> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let resident_kib = line.trim().strip_suffix(" kB")?.parse().ok()?;
    let files = std::fs::read_dir("/proc/self/fd").ok()?.count() as u64;
    Some(Sample { seconds: started.elapsed().as_secs_f64(), resident_kib, files, calls })
}
