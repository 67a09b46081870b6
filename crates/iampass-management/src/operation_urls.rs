//! The URLs of operations.

use std::fmt::{self, Write as _};

use reqwest::Url;

use crate::base_url::BaseUrl;

/// As many bytes as the path of an operation has, as a rule.
const TYPICAL_PATH: usize = 128;

/// Makes the URLs of operations from a base URL that is parsed once and for all.
pub(crate) struct OperationUrls {
    /// Has a path as long as they come, so that there is room for another one in its copies.
    template: Url,
    /// The base URL's own path, which precedes each operation's.
    path_prefix: String,
}

impl OperationUrls {
    pub(crate) fn new(base_url: &BaseUrl) -> Self {
        let path_prefix = base_url.path_prefix().to_owned();
        let template = base_url.with_path(&"/".repeat(path_prefix.len() + TYPICAL_PATH));
        Self { template, path_prefix }
    }

    /// The URL of an operation whose path, less the base URL's own, is percent-encoded already.
    pub(crate) fn url(&self, path: fmt::Arguments<'_>) -> Url {
        let mut whole = String::with_capacity(self.path_prefix.len() + TYPICAL_PATH);
        // Writing to a string does not fail.
        let _ = write!(whole, "{}{path}", self.path_prefix);
        let mut url = self.template.clone();
        url.set_path(&whole);
        url
    }

    /// The operation's own part of such a URL's path.
    pub(crate) fn operation_path<'a>(&self, url: &'a Url) -> Option<&'a str> {
        url.path().strip_prefix(&*self.path_prefix)
    }
}

/// The base URL: the template's path stands for nothing.
impl fmt::Debug for OperationUrls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OperationUrls").field(&self.url(format_args!("")).as_str()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_url_stays_before_paths_of_any_length() {
        for base in ["https://h", "https://h/", "https://h:8443/a/b%20c/", "http://[::1]:1"] {
            let base: BaseUrl = base.parse().unwrap();
            let urls = OperationUrls::new(&base);
            for path in ["/a".to_owned(), format!("/{}/%2F", "x".repeat(1_000))] {
                let url = urls.url(format_args!("{path}"));
                assert_eq!(url.as_str(), format!("{}{path}", base.as_prefix()));
                assert_eq!(url, url.as_str().parse().unwrap());
                assert_eq!(urls.operation_path(&url), Some(&*path));
            }
        }
    }

    #[test]
    fn debug_shows_the_base_url() {
        let urls = OperationUrls::new(&"https://h:8443/a/".parse().unwrap());
        assert_eq!(format!("{urls:?}"), r#"OperationUrls("https://h:8443/a")"#);
    }
}
