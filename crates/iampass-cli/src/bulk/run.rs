//! From the arguments to the summary.

use std::cell::RefCell;
use std::rc::Rc;

use iampass_management::{ManagementClient, SendOptions, UserId};
use indicatif::HumanCount;

use super::checkpoint::{Checkpoint, Mark, Run};
use super::dry_run::read_all;
use super::error::BulkError;
use super::files::Files;
use super::input::Layout;
use super::next::Next;
use super::operation::Operation;
use super::outcome::Outcome;
use super::preflight::{Input, Preflight};
use super::prepare::ChunkOptions;
use super::progress::Progress;
use super::report::Report;
use super::report_format::ReportFormat;
use super::run_state::RunState;
use super::sending::{Plan, send};
use super::summary::Summary;
use crate::args::{BulkArguments, Format};
use crate::error::Failure;
use crate::output;
use crate::paths::real_path;
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
    };
    if arguments.dry_run {
        let (counts, dry_run) = read_all(arguments, input, &options, |_| Ok(()))?;
        end(arguments, Summary::new(operation, counts).with_dry_run(dry_run), None)
    } else if arguments.curl {
        let service = Service::open(&arguments.service)?;
        let print = |ids| print(&service, operation, arguments.output.format, ids);
        let (counts, _) = read_all(arguments, input, &options, print)?;
        end(arguments, Summary::new(operation, counts), None)
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
    let all = [Some(&arguments.input), arguments.checkpoint.as_ref(), arguments.report.as_ref()];
    let mut seen = Vec::new();
    let secret = arguments.service.settings.secret_file.as_ref();
    if arguments.input.as_os_str() == "-" && secret == Some(&arguments.input) {
        return Err(BulkError::StandardInputTwice);
    }
    for path in all.into_iter().flatten() {
        let real = real_path(path);
        if seen.contains(&real) {
            return Err(BulkError::SameFile { path: path.clone() });
        }
        seen.push(real);
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
    let total = preflight.map(|preflight| preflight.ids);
    let run = Run {
        operation,
        server: service.server().to_string(),
        application_id: service.application_id().to_string(),
        keep_duplicates: arguments.keep_duplicates,
        report: arguments.report.as_deref().map(ReportFormat::of),
    };
    let files = Files::new(arguments.input.clone(), arguments.checkpoint.clone(), arguments.report.clone());
    let (checkpoint, mark, report) = open_files(&files, run)?;
    let report = report.map(|report| report.spreadsheet_safe(arguments.spreadsheet_safe));
    let mut progress = Progress::new(operation.name(), total, arguments.quiet, arguments.service.verbose);
    let mut state = RunState::new(files, checkpoint, mark.clone(), report);
    state.resumes_at = (mark.begun > 0).then(|| resumes_at(&mark, total));
    let state = Rc::new(RefCell::new(state));
    let client: ManagementClient = service.client();
    let client = arguments.rate.map_or_else(|| client.clone(), |rate| client.with_rate_limit(rate));
    let sending = SendOptions::default()
        .concurrency(arguments.concurrency.get())
        .give_up_after(arguments.give_up_after);
    let plan = Plan { operation, client, options, mark, sending, input: input.into_reader() };
    let signal = block_on(send(plan, &state, &mut progress))?;
    progress.clear();
    let signal = signal?;
    let mut state = state.borrow_mut();
    if let Some(note) = state.report_note() {
        progress.say(&note);
    }
    let failure = failure(&mut state, signal, service, Next::of_this_command(arguments));
    if let Some(BulkError::Checkpoint { .. }) = &failure
        && state.begun == 0
    {
        return failure.map_or(Ok(()), |failure| Err(failure.into()));
    }
    let total = total.or_else(|| state.all_read.then(|| state.counts.total()));
    let not_sent = total.map(|total| total.saturating_sub(state.counts.total()));
    let summary = Summary::new(operation, std::mem::take(&mut state.counts));
    let summary = Summary { earlier: std::mem::take(&mut state.earlier), not_sent, ..summary };
    end(arguments, summary, failure)
}

/// Where a run begins that resumes another.
fn resumes_at(mark: &Mark, total: Option<u64>) -> String {
    let again = match mark.unfinished() {
        0 => None,
        1 => Some("1 id that failed or got no response is sent again".to_owned()),
        ids => Some(format!("up to {} ids that failed or got no response are sent again", HumanCount(ids))),
    };
    let next = mark.begun + 1;
    let from = match total {
        Some(total) if total <= mark.begun => None,
        Some(total) => Some(format!("resumes at id {} of {}", HumanCount(next), HumanCount(total))),
        None => Some(format!("resumes at id {}", HumanCount(next))),
    };
    let parts: Vec<_> = from.into_iter().chain(again).collect();
    if parts.is_empty() { "all of it is done already".to_owned() } else { parts.join("; ") }
}

/// What was in the way, the gravest first.
fn failure(state: &mut RunState, signal: Option<Signal>, service: &Service, next: Next) -> Option<BulkError> {
    if let Some(fault) = state.fault.take() {
        return Some(fault);
    }
    if let Some(signal) = signal {
        return Some(BulkError::Interrupted { signal, unanswered: state.unanswered(), next });
    }
    let source = state.failure.take()?;
    let (ids, chunks) = (state.counts.get(Outcome::Failed), state.failures);
    Some(match state.stopped {
        Some(reason) => {
            let advice = service.advice(&source);
            BulkError::Stopped { reason, source, advice, next }
        }
        None => BulkError::Failures { ids, chunks, source, next },
    })
}

/// The checkpoint, the mark to resume from, and the report. Without a checkpoint, and with a new one, nothing is done yet.
pub(super) fn open_files(
    files: &Files,
    run: Run,
) -> Result<(Option<Checkpoint>, Mark, Option<Report>), BulkError> {
    let for_checkpoint = |problem| BulkError::Checkpoint { path: files.checkpoint(), problem };
    let for_report = |problem| BulkError::Report { path: files.report(), problem };
    let opened = files.checkpoint.as_deref().map(|path| Checkpoint::open(path, run)).transpose();
    let (mut checkpoint, mark) = opened.map_err(for_checkpoint)?.unzip();
    let report = files.report.as_deref();
    if let Some(mut mark) = mark.flatten() {
        let report = report.map(|report| Report::go_on(report, &mark.report)).transpose();
        let report = report.map_err(for_report)?;
        if let Some(report) = &report {
            mark.take_over(report.known());
        }
        return Ok((checkpoint, mark, report));
    }
    let report = report.map(Report::begin).transpose().map_err(for_report)?;
    let mut mark = Mark::default();
    if let Some(checkpoint) = &mut checkpoint {
        // Last: a report that is there before its checkpoint is somebody else's.
        mark.report = report.as_ref().map_or(Ok(mark.report), Report::sync).map_err(for_report)?;
        checkpoint.save(&mark).map_err(for_checkpoint)?;
    }
    Ok((checkpoint, mark, report))
}

/// Prints the summary, whatever happened, and says whether all went through.
fn end(arguments: &BulkArguments, summary: Summary, failure: Option<BulkError>) -> Result<(), Failure> {
    let invalid = summary.counts.get(Outcome::Invalid);
    // What sends nothing has printed each.
    let listed = arguments.report.is_some() || arguments.dry_run || arguments.curl;
    let nothing = failure.is_none() && summary.counts.total() == 0;
    let failure = failure
        .or_else(|| nothing.then(|| BulkError::empty(&arguments.input)))
        .or_else(|| (invalid > 0).then_some(BulkError::Invalid { ids: invalid, listed }));
    let summary = Summary { complete: failure.is_none(), ..summary };
    // The commands for curl are all that is to be printed with them.
    let silent = nothing || arguments.curl;
    let printed = if silent { Ok(()) } else { output::report(&summary, arguments.output.format) };
    // That nobody reads the summary must not hide that something failed.
    failure.map_or(printed, |failure| Err(failure.into()))
}
