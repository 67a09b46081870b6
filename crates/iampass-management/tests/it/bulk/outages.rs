//! A bulk outlasts an outage: it pauses, and sends again what failed.

use std::time::Duration;

use futures_util::StreamExt as _;
use iampass_fixture_service::virtual_time;
use iampass_management::{CallPolicy, ChunkResult, SendOptions};
use tokio::time::timeout;

use super::service::{Response, Service};
use super::{numbers, reports};
use crate::support::ClosedPort;

/// Away for so many milliseconds.
fn away(until: u64, how: &Response) -> impl FnMut(u64, &[String]) -> Response + Send + 'static {
    let how = how.clone();
    move |now, _| if now < until { how.clone() } else { Response::Done }
}

#[test]
fn a_chunk_that_meets_an_outage_is_sent_again_after_waits_that_grow() {
    for how in [
        Response::Status("500 Internal Server Error", ""),
        Response::Status("502 Bad Gateway", ""),
        Response::Status("503 Service Unavailable", ""),
        Response::Status("520 Web Server Returned an Unknown Error", ""),
        Response::Status("429 Too Many Requests", ""),
        Response::Closed,
    ] {
        virtual_time::run(async {
            let service = Service::start(away(100_000, &how)).await;
            let bulk = service.client().add_users_in_bulk(numbers(3)).chunk_size(1).concurrency(1);
            let reports = reports(bulk.on_event(service.listener())).await;
            assert!(reports.iter().all(|report| matches!(report.result, ChunkResult::Done(_))), "{how:?}");
            // Waits of 1, 2, 4, 8, 16 and 30 seconds, and of no more.
            let times = [0, 1, 3, 7, 15, 31, 61, 91, 121, 121, 121].map(|seconds| seconds * 1_000);
            assert_eq!(service.times(), times, "{how:?}");
            let events = service.events();
            assert_eq!(events.len(), 9, "{events:?}");
            assert!(events[4].starts_with("paused 16000 "), "{events:?}");
            assert_eq!(events[8], "resumed 121000");
        });
    }
}

#[test]
fn a_service_that_does_not_respond_is_an_outage() {
    virtual_time::run(async {
        let service = Service::start(away(5_000, &Response::Nothing)).await;
        let policy = CallPolicy::one_attempt().with_attempt_timeout(Duration::from_secs(4));
        let client = service.client().with_policy(policy);
        let bulk = client.add_users_in_bulk(["a"]).on_event(service.listener());
        assert!(reports(bulk).await[0].error().is_none());
        assert_eq!(service.times(), [0, 5_000]);
        assert_eq!(service.events(), ["paused 1000 timeout", "resumed 5000"]);
    });
}

/// The time in which there was no response counts.
#[test]
fn it_gives_up_in_time_where_there_is_no_response() {
    virtual_time::run(async {
        let service = Service::start(away(u64::MAX, &Response::Nothing)).await;
        let policy = CallPolicy::one_attempt().with_attempt_timeout(Duration::from_secs(4));
        let bulk = service.client().with_policy(policy).add_users_in_bulk(["a"]);
        let bulk = bulk.give_up_after(Duration::from_secs(6)).on_event(service.listener());
        assert!(reports(bulk).await[0].error().unwrap().is_timeout());
        assert_eq!(service.times(), [0, 5_000]);
        assert_eq!(service.now(), 9_000);
    });
}

#[tokio::test]
async fn nobody_listening_is_an_outage() {
    let port = ClosedPort::take();
    let client = crate::support::client(&port.base_url());
    let (sender, events) = std::sync::mpsc::channel();
    let bulk = client.add_users_in_bulk(["a"]).give_up_after(Duration::ZERO);
    let bulk = bulk.on_event(move |event| sender.send(format!("{event:?}")).unwrap());
    assert!(reports(bulk).await[0].error().unwrap().is_connect());
    let event = events.recv().unwrap();
    assert!(event.starts_with("Stopped { reason: Outage"), "{event}");
}

/// In an outage the service is asked once in a while, not once for each chunk.
#[test]
fn all_chunks_wait_and_one_asks() {
    virtual_time::run(async {
        let service = Service::start(away(4_000, &Response::Status("503 Service Unavailable", ""))).await;
        let bulk = service.client().add_users_in_bulk(numbers(20)).chunk_size(1).concurrency(4);
        let reports = reports(bulk.on_event(service.listener())).await;
        assert!(reports.iter().all(|report| report.error().is_none()));
        assert_eq!(service.times()[..7], [0, 0, 0, 0, 1_000, 3_000, 7_000]);
        assert_eq!(service.requests().iter().filter(|request| request.done).count(), 20);
        assert_eq!(service.events().last().unwrap(), "resumed 7000");
    });
}

#[test]
fn it_gives_up_when_the_outage_has_lasted_too_long() {
    virtual_time::run(async {
        let service = Service::start(away(u64::MAX, &Response::Status("503 Service Unavailable", ""))).await;
        let bulk = service.client().add_users_in_bulk(numbers(5)).chunk_size(1).concurrency(2);
        let bulk = bulk.give_up_after(Duration::from_secs(10)).on_event(service.listener());
        let reports = reports(bulk).await;
        // The last attempt is when the time is over.
        assert_eq!(service.times(), [0, 0, 1_000, 3_000, 7_000, 10_000]);
        let sent: Vec<_> = reports.iter().map(|report| report.error().is_some()).collect();
        assert_eq!(sent, [true, true, false, false, false]);
        assert!(reports[2..].iter().all(|report| matches!(report.result, ChunkResult::NotSent)));
        assert_eq!(reports.into_iter().map(|report| report.into_unfinished().len()).sum::<usize>(), 5);
        assert_eq!(service.events().last().unwrap(), "stopped outage unexpected_status");
    });
}

#[test]
fn by_default_it_gives_up_after_five_minutes() {
    virtual_time::run(async {
        let service = Service::start(away(u64::MAX, &Response::Status("503 Service Unavailable", ""))).await;
        assert!(reports(service.client().add_users_in_bulk(["a"])).await[0].error().is_some());
        assert_eq!(service.now(), 300_000);
    });
}

/// The time is counted from the beginning of each outage.
#[test]
fn what_gets_through_in_between_makes_a_new_outage() {
    virtual_time::run(async {
        let service = Service::start(|now, _| match now / 1_000 % 10 {
            0..6 => Response::Status("503 Service Unavailable", ""),
            _ => Response::Late(500),
        })
        .await;
        let bulk = service.client().add_users_in_bulk(numbers(40)).chunk_size(1).concurrency(1);
        let reports = reports(bulk.give_up_after(Duration::from_secs(9)).on_event(service.listener())).await;
        assert!(reports.iter().all(|report| report.error().is_none()));
        assert!(service.events().iter().filter(|event| event.starts_with("resumed")).count() > 3);
    });
}

/// One chunk that the service cannot do, as long as it does the others.
#[test]
fn a_chunk_that_fails_alone_stops_no_other() {
    virtual_time::run(async {
        let service = Service::start(|_, ids| match ids[0].as_str() {
            "2" => Response::Status("500 Internal Server Error", ""),
            _ => Response::Late(100),
        })
        .await;
        let bulk = service.client().add_users_in_bulk(numbers(2_000)).chunk_size(1).concurrency(3);
        let bulk = bulk.give_up_after(Duration::from_secs(20)).on_event(service.listener());
        let reports = reports(bulk).await;
        let failed: Vec<_> = reports.iter().filter(|report| report.error().is_some()).collect();
        assert_eq!(failed.iter().map(|report| report.chunk.number).collect::<Vec<_>>(), [1]);
        let attempts = service.requests().iter().filter(|request| request.ids == ["2"]).count();
        assert!((5..=7).contains(&attempts), "{attempts}");
        // The others take 66 seconds for three at a time.
        assert!(service.now() < 75_000, "{}", service.now());
    });
}

#[test]
fn dropping_the_reports_ends_a_pause() {
    virtual_time::run(async {
        let service = Service::start(away(u64::MAX, &Response::Status("503 Service Unavailable", ""))).await;
        let mut reports = service.client().add_users_in_bulk(numbers(9)).chunk_size(1).reports();
        assert!(timeout(Duration::from_millis(2_500), reports.next()).await.is_err());
        assert_eq!(service.requests().len(), 5);
        // Dropping the wait loses nothing: the next attempt comes as it would have.
        assert!(timeout(Duration::from_secs(1), reports.next()).await.is_err());
        assert_eq!(service.times()[4..], [1_000, 3_000]);
        drop(reports);
        tokio::time::sleep(Duration::from_secs(100)).await;
        assert_eq!(service.requests().len(), 6);
    });
}

#[test]
fn chunks_of_others_and_deletions_outlast_an_outage_too() {
    virtual_time::run(async {
        let service = Service::start(away(1_500, &Response::Closed)).await;
        let mut chunker = iampass_management::Chunker::new(2, true);
        let chunks: Vec<_> = (0..4).filter_map(|id| chunker.push(id, id.to_string())).collect();
        let options = SendOptions::default().concurrency(2).on_event(service.listener());
        let reports = service.client().delete_users_in_chunks(futures_util::stream::iter(chunks), options);
        let reports: Vec<_> = reports.collect().await;
        assert!(reports.iter().all(|report| matches!(report.result, ChunkResult::Done(()))));
        assert_eq!(service.events(), ["paused 1000 transport", "paused 2000 transport", "resumed 3000"]);
    });
}
