//! `iampass sign`: the headers for one request, or how they come about.

use std::io::{self, Write};

use iampass_auth::{
    CanonicalUrl, Clock as _, Credentials, InvalidUrl, NonceSource as _, SignedHeaders, SystemClock,
    ThreadRngNonce, canonical_url, protocol, sign_with,
};
use serde::{Serialize, Serializer};
use serde_json::json;

use crate::args::SignArguments;
use crate::error::{CommandError, Failure};
use crate::exit::Exit;
use crate::hex::hex;
use crate::output::{self, Records, Report};
use crate::service::credentials;

/// A URL that has no signature.
#[derive(Debug, thiserror::Error)]
#[error("the URL cannot be signed")]
struct UrlError(#[source] InvalidUrl);

impl CommandError for UrlError {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn hint(&self) -> Option<String> {
        let hint = match self.0 {
            InvalidUrl::MissingScheme => {
                "write it as in 'https://main.iam-api.com/management/add_users/my-app'"
            }
            InvalidUrl::Character { .. } => "a space is written %20, an `é` %C3%A9",
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

pub(crate) fn run(arguments: &SignArguments) -> Result<(), Failure> {
    let url = canonical_url(&arguments.url).map_err(UrlError)?;
    let credentials = credentials(&arguments.settings)?;
    let nonce = arguments.nonce.unwrap_or_else(|| ThreadRngNonce.nonce());
    let timestamp = arguments.timestamp.unwrap_or_else(|| SystemClock.unix_seconds());
    let headers = Headers(sign_with(&credentials, &url, nonce, timestamp));
    let format = arguments.output.format;
    if arguments.explain {
        output::report(&Stages::new(&credentials, &url, nonce, timestamp, headers), format)
    } else {
        output::report(&headers, format)
    }
}

struct Headers(SignedHeaders);

impl Serialize for Headers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(&self.0)
    }
}

impl Report for Headers {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        self.0.iter().try_for_each(|(name, value)| writeln!(out, "{name}: {value}"))
    }

    fn records(&self) -> Records {
        let mut records = Records::new(&["name", "value"]);
        for (name, value) in &self.0 {
            records.push(vec![json!(name), json!(value)]);
        }
        records
    }
}

/// Every stage of Authentication Protocol 1, under the names that the signing vectors have for them. The
/// numbers are texts, because JSON readers cut long ones short.
#[derive(Serialize)]
struct Stages {
    nonce: String,
    timestamp: String,
    token: String,
    signed_url: String,
    message: String,
    digest: String,
    signature: String,
    headers: Headers,
}

impl Stages {
    fn new(
        credentials: &Credentials,
        url: &CanonicalUrl<'_>,
        nonce: u64,
        timestamp: u64,
        headers: Headers,
    ) -> Self {
        let token = protocol::token(nonce, credentials.secret());
        let message = protocol::message(nonce, url, timestamp);
        let digest = protocol::digest(&token, &message);
        Self {
            nonce: nonce.to_string(),
            timestamp: timestamp.to_string(),
            token: hex(token.as_bytes()),
            signed_url: url.to_string(),
            message,
            digest: hex(digest.as_bytes()),
            signature: digest.signature(),
            headers,
        }
    }

    /// Name, value and making of each stage.
    fn rows(&self) -> [(&'static str, &str, &'static str); 7] {
        [
            ("nonce", &self.nonce, "N: a random 64-bit number, in decimal, unpadded"),
            ("timestamp", &self.timestamp, "T: Unix seconds, in decimal"),
            (
                "token",
                &self.token,
                "first 16 bytes of SHA-256 over N and the secret; signs anything with this nonce: keep it",
            ),
            ("signed_url", &self.signed_url, "U: the URL as it is sent, less its scheme"),
            ("message", &self.message, "N, U and T, one after the other"),
            ("digest", &self.digest, "first 16 bytes of HMAC-SHA-256 over the message, keyed with the token"),
            ("signature", &self.signature, "base64 of the digest, with padding"),
        ]
    }
}

impl Report for Stages {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        for (name, value, making) in self.rows() {
            writeln!(out, "{name:<11} {value}\n            {making}")?;
        }
        writeln!(out)?;
        self.headers.text(out)
    }

    fn records(&self) -> Records {
        let mut records = Records::new(&["stage", "value"]);
        for (name, value, _) in self.rows() {
            records.push(vec![json!(name), json!(value)]);
        }
        for (name, value) in &self.headers.0 {
            records.push(vec![json!(name), json!(value)]);
        }
        records
    }
}
