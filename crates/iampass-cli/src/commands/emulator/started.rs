//! An emulator as the options ask for it.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use http::StatusCode;
use iampass_emulator::{Emulator, RequestRecord, Tls};

use super::state_files::{self, failed};
use super::warnings;
use crate::args::{EmulatorOptions, Logged, TlsOptions};
use crate::commands::local_application::application;
use crate::error::Failure;
use crate::output::{self, printable};
use crate::private_file::PrivateFile;

/// Starts it, and writes the file with the CA to trust if there is to be one.
pub(super) fn start(listen: SocketAddr, log: Logged, options: &EmulatorOptions) -> Result<Emulator, Failure> {
    warnings::tell();
    let mut builder = Emulator::builder()
        .listen(listen)
        .explain(options.explain)
        .clock_window(Duration::from_secs(options.clock_window))
        .body_limit(options.body_limit)
        .on_request(move |record| {
            if is_told(log, record) {
                output::message(&verdict(record));
            }
        });
    for (index, text) in options.applications.iter().enumerate() {
        builder = builder.application(application(text, index + 1)?);
    }
    if let Some(path) = &options.data {
        builder = builder.data(path);
    }
    if let Some(path) = &options.import {
        builder = builder.import(state_files::read(path)?);
    }
    if let Some(path) = &options.export {
        state_files::check_writable(path)?;
    }
    if options.admin {
        builder = builder.admin(true);
    }
    if let Some(tls) = tls(&options.tls)? {
        builder = builder.tls(tls);
    }
    let emulator = builder.start()?;
    if let (Some(path), Some(pem)) = (&options.tls.tls_ca, emulator.ca_certificate()) {
        let file = PrivateFile::create(path).and_then(|file| file.replace(pem.as_bytes()));
        file.map_err(failed("--tls-ca", "written", path))?;
    }
    if !listen.ip().is_loopback() {
        output::message(&warning(&emulator, options.admin));
    }
    Ok(emulator)
}

fn tls(options: &TlsOptions) -> Result<Option<Tls>, Failure> {
    if let (Some(certificate), Some(key)) = (&options.tls_certificate, &options.tls_key) {
        let certificate = read("--tls-certificate", certificate)?;
        return Ok(Some(Tls::from_pem(certificate, read("--tls-key", key)?)));
    }
    Ok(options.tls.then(|| Tls::SelfSignedFor(options.tls_hosts.clone())))
}

fn read(option: &'static str, path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(failed(option, "read", path))
}

fn warning(emulator: &Emulator, with_admin: bool) -> String {
    let plain = if emulator.base_url().starts_with("https") { "" } else { ", and it speaks plain http" };
    let admin = if with_admin { "; whoever does can read the secrets and change everything" } else { "" };
    format!("warning: other machines can reach it{plain}{admin}")
}

fn is_told(log: Logged, record: &RequestRecord) -> bool {
    match log {
        Logged::All => true,
        Logged::Refused => record.refusal.is_some(),
        Logged::None => false,
    }
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
