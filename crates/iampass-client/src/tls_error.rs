//! Recognises errors of rustls inside errors of reqwest. Those of `native-tls` differ from system to system.

use reqwest::Error;

/// Whether a connection failed because the service's certificate was not accepted.
pub(crate) fn is_untrusted_certificate(error: &Error) -> bool {
    #[cfg(feature = "rustls-no-provider")]
    return matches!(find(error), Some(rustls::Error::InvalidCertificate(_)));
    #[cfg(not(feature = "rustls-no-provider"))]
    return never(error);
}

/// Whether a client could not be made because of TLS.
pub(crate) fn is_tls(error: &Error) -> bool {
    #[cfg(feature = "rustls-no-provider")]
    return find(error).is_some();
    #[cfg(not(feature = "rustls-no-provider"))]
    return never(error);
}

#[cfg(feature = "rustls-no-provider")]
fn find(error: &Error) -> Option<&rustls::Error> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref() {
            return Some(error);
        }
        // `source` of an I/O error skips the error that it wraps.
        cause = match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

#[cfg(not(feature = "rustls-no-provider"))]
fn never(_: &Error) -> bool {
    false
}
