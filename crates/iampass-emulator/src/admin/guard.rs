//! Keeps pages of other sites away from the admin API.
//!
//! A person's browser can reach a loopback address, and so can any page that is open in it:
//! * by its own name. Then the browser says which `Origin` it is from, or that the site is another,
//!   and does not send `application/json` or `DELETE` without asking before, which nobody allows.
//! * by a name of its own that it lets point here (DNS rebinding). Then the name is in `Host`.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{HeaderMap, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::app_state::AppState;
use crate::http::host::requested_host;
use crate::http::rejection::Rejection;
use crate::middleware::record::Unlisted;

/// Refuses with 403 a browser that speaks for a page of another site.
pub(super) async fn admit(State(state): State<Arc<AppState>>, request: Request, next: Next) -> Response {
    let checked = check(&state, request.headers(), request.uri());
    pass(checked, request, next).await
}

/// As [`admit`], for forms, which a page of any site can send without asking: the browser must say where they come from.
pub(crate) async fn admit_form(State(state): State<Arc<AppState>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let is_told = headers.contains_key(ORIGIN) || headers.contains_key("sec-fetch-site");
    let checked = check(&state, headers, request.uri()).and_then(|()| {
        if is_told { Ok(()) } else { Err(refused("it does not say in `Origin` which page it comes from")) }
    });
    pass(checked, request, next).await
}

/// For forms whose URL is a key, at whatever name the emulator is reached: a program need not say where they come from, and
/// a browser that says so must be at a page of ours.
pub(crate) async fn refuse_foreign_form(
    State(state): State<Arc<AppState>>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let checked = requested_host(headers, request.uri()).and_then(|host| own_page(&state, headers, &host));
    match checked {
        Ok(()) => next.run(request).await,
        Err(rejection) => rejection.into_response(),
    }
}

async fn pass(checked: Result<(), Rejection>, request: Request, next: Next) -> Response {
    let mut response = match checked {
        Ok(()) => next.run(request).await,
        Err(rejection) => rejection.into_response(),
    };
    response.extensions_mut().insert(Unlisted::AdminCall);
    response
}

/// As [`admit`], for pages that change nothing: other sites may have links to them, and cannot read what such a link leads
/// to. Refuses with 403 a name that a page of another site may have let point here.
pub(crate) async fn admit_reader(
    State(state): State<Arc<AppState>>,
    request: Request,
    next: Next,
) -> Response {
    match own_host(&state, request.headers(), request.uri()) {
        Ok(_host) => next.run(request).await,
        Err(rejection) => rejection.into_response(),
    }
}

fn check(state: &AppState, headers: &HeaderMap, target: &Uri) -> Result<(), Rejection> {
    own_page(state, headers, &own_host(state, headers, target)?)
}

/// Refuses a browser that says that it is at a page of another site.
fn own_page(state: &AppState, headers: &HeaderMap, host: &Authority) -> Result<(), Rejection> {
    if headers.contains_key(ORIGIN) {
        let is_own = |origin| state.origins.is_own(origin, host);
        if !single(headers, ORIGIN.as_str()).is_some_and(is_own) {
            return Err(refused("it comes from a page of another origin"));
        }
    }
    if headers.contains_key("sec-fetch-site")
        && !matches!(single(headers, "sec-fetch-site"), Some("same-origin" | "none"))
    {
        return Err(refused("it comes from a page of another site"));
    }
    Ok(())
}

fn own_host(state: &AppState, headers: &HeaderMap, target: &Uri) -> Result<Authority, Rejection> {
    let host = requested_host(headers, target)?;
    if is_own(host.host(), state.is_loopback) || state.origins.is_public_host(&host) {
        return Ok(host);
    }
    Err(refused(
        "the `Host` is a name that anyone could let point here: use the address, or give this name as the public URL",
    ))
}

fn refused(why: &str) -> Rejection {
    Rejection::new(
        StatusCode::FORBIDDEN,
        "foreign_page",
        format!("The emulator does not take this request: {why}."),
    )
}

fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// Whether a host is an address, or a name that no stranger can give an address to: `localhost` and what is below it.
/// Names without a dot are a closed network's own, where others reach us; on a loopback address nobody has to call us so,
/// and a network that is not ours may give such a name to its guests.
fn is_own(name: &str, is_loopback: bool) -> bool {
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    let name = name.to_ascii_lowercase();
    address.parse::<IpAddr>().is_ok()
        || name == "localhost"
        || name.ends_with(".localhost")
        || (!is_loopback && !name.is_empty() && !name.contains(['.', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_local_names_are_own() {
        for host in ["127.0.0.1", "[::1]", "10.0.0.7", "LOCALHOST", "a.localhost"] {
            assert!(is_own(host, true) && is_own(host, false), "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost.", "", "[x]"] {
            assert!(!is_own(host, true) && !is_own(host, false), "{host}");
        }
        assert!(is_own("iampass", false) && !is_own("iampass", true));
    }
}
