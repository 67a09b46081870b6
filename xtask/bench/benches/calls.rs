//! The processor time of calls: our client beside bare reqwest, which decodes the same response, and beside reqwest
//! with the same headers, signed by hand: what the service asks of every client.

#![allow(clippy::unwrap_used, missing_docs, reason = "a program for its figures")]

use std::sync::mpsc;
use std::time::Duration;

use criterion::{Bencher, Criterion, SamplingMode, criterion_group, criterion_main};
use iampass_auth::Signer;
use iampass_bench::{APPLICATION_ID, bare_reqwest, client, credentials, serve};
use iampass_management::generated::types::RegisteredDeviceResponse;
use iampass_management::{ManagementClient, UserId};
use reqwest::header::{ACCEPT, CACHE_CONTROL, USER_AGENT};
use rustix::time::{ClockId, clock_gettime};

trait Caller: Clone + Send + 'static {
    fn call(&self) -> impl Future<Output = ()> + Send;
}

#[derive(Clone)]
struct Ours {
    client: ManagementClient,
    user: UserId,
}

impl Caller for Ours {
    async fn call(&self) {
        assert!(self.client.has_registered_mobile_device(&self.user).await.unwrap());
    }
}

#[derive(Clone)]
struct Bare {
    client: reqwest::Client,
    url: String,
}

impl Caller for Bare {
    async fn call(&self) {
        let response = self.client.get(&self.url).timeout(Duration::from_secs(10)).send().await.unwrap();
        let response: RegisteredDeviceResponse = response.json().await.unwrap();
        assert_eq!(response.device_registered, Some(true));
    }
}

#[derive(Clone)]
struct ByHand {
    bare: Bare,
    signer: Signer,
}

impl Caller for ByHand {
    async fn call(&self) {
        let request = self.bare.client.get(&self.bare.url).timeout(Duration::from_secs(10));
        let request = request.header(ACCEPT, "application/json").header(CACHE_CONTROL, "no-cache");
        let mut request = request.header(USER_AGENT, "by-hand/0.1.0").build().unwrap();
        self.signer.sign_request(&mut request);
        let response = self.bare.client.execute(request).await.unwrap();
        let response: RegisteredDeviceResponse = response.json().await.unwrap();
        assert_eq!(response.device_registered, Some(true));
    }
}

fn calls(criterion: &mut Criterion) {
    let (send, receive) = mpsc::channel();
    // Another thread: its processor time does not count.
    std::thread::spawn(|| serve(move |address| send.send(address).unwrap()));
    let address = receive.recv().unwrap().to_string();
    let ours = Ours { client: client(&address), user: UserId::new("user1").unwrap() };
    let url = format!("http://{address}/management/has_registered_mobile_device/{APPLICATION_ID}/user1");
    let bare = Bare { client: bare_reqwest(), url };
    let by_hand = ByHand { bare: bare.clone(), signer: Signer::new(credentials()) };
    let mut group = criterion.benchmark_group("calls");
    // Samples of the same length, so that each has work for all tasks.
    group.sampling_mode(SamplingMode::Flat);
    for tasks in [1, 64] {
        group.bench_function(format!("ours_{tasks}"), |bencher| measure(bencher, tasks, &ours));
        group.bench_function(format!("bare_{tasks}"), |bencher| measure(bencher, tasks, &bare));
        group.bench_function(format!("by_hand_{tasks}"), |bencher| measure(bencher, tasks, &by_hand));
    }
}

/// Calls from so many tasks at once.
fn measure(bencher: &mut Bencher<'_>, tasks: u64, caller: &impl Caller) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    bencher.iter_custom(|calls| {
        let before = processor_time();
        runtime.block_on(async {
            let tasks = (0..tasks).map(|task| {
                let (caller, share) = (caller.clone(), calls / tasks + u64::from(task < calls % tasks));
                tokio::spawn(async move {
                    for _ in 0..share {
                        caller.call().await;
                    }
                })
            });
            for task in tasks.collect::<Vec<_>>() {
                task.await.unwrap();
            }
        });
        processor_time().saturating_sub(before)
    });
}

/// Of this thread, which is the only one of the client. The system's file about it counts whole ticks, of milliseconds,
/// for a thread that never waits.
fn processor_time() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap()
}

criterion_group!(benches, calls);
criterion_main!(benches);
