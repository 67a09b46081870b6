//! A captured request, read from text.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::error::CommandError;
use crate::exit::Exit;

/// The longest capture.
const LONGEST: u64 = 1024 * 1024;

/// What was captured of a request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Capture {
    pub(super) method: Option<String>,
    /// As in the request line: a path with its query, or a whole URL.
    target: Option<String>,
    scheme: Option<String>,
    authority: Option<String>,
    pub(super) headers: Vec<(String, Vec<u8>)>,
}

/// Why a text is not a captured request. The text itself is left out, because it contains a signature.
#[derive(Debug, thiserror::Error)]
pub(super) enum CaptureProblem {
    #[error("the capture cannot be read")]
    Unreadable(#[from] io::Error),
    #[error("the capture is longer than {LONGEST} bytes")]
    TooLong,
    #[error("line {line} of the capture is no header, which is written as in `Name: value`")]
    Line { line: usize },
    #[error("the capture is no JSON object of header names to values (line {line}, column {column})")]
    Json { line: usize, column: usize },
    #[error("the capture does not tell the URL: it has no {missing}")]
    NoUrl { missing: &'static str },
}

impl CommandError for CaptureProblem {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn hint(&self) -> Option<String> {
        matches!(self, Self::NoUrl { .. }).then(|| "give it with --url, as it was sent".to_owned())
    }
}

impl Capture {
    pub(super) fn read(path: &Path) -> Result<Self, CaptureProblem> {
        let mut bytes = Vec::new();
        if path.as_os_str() == "-" {
            io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes)?;
        } else {
            File::open(path)?.take(LONGEST + 1).read_to_end(&mut bytes)?;
        }
        if bytes.len() as u64 > LONGEST {
            return Err(CaptureProblem::TooLong);
        }
        Self::parse(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes))
    }

    fn parse(text: &[u8]) -> Result<Self, CaptureProblem> {
        if text.trim_ascii_start().starts_with(b"{") {
            return Self::from_json(text);
        }
        let mut capture = Self::default();
        // What curl shows of a request begins with `> `, and all else that it shows with something else.
        let is_curls = text.split(|byte| *byte == b'\n').any(|line| line.starts_with(b"> "));
        for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let line = match line.strip_prefix(b">") {
                Some(line) if is_curls => line.strip_prefix(b" ").unwrap_or(line),
                _ if is_curls => continue,
                _ => line,
            };
            if line.is_empty() && capture.is_begun() {
                // What follows is the body, which is not signed.
                break;
            }
            if !line.is_empty() {
                capture.take(line).ok_or(CaptureProblem::Line { line: index + 1 })?;
            }
        }
        Ok(capture)
    }

    fn is_begun(&self) -> bool {
        self.target.is_some() || !self.headers.is_empty()
    }

    fn take(&mut self, line: &[u8]) -> Option<()> {
        if !self.is_begun()
            && let Some((method, target)) = request_line(line)
        {
            (self.method, self.target) = (Some(method), Some(target));
            return Some(());
        }
        // Names of HTTP/2 that stand for the request line begin with a colon.
        let colon = 1 + line.get(1..)?.iter().position(|byte| *byte == b':')?;
        let (name, value) = (std::str::from_utf8(&line[..colon]).ok()?, line[colon + 1..].trim_ascii());
        let text = || String::from_utf8_lossy(value).into_owned();
        match name {
            ":method" => self.method = Some(text()),
            ":path" => self.target = Some(text()),
            ":scheme" => self.scheme = Some(text()),
            ":authority" => self.authority = Some(text()),
            name if name.contains(|character: char| !character.is_ascii_graphic()) => return None,
            name => self.headers.push((name.to_owned(), value.to_vec())),
        }
        Some(())
    }

    fn from_json(text: &[u8]) -> Result<Self, CaptureProblem> {
        let headers: std::collections::BTreeMap<String, String> = serde_json::from_slice(text)
            .map_err(|error| CaptureProblem::Json { line: error.line(), column: error.column() })?;
        let headers = headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect();
        Ok(Self { headers, ..Self::default() })
    }

    /// The URL that was sent. Whether it was `http` or `https` is not captured: plain http goes to this
    /// machine alone.
    pub(super) fn url(&self) -> Result<String, CaptureProblem> {
        let target = self.target.as_deref().ok_or(CaptureProblem::NoUrl { missing: "request line" })?;
        if target.contains("://") {
            return Ok(target.to_owned());
        }
        let host = self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
        let host = host.map(|(_, value)| String::from_utf8_lossy(value).into_owned());
        let host =
            self.authority.clone().or(host).ok_or(CaptureProblem::NoUrl { missing: "header `Host`" })?;
        let is_local = ["localhost", "127.", "[::1]"].iter().any(|start| host.starts_with(start));
        let scheme = self.scheme.as_deref().unwrap_or(if is_local { "http" } else { "https" });
        Ok(format!("{scheme}://{host}{target}"))
    }
}

/// `GET /path HTTP/1.1`.
fn request_line(line: &[u8]) -> Option<(String, String)> {
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    match (words.next()?, words.next()?, words.next()?, words.next()) {
        (method, target, version, None) if version.starts_with("HTTP/") => {
            Some((method.to_owned(), target.to_owned()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Capture, CaptureProblem};

    fn parse(text: &str) -> Capture {
        Capture::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn every_form_says_the_same() {
        let http = parse("GET /a?b HTTP/1.1\r\nHost: x.test\r\nAuthentication:  hmac a:1:b \r\n\r\nbody: x");
        assert_eq!(http.url().unwrap(), "https://x.test/a?b");
        assert_eq!(http.headers.len(), 2);
        let curl = "* Connected\n> GET /a?b HTTP/1.1\n> Host: x.test\n> Authentication: hmac a:1:b\n> \n< HTTP/1.1 200 OK\n< a: b\n";
        assert_eq!(parse(curl), http);
        let http2 =
            ":method: GET\n:scheme: https\n:authority: x.test\n:path: /a?b\nauthentication: hmac a:1:b\n";
        assert_eq!(parse(http2).url().unwrap(), "https://x.test/a?b");
        let json = parse("{\"Authentication\":\"hmac a:1:b\"}\n");
        assert_eq!(json.headers, [("Authentication".to_owned(), b"hmac a:1:b".to_vec())]);
        for local in ["localhost:1", "127.0.0.1:1", "[::1]:1"] {
            let url = parse(&format!("GET / HTTP/1.1\nHost: {local}")).url().unwrap();
            assert_eq!(url, format!("http://{local}/"));
        }
    }

    #[test]
    fn what_is_no_request_is_told_where() {
        let problem = |text: &str| Capture::parse(text.as_bytes()).unwrap_err().to_string();
        assert!(problem("a: b\nno header\n").starts_with("line 2 "));
        assert!(problem("{\"a\":\n1}").contains("line 2, column"));
        let no_host = parse("GET / HTTP/1.1\n").url();
        assert!(matches!(no_host, Err(CaptureProblem::NoUrl { missing: "header `Host`" })));
        assert!(matches!(parse("").url(), Err(CaptureProblem::NoUrl { missing: "request line" })));
    }
}
