//! A bulk slows down as a whole when the service asks for it.

use std::time::Duration;

use iampass_fixture_service::virtual_time;
use iampass_management::{CallPolicy, ManagementClient};

use super::service::{Response, Service};
use super::{numbers, reports};

fn all_done<T>(reports: &[iampass_management::ChunkReport<T>]) -> bool {
    reports.iter().all(|report| report.error().is_none())
}

/// Also a wait that is longer than a single call would obey.
#[test]
fn no_chunk_goes_out_before_the_wait_is_over() {
    for (status, header) in
        [("429 Too Many Requests", "retry-after: 60\r\n"), ("503 Service Unavailable", "retry-after: 60\r\n")]
    {
        virtual_time::run(async {
            // The other chunks are on their way when the first one's response comes.
            let service = Service::start(move |now, ids| match ids[0].as_str() {
                "1" if now < 60_000 => Response::Status(status, header),
                _ if now < 60_000 => Response::Late(500),
                _ => Response::Done,
            })
            .await;
            let client = service.client().with_policy(CallPolicy::default());
            let bulk = client.add_users_in_bulk(numbers(30)).chunk_size(1).concurrency(4);
            assert!(all_done(&reports(bulk.on_event(service.listener())).await));
            let times = service.times();
            assert_eq!(times[..5], [0, 0, 0, 0, 60_000], "{status}");
            assert_eq!(times.len(), 31);
            assert_eq!(service.events(), ["paused 60000 unexpected_status", "resumed 59500"]);
        });
    }
}

/// A call of its own would wait alone, and let the others out meanwhile.
#[test]
fn a_wait_that_a_single_call_would_obey_is_for_all_too() {
    virtual_time::run(async {
        let service = Service::start(|now, ids| match ids[0].as_str() {
            "1" if now < 5_000 => Response::Status("503 Service Unavailable", "retry-after: 5\r\n"),
            _ => Response::Late(500),
        })
        .await;
        let client = service.client().with_policy(CallPolicy::default());
        assert!(all_done(&reports(client.add_users_in_bulk(numbers(9)).chunk_size(1).concurrency(2)).await));
        assert_eq!(service.times()[..3], [0, 0, 5_000]);
    });
}

/// Who is asked to slow down does, although others get through; else a chunk that fails alone waits alone.
#[test]
fn a_service_that_asks_to_slow_down_gets_no_request_for_a_while() {
    for (status, header) in [("429 Too Many Requests", ""), ("503 Service Unavailable", "retry-after: 1\r\n")]
    {
        virtual_time::run(async {
            let service = Service::start(move |now, ids| match ids[0].as_str() {
                "2" if now < 20_000 => Response::Status(status, header),
                _ => Response::Late(500),
            })
            .await;
            let bulk = service.client().add_users_in_bulk(numbers(100)).chunk_size(1).concurrency(4);
            assert!(all_done(&reports(bulk).await));
            let times = service.times();
            let refused: Vec<_> = service.requests().into_iter().filter(|request| !request.done).collect();
            assert!(refused.len() > 3, "{refused:?}");
            for at in refused.iter().map(|request| request.at).filter(|at| *at > 0) {
                assert!(
                    !times.iter().any(|time| (at + 1..at + 1_000).contains(time)),
                    "{status} {at}: {times:?}"
                );
            }
        });
    }
}

/// Whatever waits for a rate limit while a pause begins waits for the end of the pause too.
#[test]
fn a_rate_limit_does_not_let_a_chunk_out_during_a_pause() {
    virtual_time::run(async {
        let service = Service::start(|now, _| match now {
            0 => Response::Status("429 Too Many Requests", "retry-after: 30\r\n"),
            _ => Response::Done,
        })
        .await;
        let client: ManagementClient = service.client().with_rate_limit(1.0);
        assert!(all_done(&reports(client.add_users_in_bulk(numbers(6)).chunk_size(1)).await));
        let times = service.times();
        assert!(times[1] >= 30_000, "{times:?}");
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= 1_000), "{times:?}");
    });
}

#[test]
fn after_a_pause_there_is_one_call_and_then_one_more_with_each_that_gets_through() {
    virtual_time::run(async {
        let service = Service::start(|now, _| match now {
            0 => Response::Status("429 Too Many Requests", "retry-after: 5\r\n"),
            _ => Response::Late(1_000),
        })
        .await;
        let bulk = service.client().add_users_in_bulk(numbers(14)).chunk_size(1).concurrency(4);
        assert!(all_done(&reports(bulk).await));
        let mut counts = std::collections::BTreeMap::<u64, usize>::new();
        for at in service.times() {
            *counts.entry(at / 1_000).or_default() += 1;
        }
        assert_eq!(counts.into_iter().collect::<Vec<_>>(), [(0, 4), (5, 1), (6, 2), (7, 4), (8, 4), (9, 3)]);
    });
}

/// Five requests in a second, else 429.
#[test]
fn a_service_with_a_limit_gets_all_chunks_and_fails_none() {
    for header in ["retry-after: 1\r\n", ""] {
        virtual_time::run(async {
            let (mut second, mut count) = (0, 0);
            let service = Service::start(move |now, _| {
                if now / 1_000 != second {
                    (second, count) = (now / 1_000, 0);
                }
                count += 1;
                if count > 5 { Response::Status("429 Too Many Requests", header) } else { Response::Late(10) }
            })
            .await;
            let bulk = service.client().add_users_in_bulk(numbers(200)).chunk_size(1).concurrency(8);
            assert!(all_done(&reports(bulk).await));
            let requests = service.requests();
            assert_eq!(requests.iter().filter(|request| request.done).count(), 200);
            assert!(service.now() <= 90_000, "{header}: {}", service.now());
            assert!(requests.len() <= 600, "{header}: {}", requests.len());
        });
    }
}

#[test]
fn a_wait_that_is_longer_than_it_may_take_ends_it_at_once() {
    virtual_time::run(async {
        let service =
            Service::start(|_, _| Response::Status("429 Too Many Requests", "retry-after: 3600\r\n")).await;
        let bulk = service.client().add_users_in_bulk(numbers(9)).chunk_size(1).concurrency(1);
        let reports = reports(bulk.on_event(service.listener())).await;
        assert_eq!((service.times(), service.now()), (vec![0], 0));
        assert_eq!(reports[0].error().unwrap().retry_after(), Some(Duration::from_secs(3600)));
        assert_eq!(service.events(), ["stopped outage unexpected_status"]);
    });
}

#[test]
fn a_wait_of_centuries_does_no_harm() {
    for give_up_after in [Duration::ZERO, Duration::from_secs(300), Duration::MAX] {
        virtual_time::run(async {
            let header = "retry-after: 99999999999999999999\r\n";
            let service = Service::start(move |_, _| Response::Status("429 Too Many Requests", header)).await;
            let bulk = service.client().add_users_in_bulk(["a"]).give_up_after(give_up_after);
            assert!(reports(bulk).await[0].error().unwrap().is_rate_limited());
        });
    }
}
