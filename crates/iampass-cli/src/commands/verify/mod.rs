//! `iampass verify`: what is wrong with the signature of a captured request.

mod capture;

use std::io::{self, Write};
use std::time::Duration;

use iampass_auth::explain::{Explanation, RefusedRequest, explain};
use iampass_auth::{Clock as _, Credentials, PresentedHeaders, Refusal, SystemClock, Verified, Verifier};
use serde::Serialize;
use serde_json::json;

use self::capture::Capture;
use crate::args::VerifyArguments;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Records, Report, printable};
use crate::service::credentials;

pub(crate) fn run(arguments: &VerifyArguments) -> Result<(), Failure> {
    let capture = Capture::read(&arguments.file)?;
    let url = arguments.url.clone().map_or_else(|| capture.url(), Ok)?;
    let credentials = credentials(&arguments.settings)?;
    let finding = check(&capture, &url, &credentials, arguments.at);
    output::report(&finding, arguments.output.format)?;
    if finding.valid { Ok(()) } else { Err(Failure::Reported(Exit::NotAuthorised)) }
}

fn check(capture: &Capture, url: &str, credentials: &Credentials, at: Option<u64>) -> Finding {
    let now = at.unwrap_or_else(|| SystemClock.unix_seconds());
    let known = credentials.clone();
    let lookup = move |id: &str| (id == known.application_id().as_str()).then(|| known.secret().clone());
    let pairs = || capture.headers.iter().map(|(name, value)| (name.as_str(), value));
    let presented = PresentedHeaders::from_pairs(pairs());
    let refusal = match Verifier::new(lookup).with_clock(move || now).verify(&presented, url) {
        Ok(Verified { timestamp, .. }) => return Finding::right(timestamp, now),
        Err(refusal) => refusal,
    };
    let method = capture.method.as_deref().unwrap_or("GET");
    let request = RefusedRequest::new(method, url, pairs());
    let found = explain(&refusal, &request, Some(credentials.secret()), []);
    match refusal {
        // The signature is checked before the time, so it was right; a capture may be old.
        Refusal::OutsideClockWindow { timestamp, .. } if at.is_none() && found.mistakes.is_empty() => {
            Finding::right(timestamp, now)
        }
        refusal => Finding::wrong(&refusal, &found),
    }
}

/// The result.
#[derive(Serialize)]
struct Finding {
    valid: bool,
    /// The refusal's stable name.
    code: Option<&'static str>,
    mistakes: Vec<FoundMistake>,
    /// What was signed in the place of the right text.
    signed: Option<String>,
    /// What should have been signed.
    expected: Option<String>,
    explanation: String,
    timestamp: Option<u64>,
}

#[derive(Serialize)]
struct FoundMistake {
    code: &'static str,
    advice: String,
}

impl Finding {
    fn right(timestamp: u64, now: u64) -> Self {
        let age = |seconds| humantime::format_duration(Duration::from_secs(seconds)).to_string();
        let when = match now.checked_sub(timestamp) {
            Some(seconds) => format!("{} ago", age(seconds)),
            None => format!("{} from now", age(timestamp - now)),
        };
        Self {
            valid: true,
            code: None,
            mistakes: Vec::new(),
            signed: None,
            expected: None,
            explanation: format!(
                "signed {when}; a service takes it once, and within minutes of the time of signing"
            ),
            timestamp: Some(timestamp),
        }
    }

    fn wrong(refusal: &Refusal, found: &Explanation) -> Self {
        let mistakes = found.mistakes.iter();
        let mistakes =
            mistakes.map(|mistake| FoundMistake { code: mistake.code(), advice: mistake.to_string() });
        Self {
            valid: false,
            code: Some(refusal.code()),
            mistakes: mistakes.collect(),
            signed: found.signed.as_ref().map(|text| text.as_str().to_owned()),
            expected: refusal.expected_text().map(str::to_owned),
            explanation: found.refusal_text(refusal),
            timestamp: None,
        }
    }
}

impl Report for Finding {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        match self.code {
            None => writeln!(out, "the signature is right")?,
            Some(code) => writeln!(out, "refused: {code}")?,
        }
        for mistake in &self.mistakes {
            writeln!(out, "  mistake: {}", printable(&mistake.advice))?;
        }
        if let Some(signed) = &self.signed {
            writeln!(out, "  signed was: {}", printable(signed))?;
        }
        if let Some(expected) = &self.expected {
            writeln!(out, "  expected was: {}", printable(expected))?;
        }
        writeln!(out, "  {}", printable(&self.explanation))
    }

    fn records(&self) -> Records {
        let codes: Vec<_> = self.mistakes.iter().map(|mistake| mistake.code).collect();
        Records::new(&["valid", "code", "mistakes", "explanation"]).with(vec![
            json!(self.valid),
            json!(self.code),
            json!(codes.join(",")),
            json!(self.explanation),
        ])
    }
}
