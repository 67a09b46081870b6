//! `iampass emulator`.

use std::net::SocketAddr;

use clap::Args;

pub(super) const EMULATOR_EXAMPLES: &str = "\
The first line on standard output is `listening on http://HOST:PORT`; a line for
each request goes to standard error. Users and devices are kept in memory. It
runs until SIGINT or SIGTERM.

Examples:
  iampass emulator
  iampass emulator --listen 127.0.0.1:0 --application my-app:local-secret";

#[derive(Args)]
pub(crate) struct EmulatorArguments {
    /// The address to listen on; port 0 is any free port
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080", value_parser = listen_address)]
    pub(crate) listen: SocketAddr,
    /// An application to serve; repeat it for more [default: a random one, told on standard error]
    ///
    /// Other programs on the machine can see arguments, so do not use a secret of the real service.
    // Text, not parsed by clap, which would show the secret when it finds something wrong.
    #[arg(long = "application", value_name = "ID:SECRET")]
    pub(crate) applications: Vec<String>,
}

fn listen_address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "give an IP address and a port, as in 127.0.0.1:8080 or [::1]:8080")
}
