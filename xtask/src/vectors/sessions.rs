//! Sign-ins, and the calls about a session: their URLs come from the service, and what signs them is the session's.

use super::format::{Negative, Positive, Reason};
use super::negative::{refuse, signed};
use super::positive::{Case, ID, SECRET};
use anyhow::Result;

const AUTHENTICATE: &str = "authenticate_user";
const STATUS: &str = "session_status";
const END: &str = "end_session";

/// A session's token and secret.
const SESSION: (&str, &str) = ("6f1c0f0e5d3b4a29881726354433221f", "0n1y.7h3.53rv1c3.4nd.y0u.kn0w.17");
const OTHER_SESSION: (&str, &str) = ("0a1b2c3d4e5f60718293a4b5c6d7e8f9", "71.w0n.u0y.dn4.3c1vr35.3h7.y1n0");
const STATUS_URL: &str = "https://main.iam-api.com/sessions/6f1c0f0e/status";
const LOGOUT_URL: &str = "https://main.iam-api.com/sessions/6f1c0f0e/end";

fn given<'a>(operation: &'a str, url: &'a str) -> Case<'a> {
    Case { user: None, credentials: SESSION, given_url: Some(url), ..Case::of(operation) }
}

/// Those that are signed as they should be.
pub(crate) fn positive() -> Result<Vec<Positive>> {
    let mut cases: Vec<(String, Case<'_>)> = vec![
        (format!("operation: {AUTHENTICATE}"), Case::of(AUTHENTICATE)),
        (format!("operation: {STATUS}"), given(STATUS, STATUS_URL)),
        (format!("operation: {END}"), given(END, LOGOUT_URL)),
    ];
    for (what, query) in SIGN_INS {
        cases.push((format!("sign-in: {what}"), Case { query: Some(query), ..Case::of(AUTHENTICATE) }));
    }
    for (what, url) in GIVEN_URLS {
        cases.push((format!("session: {what}"), given(STATUS, url)));
    }
    for (what, credentials) in SESSIONS {
        cases.push((format!("session: {what}"), Case { credentials, ..given(END, LOGOUT_URL) }));
    }
    cases.into_iter().map(|(name, case)| case.vector(name)).collect()
}

/// The query of a sign-in, to the letter.
const SIGN_INS: [(&str, &str); 4] = [
    ("one method", "methods=acceptance"),
    ("two methods, and how long the session lasts", "methods=acceptance,device&duration_seconds=600"),
    ("the comma encoded", "methods=acceptance%2Cdevice"),
    ("all methods, after how long the session lasts", "duration_seconds=1&methods=acceptance,device,facial"),
];

/// What a service may make up: it is signed as it came.
const GIVEN_URLS: [(&str, &str); 6] = [
    ("a port", "https://staging.example:8443/sessions/6f1c0f0e/status"),
    (
        "a loopback port",
        "http://127.0.0.1:8080/authentication/session_status/6f1c0f0e5d3b4a29881726354433221f",
    ),
    ("a query", "https://main.iam-api.com/status?session=6f1c0f0e&since=0"),
    ("a port and a query with an encoded slash", "https://staging.example:8443/status?session=6f%2F1c&x=a+b"),
    ("hexadecimal digits in small letters", "https://main.iam-api.com/sessions/6f1c%2f0e/status"),
    ("a slash at the end", "https://main.iam-api.com/sessions/6f1c0f0e/status/"),
];

const SESSIONS: [(&str, (&str, &str)); 2] = [
    ("a token that is base64", ("bx/8+A==", SESSION.1)),
    ("a secret of 64 hexadecimal digits", (SESSION.0, SECRET_OF_64_DIGITS)),
];
const SECRET_OF_64_DIGITS: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// At a session's URLs, the sessions are all that the server knows.
pub(crate) fn negative() -> Result<Vec<Negative>> {
    use Reason::{Replayed, SignatureMismatch, UnknownApplication};

    let status = given(STATUS, STATUS_URL);
    let good = signed(&status)?;
    let with_secret_of = |secret| signed(&Case { credentials: (SESSION.0, secret), ..status });
    let at_sessions_url = |name, reason, request| Negative {
        secrets: [SESSION, OTHER_SESSION].map(|(token, secret)| (token.to_owned(), secret.to_owned())).into(),
        ..refuse(name, reason, request)
    };
    let rows = [
        (
            "session: signed by the application",
            UnknownApplication,
            signed(&Case { credentials: (ID, SECRET), ..status })?,
        ),
        ("session: signed with the application's secret", SignatureMismatch, with_secret_of(SECRET)?),
        (
            "session: signed with another session's secret",
            SignatureMismatch,
            with_secret_of(OTHER_SESSION.1)?,
        ),
        (
            "session: the status's signature where the session is ended",
            SignatureMismatch,
            good.clone().at(STATUS_URL, LOGOUT_URL),
        ),
        (
            "session: sent to another session's URL",
            SignatureMismatch,
            good.clone().at("6f1c0f0e", "0a1b2c3d"),
        ),
    ];
    let mut all: Vec<_> =
        rows.into_iter().map(|(name, reason, request)| at_sessions_url(name, reason, request)).collect();
    all.push(Negative {
        accepted_before: vec![good.clone()],
        ..at_sessions_url("session: the same request a second time", Replayed, good)
    });
    all.push(refuse(
        "session: a sign-in that is signed by a session",
        UnknownApplication,
        signed(&Case { credentials: SESSION, ..Case::of(AUTHENTICATE) })?,
    ));
    Ok(all)
}
