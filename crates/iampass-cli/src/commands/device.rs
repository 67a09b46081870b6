//! `iampass device`: registers, looks up and replaces users' phones.

use std::io::{self, IsTerminal as _, Write};
use std::time::{Duration, Instant};

use iampass_management::{CallPolicy, Error, ManagementClient, RegistrationLink, UserId};
use serde::Serialize;
use serde_json::json;

use crate::args::{DeviceCommand, LinkArguments, LostArguments, User, WaitArguments};
use crate::confirm::{can_ask, confirm};
use crate::error::{CommandError, Failure};
use crate::link::Show;
use crate::output::{self, Records, Report, printable};
use crate::service::Service;

/// How often `device wait` asks at most, whatever it is told: it is to wait, not to flood the service.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(10);

/// How long before its end `device wait` asks for the last time, or a tenth of its time if that is less.
const LAST_QUESTION: Duration = Duration::from_secs(1);

/// No phone was registered before `device wait` timed out.
#[derive(Debug, thiserror::Error)]
#[error("no phone was registered within {}", humantime::format_duration(*waited))]
struct NotRegistered {
    waited: Duration,
}

impl CommandError for NotRegistered {
    fn hint(&self) -> Option<String> {
        Some("the link may not have arrived; `iampass device link USER` makes another".to_owned())
    }
}

pub(crate) fn run(command: DeviceCommand) -> Result<(), Failure> {
    match command {
        DeviceCommand::Link(arguments) => link(&arguments),
        DeviceCommand::Status(user) => status(&user),
        DeviceCommand::Lost(arguments) => lost(&arguments),
        DeviceCommand::Wait(arguments) => wait(&arguments),
    }
}

fn link(LinkArguments { user, show, display_name }: &LinkArguments) -> Result<(), Failure> {
    let show = Show::prepare(show)?;
    let link = Service::open(&user.service)?.call(user.output.curl(), async |client: ManagementClient| {
        client.device_registration_link(&user.id, display_name.as_deref()).await
    })?;
    report(link, user, show)
}

fn status(user: &User) -> Result<(), Failure> {
    let registered = Service::open(&user.service)?
        .call(user.output.curl(), async |client: ManagementClient| {
            client.has_registered_mobile_device(&user.id).await
        })?;
    registered.map_or(Ok(()), |registered| report_status(registered, user))
}

fn lost(LostArguments { user, show, yes }: &LostArguments) -> Result<(), Failure> {
    // With --curl, nothing is done.
    let asks = !yes && user.output.curl().is_none();
    if asks {
        can_ask()?;
    }
    let show = Show::prepare(show)?;
    let service = Service::open(&user.service)?;
    show.check_width(service.server())?;
    if asks {
        confirm_loss(&service, user)?;
    }
    let link = service.call(user.output.curl(), async |client: ManagementClient| {
        client.lost_user_mobile_device(&user.id).await
    })?;
    report(link, user, show)
}

/// Says whether there is a phone to disable, and asks.
fn confirm_loss(service: &Service, user: &User) -> Result<(), Failure> {
    let registered = service
        .call(None, async |client: ManagementClient| client.has_registered_mobile_device(&user.id).await)?;
    let id = printable(user.id.as_str());
    let place = format!("(application {}, {})", service.application_id(), service.server());
    if registered == Some(true) {
        let what = format!(
            "{id} has a phone registered. This disables it at once\n{place},\nand makes a link that registers the \
             next one."
        );
        confirm(&what, &format!("Disable the phone of {id}?"))
    } else {
        let what = format!("{id} has no phone registered. This makes a link that registers one\n{place}.");
        confirm(&what, &format!("Make a link for {id}?"))
    }
}

/// Prints the link before its QR code, so that a failure of the code does not lose it.
fn report(link: Option<RegistrationLink>, user: &User, show: Show) -> Result<(), Failure> {
    let Some(link) = link.map(Link::from) else { return Ok(()) };
    output::report(&link, user.output.format())?;
    show.link(&link.register_url)
}

fn wait(WaitArguments { user, timeout, interval }: &WaitArguments) -> Result<(), Failure> {
    let service = Service::open(&user.service)?;
    if io::stderr().is_terminal() && user.output.curl().is_none() {
        let (id, time) = (printable(user.id.as_str()), humantime::format_duration(*timeout));
        output::message(&format!("waiting for the phone of {id}, {time} at most"));
    }
    let registered = service.call(user.output.curl(), async |client: ManagementClient| {
        until_registered(&client, &user.id, *timeout, *interval).await
    })?;
    match registered {
        None => Ok(()),
        Some(false) => Err(NotRegistered { waited: *timeout }.into()),
        Some(true) => report_status(true, user),
    }
}

fn report_status(device_registered: bool, user: &User) -> Result<(), Failure> {
    output::report(&Status { device_registered }, user.output.format())
}

/// Asks again and again until the time is over. A failure that may pass is the outcome only if it was the last.
async fn until_registered(
    client: &ManagementClient,
    user: &UserId,
    timeout: Duration,
    interval: Duration,
) -> Result<bool, Error> {
    let interval = interval.max(SHORTEST_INTERVAL);
    let started = Instant::now();
    let left = || timeout.saturating_sub(started.elapsed());
    let mut had_response = false;
    loop {
        let policy = CallPolicy::default();
        // Without any time, it asks once.
        let deadline = if timeout.is_zero() { policy.deadline } else { policy.deadline.min(left()) };
        let policy = policy.with_deadline(deadline);
        let asked = client.with_policy(policy).has_registered_mobile_device(user).await;
        match asked {
            Ok(true) => return Ok(true),
            Err(error) if !error.is_retryable() => return Err(error),
            asked => {
                let retry_after = asked.as_ref().err().and_then(Error::retry_after).unwrap_or_default();
                let until_last = left().saturating_sub(LAST_QUESTION.min(timeout / 10));
                if until_last.is_zero() && had_response {
                    // That the last question was cut off says less than the response before it.
                    return Ok(false);
                }
                if until_last.is_zero() || retry_after > until_last {
                    return asked;
                }
                had_response = asked.is_ok();
                tokio::time::sleep(interval.max(retry_after).min(until_last)).await;
            }
        }
    }
}

#[derive(Serialize)]
struct Link {
    register_url: String,
}

impl From<RegistrationLink> for Link {
    fn from(link: RegistrationLink) -> Self {
        Self { register_url: link.into_string() }
    }
}

impl Report for Link {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", printable(&self.register_url))
    }

    fn records(&self) -> Records {
        Records::new(&["register_url"]).with(vec![json!(self.register_url)])
    }
}

#[derive(Serialize)]
struct Status {
    device_registered: bool,
}

impl Report for Status {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", if self.device_registered { "registered" } else { "not registered" })
    }

    fn records(&self) -> Records {
        Records::new(&["device_registered"]).with(vec![json!(self.device_registered)])
    }
}
