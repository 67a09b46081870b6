//! What ends a bulk at once; and that every id is in one report, whatever happens.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use iampass_fixture_service::virtual_time;
use iampass_management::{ChunkReport, ChunkResult};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::service::{Response, Service};
use super::{numbers, reports};

#[test]
fn what_all_requests_would_share_stops_it_at_once() {
    for status in ["401 Unauthorized", "404 Not Found"] {
        virtual_time::run(async {
            let service = Service::start(move |_, _| Response::Status(status, "")).await;
            let bulk = service.client().add_users_in_bulk(numbers(9)).chunk_size(1).concurrency(1);
            let reports = reports(bulk.on_event(service.listener())).await;
            assert_eq!(service.requests().len(), 1);
            assert_eq!(reports.len(), 9);
            assert!(reports[0].error().is_some());
            assert!(reports[1..].iter().all(|report| matches!(report.result, ChunkResult::NotSent)));
            let events = service.events();
            assert!(
                matches!(&events[..], [event] if event.starts_with("stopped fails for all ")),
                "{events:?}"
            );
        });
    }
}

/// Also those that wait: for the end of a pause, or for a rate limit.
#[test]
fn stopping_does_not_wait() {
    virtual_time::run(async {
        let service = Service::start(|now, ids| match (now, ids[0].as_str()) {
            (_, "1") => Response::Status("503 Service Unavailable", "retry-after: 100\r\n"),
            _ => Response::Status("401 Unauthorized", ""),
        })
        .await;
        let client = service.client().with_rate_limit(0.1);
        let reports = reports(client.add_users_in_bulk(numbers(9)).chunk_size(1).concurrency(4)).await;
        assert_eq!(reports.len(), 9);
        assert!(service.now() <= 110_000, "{}", service.now());
        assert_eq!(service.requests().len(), 2);
    });
}

#[test]
fn a_refusal_is_final_for_its_chunk_and_ten_in_a_row_are_for_all() {
    for (every, failed, not_sent) in [(2, 20, 0), (1, 10, 30)] {
        virtual_time::run(async {
            let mut count = 0;
            let service = Service::start(move |_, _| {
                count += 1;
                if count % every == 0 { Response::Status("400 Bad Request", "") } else { Response::Done }
            })
            .await;
            let bulk = service.client().add_users_in_bulk(numbers(40)).chunk_size(1).concurrency(1);
            let reports = reports(bulk).await;
            let count =
                |is: fn(&ChunkResult<_>) -> bool| reports.iter().filter(|report| is(&report.result)).count();
            assert_eq!(count(|result| matches!(result, ChunkResult::Failed(_))), failed);
            assert_eq!(count(|result| matches!(result, ChunkResult::NotSent)), not_sent);
        });
    }
}

/// A dry run's calls all end in an error, and tell nothing of the service.
#[tokio::test]
async fn a_dry_run_resumes_at_to_the_end() {
    let (sender, requests) = std::sync::mpsc::channel();
    let client = crate::support::client("http://127.0.0.1:1");
    let client = client.with_dry_run(move |request| sender.send(request).unwrap());
    assert_eq!(reports(client.add_users_in_bulk(numbers(50)).chunk_size(1)).await.len(), 50);
    assert_eq!(requests.try_iter().count(), 50);
}

fn response() -> impl Strategy<Value = Response> {
    prop_oneof![
        8 => Just(Response::Done),
        2 => (0..3_000u64).prop_map(Response::Late),
        1 => Just(Response::Status("500 Internal Server Error", "")),
        1 => Just(Response::Status("503 Service Unavailable", "retry-after: 7\r\n")),
        1 => Just(Response::Status("429 Too Many Requests", "retry-after: 40\r\n")),
        1 => Just(Response::Status("429 Too Many Requests", "")),
        1 => Just(Response::Status("400 Bad Request", "")),
        2 => Just(Response::Status("413 Payload Too Large", "")),
        1 => Just(Response::Status("302 Found", "location: /\r\n")),
        1 => Just(Response::Closed),
        1 => Just(Response::Nothing),
    ]
}

#[derive(Clone, Debug)]
struct Case {
    ids: usize,
    chunk_size: usize,
    concurrency: usize,
    give_up_after: u64,
    /// The responses, one after the other; the last one is for all others.
    responses: Vec<Response>,
}

fn cases() -> impl Strategy<Value = Case> {
    let last = prop_oneof![
        4 => Just(Response::Done),
        1 => Just(Response::Status("503 Service Unavailable", "")),
        1 => Just(Response::Status("401 Unauthorized", "")),
        1 => Just(Response::Status("413 Payload Too Large", "")),
        1 => Just(Response::Status("400 Bad Request", "")),
    ];
    (0..60usize, 1..9usize, 1..5usize, 0..100u64, vec(response(), 0..40), last).prop_map(
        |(ids, chunk_size, concurrency, give_up_after, mut responses, last)| {
            responses.push(last);
            Case { ids, chunk_size, concurrency, give_up_after, responses }
        },
    )
}

/// The ids of a report that are done, and those that are not.
fn split<T>(report: ChunkReport<T>) -> (Vec<String>, Vec<String>) {
    let all: Vec<_> = report.chunk.ids.iter().map(ToString::to_string).collect();
    let unfinished: Vec<_> = report.into_unfinished().iter().map(ToString::to_string).collect();
    let done = all.into_iter().filter(|id| !unfinished.contains(id)).collect();
    (done, unfinished)
}

fn check(case: &Case) -> TestCaseResult {
    virtual_time::run(async {
        let (mut next, responses) = (0, case.responses.clone());
        let service = Service::start(move |_, _| {
            next += 1;
            responses[(next - 1).min(responses.len() - 1)].clone()
        })
        .await;
        let bulk = service.client().add_users_in_bulk(numbers(case.ids));
        let bulk = bulk.chunk_size(case.chunk_size).concurrency(case.concurrency);
        let bulk = bulk.give_up_after(Duration::from_secs(case.give_up_after)).on_event(service.listener());
        let mut seen = BTreeMap::<String, bool>::new();
        for report in reports(bulk).await {
            if let ChunkResult::Done(outcome) = &report.result {
                prop_assert_eq!(&outcome.created, &report.chunk.ids);
            }
            let (done, unfinished) = split(report);
            for (id, is_done) in
                done.into_iter().map(|id| (id, true)).chain(unfinished.into_iter().map(|id| (id, false)))
            {
                prop_assert!(seen.insert(id.clone(), is_done).is_none(), "{} is in two reports", id);
            }
        }
        prop_assert_eq!(seen.len(), case.ids);
        let added: BTreeSet<_> = service
            .requests()
            .into_iter()
            .filter(|request| request.done)
            .flat_map(|request| request.ids)
            .collect();
        for (id, is_done) in &seen {
            // What was added in a call that timed out may be reported as unfinished, and nothing else.
            prop_assert!(!is_done || added.contains(id), "{} is not done", id);
        }
        let stopped = service.events().iter().any(|event| event.starts_with("stopped"));
        let is_hard = |response: &Response| matches!(response, Response::Status(status, _) if status.starts_with(['3', '4']) && !status.starts_with("429"));
        if !stopped && !case.responses.iter().any(is_hard) && case.give_up_after > 0 {
            let lost: Vec<_> = seen.iter().filter(|(_, is_done)| !**is_done).collect();
            // A chunk that alone fails for so long is given up alone.
            prop_assert!(lost.len() <= case.concurrency * case.chunk_size, "{:?}", lost);
        }
        Ok(())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_id_is_in_exactly_one_report_whatever_the_faults(case in cases()) {
        check(&case)?;
    }
}
