//! Whether the service's machine is found and answers.

use std::env;
use std::time::Duration;

use http::Uri;
use iampass_management::BaseUrl;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::report::Findings;
use crate::exit::Exit;

/// As long as the client gives a connection.
const PATIENCE: Duration = Duration::from_secs(5);
/// Where the client looks for a proxy, the first that is set.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// Whether it makes sense to go on.
pub(super) async fn reach(findings: &mut Findings, server: &BaseUrl) -> bool {
    let (host, port) = host_and_port(server);
    if let Some(variable) = proxy(server, &host) {
        let detail = format!("left to the proxy that {variable} names");
        findings.skipped("name", detail.clone());
        findings.skipped("connection", detail);
        return true;
    }
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let looked_up = timeout(PATIENCE, lookup_host((bare, port))).await;
    let addresses: Vec<_> = match looked_up {
        Ok(Ok(addresses)) => addresses.collect(),
        Ok(Err(error)) => {
            let advice = "is the server's name right? Does this machine have a name server?";
            findings.failed("name", Exit::Unreachable, format!("{host}: {error}"), Some(advice.to_owned()));
            findings.skipped("connection", "there is no address to connect to");
            return false;
        }
        Err(_) => {
            let detail = format!("{host}: no answer from the name server within {} s", PATIENCE.as_secs());
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
        match timeout(PATIENCE, TcpStream::connect(address)).await {
            Ok(Ok(_)) => {
                findings.ok("connection", format!("{address} accepts it"));
                return true;
            }
            Ok(Err(error)) => why = format!("{address}: {error}"),
            Err(_) => why = format!("{address}: no answer within {} s", PATIENCE.as_secs()),
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

/// The variable that names a proxy, if the client will use one. It uses none for this machine's own
/// addresses. Of `NO_PROXY` only that it covers all hosts, or this one by its name, is understood.
fn proxy(server: &BaseUrl, host: &str) -> Option<&'static str> {
    let is_set = |name: &&str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let variable = PROXY_VARIABLES.into_iter().find(is_set)?;
    let is_local = ["localhost", "127.", "[::1]"].iter().any(|start| host.starts_with(start));
    let exceptions = env::var("NO_PROXY").or_else(|_| env::var("no_proxy")).unwrap_or_default();
    let is_excepted = exceptions
        .split(',')
        .map(str::trim)
        .any(|one| one == "*" || host == one || host.ends_with(&format!(".{}", one.trim_start_matches('.'))));
    (is_https(server) && !is_local && !is_excepted).then_some(variable)
}
