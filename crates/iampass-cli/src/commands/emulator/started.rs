//! An emulator as the options ask for it.

use std::fs;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use http::StatusCode;
use iampass_emulator::{Builder, Emulator, RequestRecord, SecondPhone, StartError, Tls};
use tokio::net::lookup_host;
use tokio::time::timeout;

use super::state_files::{self, FileError, failed};
use super::warnings;
use crate::args::{EmulatorOptions, ListenAddress, Logged, PhonePolicy, TlsOptions};
use crate::commands::local_application::application;
use crate::error::{CommandError, Failure};
use crate::exit::Exit;
use crate::output::{self, printable};
use crate::private_file::PrivateFile;
use crate::service::block_on;

/// As long as a client gives a connection, its lookup included.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(5);

/// Why an emulator does not start.
#[derive(Debug, thiserror::Error)]
pub(in crate::commands) enum StartFailure {
    #[error("the host of `--listen` cannot be found: {host}")]
    ListenHost { host: String, source: io::Error },
    #[error("the emulator did not start")]
    Start(#[from] StartError),
}

impl CommandError for StartFailure {
    fn exit(&self) -> Exit {
        match self {
            Self::Start(StartError::DuplicateApplication { .. } | StartError::PublicUrl { .. }) => {
                Exit::Usage
            }
            _ => Exit::Failed,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Start(StartError::Listen { .. }) => {
                Some("choose another address; `--listen 127.0.0.1:0` takes any free port".to_owned())
            }
            _ => None,
        }
    }
}

/// Starts it, and writes the file with the CA to trust if there is to be one.
pub(super) fn start(
    listen: &LookedUp<'_>,
    log: Logged,
    options: &EmulatorOptions,
) -> Result<Emulator, Failure> {
    warnings::start();
    let mut builder = Emulator::builder()
        .explain(options.explain)
        .clock_window(Duration::from_secs(options.clock_window))
        .body_limit(options.body_limit)
        .sign_in_timeout(options.sign_in_timeout)
        .max_connections(options.max_connections.get())
        .second_phone(match options.second_phone {
            PhonePolicy::Replace => SecondPhone::Replace,
            PhonePolicy::Refuse => SecondPhone::Refuse,
        })
        .on_request(move |record| {
            if is_logged(log, record) {
                output::message(&log_line(record));
            }
        });
    for (index, text) in options.applications.iter().enumerate() {
        builder = builder.application(application(text, index + 1)?);
    }
    state_files::check_distinct(options)?;
    if let Some(path) = &options.data {
        builder = builder.data(path);
    }
    if let Some(path) = &options.import {
        builder = builder.import(state_files::read(path)?);
    }
    if let Some(path) = &options.export {
        state_files::check_writable(path)?;
    }
    if let Some(url) = &options.public_url {
        builder = builder.public_url(url);
    }
    if let Some(lifetime) = options.link_lifetime {
        builder = builder.link_lifetime(lifetime);
    }
    if options.admin {
        builder = builder.admin(true);
    }
    if let Some(tls) = tls(&options.tls, listen.host)? {
        builder = builder.tls(tls);
    }
    let emulator = at_first_address(&builder, listen)?;
    if let (Some(path), Some(pem)) = (&options.tls.tls_ca, emulator.ca_certificate()) {
        let file = PrivateFile::create(path).and_then(|file| file.replace(pem.as_bytes()));
        file.map_err(failed("--tls-ca", "written", path))?;
    }
    let is_behind_proxy = options.public_url.is_some() && options.admin;
    if is_behind_proxy || !emulator.local_addr().ip().is_loopback() {
        output::message(&warning(&emulator, options));
    }
    Ok(emulator)
}

/// The addresses of what `--listen` names.
pub(super) struct LookedUp<'a> {
    host: &'a str,
    addresses: Vec<SocketAddr>,
}

impl<'a> LookedUp<'a> {
    /// Looks the name up. To be called before signals are listened to, so that they end it.
    pub(super) fn new(ListenAddress { host, port }: &'a ListenAddress) -> Result<Self, Failure> {
        let found = block_on(async { timeout(LOOKUP_TIMEOUT, lookup_host((host.as_str(), *port))).await })?;
        let found = found.unwrap_or_else(|_| {
            let seconds = LOOKUP_TIMEOUT.as_secs();
            Err(io::Error::other(format!("no answer from the name server within {seconds} s")))
        });
        let mut addresses: Vec<_> =
            found.map_err(|source| StartFailure::ListenHost { host: host.clone(), source })?.collect();
        // IPv4 comes first, because every client speaks that.
        addresses.sort_by_key(SocketAddr::is_ipv6);
        Ok(Self { host, addresses })
    }
}

/// Starts it at the first of a name's addresses that is this machine's. A port that is taken is not looked for
/// elsewhere: clients would talk to whoever has it.
fn at_first_address(builder: &Builder, listen: &LookedUp<'_>) -> Result<Emulator, StartFailure> {
    let unknown = |source| StartFailure::ListenHost { host: listen.host.to_owned(), source };
    let mut failure = unknown(ErrorKind::NotFound.into());
    for address in listen.addresses.iter().copied() {
        match builder.clone().listen(address).start() {
            Err(StartError::Listen { address, source }) if source.kind() != ErrorKind::AddrInUse => {
                failure = StartError::Listen { address, source }.into();
            }
            started => return Ok(started?),
        }
    }
    Err(failure)
}

fn tls(options: &TlsOptions, listen: &str) -> Result<Option<Tls>, FileError> {
    if let (Some(certificate), Some(key)) = (&options.tls_certificate, &options.tls_key) {
        let certificate = read("--tls-certificate", certificate)?;
        return Ok(Some(Tls::from_pem(certificate, read("--tls-key", key)?)));
    }
    let name = listen.parse::<IpAddr>().is_err().then(|| listen.to_owned());
    let hosts = options.tls_hosts.iter().cloned().chain(name);
    Ok(options.tls.then(|| Tls::SelfSignedFor(hosts.collect())))
}

fn read(option: &'static str, path: &Path) -> Result<String, FileError> {
    fs::read_to_string(path).map_err(failed(option, "read", path))
}

fn warning(emulator: &Emulator, options: &EmulatorOptions) -> String {
    let url = options.public_url.as_deref().unwrap_or(emulator.base_url());
    let plain = if url.starts_with("https") { "" } else { ", and it speaks plain http" };
    let admin = if options.admin { "; whoever does can read the secrets and change everything" } else { "" };
    format!("warning: other machines can reach it{plain}{admin}")
}

fn is_logged(log: Logged, record: &RequestRecord) -> bool {
    match log {
        // One line for a session whose status is asked for again and again.
        Logged::All => record.times == 1,
        Logged::Refused => record.refusal.is_some(),
        Logged::None => false,
    }
}

/// The log line of a request.
fn log_line(record: &RequestRecord) -> String {
    let status =
        StatusCode::from_u16(record.status).map_or_else(|_| record.status.to_string(), |s| s.to_string());
    // A head that could not be read has neither method nor path.
    let mut line = format!("{} {} {status}", record.method, record.path).trim_start().to_owned();
    if let Some(refusal) = &record.refusal {
        line = format!("{line} ({}): {}", refusal.code, refusal.explanation);
    }
    printable(&line).into_owned()
}
