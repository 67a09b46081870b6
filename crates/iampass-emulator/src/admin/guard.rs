//! Keeps pages of other sites away from the admin API.
//!
//! A person's browser can reach a loopback address, and so can any page that is open in it:
//! * by its own name. Then the browser says which `Origin` it is from, or that the site is another,
//!   and does not send `application/json` or `DELETE` without asking before, which is not answered.
//! * by a name of its own that it lets point here (DNS rebinding). Then the name is in `Host`.

use std::net::IpAddr;

use hyper::StatusCode;
use hyper::header::{HOST, HeaderMap, ORIGIN};
use hyper::http::uri::Authority;

use crate::http::answer::Answer;

/// Says who may use the admin API.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guard {
    /// Of this server's own URLs.
    pub(crate) scheme: &'static str,
}

impl Guard {
    /// # Errors
    /// 403 for a browser that speaks for a page of another site.
    pub(crate) fn admit(self, headers: &HeaderMap) -> Result<(), Answer> {
        let host = own_host(headers)?;
        if headers.contains_key(ORIGIN) {
            let own = format!("{}://{host}", self.scheme);
            if single(headers, ORIGIN.as_str()).is_none_or(|origin| !origin.eq_ignore_ascii_case(&own)) {
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
}

/// As [`Guard::admit`], for pages that change nothing: other sites may have links to them, and cannot
/// read what such a link leads to.
///
/// # Errors
/// 403 for a name that a page of another site may have let point here.
pub(crate) fn admit_reader(headers: &HeaderMap) -> Result<(), Answer> {
    own_host(headers).map(drop)
}

fn own_host(headers: &HeaderMap) -> Result<&str, Answer> {
    let host = single(headers, HOST.as_str())
        .ok_or_else(|| Answer::bad_request("The request must have one `Host` header that names a host."))?;
    if !is_own(host) {
        return Err(refused("the `Host` is a name that anyone could let point here: use the address"));
    }
    Ok(host)
}

fn refused(why: &str) -> Answer {
    Answer::text(StatusCode::FORBIDDEN, format!("The emulator does not take this request: {why}."))
}

fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// Whether a host is an address, or a name that no stranger can give an address to: `localhost` and
/// what is below it, and names without a dot, which are a closed network's own.
fn is_own(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    if authority.as_str().contains('@') {
        return false;
    }
    let name = authority.host();
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    let name = name.to_ascii_lowercase();
    address.parse::<IpAddr>().is_ok() || name.ends_with(".localhost") || !name.contains(['.', '['])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_local_names_are_own() {
        for host in [
            "127.0.0.1:80",
            "127.0.0.1",
            "[::1]:8080",
            "10.0.0.7:1",
            "LOCALHOST:1",
            "a.localhost",
            "iampass:1",
        ] {
            assert!(is_own(host), "{host}");
        }
        for host in
            ["evil.example:80", "127.0.0.1.evil.example", "localhost.", "a@localhost", "", "x y", "[x]"]
        {
            assert!(!is_own(host), "{host}");
        }
    }
}
