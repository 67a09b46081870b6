//! The texts that a signer may have signed, right or wrong.

use std::rc::Rc;

use percent_encoding::percent_decode_str;

use super::mistake::Kind;

/// Hosts that a signer may have used by mistake: those of the local machine, and the vendor's.
const HOSTS: [&str; 5] = ["127.0.0.1", "localhost", "[::1]", "main.iam-api.com", "iam-api.com"];

/// A text that may have been signed, and the mistakes that lead to it. The parts are joined when the text is
/// tried: there are some hundred texts, and a URL can be long.
pub(super) struct CandidateMessage {
    pub(super) mistakes: Vec<Kind>,
    parts: Vec<Rc<str>>,
}

impl CandidateMessage {
    pub(super) fn text(&self) -> String {
        self.parts.concat()
    }
}

/// The parts of a request that may have been signed.
#[derive(Clone, Copy, Debug)]
pub(super) struct RequestParts<'a> {
    pub(super) method: &'a str,
    /// Host and port, without the scheme's default port.
    pub(super) authority: &'a str,
    pub(super) default_port: u16,
    pub(super) path_and_query: &'a str,
    pub(super) nonce: u64,
    pub(super) timestamp: u64,
}

/// Returns the correct message, and those that one or two mistakes lead to.
pub(super) fn candidate_messages(request: RequestParts<'_>) -> Vec<CandidateMessage> {
    let mut messages = Vec::new();
    for (url_mistake, url) in candidate_urls(request) {
        for (order_mistake, parts) in candidate_orders(request, &url.into()) {
            let mistakes = url_mistake.iter().cloned().chain(order_mistake).collect();
            messages.push(CandidateMessage { mistakes, parts });
        }
    }
    messages
}

fn candidate_urls(request: RequestParts<'_>) -> Vec<(Option<Kind>, String)> {
    let RequestParts { authority, path_and_query, .. } = request;
    let correct = format!("{authority}{path_and_query}");
    let (host, port) = split_port(authority);
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    let mut urls = Vec::new();
    let mut add = |mistake, url: String| {
        if url != correct {
            urls.push((Some(mistake), url));
        }
    };
    for scheme in ["http", "https"] {
        add(Kind::SchemeLeftIn, format!("{scheme}://{correct}"));
    }
    add(Kind::QueryLeftOut, format!("{authority}{path}"));
    match port {
        Some(_) => add(Kind::PortLeftOut, format!("{host}{path_and_query}")),
        None => {
            for port in [request.default_port, 80, 443] {
                add(Kind::DefaultPortIncluded, format!("{host}:{port}{path_and_query}"));
            }
        }
    }
    add(Kind::HostLeftOut, path_and_query.to_owned());
    for other in HOSTS {
        add(Kind::OtherHost, format!("{other}{path_and_query}"));
        if let Some(port) = port {
            add(Kind::OtherHost, format!("{other}:{port}{path_and_query}"));
        }
    }
    if let Ok(decoded) = percent_decode_str(path).decode_utf8() {
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        add(Kind::PathDecoded, format!("{authority}{decoded}{query}"));
    }
    if let Some(path_and_query) = path_and_query.strip_prefix("/management") {
        add(Kind::PrefixLeftOut, format!("{authority}{path_and_query}"));
    }
    urls.push((None, correct));
    urls
}

fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

fn candidate_orders(request: RequestParts<'_>, url: &Rc<str>) -> Vec<(Option<Kind>, Vec<Rc<str>>)> {
    let method: Rc<str> = request.method.into();
    let number = |number: u64| Rc::from(number.to_string());
    let (nonce, timestamp) = (number(request.nonce), number(request.timestamp));
    let other_seconds = [request.timestamp.saturating_sub(1), request.timestamp.saturating_add(1)];
    let [before, after] = other_seconds.map(number);
    let orders: [(Option<Kind>, &[&Rc<str>]); 12] = [
        (None, &[&nonce, url, &timestamp]),
        (Some(Kind::TimestampLeftOut), &[&nonce, url]),
        (Some(Kind::NonceLeftOut), &[url, &timestamp]),
        (Some(Kind::TimestampMisplaced), &[&nonce, &timestamp, url]),
        (Some(Kind::TimestampMisplaced), &[&timestamp, &nonce, url]),
        (Some(Kind::TimestampMisplaced), &[&timestamp, url, &nonce]),
        (Some(Kind::TimestampMisplaced), &[url, &nonce, &timestamp]),
        (Some(Kind::TimestampMisplaced), &[url, &timestamp, &nonce]),
        (Some(Kind::MethodIncluded), &[&nonce, &method, url, &timestamp]),
        (Some(Kind::MethodIncluded), &[&method, &nonce, url, &timestamp]),
        (Some(Kind::TimestampOfOtherSecond), &[&nonce, url, &before]),
        (Some(Kind::TimestampOfOtherSecond), &[&nonce, url, &after]),
    ];
    orders.map(|(mistake, parts)| (mistake, parts.iter().copied().cloned().collect())).into()
}
