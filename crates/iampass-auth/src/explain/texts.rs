//! What a signer may have taken for the text to sign.

use super::mistake::Kind;

/// Hosts that a signer may have had in mind: the machine's own, and the vendor's.
const HOSTS: [&str; 5] = ["127.0.0.1", "localhost", "[::1]", "main.iam-api.com", "iam-api.com"];

/// A text, and the mistakes it takes to come to it.
pub(super) struct Text {
    pub(super) mistakes: Vec<Kind>,
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

fn urls(request: Request<'_>) -> Vec<(Option<Kind>, String)> {
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
        wrong(Kind::SchemeLeftIn, format!("{scheme}://{right}"));
    }
    wrong(Kind::QueryLeftOut, format!("{authority}{path}"));
    match port {
        Some(_) => wrong(Kind::PortLeftOut, format!("{host}{path_and_query}")),
        None => {
            for port in [request.default_port, 80, 443] {
                wrong(Kind::DefaultPortIncluded, format!("{host}:{port}{path_and_query}"));
            }
        }
    }
    wrong(Kind::HostLeftOut, path_and_query.to_owned());
    for other in HOSTS {
        wrong(Kind::OtherHost, format!("{other}{path_and_query}"));
        if let Some(port) = port {
            wrong(Kind::OtherHost, format!("{other}:{port}{path_and_query}"));
        }
    }
    if let Some(decoded) = decoded(path) {
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        wrong(Kind::PathDecoded, format!("{authority}{decoded}{query}"));
    }
    if let Some(path_and_query) = path_and_query.strip_prefix("/management") {
        wrong(Kind::PrefixLeftOut, format!("{authority}{path_and_query}"));
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

fn orders(request: Request<'_>, url: &str) -> Vec<(Option<Kind>, String)> {
    let Request { method, nonce, timestamp, .. } = request;
    let mut orders = vec![
        (None, format!("{nonce}{url}{timestamp}")),
        (Some(Kind::TimestampLeftOut), format!("{nonce}{url}")),
        (Some(Kind::NonceLeftOut), format!("{url}{timestamp}")),
        (Some(Kind::TimestampMisplaced), format!("{nonce}{timestamp}{url}")),
        (Some(Kind::TimestampMisplaced), format!("{timestamp}{nonce}{url}")),
        (Some(Kind::TimestampMisplaced), format!("{timestamp}{url}{nonce}")),
        (Some(Kind::TimestampMisplaced), format!("{url}{nonce}{timestamp}")),
        (Some(Kind::TimestampMisplaced), format!("{url}{timestamp}{nonce}")),
        (Some(Kind::MethodIncluded), format!("{nonce}{method}{url}{timestamp}")),
        (Some(Kind::MethodIncluded), format!("{method}{nonce}{url}{timestamp}")),
    ];
    for other in [timestamp.saturating_sub(1), timestamp.saturating_add(1)] {
        orders.push((Some(Kind::TimestampOfOtherSecond), format!("{nonce}{url}{other}")));
    }
    orders
}

/// What a percent-encoded path says; `None` if that is no text.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    loop {
        rest = match rest {
            [] => return String::from_utf8(bytes).ok(),
            [b'%', high, low, rest @ ..] => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                bytes.push(u8::try_from(digit(high)? * 16 + digit(low)?).ok()?);
                rest
            }
            [b'%', ..] => return None,
            [byte, rest @ ..] => {
                bytes.push(*byte);
                rest
            }
        };
    }
}
