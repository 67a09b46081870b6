//! Which proxy is used, and whether it can be.
//!
//! reqwest and hyper-util ignore a proxy setting that they cannot use, and requests then go direct. Here such a setting
//! is an error. The environment's variables are read here as well, so that neither `REQUEST_METHOD` nor the feature
//! `system-proxy`, which another crate of the program may enable in reqwest, changes which proxy is used.

mod tunnel;

use std::borrow::Cow;
use std::env;
use std::ffi::OsString;
use std::fmt;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use crate::base_url::{BaseUrl, is_loopback};

pub(crate) use self::tunnel::TunnelRefusal;

/// The first that is not empty names the proxy.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
/// The first that is not empty lists the hosts that are called without a proxy.
const NO_PROXY_VARIABLES: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// What errors call the URL that the program has given.
const GIVEN: &str = "`ConnectionBuilder::proxy`";

/// What the program has set.
pub(crate) enum ProxySetting {
    /// Whatever the environment says.
    Environment,
    /// No proxy at all.
    None,
    /// This one for everything.
    Url(String),
}

impl ProxySetting {
    /// The proxy for requests to this base URL.
    pub(crate) fn resolve(&self, base_url: &BaseUrl) -> Result<Option<Proxy>, InvalidProxy> {
        match self {
            Self::Environment => Proxy::from_env(base_url),
            Self::None => Ok(None),
            Self::Url(url) => {
                let proxy = Proxy::parse(GIVEN, url)?;
                // Plain http is for this machine alone, and so are the proxies that may see it.
                if !base_url.is_https() && !is_loopback(&proxy.url) {
                    return Err(InvalidProxy { setting: GIVEN, problem: ProxyProblem::PlainHttp });
                }
                Ok(Some(proxy))
            }
        }
    }
}

impl fmt::Debug for ProxySetting {
    /// Without the URL: it may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::None => "None",
            Self::Url(_) => "Url(redacted)",
        })
    }
}

/// The proxy that requests are sent through.
///
/// `Display` and `Debug` show scheme, host and port, never a user name or password.
#[derive(Clone)]
pub struct Proxy {
    setting: &'static str,
    url: Url,
}

impl Proxy {
    /// The proxy that the environment names for a base URL: the first of `HTTPS_PROXY`, `https_proxy`, `ALL_PROXY` and
    /// `all_proxy` that is not empty. There is none for this machine's own addresses, and none for the hosts that
    /// `NO_PROXY` (or else `no_proxy`) lists, by the rules of curl and reqwest.
    ///
    /// # Errors
    /// [`InvalidProxy`] names the variable that would be used and cannot be.
    pub fn from_env(base_url: &BaseUrl) -> Result<Option<Self>, InvalidProxy> {
        Self::from_variables(base_url, |name| env::var_os(name))
    }

    /// As [`from_env`](Proxy::from_env), with another source of variables.
    ///
    /// # Errors
    /// [`InvalidProxy`] names the variable that would be used and cannot be.
    pub fn from_variables(
        base_url: &BaseUrl,
        lookup: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Option<Self>, InvalidProxy> {
        // A proxy cannot reach this machine's own loopback, and must not see the plain http that is allowed there.
        if base_url.is_loopback() {
            return Ok(None);
        }
        let Some((setting, url)) = first(&lookup, &PROXY_VARIABLES) else { return Ok(None) };
        if let Some((setting, hosts)) = first(&lookup, &NO_PROXY_VARIABLES)
            && is_listed(base_url, &unicode(setting, hosts)?)
        {
            return Ok(None);
        }
        Self::parse(setting, &unicode(setting, url)?).map(Some)
    }

    /// The variable that names it.
    #[must_use]
    pub fn setting(&self) -> &'static str {
        self.setting
    }

    fn parse(setting: &'static str, text: &str) -> Result<Self, InvalidProxy> {
        let invalid = |problem| InvalidProxy { setting, problem };
        // A URL parser would remove some of it without a word.
        if text.chars().any(|char| char.is_whitespace() || char.is_control()) {
            return Err(invalid(ProxyProblem::WhiteSpace));
        }
        let text = match text.split_once("://") {
            Some((scheme, _))
                if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) =>
            {
                return Err(invalid(ProxyProblem::Scheme));
            }
            Some(_) => Cow::Borrowed(text),
            // As curl and reqwest take it.
            None => Cow::Owned(format!("http://{text}")),
        };
        let url = Url::parse(&text).map_err(|_| invalid(ProxyProblem::NotAUrl))?;
        // What comes after the host shows that a user name or password holds `/`, `?` or `#`: the host is another one.
        let is_host_alone = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !is_host_alone || !is_understood(&url) {
            return Err(invalid(ProxyProblem::NotAUrl));
        }
        Ok(Self { setting, url })
    }

    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    pub(crate) fn for_reqwest(&self) -> reqwest::Result<reqwest::Proxy> {
        reqwest::Proxy::all(self.url.clone())
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, host) = (self.url.scheme(), self.url.host_str().unwrap_or_default());
        write!(f, "{scheme}://{host}:{}", self.url.port_or_known_default().unwrap_or_default())
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self}, {})", self.setting)
    }
}

/// The first of these variables that is not empty.
fn first(
    lookup: impl Fn(&str) -> Option<OsString>,
    names: &[&'static str],
) -> Option<(&'static str, OsString)> {
    let value = |name| lookup(name).filter(|value| !value.is_empty());
    names.iter().find_map(|name| Some((*name, value(name)?)))
}

fn unicode(setting: &'static str, value: OsString) -> Result<String, InvalidProxy> {
    value.into_string().map_err(|_| InvalidProxy { setting, problem: ProxyProblem::NotUnicode })
}

/// Whether `NO_PROXY` lists the host. The rules are those of the library that reqwest uses.
fn is_listed(base_url: &BaseUrl, hosts: &str) -> bool {
    let matcher = Matcher::builder().all("http://proxy.invalid").no(hosts).build();
    // The host alone: a path may hold what this type does not take.
    let url = format!("https://{}", base_url.host()).parse();
    url.is_ok_and(|url| matcher.intercept(&url).is_none())
}

/// Whether reqwest would use the URL. It does not tell, and ignores what it does not understand.
fn is_understood(url: &Url) -> bool {
    let matcher = Matcher::builder().all(url.as_str()).build();
    matcher.intercept(&http::Uri::from_static("https://iampass.invalid")).is_some()
}

/// A proxy setting that would be used and cannot be. Correct it or remove it. Its value is left out: it may hold a
/// password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the proxy setting {setting} {problem}")]
#[non_exhaustive]
pub struct InvalidProxy {
    /// The environment variable, or the builder's function.
    pub setting: &'static str,
    /// What is wrong with its value.
    pub problem: ProxyProblem,
}

/// What is wrong with a proxy setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProxyProblem {
    /// It is not Unicode.
    #[error("is not valid Unicode; set it anew")]
    NotUnicode,
    /// White space or control characters, such as a line feed at the end.
    #[error("holds white space or a control character, perhaps a line feed at its end; set it without")]
    WhiteSpace,
    /// The base URL is plain http, which is for this machine alone, and the proxy is on another one.
    #[error(
        "is on another machine, where plain http must not go; leave it out for a service on this machine"
    )]
    PlainHttp,
    /// A kind of proxy that is not supported.
    #[error("has an unknown scheme; only proxies of `http://` and `https://` are supported")]
    Scheme,
    /// It does not parse, or holds more than user name, password, host and port.
    #[error(
        "is not the URL of a proxy; write it as in `http://proxy.example:3128`, with special characters of a user name \
         or password percent-encoded"
    )]
    NotAUrl,
}
