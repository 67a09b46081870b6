//! A call as a command for curl.

use std::fmt::Write as _;
use std::io::{self, Write};

use iampass_management::SignedRequest;
use serde::Serialize;
use serde_json::json;

use crate::output::{Records, Report, printable};
use crate::shell_word::quoted;

const WARNING: &str = "# single use: the signature is good for one request, within some minutes";

/// A command that sends a request as the program would have, once.
#[derive(Serialize)]
pub(crate) struct CurlCommand {
    curl: String,
    single_use: bool,
}

impl CurlCommand {
    pub(crate) fn new(request: &SignedRequest) -> Self {
        // Writing to a string cannot fail. `--globoff`: brackets of an IPv6 address are not a pattern.
        let mut curl = format!("curl --globoff --request {}", request.method);
        for (name, value) in &request.headers {
            let header = format!("{name}: {}", String::from_utf8_lossy(value.as_bytes()));
            let _ = write!(curl, " --header {}", quoted(&header));
        }
        if !request.body.is_empty() {
            // `--data-raw`: a leading `@` does not name a file.
            let _ = write!(curl, " --data-raw {}", quoted(&*String::from_utf8_lossy(&request.body)));
        }
        let _ = write!(curl, " {}", quoted(&request.url));
        Self { curl, single_use: true }
    }
}

impl Report for CurlCommand {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{WARNING}\n{}", printable(&self.curl))
    }

    fn records(&self) -> Records {
        Records::new(&["single_use", "curl"]).with(vec![json!(self.single_use), json!(self.curl)])
    }
}
