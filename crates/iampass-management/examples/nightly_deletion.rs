//! Deletes the users that a file lists, one id in a line: a job for the night.
//!
//! ```text
//! iampass emulator exec -- cargo run -p iampass-management --example nightly_deletion -- gone.txt > left.txt
//! ```
//!
//! Exit code 0: no user of the list is left. 1: some are; their ids are on standard output, for another run. 2: nothing
//! was deleted.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal or cron")]

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use iampass_management::{BulkEvent, ChunkResult, ManagementClient, UserId};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(summary) => {
            eprintln!(
                "{} deleted, {} invalid, {} left",
                summary.deleted,
                summary.invalid,
                summary.left.len()
            );
            for id in &summary.left {
                println!("{id}");
            }
            ExitCode::from(summary.exit_code())
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

async fn run() -> Result<Summary, Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("usage: nightly_deletion FILE")?;
    let list = std::fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
    // Nobody is waiting, and others want to be served as well: few requests in a second.
    let client = ManagementClient::from_env()?.with_rate_limit(20.0);
    Ok(delete(&client, &list, 1_000).await)
}

#[derive(Debug, Default)]
struct Summary {
    deleted: usize,
    invalid: usize,
    left: Vec<UserId>,
}

impl Summary {
    /// A user whose id is invalid cannot be in IAMPASS, and so is not left there.
    fn exit_code(&self) -> u8 {
        u8::from(!self.left.is_empty())
    }
}

async fn delete(client: &ManagementClient, list: &str, chunk_size: usize) -> Summary {
    let mut summary = Summary::default();
    let bulk = client.delete_users_in_bulk(list.lines()).chunk_size(chunk_size);
    // The night is long: an outage may be, too.
    let bulk = bulk.give_up_after(Duration::from_secs(3600)).on_event(tell);
    let mut reports = bulk.reports();
    // Calls advance only while reports are read.
    while let Some(report) = reports.next().await {
        for id in report.invalid() {
            summary.invalid += 1;
            eprintln!("line {} is not an id", id.position + 1);
        }
        match &report.result {
            ChunkResult::Done(()) => summary.deleted += report.chunk.ids.len(),
            // The other chunks go on, unless they would fail in the same way.
            ChunkResult::Failed(error) => eprintln!("chunk {}: {error}", report.chunk.number),
            _ => {}
        }
        summary.left.extend(report.into_unfinished());
    }
    summary
}

fn tell(event: BulkEvent<'_>) {
    match event {
        BulkEvent::Paused { wait, error } => eprintln!("waiting for {} s: {error}", wait.as_secs()),
        BulkEvent::Resumed { .. } => eprintln!("resumed"),
        BulkEvent::Stopped { error, .. } => eprintln!("giving up: {error}"),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use iampass_emulator::{Emulator, Fault};
    use iampass_management::Settings;

    use super::*;

    const LIST: &str = "alice\nbob\n..\nalice\ncarol\n";

    async fn emulator_with_users() -> (Emulator, ManagementClient) {
        let iampass = Emulator::start().unwrap();
        let settings = Settings::new(iampass.base_url().parse().unwrap(), iampass.credentials().clone());
        let client = ManagementClient::new(settings).unwrap();
        let users = ["alice", "bob", "carol", "dave"].map(|id| UserId::new(id).unwrap());
        client.add_users(&users).await.unwrap();
        (iampass, client)
    }

    #[tokio::test]
    async fn the_users_of_the_list_are_gone_and_no_others() {
        let (iampass, client) = emulator_with_users().await;
        let summary = delete(&client, LIST, 1_000).await;
        assert_eq!((summary.deleted, summary.invalid, summary.exit_code()), (3, 1, 0), "{summary:?}");
        let left = iampass.users(iampass.credentials().application_id()).unwrap();
        assert_eq!(left, [UserId::new("dave").unwrap()]);
    }

    #[tokio::test]
    async fn what_fails_is_left_for_another_run() {
        let (iampass, client) = emulator_with_users().await;
        iampass.inject(Fault::status(400).body("not tonight")).unwrap();
        let summary = delete(&client, LIST, 1).await;
        assert_eq!((summary.deleted, summary.left.len(), summary.exit_code()), (2, 1, 1), "{summary:?}");

        let left = summary.left[0].as_str().to_owned();
        let summary = delete(&client, &left, 1).await;
        assert_eq!((summary.deleted, summary.exit_code()), (1, 0), "{summary:?}");
    }

    #[tokio::test]
    async fn an_outage_is_waited_for() {
        let (iampass, client) = emulator_with_users().await;
        // The call's own four attempts, and one more after a pause.
        iampass.inject(Fault::status(503).times(4)).unwrap();
        let summary = delete(&client, LIST, 1_000).await;
        assert_eq!((summary.deleted, summary.exit_code()), (3, 0), "{summary:?}");
    }

    #[tokio::test]
    async fn a_list_can_be_empty_and_can_be_given_twice() {
        let (_iampass, client) = emulator_with_users().await;
        for list in ["", LIST, LIST] {
            assert_eq!(delete(&client, list, 2).await.exit_code(), 0, "{list:?}");
        }
    }
}
