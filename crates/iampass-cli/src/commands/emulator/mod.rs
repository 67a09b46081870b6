//! `iampass emulator`: runs a local IAMPASS until it is told to stop.

use std::io;

use http::StatusCode;
use iampass_emulator::{Application, Emulator, RequestRecord, StartError};
use tokio::runtime::Runtime;

use super::local_application::application;
use crate::args::EmulatorArguments;
use crate::error::Failure;
use crate::output::{self, printable};
use crate::service::runtime;

pub(crate) fn run(arguments: &EmulatorArguments) -> Result<(), Failure> {
    let mut builder =
        Emulator::builder().listen(arguments.listen).on_request(|record| output::message(&verdict(record)));
    for (index, text) in arguments.applications.iter().enumerate() {
        builder = builder.application(application(text, index + 1)?);
    }
    let mut fresh = None;
    if arguments.applications.is_empty() {
        let application = Application::fresh().map_err(StartError::FreshCredentials)?;
        builder = builder.application(application.clone());
        fresh = Some(application);
    }

    let runtime = runtime()?;
    // Before anyone can know that it runs and tell it to stop.
    let stop = StopSignals::listen(&runtime).map_err(Failure::System)?;
    let emulator = builder.start()?;
    output::data(&format!("listening on {}\n", emulator.base_url()))?;
    if !arguments.listen.ip().is_loopback() {
        output::message("warning: other machines can reach it, and it speaks plain http");
    }
    if let Some(application) = fresh {
        output::message(&settings(emulator.base_url(), &application));
    }
    runtime.block_on(stop.received());
    Ok(())
}

/// What a shell needs to call the emulator. The secret opens nothing but this emulator, and has to be
/// told to someone.
fn settings(base_url: &str, application: &Application) -> String {
    let id = application.credentials().application_id();
    let secret = application.expose_secret().unwrap_or_default();
    format!(
        "export IAMPASS_SERVER={base_url}\n\
         export IAMPASS_APPLICATION_ID={id}\n\
         export IAMPASS_APPLICATION_SECRET={secret}"
    )
}

/// One line on what became of a request.
fn verdict(record: &RequestRecord) -> String {
    let status =
        StatusCode::from_u16(record.status).map_or_else(|_| record.status.to_string(), |s| s.to_string());
    let mut line = format!("{} {} {status}", record.method, record.path);
    if let Some(refusal) = &record.refusal {
        line = format!("{line} ({}): {}", refusal.code, refusal.explanation);
    }
    printable(&line).into_owned()
}

/// SIGINT and SIGTERM; elsewhere than on Unix, Ctrl-C.
struct StopSignals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl StopSignals {
    fn listen(runtime: &Runtime) -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let _entered = runtime.enter();
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn received(mut self) {
        std::future::poll_fn(|context| {
            let interrupted = self.interrupt.poll_recv(context).is_ready();
            let terminated = self.terminate.poll_recv(context).is_ready();
            if interrupted || terminated { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    }
}

#[cfg(not(unix))]
impl StopSignals {
    fn listen(_runtime: &Runtime) -> io::Result<Self> {
        Ok(Self {})
    }

    async fn received(self) {
        // If it cannot be listened for, the system's own way of ending a program remains.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
