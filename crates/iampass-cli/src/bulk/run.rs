//! From the arguments to the summary.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use iampass_management::{ManagementClient, UserId};

use super::checkpoint::{Earlier, Header, Journal};
use super::dry_run::read_all;
use super::error::{BulkError, Next};
use super::files::Files;
use super::input::Layout;
use super::operation::Operation;
use super::outcome::Outcome;
use super::outcome_counts::OutcomeCounts;
use super::preflight::{Input, Preflight};
use super::prepare::ChunkOptions;
use super::progress::Progress;
use super::report::Report;
use super::run_state::RunState;
use super::sending::{Plan, send};
use super::summary::{DryRun, Summary};
use crate::args::{BulkArguments, Format};
use crate::error::Failure;
use crate::output;
use crate::service::{Service, block_on};
use crate::signals::Signal;

/// Asks whether so many ids, the first of which are these, are to be sent to a service.
pub(crate) type Approve = fn(&Service, u64, &[String]) -> Result<(), Failure>;

pub(crate) fn run(
    operation: Operation,
    arguments: &BulkArguments,
    approve: Option<Approve>,
) -> Result<(), Failure> {
    each_file_once(arguments)?;
    let layout = Layout::new(&arguments.input, &arguments.layout).map_err(BulkError::from)?;
    let mut input = Input::open(&arguments.input)
        .map_err(|source| BulkError::Open { path: arguments.input.clone(), source })?;
    let preflight =
        input.preflight(&layout).map_err(|source| BulkError::input(&arguments.input, source, false))?;
    let options = ChunkOptions {
        layout,
        chunk_size: arguments.chunk.get(),
        keep_duplicates: arguments.keep_duplicates,
        digests: preflight.is_none() && arguments.checkpoint.is_some(),
    };
    if arguments.dry_run {
        let (counts, dry_run) = read_all(arguments, input, &options, |_| Ok(()))?;
        end(operation, arguments, counts, None, Some(dry_run), None)
    } else if arguments.curl {
        let service = Service::open(&arguments.service)?;
        let print = |ids| print(&service, operation, arguments.output.format, ids);
        let (counts, _) = read_all(arguments, input, &options, print)?;
        end(operation, arguments, counts, None, None, None)
    } else {
        let service = Service::open(&arguments.service)?;
        if let Some(approve) = approve {
            let Preflight { ids, first, .. } = preflight.as_ref().ok_or(BulkError::NotCounted)?;
            approve(&service, *ids, first)?;
        }
        send_all(&service, operation, arguments, input, preflight, options)
    }
}

/// A file that is input, checkpoint and report at once would be none of them.
fn each_file_once(arguments: &BulkArguments) -> Result<(), BulkError> {
    // A file that is not there yet has a folder that is.
    let real = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok();
        let new = || Some(folder?.join(path.file_name()?));
        path.canonicalize().ok().or_else(new).unwrap_or_else(|| path.to_owned())
    };
    let all = [Some(&arguments.input), arguments.checkpoint.as_ref(), arguments.report.as_ref()];
    let mut seen = Vec::new();
    let secret = arguments.service.settings.secret_file.as_ref();
    if arguments.input.as_os_str() == "-" && secret == Some(&arguments.input) {
        return Err(BulkError::StandardInputTwice);
    }
    for path in all.into_iter().flatten() {
        if seen.contains(&real(path)) {
            return Err(BulkError::SameFile { path: path.clone() });
        }
        seen.push(real(path));
    }
    Ok(())
}

/// A chunk as a command for curl.
fn print(service: &Service, operation: Operation, format: Format, ids: Vec<UserId>) -> Result<(), Failure> {
    service.print(format, async |client: ManagementClient| match operation {
        Operation::Import => client.add_users(ids).await.map(drop),
        Operation::Remove => client.delete_users(ids).await,
    })
}

fn send_all(
    service: &Service,
    operation: Operation,
    arguments: &BulkArguments,
    input: Input,
    preflight: Option<Preflight>,
    options: ChunkOptions,
) -> Result<(), Failure> {
    let total = preflight.as_ref().map(|preflight| preflight.ids);
    let content = preflight.map(|Preflight { content, .. }| content);
    let (server, application_id) = (service.server().to_string(), service.application_id().to_string());
    let header =
        Header::new(operation, server, application_id).of_run(&options, arguments.report.is_some(), content);
    let files = Files::new(arguments.input.clone(), arguments.checkpoint.clone(), arguments.report.clone());
    let (journal, earlier, report) = open_files(&files, &header)?;
    let report = report.map(|report| report.spreadsheet_safe(arguments.spreadsheet_safe));

    let resumed = journal.is_some();
    let state = Rc::new(RefCell::new(RunState::new(files, journal, earlier, report)));
    let mut progress = Progress::new(operation.name(), total, arguments.quiet, arguments.service.verbose);
    let client: ManagementClient = service.client();
    let client = arguments.rate.map_or_else(|| client.clone(), |rate| client.with_rate_limit(rate));
    let concurrency = arguments.concurrency.get();
    let plan = Plan { operation, client, options, concurrency, input: input.into_reader() };
    let signal = block_on(send(plan, &state, &mut progress))?;
    progress.clear();
    let signal = signal?;
    let mut state = state.borrow_mut();
    state.report_note().iter().for_each(|note| progress.say(note));
    let next = if resumed { Next::Checkpoint } else { Next::FromTheStart };
    let failure = failure(&mut state, signal, next);
    let total = total.or_else(|| state.all_read.then(|| state.counts.total()));
    let not_sent = total.map(|total| total.saturating_sub(state.counts.total()));
    end(operation, arguments, std::mem::take(&mut state.counts), not_sent, None, failure)
}

/// What was in the way, the gravest first.
fn failure(state: &mut RunState, signal: Option<Signal>, next: Next) -> Option<BulkError> {
    if let Some(fault) = state.fault.take() {
        return Some(fault);
    }
    if let Some(signal) = signal {
        return Some(BulkError::Interrupted { signal, unanswered: state.unanswered(), next });
    }
    let source = state.failure.take()?;
    let (ids, chunks) = (state.counts.get(Outcome::Failed), state.failures);
    Some(if state.stopping {
        BulkError::Stopped { source, next }
    } else {
        BulkError::Failures { ids, chunks, source, next }
    })
}

/// Nothing of the files is changed before all is known to be as it should.
pub(super) fn open_files(
    files: &Files,
    header: &Header,
) -> Result<(Option<Journal>, Earlier, Option<Report>), BulkError> {
    let for_checkpoint = |problem| BulkError::Checkpoint { path: files.checkpoint(), problem };
    let for_report = |problem| BulkError::Report { path: files.report(), problem };
    let report = files.report.as_deref();
    let Some(checkpoint) = files.checkpoint.as_deref() else {
        let report = report.map(Report::begin).transpose().map_err(for_report)?;
        return Ok((None, Earlier::default(), report));
    };
    let (mut journal, earlier) = Journal::open(checkpoint, header).map_err(for_checkpoint)?;
    let report = match &earlier {
        None => report.map(Report::begin).transpose(),
        Some(earlier) => {
            let done: BTreeMap<u64, u64> =
                earlier.done.iter().map(|(chunk, (outcomes, _))| (*chunk, outcomes.total())).collect();
            report.map(|report| Report::go_on(report, &done)).transpose()
        }
    };
    let report = report.map_err(for_report)?;
    if earlier.is_none() {
        // Last: a report that is there before its checkpoint is somebody else's.
        journal.start(checkpoint, header).map_err(for_checkpoint)?;
    }
    Ok((Some(journal), earlier.unwrap_or_default(), report))
}

/// Prints the summary, whatever happened, and says whether all went through.
fn end(
    operation: Operation,
    arguments: &BulkArguments,
    counts: OutcomeCounts,
    not_sent: Option<u64>,
    dry_run: Option<DryRun>,
    failure: Option<BulkError>,
) -> Result<(), Failure> {
    let invalid = counts.get(Outcome::Invalid);
    // What sends nothing has told each.
    let listed = arguments.report.is_some() || arguments.dry_run || arguments.curl;
    let nothing = failure.is_none() && counts.total() == 0;
    let failure = failure
        .or_else(|| nothing.then(|| BulkError::empty(&arguments.input)))
        .or_else(|| (invalid > 0).then_some(BulkError::Invalid { ids: invalid, listed }));
    let complete = failure.is_none();
    let summary = Summary { operation, dry_run, counts, not_sent, complete };
    // The commands for curl are all that is to be printed with them.
    let silent = nothing || arguments.curl;
    let printed = if silent { Ok(()) } else { output::report(&summary, arguments.output.format) };
    // That nobody reads the summary must not hide that something failed.
    failure.map_or(printed, |failure| Err(failure.into()))
}
