//! How long is waited before an attempt.

use std::cell::Cell;
use std::panic;
use std::time::Duration;

use iampass_management::{CallPolicy, ConnectionBuilder};

use super::{LOST, SAFE, builder, built, client, millis};
use crate::support::Server;
use crate::support::call;
use iampass_fixture_service::reply::Reply;
use iampass_fixture_service::virtual_time;

const UNAVAILABLE: &str = "503 Service Unavailable";

#[test]
fn waits_lie_between_nothing_and_a_limit_that_doubles() {
    // A service that asks for no wait does not get one less.
    for headers in ["", "retry-after: 0\r\n", "retry-after: 0.0\r\n"] {
        waits_have_full_jitter(headers);
    }
}

fn waits_have_full_jitter(headers: &'static str) {
    const CALLS: usize = 200;
    // For each of the three waits, all that were seen.
    let mut waits = [const { Vec::new() }; 3];
    virtual_time::run(async {
        for _ in 0..CALLS {
            let server = Server::start(vec![Reply::status(UNAVAILABLE, headers)]).await;
            // A new client, with a full retry budget.
            call(&client(&server), LOST).await.unwrap_err();
            let times = millis(&server);
            assert_eq!(times.len(), 4);
            for (number, pair) in times.windows(2).enumerate() {
                waits[number].push(pair[1] - pair[0]);
            }
        }
    });
    for (waits, limit) in waits.iter().zip([100, 200, 400]) {
        let mean = waits.iter().sum::<u128>() / CALLS as u128;
        let (shortest, longest) = (*waits.iter().min().unwrap(), *waits.iter().max().unwrap());
        // Six standard deviations of the mean of 200 draws.
        assert!((limit * 37 / 100..=limit * 63 / 100).contains(&mean), "mean {mean} of {limit}");
        // "Full" jitter; a timer may be a millisecond late.
        assert!(shortest < limit / 10, "shortest {shortest} of {limit}");
        assert!(longest > limit * 9 / 10 && longest <= limit + 1, "longest {longest} of {limit}");
    }
}

#[test]
fn no_wait_is_longer_than_the_limit() {
    let policy = CallPolicy::default()
        .with_max_attempts(15)
        .with_backoff(Duration::from_secs(1), Duration::from_secs(3))
        .with_deadline(Duration::from_secs(600));
    virtual_time::run(async {
        let server = Server::start(vec![Reply::status(UNAVAILABLE, "")]).await;
        let error = call(&client(&server).with_policy(policy), SAFE).await.unwrap_err();
        assert_eq!(error.attempts(), 15);
        let times = millis(&server);
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] <= 3_001), "{times:?}");
        // Some wait in fourteen is longer than what the first may be: a chance of 3^-12 against it.
        assert!(times.windows(2).any(|pair| pair[1] - pair[0] > 1_001), "{times:?}");
    });
}

#[test]
fn the_error_tells_what_retry_after_said() {
    for (header, told) in [
        ("retry-after: 21\r\n", Some(21)),
        ("retry-after: 20.5\r\n", Some(21)),
        ("retry-after: 99999999999999999999\r\n", Some(u64::MAX)),
        ("date: Sun, 06 Nov 1994 08:49:37 GMT\r\nretry-after: Sun, 06 Nov 1994 08:50:37 GMT\r\n", Some(60)),
        // The server starts at 2025-06-15 15:06:40.
        ("retry-after: Sun, 15 Jun 2025 15:07:10 GMT\r\n", Some(30)),
        ("retry-after: soon\r\n", None),
        ("", None),
    ] {
        for status in ["429 Too Many Requests", UNAVAILABLE, "500 Internal Server Error"] {
            virtual_time::run(async {
                let server = Server::start(vec![Reply::status(status, header)]).await;
                let error = call(&client(&server), LOST).await.unwrap_err();
                assert_eq!(error.retry_after().map(|time| time.as_secs()), told, "{status} {header}");
            });
        }
    }
}

#[test]
fn each_call_may_have_a_policy_of_its_own() {
    virtual_time::run(async {
        let server = Server::start(vec![Reply::status(UNAVAILABLE, "")]).await;
        let client = built(builder(&server).policy(CallPolicy::default().with_max_attempts(2)));
        for (client, attempts) in [
            (client.with_policy(CallPolicy::one_attempt()), 1),
            (client.clone(), 2),
            (client.with_policy(CallPolicy::default().with_max_attempts(0)), 1),
            (client.with_policy(CallPolicy::default().with_max_attempts(5)), 5),
            (client, 2),
        ] {
            let before = server.log().requests.len();
            let error = call(&client, SAFE).await.unwrap_err();
            assert_eq!(error.attempts(), attempts);
            assert_eq!(server.log().requests.len() - before, attempts as usize);
        }
    });
}

#[test]
fn limits_beyond_all_measure_are_no_limits() {
    let endless = CallPolicy::default()
        .with_attempt_timeout(Duration::MAX)
        .with_deadline(Duration::MAX)
        .with_retry_after_limit(Duration::MAX)
        .with_response_limit(usize::MAX);
    virtual_time::run(async {
        let day = "retry-after: 86400\r\n";
        let script = vec![Reply::status(UNAVAILABLE, day), Reply::status(UNAVAILABLE, ""), Reply::success()];
        let server = Server::start(script).await;
        let client = client(&server).with_policy(endless.with_backoff(Duration::from_secs(9), Duration::MAX));
        assert_eq!(call(&client, SAFE).await.unwrap(), "true");
        assert_eq!(millis(&server)[1], 86_400_000);
    });
}

/// Every setting at both of its ends: whatever the call comes to, it ends, and nothing panics, in the background either.
#[test]
fn extreme_settings_do_no_harm() {
    thread_local!(static PANICS: Cell<u32> = const { Cell::new(0) });
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        PANICS.set(PANICS.get() + 1);
        report(info);
    }));
    let limits = [Duration::ZERO, Duration::from_nanos(1), Duration::from_secs(u64::MAX), Duration::MAX];
    for limit in limits {
        let settings: [fn(ConnectionBuilder, Duration) -> ConnectionBuilder; 7] = [
            ConnectionBuilder::connect_timeout,
            ConnectionBuilder::pool_idle_timeout,
            |builder, limit| builder.policy(CallPolicy::default().with_attempt_timeout(limit)),
            |builder, limit| builder.policy(CallPolicy::default().with_deadline(limit)),
            |builder, limit| builder.policy(CallPolicy::default().with_backoff(limit, limit)),
            |builder, limit| builder.policy(CallPolicy::default().with_backoff(Duration::ZERO, limit)),
            |builder, limit| builder.policy(CallPolicy::default().with_retry_after_limit(limit)),
        ];
        for (number, setting) in settings.into_iter().enumerate() {
            virtual_time::run(async move {
                let script = vec![Reply::status(UNAVAILABLE, "retry-after: 1\r\n"), Reply::success()];
                let server = Server::start(script).await;
                let client = built(setting(builder(&server), limit));
                for _ in 0..2 {
                    let outcome = call(&client, SAFE).await;
                    let is_short = limit < Duration::from_secs(1);
                    assert!(outcome.is_ok() || is_short, "setting {number}, {limit:?}: {outcome:?}");
                }
            });
        }
    }
    for (limit, attempts) in [(0, 1), (u32::MAX, 4)] {
        virtual_time::run(async move {
            let server = Server::start(vec![Reply::status(UNAVAILABLE, "")]).await;
            let client = built(builder(&server).retry_budget(limit, limit));
            assert_eq!(call(&client, SAFE).await.unwrap_err().attempts(), attempts);
            let client = client.with_policy(CallPolicy::default().with_response_limit(limit as usize));
            call(&client, SAFE).await.unwrap_err();
        });
    }
    for rate in [1e-30, f64::MAX, f64::INFINITY] {
        virtual_time::run(async move {
            let server = Server::start(vec![Reply::success()]).await;
            let client = built(builder(&server).requests_per_second(rate));
            assert_eq!(call(&client, SAFE).await.unwrap(), "true");
            let second = call(&client, SAFE).await;
            assert_eq!(second.is_ok(), rate > 1.0, "{rate}: {second:?}");
        });
    }
    // A panic of a background task fails no call by itself.
    assert_eq!(PANICS.get(), 0);
}
