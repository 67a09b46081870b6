//! Path templates, and what is inside the path and the query of a request.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use thiserror::Error;

/// A path with parameters: `/management/add_users/{application_id}`.
#[derive(Debug)]
pub(crate) struct Template {
    segments: Vec<Segment>,
}

#[derive(Debug)]
enum Segment {
    Literal(&'static str),
    Parameter(&'static str),
}

impl Template {
    pub(crate) fn new(template: &'static str) -> Self {
        let segments = template.split('/').map(|segment| {
            match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(name) => Segment::Parameter(name),
                None => Segment::Literal(segment),
            }
        });
        Self { segments: segments.collect() }
    }

    /// The parameters' names, in their order.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &'static str> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Literal(_) => None,
            Segment::Parameter(name) => Some(*name),
        })
    }

    /// The parameters' values, in their order and as received, if the path fits. The path is taken
    /// apart before anything is decoded, so that `a%2Fb` is one segment; dots have no meaning.
    pub(crate) fn matches<'a>(&self, path: &'a str) -> Option<Vec<&'a str>> {
        let mut values = Vec::new();
        let mut received = path.split('/');
        for segment in &self.segments {
            let value = received.next()?;
            match segment {
                Segment::Literal(literal) if *literal == value => {}
                Segment::Parameter(_) if !value.is_empty() => values.push(value),
                _ => return None,
            }
        }
        received.next().is_none().then_some(values)
    }
}

/// Why a part of a URL cannot be decoded.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub(crate) enum Undecodable {
    #[error("a `%` in the URL is not followed by two hexadecimal digits")]
    Escape,
    #[error("a part of the URL is not UTF-8 when its percent-encoding is undone")]
    NotUtf8,
}

/// Undoes percent-encoding, once. A `+` is a plus sign.
pub(crate) fn decode(segment: &str) -> Result<Cow<'_, str>, Undecodable> {
    let mut rest = segment;
    while let Some((_, after)) = rest.split_once('%') {
        match after.as_bytes() {
            [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => rest = after,
            _ => return Err(Undecodable::Escape),
        }
    }
    percent_decode_str(segment).decode_utf8().map_err(|_| Undecodable::NotUtf8)
}

/// The first value of a name in a query, decoded as a form: a `+` is a space.
pub(crate) fn query_value(query: &str, name: &str) -> Result<Option<String>, Undecodable> {
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if decode(&key.replace('+', " "))? == name {
            return Ok(Some(decode(&value.replace('+', " "))?.into_owned()));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_takes_exactly_its_segments() {
        let template = Template::new("/a/{x}/{y}");
        assert_eq!(template.parameters().collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!(template.matches("/a/b%2Fc/.."), Some(vec!["b%2Fc", ".."]));
        for path in ["/a/b", "/a/b/", "/a//c", "/a/b/c/", "/a/b/c/d", "a/b/c", "/A/b/c", "", "*"] {
            assert_eq!(template.matches(path), None, "{path}");
        }
    }

    #[test]
    fn decoding_is_done_once_and_is_strict() {
        assert_eq!(decode("a%252Fb+c").as_deref(), Ok("a%2Fb+c"));
        assert_eq!(decode("%C3%A9").as_deref(), Ok("é"));
        assert_eq!(decode("%ff"), Err(Undecodable::NotUtf8));
        for segment in ["%", "a%2", "%zz", "%%41", "%+1"] {
            assert_eq!(decode(segment), Err(Undecodable::Escape), "{segment}");
        }
    }

    #[test]
    fn a_query_is_read_as_a_form() {
        let value = |query| query_value(query, "display_name");
        assert_eq!(value("display_name=A+B%2BC"), Ok(Some("A B+C".to_owned())));
        assert_eq!(value("x=1&display%5Fname=%26&display_name=second"), Ok(Some("&".to_owned())));
        assert_eq!(value("display_name"), Ok(Some(String::new())));
        assert_eq!(value("x=1"), Ok(None));
        assert_eq!(value(""), Ok(None));
        assert_eq!(value("display_name=%ff"), Err(Undecodable::NotUtf8));
    }
}
