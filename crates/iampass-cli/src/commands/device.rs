//! `iampass device`: registers, looks up and replaces users' phones.

use std::io::{self, Write};

use iampass_management::RegistrationLink;
use serde::Serialize;

use crate::args::{DeviceCommand, LinkArguments, User};
use crate::error::Failure;
use crate::output::{self, Report, printable};
use crate::service::Service;

pub(crate) fn run(command: DeviceCommand) -> Result<(), Failure> {
    match command {
        DeviceCommand::Link(arguments) => link(&arguments),
        DeviceCommand::Status(user) => status(&user),
        DeviceCommand::Lost(user) => lost(&user),
    }
}

fn link(LinkArguments { user, display_name }: &LinkArguments) -> Result<(), Failure> {
    let link = Service::open(&user.service)?
        .call(async |client| client.device_registration_link(&user.id, display_name.as_deref()).await)?;
    output::report(&Link::from(link), user.output.format)
}

fn status(user: &User) -> Result<(), Failure> {
    let device_registered = Service::open(&user.service)?
        .call(async |client| client.has_registered_mobile_device(&user.id).await)?;
    output::report(&Status { device_registered }, user.output.format)
}

fn lost(user: &User) -> Result<(), Failure> {
    let link =
        Service::open(&user.service)?.call(async |client| client.lost_user_mobile_device(&user.id).await)?;
    output::report(&Link::from(link), user.output.format)
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
}

#[derive(Serialize)]
struct Status {
    device_registered: bool,
}

impl Report for Status {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", if self.device_registered { "registered" } else { "not registered" })
    }
}
