//! The headers that tell a browser how little a page may do.

/// For pages that run nothing.
pub(crate) const PASSIVE: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// For the reference, whose own scripts call this server.
pub(crate) const WITH_SCRIPTS: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
     script-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// What every page carries beside its content security policy. Pages show what is not everybody's
/// business, and the URL of the phone's page is a key.
pub(crate) const HEADERS: [(&str, &str); 5] = [
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];
