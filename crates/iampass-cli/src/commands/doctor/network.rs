//! Checks that the server's name resolves and that it accepts a connection.

use std::time::Duration;

use http::Uri;
use iampass_management::{BaseUrl, Proxy};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::report::Findings;
use crate::exit::Exit;

/// The client's own connect timeout.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Returns whether the further checks make sense.
pub(super) async fn reach(findings: &mut Findings, server: &BaseUrl) -> bool {
    let (host, port) = host_and_port(server);
    match Proxy::from_env(server) {
        Ok(None) => {}
        Ok(Some(proxy)) => {
            let detail = format!("left to the proxy that {} names, {proxy}", proxy.setting());
            findings.skipped("name", detail.clone());
            findings.skipped("connection", detail);
            return true;
        }
        Err(error) => {
            let advice = "hosts that NO_PROXY lists are called without a proxy".to_owned();
            findings.failed("proxy", Exit::Usage, error.to_string(), Some(advice));
            findings.skipped("name", "left to a proxy");
            findings.skipped("connection", "there is no proxy to connect to");
            return false;
        }
    }
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let looked_up = timeout(CONNECT_TIMEOUT, lookup_host((bare, port))).await;
    let addresses: Vec<_> = match looked_up {
        Ok(Ok(addresses)) => addresses.collect(),
        Ok(Err(error)) => {
            let advice = "is the server's name right? Does this machine have a name server?";
            findings.failed("name", Exit::Unreachable, format!("{host}: {error}"), Some(advice.to_owned()));
            findings.skipped("connection", "there is no address to connect to");
            return false;
        }
        Err(_) => {
            let detail =
                format!("{host}: no answer from the name server within {} s", CONNECT_TIMEOUT.as_secs());
            let advice = "look at this machine's name server and firewall".to_owned();
            findings.failed("name", Exit::Unreachable, detail, Some(advice));
            findings.skipped("connection", "there is no address to connect to");
            return false;
        }
    };
    let list: Vec<_> = addresses.iter().map(|address| address.ip().to_string()).collect();
    findings.ok("name", format!("{host} is {}", list.join(", ")));

    let mut why = "there is no address".to_owned();
    for address in addresses {
        match timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
            Ok(Ok(_)) => {
                findings.ok("connection", format!("{address} accepts it"));
                return true;
            }
            Ok(Err(error)) => why = format!("{address}: {error}"),
            Err(_) => why = format!("{address}: no answer within {} s", CONNECT_TIMEOUT.as_secs()),
        }
    }
    let advice = "is the port right, does the service run, does a firewall let it through?";
    findings.failed("connection", Exit::Unreachable, why, Some(advice.to_owned()));
    false
}

fn host_and_port(server: &BaseUrl) -> (String, u16) {
    let uri: Uri = server.to_string().parse().unwrap_or_default();
    let default = if is_https(server) { 443 } else { 80 };
    (uri.host().unwrap_or_default().to_owned(), uri.port_u16().unwrap_or(default))
}

pub(super) fn is_https(server: &BaseUrl) -> bool {
    server.to_string().starts_with("https://")
}
