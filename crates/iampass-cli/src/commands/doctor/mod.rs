//! `iampass doctor`: what keeps calls from succeeding, and what to do about it.

mod clock;
mod network;
mod report;
mod service;

use iampass_auth::{ApplicationId, ApplicationSecret, Credentials};
use iampass_management::{BaseUrl, Settings};

use self::report::Findings;
use crate::args::{DoctorArguments, SettingsArguments};
use crate::error::{CommandError as _, Failure};
use crate::exit::Exit;
use crate::output;
use crate::service::block_on;
use crate::settings::{Layers, Purpose, SettingsProblem, Source, Sourced};
use crate::verbose;

pub(crate) fn run(arguments: &DoctorArguments) -> Result<(), Failure> {
    if arguments.service.verbose {
        verbose::start();
    }
    let mut findings = Findings::new();
    let settings = settings(&mut findings, &arguments.service.settings);
    block_on(check_service(&mut findings, settings))??;
    output::report(&findings, arguments.output.format)?;
    match findings.exit() {
        Exit::Done => Ok(()),
        exit => Err(Failure::Reported(exit)),
    }
}

/// The settings that were found.
#[derive(Default)]
struct Known {
    server: Option<BaseUrl>,
    application_id: Option<ApplicationId>,
    secret: Option<(ApplicationSecret, Source)>,
}

fn settings(findings: &mut Findings, arguments: &SettingsArguments) -> Known {
    let mut known = Known::default();
    let layers = match Layers::new(arguments, Purpose::Call) {
        Ok(layers) => layers,
        Err(problem) => {
            failed(findings, "profile", &problem);
            return known;
        }
    };
    match layers.profile() {
        None => findings.ok("profile", "none is used"),
        Some(profile) => {
            let from = match &profile.source {
                Source::Default => "the current one".to_owned(),
                source => format!("named by {source}"),
            };
            findings.ok("profile", format!("`{}` ({from}) in {}", profile.name, profile.path().display()));
        }
    }
    known.server = told(findings, "server", layers.server(), ToString::to_string);
    known.application_id = told(findings, "application id", layers.application_id(), ToString::to_string);
    if let Some(id) = &known.application_id {
        let kept = layers.kept_secret(id);
        let source = kept.as_ref().ok().map(|kept| kept.source.clone());
        known.secret = told(findings, "secret", kept, |_| "there is one".to_owned()).zip(source);
    } else {
        findings.skipped("secret", "without an application there is none to look for");
    }
    known
}

fn told<T>(
    findings: &mut Findings,
    check: &'static str,
    found: Result<Sourced<T>, SettingsProblem>,
    show: impl FnOnce(&T) -> String,
) -> Option<T> {
    match found {
        Ok(Sourced { value, source }) => {
            findings.ok(check, format!("{} ({source})", show(&value)));
            Some(value)
        }
        Err(problem) => {
            failed(findings, check, &problem);
            None
        }
    }
}

fn failed(findings: &mut Findings, check: &'static str, problem: &SettingsProblem) {
    let mut detail = problem.to_string();
    if let Some(cause) = std::error::Error::source(problem) {
        detail = format!("{detail}: {cause}");
    }
    findings.failed(check, Exit::Usage, detail, problem.hint());
}

/// Checks the way to the service, and the service.
async fn check_service(findings: &mut Findings, known: Known) -> Result<(), Failure> {
    const CHECKS: [&str; 5] = ["name", "connection", "TLS", "clock", "signature"];
    let Known { server: Some(server), application_id, secret } = known else {
        findings.all_skipped(&CHECKS, "the server is not known");
        return Ok(());
    };
    let reached = network::reach(findings, &server).await;
    let (Some(id), Some((secret, secret_from))) = (application_id, secret) else {
        let why = "without an application's id and secret nothing can be asked";
        findings.all_skipped(&CHECKS[2..], why);
        return Ok(());
    };
    if reached {
        service::ask(findings, Settings::new(server, Credentials::new(id, secret)), &secret_from).await
    } else {
        findings.all_skipped(&CHECKS[2..], "the service is not reached");
        Ok(())
    }
}
