//! Settings as lines to paste into a shell.

/// What a client needs, as `export` lines for a POSIX shell. What is not known, or not to be shown, is `…`.
pub(crate) fn exports(base_url: &str, id: Option<&str>, secret: Option<&str>) -> String {
    let settings = [
        ("IAMPASS_SERVER", Some(base_url)),
        ("IAMPASS_APPLICATION_ID", id),
        ("IAMPASS_APPLICATION_SECRET", secret),
    ];
    let lines = settings.map(|(name, value)| {
        // Only a NUL cannot be quoted; no environment variable can hold it.
        let quoted = value.and_then(|value| shlex::try_quote(value).ok());
        format!("export {name}={}", quoted.as_deref().unwrap_or("…"))
    });
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::exports;

    #[test]
    fn line_breaks_stay_within_a_value() {
        let lines = exports("http://a\nb", Some("c\r\nd"), Some("e\0"));
        let words = shlex::split(&lines).unwrap();
        let expected = [
            "export",
            "IAMPASS_SERVER=http://a\nb",
            "export",
            "IAMPASS_APPLICATION_ID=c\r\nd",
            "export",
            "IAMPASS_APPLICATION_SECRET=…",
        ];
        assert_eq!(words, expected);
    }
}
