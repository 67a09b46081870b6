//! What is inside the path and the query of a request.
//!
//! axum's extractors decode leniently: an invalid escape stays as it is. Here it is an error.

use std::borrow::Cow;

use axum::http::Uri;
use iampass_auth::ApplicationId;
use iampass_management::UserId;
use percent_encoding::percent_decode_str;
use thiserror::Error;

use super::rejection::Rejection;

/// The names of the parameters of a route such as `/management/add_users/{application_id}`.
pub(crate) fn parameter_names(route: &str) -> impl Iterator<Item = &str> {
    route.split('/').filter_map(parameter_name)
}

/// The values of a route's parameters in a path that it has matched, as received. The path is taken apart before anything
/// is decoded, so that `a%2Fb` is one segment.
pub(crate) fn parameter_values<'a>(route: &'a str, path: &'a str) -> impl Iterator<Item = &'a str> {
    let segments = route.split('/').zip(path.split('/'));
    segments.filter_map(|(segment, value)| parameter_name(segment).map(|_name| value))
}

fn parameter_name(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// Why a part of a URL cannot be decoded.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
enum Undecodable {
    #[error("a `%` in the URL is not followed by two hexadecimal digits")]
    Escape,
    #[error("a part of the URL is not UTF-8 when its percent-encoding is undone")]
    NotUtf8,
}

/// A parameter of the path, decoded once. A `+` is a plus sign.
///
/// # Errors
/// 400 if it cannot be decoded.
pub(crate) fn path_param(segment: &str) -> Result<Cow<'_, str>, Rejection> {
    decode(segment)
        .map_err(|error| Rejection::bad_request("bad_path", format!("The path cannot be read: {error}.")))
}

/// The application that the first parameter of a route names.
///
/// # Errors
/// 400 if it cannot be decoded, 404 if it cannot be an application's id.
pub(crate) fn path_application(route: &str, uri: &Uri) -> Result<ApplicationId, Rejection> {
    let id = path_param(parameter_values(route, uri.path()).next().unwrap_or_default())?;
    ApplicationId::new(&id).map_err(|_| Rejection::unknown_application(&id))
}

/// The application and the user that the first two parameters of a route name.
///
/// # Errors
/// 400 for one that cannot be decoded, 404 for one that cannot be an id.
pub(crate) fn path_user(route: &str, uri: &Uri) -> Result<(ApplicationId, UserId), Rejection> {
    let application = path_application(route, uri)?;
    let id = path_param(parameter_values(route, uri.path()).nth(1).unwrap_or_default())?;
    let user = UserId::new(&*id).map_err(|_| Rejection::unknown_user(application.as_str(), &id))?;
    Ok((application, user))
}

/// Undoes percent-encoding, once. A `+` is a plus sign.
fn decode(segment: &str) -> Result<Cow<'_, str>, Undecodable> {
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
///
/// # Errors
/// 400 if a part of the query before it cannot be decoded.
pub(crate) fn query_param(query: &str, name: &str) -> Result<Option<String>, Rejection> {
    find_param(query, name).map_err(bad_query)
}

fn bad_query(error: Undecodable) -> Rejection {
    Rejection::bad_request("bad_query", format!("The query cannot be read: {error}."))
}

/// As [`query_param`], for what is not to be guessed at.
///
/// # Errors
/// 400 also if the name is there twice.
pub(crate) fn only_query_param(query: &str, name: &str) -> Result<Option<String>, Rejection> {
    let values = params(query, name).collect::<Result<Vec<_>, _>>().map_err(bad_query)?;
    match <[String; 1]>::try_from(values) {
        Ok([value]) => Ok(Some(value)),
        Err(values) if values.is_empty() => Ok(None),
        Err(_) => Err(Rejection::bad_request("bad_query", format!("`{name}` is in the query twice."))),
    }
}

/// As [`query_param`], and empty if the query does not have it.
///
/// # Errors
/// Those of [`query_param`].
pub(crate) fn query_text(query: &str, name: &str) -> Result<String, Rejection> {
    query_param(query, name).map(Option::unwrap_or_default)
}

fn find_param(query: &str, name: &str) -> Result<Option<String>, Undecodable> {
    params(query, name).next().transpose()
}

/// The values of a name.
fn params<'a>(query: &'a str, name: &'a str) -> impl Iterator<Item = Result<String, Undecodable>> + 'a {
    let form = |text: &str| decode(&text.replace('+', " ")).map(Cow::into_owned);
    query.split('&').filter_map(move |pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        match form(key) {
            Ok(key) => (key == name).then(|| form(value)),
            Err(error) => Some(Err(error)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_taken_apart_before_it_is_decoded() {
        let route = "/a/{x}/{y}";
        assert_eq!(parameter_names(route).collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!(parameter_values(route, "/a/b%2Fc/..").collect::<Vec<_>>(), ["b%2Fc", ".."]);
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
        let value = |query| find_param(query, "display_name");
        assert_eq!(value("display_name=A+B%2BC"), Ok(Some("A B+C".to_owned())));
        assert_eq!(value("x=1&display%5Fname=%26&display_name=second"), Ok(Some("&".to_owned())));
        assert_eq!(value("display_name"), Ok(Some(String::new())));
        assert_eq!(value("x=1"), Ok(None));
        assert_eq!(value(""), Ok(None));
        assert_eq!(value("display_name=%ff"), Err(Undecodable::NotUtf8));
    }
}
