//! What a signer may have taken for the text to sign.

use crate::path::decode;

use super::mistake::Mistake;

/// Hosts that a signer may have had in mind: the machine's own, and the vendor's.
const HOSTS: [&str; 5] = ["127.0.0.1", "localhost", "[::1]", "main.iam-api.com", "iam-api.com"];

/// A text, and the mistakes it takes to come to it.
pub(super) struct Text {
    pub(super) mistakes: Vec<Mistake>,
    pub(super) text: String,
}

/// A request, taken apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    /// The scheme's default port is dropped already.
    pub(super) authority: &'a str,
    pub(super) default_port: u16,
    pub(super) path_and_query: &'a str,
    pub(super) nonce: u64,
    pub(super) timestamp: u64,
}

/// The right text, and those that one or two mistakes lead to.
pub(super) fn texts(request: Request<'_>) -> Vec<Text> {
    let mut texts = Vec::new();
    for (in_url, url) in urls(request) {
        for (in_order, text) in orders(request, &url) {
            let mistakes = in_url.iter().cloned().chain(in_order).collect();
            texts.push(Text { mistakes, text });
        }
    }
    texts
}

fn urls(request: Request<'_>) -> Vec<(Option<Mistake>, String)> {
    let Request { authority, path_and_query, .. } = request;
    let right = format!("{authority}{path_and_query}");
    let (host, port) = split_port(authority);
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    let mut urls = Vec::new();
    let mut wrong = |mistake, url: String| {
        if url != right {
            urls.push((Some(mistake), url));
        }
    };
    for scheme in ["http", "https"] {
        wrong(Mistake::SchemeLeftIn, format!("{scheme}://{right}"));
    }
    wrong(Mistake::QueryLeftOut, format!("{authority}{path}"));
    match port {
        Some(_) => wrong(Mistake::PortLeftOut, format!("{host}{path_and_query}")),
        None => {
            for port in [request.default_port, 80, 443] {
                wrong(Mistake::DefaultPortIncluded, format!("{host}:{port}{path_and_query}"));
            }
        }
    }
    wrong(Mistake::HostLeftOut, path_and_query.to_owned());
    for other in HOSTS {
        wrong(Mistake::OtherHost, format!("{other}{path_and_query}"));
        if let Some(port) = port {
            wrong(Mistake::OtherHost, format!("{other}:{port}{path_and_query}"));
        }
    }
    if let Ok(decoded) = decode(path) {
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        wrong(Mistake::PathDecoded, format!("{authority}{decoded}{query}"));
    }
    if let Some(path_and_query) = path_and_query.strip_prefix("/management") {
        wrong(Mistake::PrefixLeftOut, format!("{authority}{path_and_query}"));
    }
    urls.push((None, right));
    urls
}

fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

fn orders(request: Request<'_>, url: &str) -> Vec<(Option<Mistake>, String)> {
    let Request { method, nonce, timestamp, .. } = request;
    let mut orders = vec![
        (None, format!("{nonce}{url}{timestamp}")),
        (Some(Mistake::TimestampLeftOut), format!("{nonce}{url}")),
        (Some(Mistake::NonceLeftOut), format!("{url}{timestamp}")),
        (Some(Mistake::TimestampMisplaced), format!("{nonce}{timestamp}{url}")),
        (Some(Mistake::TimestampMisplaced), format!("{timestamp}{nonce}{url}")),
        (Some(Mistake::TimestampMisplaced), format!("{timestamp}{url}{nonce}")),
        (Some(Mistake::TimestampMisplaced), format!("{url}{nonce}{timestamp}")),
        (Some(Mistake::TimestampMisplaced), format!("{url}{timestamp}{nonce}")),
        (Some(Mistake::MethodIncluded), format!("{nonce}{method}{url}{timestamp}")),
        (Some(Mistake::MethodIncluded), format!("{method}{nonce}{url}{timestamp}")),
    ];
    for other in [timestamp.saturating_sub(1), timestamp.saturating_add(1)] {
        orders.push((Some(Mistake::TimestampOfOtherSecond), format!("{nonce}{url}{other}")));
    }
    orders
}
