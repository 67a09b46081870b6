//! The headers that tell a browser how little a page may do.

/// What a page may do, and whom it tells where its links come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    /// The header `content-security-policy`.
    pub(crate) content: &'static str,
    /// The header `referrer-policy`.
    pub(crate) referrer: &'static str,
}

/// For pages that run nothing. Their URL may be a key, so nobody is told of it.
pub(crate) const PASSIVE: Policy = Policy {
    content: "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
        base-uri 'none'; frame-ancestors 'none'",
    referrer: "no-referrer",
};

/// For the console, whose script asks this server for news. With `no-referrer`, browsers would send forms with the
/// `Origin` of nobody.
pub(crate) const CONSOLE: Policy = Policy {
    content: "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; \
        form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    referrer: "same-origin",
};

/// For the reference, whose own scripts call this server.
pub(crate) const REFERENCE: Policy = Policy {
    content: "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; \
        form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    referrer: "no-referrer",
};

/// What every page carries beside its policy. Pages show what is not everybody's business.
pub(crate) const HEADERS: [(&str, &str); 4] = [
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
];
