//! The requests that are signed as they should be.

use anyhow::Result;
use iampass_auth::{ApplicationId, ApplicationSecret, Credentials, canonical_url, protocol, sign_with};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::format::Positive;
use crate::hex::hex;

/// All but RFC 3986's unreserved characters.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(crate) const ID: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const SECRET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
pub(crate) const SERVER: &str = "https://main.iam-api.com";
pub(crate) const NOW: u64 = 1_700_000_000;
const OPERATIONS: &[&str] = &["add_users", "delete_users", LINK, HAS, LOST];
const LINK: &str = "device_registration_link";
const HAS: &str = "has_registered_mobile_device";
const LOST: &str = "lost_user_mobile_device";

/// What goes into a vector.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) operation: &'a str,
    pub(crate) server: &'a str,
    /// An application's id and secret, or a session's token and secret.
    pub(crate) credentials: (&'a str, &'a str),
    pub(crate) user: Option<&'a str>,
    pub(crate) display_name: Option<&'a str>,
    /// What follows `?`, as it is sent, unless that is the display name.
    pub(crate) query: Option<&'a str>,
    /// The URL that the service gave; the others are made of what else is here.
    pub(crate) given_url: Option<&'a str>,
    pub(crate) space_as_plus: bool,
    pub(crate) nonce: u64,
    pub(crate) timestamp: u64,
}

impl<'a> Case<'a> {
    /// An ordinary call of an operation.
    pub(crate) fn of(operation: &'a str) -> Self {
        let user = (!operation.ends_with("_users")).then_some("user1");
        Self {
            operation,
            server: SERVER,
            credentials: (ID, SECRET),
            user,
            display_name: None,
            query: None,
            given_url: None,
            space_as_plus: false,
            nonce: 42,
            timestamp: NOW,
        }
    }

    fn user(user: &'a str) -> Self {
        Self { user: Some(user), ..Self::of(HAS) }
    }

    fn display_name(name: &'a str) -> Self {
        Self { display_name: Some(name), ..Self::of(LINK) }
    }

    pub(crate) fn url(&self) -> String {
        if let Some(url) = self.given_url {
            return url.to_owned();
        }
        let api = if self.operation == "authenticate_user" { "authentication" } else { "management" };
        let mut url = format!("{}/{api}/{}/{}", self.server, self.operation, encode(self.credentials.0));
        if let Some(user) = self.user {
            url += "/";
            url += &encode(user);
        }
        if let Some(name) = self.display_name {
            let name = encode(name);
            url += "?display_name=";
            url += &if self.space_as_plus { name.replace("%20", "+") } else { name };
        }
        if let Some(query) = self.query {
            url += "?";
            url += query;
        }
        url
    }

    pub(crate) fn credentials(&self) -> Result<Credentials> {
        let id = ApplicationId::new(self.credentials.0)?;
        Ok(Credentials::new(id, ApplicationSecret::new(self.credentials.1)?))
    }

    pub(crate) fn vector(&self, name: String) -> Result<Positive> {
        let (credentials, url) = (self.credentials()?, self.url());
        let canonical = canonical_url(&url)?;
        let token = protocol::token(self.nonce, credentials.secret());
        let message = protocol::message(self.nonce, &canonical, self.timestamp);
        let digest = protocol::digest(&token, &message);
        let headers = sign_with(&credentials, &canonical, self.nonce, self.timestamp);
        Ok(Positive {
            name,
            operation: self.operation.to_owned(),
            id: self.credentials.0.to_owned(),
            secret: self.credentials.1.to_owned(),
            user_id: self.user.map(str::to_owned),
            display_name: self.display_name.map(str::to_owned),
            signed_url: canonical.to_string(),
            nonce: self.nonce.to_string(),
            timestamp: self.timestamp.to_string(),
            token: hex(token.as_bytes()),
            message,
            digest: hex(digest.as_bytes()),
            signature: digest.signature(),
            headers: headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            url,
        })
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// All of them, in the order of the file.
pub(crate) fn positive() -> Result<Vec<Positive>> {
    let mut cases: Vec<(String, Case<'_>)> = Vec::new();
    let mut add = |name: String, case| cases.push((name, case));

    for &operation in OPERATIONS {
        add(format!("operation: {operation}"), Case::of(operation));
    }
    for (what, server) in SERVERS {
        add(format!("server: {what}"), Case { server, ..Case::of(HAS) });
        add(format!("server: {what}, no user"), Case { server, ..Case::of("add_users") });
    }
    let long = "x".repeat(200);
    let users = USERS.iter().copied().chain([("200 characters", long.as_str())]);
    for (what, user) in users {
        add(format!("user: {what}"), Case::user(user));
    }
    add(
        "user: outside ASCII, and the call with a side effect".to_owned(),
        Case { user: Some("é/ä b"), ..Case::of(LOST) },
    );
    for (what, name) in DISPLAY_NAMES {
        add(format!("display name: {what}"), Case::display_name(name));
    }
    add(
        "display name: spaces sent as plus signs are signed as plus signs".to_owned(),
        Case { space_as_plus: true, ..Case::display_name("Zoë & 100% + more") },
    );
    for nonce in NONCES {
        add(format!("nonce: {nonce}"), Case { nonce, ..Case::of(HAS) });
    }
    for timestamp in TIMES {
        add(format!("time: {timestamp}"), Case { timestamp, ..Case::of(HAS) });
    }
    for (what, credentials) in APPLICATIONS {
        add(format!("application: {what}"), Case { credentials, ..Case::of("delete_users") });
        add(format!("application: {what}, with a user"), Case { credentials, ..Case::of(LINK) });
    }
    cases.into_iter().map(|(name, case)| case.vector(name)).collect()
}

const SERVERS: [(&str, &str); 8] = [
    ("the Python package's", "https://iam-api.com"),
    ("a port", "https://staging.example:8443"),
    ("plain http on a loopback port", "http://127.0.0.1:8080"),
    ("plain http without a port", "http://localhost"),
    ("IPv6 with a port", "http://[::1]:9000"),
    ("IPv6 without a port", "https://[2001:db8::1]"),
    ("a path prefix", "https://gateway.example/iampass"),
    ("a port and a longer path prefix", "https://gateway.example:8443/a%20b/v1"),
];

const USERS: [(&str, &str); 26] = [
    ("an e-mail address", "alice@example.com"),
    ("an e-mail address with a plus sign", "alice+test@example.com"),
    ("a Windows account", "DOMAIN\\alice"),
    ("a slash", "a/b"),
    ("a space", "a b"),
    ("spaces at both ends", " a "),
    ("a percent sign", "a%b"),
    ("what looks encoded already", "a%2Fb"),
    ("a query, a fragment and an ampersand", "a?b#c&d=e"),
    ("a colon, as the header's divider", "a:b"),
    ("a semicolon, a comma and quotes", "a;b,c'd\"e"),
    ("brackets of all kinds", "(a)[b]{c}<d>"),
    ("all unreserved marks", "-._~"),
    ("all sub-delimiters", "!$&'()*+,;="),
    ("Latin letters outside ASCII", "é/ä b"),
    ("the same letter in two code points", "e\u{301}"),
    ("Chinese characters", "日本語"),
    ("right to left", "مستخدم"),
    ("an emoji beyond 16 bits", "🦀"),
    ("an emoji of several code points", "👩‍💻"),
    ("three dots", "..."),
    ("hidden behind two dots", "..hidden"),
    ("dot segments behind backslashes", "a\\..\\..\\lost_user_mobile_device\\app\\victim"),
    ("dot segments behind slashes", "a/../../victim"),
    ("control characters", "a\r\nb\tc\u{0}"),
    ("another URL", "https://example.com/?a=b#c"),
];

const DISPLAY_NAMES: [(&str, &str); 8] = [
    ("plain", "Alice"),
    ("the example of the vendor's page", "user1@my_application"),
    ("spaces", "Alice of Wonderland"),
    ("outside ASCII, and what a query divides by", "Zoë & 100% + more"),
    ("another URL", "https://example.com/?a=b#c"),
    ("an emoji", "日本語 🦀"),
    ("nothing", ""),
    ("line breaks", "a\r\nb"),
];

/// Zero and one; beyond what a double holds exactly; the sign bit of a signed 64-bit number; the largest.
const NONCES: [u64; 9] =
    [0, 1, 9, 10, 4_294_967_296, (1 << 53) + 1, i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX];

/// The beginning; the last second of a signed 32-bit clock and the next; of an unsigned one; beyond both.
const TIMES: [u64; 7] = [0, 1, 2_147_483_647, 2_147_483_648, 4_294_967_295, 4_294_967_296, 32_503_680_000];

const APPLICATIONS: [(&str, (&str, &str)); 3] = [
    ("a secret that could be base64", (ID, "5M66BXP1TWHF67MHRTMY4OIN7AMKBV9=")),
    ("a secret that could be hexadecimal", (ID, "00112233445566778899aabbccddeeff")),
    ("an id that needs encoding, a secret outside ASCII", ("My/App@1", "sécret wörd ✓")),
];
