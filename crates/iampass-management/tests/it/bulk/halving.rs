//! A chunk that is too large for the service is sent in parts, and reported as one.

use std::collections::BTreeSet;

use iampass_fixture_service::virtual_time;
use iampass_management::{ChunkReport, ChunkResult, UserId};

use super::service::{Response, Service};
use super::{numbers, reports, texts};

const TOO_LARGE: Response = Response::Status("413 Payload Too Large", "");

/// A service that takes bodies of so many bytes, about.
fn with_limit(limit: usize) -> impl FnMut(u64, &[String]) -> Response + Send + 'static {
    move |_, ids| {
        let size: usize = ids.iter().map(|id| id.len() + 3).sum();
        if size > limit { TOO_LARGE } else { Response::Done }
    }
}

#[test]
fn a_chunk_that_is_too_large_is_halved_until_it_passes() {
    virtual_time::run(async {
        let service = Service::start(|_, ids| if ids.len() > 2 { TOO_LARGE } else { Response::Done }).await;
        let reports = reports(service.client().add_users_in_bulk(numbers(7))).await;
        let [report] = &reports[..] else { panic!("{reports:?}") };
        let ChunkResult::Done(outcome) = &report.result else { panic!("{report:?}") };
        assert_eq!(texts(&outcome.created), ["1", "2", "3", "4", "5", "6", "7"]);
        let sizes: Vec<_> = service.requests().iter().map(|request| request.ids.len()).collect();
        // What was too large once is not tried again.
        assert_eq!(sizes, [7, 3, 1, 2, 2, 2]);
    });
}

#[test]
fn later_chunks_are_halved_at_once() {
    virtual_time::run(async {
        let service = Service::start(with_limit(2_000)).await;
        let ids = (0..8_000).map(|number| format!("{number:07}"));
        let bulk = service.client().add_users_in_bulk(ids).chunk_size(1_000).concurrency(1);
        let reports = reports(bulk).await;
        assert_eq!(reports.len(), 8);
        assert!(reports.iter().all(|report| matches!(report.result, ChunkResult::Done(_))));
        let requests = service.requests();
        assert_eq!(requests.iter().filter(|request| !request.done).count(), 3);
        assert_eq!(requests.len(), 3 + 8 * 8);
    });
}

#[test]
fn a_single_id_that_is_too_large_fails_alone() {
    virtual_time::run(async {
        let service = Service::start(with_limit(100)).await;
        let long = "x".repeat(200);
        let ids = ["a", "b", long.as_str(), "c", "d", "e", "f"];
        let reports = reports(service.client().add_users_in_bulk(ids).chunk_size(5)).await;
        let ChunkResult::Partial { done, unfinished, .. } = &reports[0].result else { panic!("{reports:?}") };
        assert_eq!(done.created.len(), 4);
        let [failed] = &unfinished[..] else { panic!("{unfinished:?}") };
        assert_eq!(failed.ids, 2..3);
        assert_eq!(failed.error.as_ref().unwrap().status().unwrap().as_u16(), 413);
        assert!(reports[0].error().is_some());
        // The next chunk is sent as a whole.
        assert!(matches!(&reports[1].result, ChunkResult::Done(outcome) if outcome.created.len() == 2));
        assert_eq!(service.requests().last().unwrap().ids.len(), 2);
        let unfinished: Vec<_> = reports.into_iter().flat_map(ChunkReport::into_unfinished).collect();
        assert_eq!(unfinished, [UserId::new(long).unwrap()]);
    });
}

/// Each of them is too large, and nothing is done.
#[test]
fn a_service_that_takes_no_id_at_all_ends_after_ten_chunks() {
    virtual_time::run(async {
        let service = Service::start(|_, _| TOO_LARGE).await;
        let bulk = service.client().add_users_in_bulk(numbers(100)).chunk_size(2).concurrency(1);
        let reports = reports(bulk.on_event(service.listener())).await;
        assert_eq!(service.events(), ["stopped in a row unexpected_status"]);
        assert!(reports[..10].iter().all(|report| matches!(report.result, ChunkResult::Failed(_))));
        assert!(reports[10..].iter().all(|report| matches!(report.result, ChunkResult::NotSent)));
        assert_eq!(reports.len(), 50);
    });
}

/// Parts of a chunk meet outages and refusals like chunks.
#[test]
fn a_part_outlasts_an_outage_and_a_refused_one_is_named() {
    virtual_time::run(async {
        let service = Service::start(|now, ids| match ids {
            [_, _, ..] if ids.len() > 2 => TOO_LARGE,
            [first, ..] if first == "1" && now < 5_000 => Response::Status("503 Service Unavailable", ""),
            [first, ..] if first == "3" => Response::Status("400 Bad Request", ""),
            _ => Response::Done,
        })
        .await;
        let reports =
            reports(service.client().add_users_in_bulk(numbers(8)).on_event(service.listener())).await;
        let ChunkResult::Partial { done, unfinished, .. } = &reports[0].result else { panic!("{reports:?}") };
        let created: BTreeSet<_> = texts(&done.created).into_iter().collect();
        assert_eq!(created, ["1", "2", "5", "6", "7", "8"].into());
        assert_eq!(unfinished[0].ids, 2..4);
        assert_eq!(service.events().last().unwrap(), "resumed 7000");
    });
}

#[test]
fn parts_that_are_not_sent_because_it_has_stopped_are_named_too() {
    virtual_time::run(async {
        let service = Service::start(|_, ids| match ids {
            [first, ..] if ids.len() == 2 && first == "3" => Response::Status("401 Unauthorized", ""),
            [_, _] => Response::Done,
            _ => TOO_LARGE,
        })
        .await;
        let reports = reports(service.client().add_users_in_bulk(numbers(8)).chunk_size(8)).await;
        let ChunkResult::Partial { done, unfinished, .. } = &reports[0].result else { panic!("{reports:?}") };
        assert_eq!(texts(&done.created), ["1", "2"]);
        assert!(unfinished[0].error.as_ref().unwrap().is_unauthorized());
        assert!(unfinished[1..].iter().all(|part| part.error.is_none()));
        let unfinished = reports.into_iter().flat_map(ChunkReport::into_unfinished).collect::<Vec<_>>();
        assert_eq!(texts(&unfinished), ["3", "4", "5", "6", "7", "8"]);
    });
}
