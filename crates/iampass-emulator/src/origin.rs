//! The origin that URLs in responses begin with: scheme, host and port, without a slash at the end.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::Uri;
use axum::http::uri::Authority;

use crate::error::InvalidPublicUrl;

/// The URL under which clients reach the emulator when it is behind a proxy or in a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicUrl {
    scheme: &'static str,
    /// Without the scheme's own port.
    authority: Authority,
}

impl PublicUrl {
    /// A path is refused: clients sign the whole path, and pages lead to paths of this server, so neither would fit what
    /// a proxy leaves of it.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidPublicUrl> {
        if text.contains(['?', '#']) {
            return Err(InvalidPublicUrl::QueryOrFragment);
        }
        let url: Uri = text.parse().map_err(|_| InvalidPublicUrl::NotAUrl)?;
        let scheme = match url.scheme_str() {
            Some(scheme) if scheme.eq_ignore_ascii_case("http") => "http",
            Some(scheme) if scheme.eq_ignore_ascii_case("https") => "https",
            _ => return Err(InvalidPublicUrl::Scheme),
        };
        let given = url.authority().ok_or(InvalidPublicUrl::Host)?;
        if given.as_str().contains('@') {
            return Err(InvalidPublicUrl::UserInfo);
        }
        if !matches!(url.path(), "" | "/") {
            return Err(InvalidPublicUrl::Path);
        }
        let given = given.as_str().to_ascii_lowercase().parse().map_err(|_| InvalidPublicUrl::Host)?;
        let authority = without_own_port(&given, scheme);
        let rest = authority.as_str().strip_prefix(authority.host());
        let port_is_one = rest.is_some_and(|rest| {
            rest.is_empty() || rest.strip_prefix(':').and_then(|port| port.parse().ok()).unwrap_or(0_u16) > 0
        });
        if is_host(authority.host()) && port_is_one {
            Ok(Self { scheme, authority })
        } else {
            Err(InvalidPublicUrl::Host)
        }
    }

    pub(crate) fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.authority)
    }

    /// Whether it leads to the machine on which it is used.
    pub(crate) fn is_loopback(&self) -> bool {
        let host = bare(self.authority.host());
        let is_loopback = |address: IpAddr| address.is_loopback();
        host == "localhost" || host.ends_with(".localhost") || host.parse().is_ok_and(is_loopback)
    }

    /// The name or address, if a certificate for it is needed.
    pub(crate) fn tls_host(&self) -> Option<&str> {
        (self.scheme == "https").then_some(bare(self.authority.host()))
    }
}

/// Without the brackets of an IPv6 address.
fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

fn is_host(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
        }
    }
}

fn without_own_port(authority: &Authority, scheme: &str) -> Authority {
    let own = if scheme == "https" { ":443" } else { ":80" };
    let shorter = authority.as_str().strip_suffix(own).and_then(|host| host.parse().ok());
    shorter.unwrap_or_else(|| authority.clone())
}

/// Where the emulator is reached.
#[derive(Clone, Debug)]
pub(crate) struct Origins {
    /// The listener's own.
    scheme: &'static str,
    public: Option<PublicUrl>,
}

impl Origins {
    pub(crate) fn new(scheme: &'static str, public: Option<PublicUrl>) -> Self {
        Self { scheme, public }
    }

    /// The scheme that a client uses who calls this host.
    pub(crate) fn scheme(&self, host: &Authority) -> &'static str {
        match &self.public {
            Some(public) if is_for(public, host) => public.scheme,
            _ => self.scheme,
        }
    }

    /// The origin that a client calls, and signs for, who calls this host.
    pub(crate) fn called(&self, host: &Authority) -> String {
        format!("{}://{host}", self.scheme(host))
    }

    /// What links in a response to a request for this host begin with.
    pub(crate) fn for_host(&self, host: &Authority) -> String {
        match &self.public {
            Some(public) => public.origin(),
            None => format!("{}://{host}", self.scheme),
        }
    }

    /// Whether the host is that of the public URL.
    pub(crate) fn is_public_host(&self, host: &Authority) -> bool {
        self.public.as_ref().is_some_and(|public| is_for(public, host))
    }

    /// Whether a page of this origin, which it has from a request for this host, is the emulator's.
    pub(crate) fn is_own(&self, origin: &str, host: &Authority) -> bool {
        let is_public = |public: &PublicUrl| origin.eq_ignore_ascii_case(&public.origin());
        origin.eq_ignore_ascii_case(&self.called(host)) || self.public.as_ref().is_some_and(is_public)
    }
}

fn is_for(public: &PublicUrl, host: &Authority) -> bool {
    without_own_port(host, public.scheme) == public.authority
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_scheme_host_and_port() {
        use InvalidPublicUrl::{Host, NotAUrl, Path, QueryOrFragment, Scheme, UserInfo};
        for (text, origin) in [
            ("https://iampass.example", "https://iampass.example"),
            ("HTTP://IAMPASS:8080/", "http://iampass:8080"),
            ("https://iampass.example:443", "https://iampass.example"),
            ("http://iampass.example:443", "http://iampass.example:443"),
            ("http://[::1]:80/", "http://[::1]"),
            ("http://a_b.10-0-0-1.example:65535", "http://a_b.10-0-0-1.example:65535"),
        ] {
            assert_eq!(PublicUrl::parse(text).map(|url| url.origin()), Ok(origin.to_owned()), "{text}");
        }
        for (text, error) in [
            ("", NotAUrl),
            ("https://a b", NotAUrl),
            ("https://", NotAUrl),
            ("iampass.example", Scheme),
            ("/", Scheme),
            ("ftp://iampass.example", Scheme),
            ("https://user:password@iampass.example", UserInfo),
            ("https://iampass.example/below", Path),
            ("https://iampass.example?", QueryOrFragment),
            ("https://iampass.example/#x", QueryOrFragment),
            ("https://iampass.example:0", Host),
            ("https://iampass.example:65536", Host),
            ("https://iampass.example:", Host),
            ("https://a!b", Host),
            ("https://[1]", Host),
        ] {
            assert_eq!(PublicUrl::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn the_own_port_of_the_public_scheme_makes_no_other_host() {
        let origins = Origins::new("http", PublicUrl::parse("https://iampass.example").ok());
        for (host, is_public) in [
            ("iampass.example", true),
            ("IAMPASS.example:443", true),
            ("iampass.example:80", false),
            ("iampass.example:8080", false),
            ("other.example", false),
        ] {
            let host: Authority = host.parse().unwrap();
            assert_eq!(origins.is_public_host(&host), is_public, "{host}");
            assert_eq!(origins.scheme(&host), if is_public { "https" } else { "http" }, "{host}");
            assert_eq!(origins.for_host(&host), "https://iampass.example", "{host}");
        }
    }
}
