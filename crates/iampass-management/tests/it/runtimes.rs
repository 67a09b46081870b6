//! Which runtime calls need, and what becomes of a client that is moved from one to another.

use std::time::{Duration, Instant};

use iampass_emulator::{Emulator, Fault};
use iampass_management::{CallPolicy, ManagementClient, Settings};
use tokio::runtime::{Builder, Runtime};

use crate::support::user;

fn client(iampass: &Emulator) -> ManagementClient {
    let settings = Settings::new(iampass.base_url().parse().unwrap(), iampass.credentials().clone());
    ManagementClient::new(settings).unwrap()
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// One request, which does not wait for long.
fn hurried() -> CallPolicy {
    CallPolicy::one_attempt().with_attempt_timeout(Duration::from_millis(500))
}

#[test]
fn a_client_survives_the_runtimes_of_its_calls() {
    let iampass = Emulator::start().unwrap();
    let client = client(&iampass).with_policy(CallPolicy::one_attempt());
    for _ in 0..5 {
        let runtime = runtime();
        for _ in 0..2 {
            runtime.block_on(client.add_users([user("alice")])).unwrap();
        }
    }
}

#[test]
fn a_connection_of_a_runtime_that_stands_still_costs_an_attempt() {
    let iampass = Emulator::start().unwrap();
    let client = client(&iampass).with_policy(hurried());
    let (first, second) = (runtime(), runtime());
    let with_idle_connection = || {
        first.block_on(async {
            client.add_users([user("alice")]).await.unwrap();
            // The connection is free for the next call a moment after the response.
            tokio::time::sleep(Duration::from_millis(50)).await;
        });
    };

    with_idle_connection();
    let error = second.block_on(client.add_users([user("alice")])).unwrap_err();
    assert!(error.is_timeout(), "{error}");

    // With a second attempt, that is all that it costs.
    with_idle_connection();
    let twice = client.with_policy(hurried().with_max_attempts(2));
    let started = Instant::now();
    second.block_on(twice.add_users([user("alice")])).unwrap();
    assert!(started.elapsed() >= Duration::from_millis(500));
}

#[test]
fn a_connection_of_a_runtime_that_runs_is_used_from_another() {
    let iampass = Emulator::start().unwrap();
    let client = client(&iampass).with_policy(CallPolicy::one_attempt());
    let running = || Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (first, second) = (running(), running());
    for _ in 0..10 {
        first.block_on(client.add_users([user("alice")])).unwrap();
        second.block_on(client.add_users([user("alice")])).unwrap();
    }
}

#[test]
#[should_panic(expected = "timers are disabled")]
fn without_time_tokio_panics() {
    let iampass = Emulator::start().unwrap();
    let runtime = Builder::new_current_thread().enable_io().build().unwrap();
    let _ = runtime.block_on(client(&iampass).add_users([user("alice")]));
}

#[tokio::test(start_paused = true)]
async fn a_paused_clock_ends_calls_whose_response_is_on_its_way() {
    let iampass = Emulator::start().unwrap();
    iampass.inject(Fault::delay(Duration::from_secs(3)).always()).unwrap();
    let started = Instant::now();
    let error = client(&iampass).add_users([user("alice")]).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(started.elapsed() < Duration::from_secs(3));
}
