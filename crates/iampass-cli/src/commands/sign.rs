//! `iampass sign`: the headers for one request.

use std::io::{self, Write};

use iampass_auth::{SignedHeaders, Signer, canonical_url};
use serde::{Serialize, Serializer};
use serde_json::json;

use crate::args::SignArguments;
use crate::error::Failure;
use crate::output::{self, Records, Report};
use crate::service::credentials;

pub(crate) fn run(arguments: &SignArguments) -> Result<(), Failure> {
    let url = canonical_url(&arguments.url)?;
    let mut signer = Signer::new(credentials(&arguments.settings)?);
    if let Some(nonce) = arguments.nonce {
        signer = signer.with_nonce_source(move || nonce);
    }
    if let Some(timestamp) = arguments.timestamp {
        signer = signer.with_clock(move || timestamp);
    }
    output::report(&Headers(signer.sign_canonical(&url)), arguments.output.format)
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
        self.0.iter().for_each(|(name, value)| records.push(vec![json!(name), json!(value)]));
        records
    }
}
