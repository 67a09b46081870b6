//! Whether a connection did not come about because of the service's certificate.

/// As far as the TLS library tells: rustls does; what `native-tls` says differs from system to system.
pub(crate) fn is_untrusted(error: &reqwest::Error) -> bool {
    #[cfg(feature = "rustls")]
    return told_by_rustls(error);
    #[cfg(not(feature = "rustls"))]
    {
        let _ = error;
        false
    }
}

#[cfg(feature = "rustls")]
fn told_by_rustls(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return matches!(error, rustls::Error::InvalidCertificate(_));
        }
        // Asked for its source, an I/O error passes over the error that it is made of.
        cause = match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    false
}
