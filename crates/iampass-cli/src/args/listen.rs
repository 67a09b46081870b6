//! Where an emulator is to listen.

use std::fmt;
use std::net::SocketAddr;

/// An address or a name, and a port. Names are looked up when the emulator starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListenAddress {
    /// IPv6 addresses without their brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
}

pub(super) fn listen_address(text: &str) -> Result<ListenAddress, &'static str> {
    const FORM: &str =
        "give an address or a name, and a port, as in 127.0.0.1:8080, [::1]:8080 or localhost:8080";
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Ok(ListenAddress { host: address.ip().to_string(), port: address.port() });
    }
    let (host, port) = text.rsplit_once(':').ok_or(FORM)?;
    if host.is_empty() || host.contains([':', '[', ']', '/', '@']) {
        return Err(FORM);
    }
    Ok(ListenAddress { host: host.to_owned(), port: port.parse().map_err(|_| FORM)? })
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_names_are_taken_with_a_port() {
        for text in ["127.0.0.1:8080", "[::1]:0", "localhost:65535", "a-b.example:1", "0.0.0.0:80"] {
            assert_eq!(listen_address(text).map(|address| address.to_string()), Ok(text.to_owned()));
        }
        for text in [
            "",
            "localhost",
            ":8080",
            "8080",
            "::1:8080",
            "[x]:1",
            "localhost:",
            "localhost:65536",
            "a:b:1",
            "http://localhost:1",
        ] {
            assert!(listen_address(text).is_err(), "{text}");
        }
    }
}
