//! What a call's policy makes of an outage, in virtual time.

mod budget;
mod cancelling;
mod clock;
mod deadline;
mod rate;
mod waits;

use iampass_management::{Connection, ConnectionBuilder, ManagementClient, Settings};
use tokio::task::JoinSet;

use crate::support::Server;
use crate::support::{Outcome, call, credentials};

/// An operation that is safe to repeat, and the one that is not.
const SAFE: &str = "has_registered_mobile_device";
const LOST: &str = "lost_user_mobile_device";

pub(crate) fn builder(server: &Server) -> ConnectionBuilder {
    let settings = Settings::new(server.base_url().parse().unwrap(), credentials());
    Connection::builder(settings).clock(server.clock())
}

pub(crate) fn client(server: &Server) -> ManagementClient {
    built(builder(server))
}

pub(crate) fn built(builder: ConnectionBuilder) -> ManagementClient {
    builder.build().unwrap().into()
}

/// That many calls at the same time.
async fn calls(client: &ManagementClient, count: usize) -> Vec<Outcome> {
    let mut calls = JoinSet::new();
    for _ in 0..count {
        let client = client.clone();
        calls.spawn(async move { call(&client, SAFE).await });
    }
    calls.join_all().await
}

/// When each request came, in milliseconds from the server's start.
pub(crate) fn millis(server: &Server) -> Vec<u128> {
    server.log().requests.iter().map(|request| request.at.as_millis()).collect()
}
