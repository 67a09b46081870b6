//! Which proxy is used for a base URL, and which setting is an error.

use std::error::Error as _;
use std::ffi::OsString;

use iampass_client::{
    ApplicationId, ApplicationSecret, Connection, ConnectionBuilder, Credentials, ErrorKind, InvalidProxy,
    Proxy, ProxyProblem, Settings,
};

const SERVICE: &str = "https://main.iam-api.com";

/// The base URLs that clients can be made for. With `rustls-no-provider` alone there are none before the program has
/// installed a provider.
const BASES: &[&str] = if cfg!(all(feature = "rustls-no-provider", not(feature = "rustls"))) {
    &[]
} else if cfg!(any(feature = "rustls", feature = "native-tls")) {
    &[SERVICE, "http://127.0.0.1:1"]
} else {
    &["http://127.0.0.1:1"]
};

type Variables = &'static [(&'static str, &'static str)];

fn proxy(base_url: &str, variables: Variables) -> Result<Option<Proxy>, InvalidProxy> {
    let lookup = |name: &str| {
        let found = variables.iter().find(|(variable, _)| *variable == name);
        found.map(|(_, value)| OsString::from(value))
    };
    Proxy::from_variables(&base_url.parse().unwrap(), lookup)
}

fn builder(base_url: &str) -> ConnectionBuilder {
    let id = ApplicationId::new("app").unwrap();
    let credentials = Credentials::new(id, ApplicationSecret::new("not-a-real-secret").unwrap());
    Connection::builder(Settings::new(base_url.parse().unwrap(), credentials))
}

#[test]
fn the_first_variable_that_is_not_empty_names_the_proxy() {
    let rows: &[(Variables, Option<(&str, &str)>)] = &[
        (&[], None),
        (&[("HTTPS_PROXY", "http://a:1")], Some(("HTTPS_PROXY", "http://a:1"))),
        (&[("https_proxy", "http://a:1")], Some(("https_proxy", "http://a:1"))),
        (&[("ALL_PROXY", "http://a:1")], Some(("ALL_PROXY", "http://a:1"))),
        (&[("all_proxy", "http://a:1")], Some(("all_proxy", "http://a:1"))),
        (&[("all_proxy", "http://b:1"), ("https_proxy", "http://a:1")], Some(("https_proxy", "http://a:1"))),
        (
            &[("https_proxy", "http://b:1"), ("HTTPS_PROXY", "http://a:1")],
            Some(("HTTPS_PROXY", "http://a:1")),
        ),
        (&[("all_proxy", "http://b:1"), ("ALL_PROXY", "http://a:1")], Some(("ALL_PROXY", "http://a:1"))),
        // An empty one is none, and does not hide another.
        (&[("HTTPS_PROXY", ""), ("https_proxy", "http://a:1")], Some(("https_proxy", "http://a:1"))),
        (&[("HTTPS_PROXY", ""), ("ALL_PROXY", "http://a:1")], Some(("ALL_PROXY", "http://a:1"))),
        (&[("HTTPS_PROXY", ""), ("https_proxy", ""), ("ALL_PROXY", ""), ("all_proxy", "")], None),
        // It is for plain http, and never read.
        (&[("HTTP_PROXY", "http://a:1"), ("http_proxy", "http://a:1")], None),
        // In the environment of a CGI program.
        (&[("REQUEST_METHOD", "GET"), ("HTTPS_PROXY", "http://a:1")], Some(("HTTPS_PROXY", "http://a:1"))),
    ];
    for (variables, expected) in rows {
        let found = proxy(SERVICE, variables).unwrap();
        let found = found.as_ref().map(|proxy| (proxy.setting(), proxy.to_string()));
        let expected = expected.map(|(setting, url)| (setting, url.to_owned()));
        assert_eq!(found, expected, "{variables:?}");
    }
}

#[test]
fn the_forms_of_a_proxy_s_url() {
    for (given, shown) in [
        ("http://proxy.example:3128", "http://proxy.example:3128"),
        ("http://proxy.example:3128/", "http://proxy.example:3128"),
        ("HTTP://Proxy.Example:3128", "http://proxy.example:3128"),
        ("https://proxy.example", "https://proxy.example:443"),
        ("http://proxy.example", "http://proxy.example:80"),
        ("http://10.0.0.1:8080", "http://10.0.0.1:8080"),
        ("http://[2001:db8::1]:8080", "http://[2001:db8::1]:8080"),
        ("http://name:MARKER@proxy.example:3128", "http://proxy.example:3128"),
        ("http://name:MARKER%40%2F@proxy.example:3128", "http://proxy.example:3128"),
        ("https://:MARKER@proxy.example", "https://proxy.example:443"),
        // Without a scheme.
        ("proxy.example:3128", "http://proxy.example:3128"),
        ("10.0.0.1:3128", "http://10.0.0.1:3128"),
        ("[2001:db8::1]:8080", "http://[2001:db8::1]:8080"),
        ("name:MARKER@proxy.example:3128", "http://proxy.example:3128"),
        ("proxy", "http://proxy:80"),
    ] {
        let proxy = Proxy::from_variables(&SERVICE.parse().unwrap(), |name| {
            (name == "HTTPS_PROXY").then(|| OsString::from(given))
        });
        let proxy = proxy.unwrap().unwrap();
        assert_eq!(proxy.to_string(), shown, "{given}");
        assert!(!format!("{proxy:?}").contains("MARKER"), "{proxy:?}");
        for base_url in BASES {
            let outcome = builder(base_url).proxy(given).build();
            assert!(!format!("{outcome:?}").contains("MARKER"), "{outcome:?}");
            match outcome {
                Ok(_) => assert_eq!(*base_url, SERVICE),
                // Plain http must not leave this machine.
                Err(error) => {
                    let plain = matches!(error.kind(), ErrorKind::ProxySetting(why) if why.problem == ProxyProblem::PlainHttp);
                    assert!(plain && *base_url != SERVICE, "{base_url} {given}: {error}");
                }
            }
        }
    }
}

/// To look at what a program sends, for example.
#[test]
fn plain_http_may_go_through_a_proxy_of_this_machine() {
    for base_url in BASES {
        for proxy in ["http://127.0.0.1:3128", "http://localhost:3128", "http://[::1]:3128"] {
            builder(base_url).proxy(proxy).build().unwrap();
        }
    }
}

const UNUSABLE: [(&str, ProxyProblem); 27] = [
    ("http://MARKER:1\n", ProxyProblem::WhiteSpace),
    ("http://MARKER:1\r\n", ProxyProblem::WhiteSpace),
    ("\thttp://MARKER:1", ProxyProblem::WhiteSpace),
    (" http://MARKER:1", ProxyProblem::WhiteSpace),
    ("http://MARKER :1", ProxyProblem::WhiteSpace),
    ("http://MARKER:1\0", ProxyProblem::WhiteSpace),
    ("http://MARKER:1\u{a0}", ProxyProblem::WhiteSpace),
    (" ", ProxyProblem::WhiteSpace),
    ("htpp://MARKER:1", ProxyProblem::Scheme),
    ("ftp://MARKER:1", ProxyProblem::Scheme),
    ("socks4://MARKER:1", ProxyProblem::Scheme),
    ("socks5://MARKER:1", ProxyProblem::Scheme),
    ("socks5h://name:MARKER@proxy:1", ProxyProblem::Scheme),
    ("://MARKER:1", ProxyProblem::Scheme),
    ("http://", ProxyProblem::NotAUrl),
    ("http://:1", ProxyProblem::NotAUrl),
    ("http:/MARKER:1", ProxyProblem::NotAUrl),
    ("http:MARKER:1", ProxyProblem::NotAUrl),
    ("http://MARKER:99999", ProxyProblem::NotAUrl),
    ("http://MARKER:port", ProxyProblem::NotAUrl),
    ("http://name:MARKER@[no-host", ProxyProblem::NotAUrl),
    // A password with `/`, `?` or `#` in it: what looks like the host is not.
    ("http://name:1/MARKER@proxy:1", ProxyProblem::NotAUrl),
    ("http://name:1?MARKER@proxy:1", ProxyProblem::NotAUrl),
    ("http://name:1#MARKER@proxy:1", ProxyProblem::NotAUrl),
    ("name:1#MARKER@proxy:1", ProxyProblem::NotAUrl),
    ("http://proxy:1/MARKER.pac", ProxyProblem::NotAUrl),
    ("MARKER:port", ProxyProblem::NotAUrl),
];

#[test]
fn a_setting_that_would_be_used_and_cannot_be_is_an_error_that_names_it() {
    let service = SERVICE.parse().unwrap();
    for (value, problem) in UNUSABLE {
        for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            let lookup = |name: &str| (name == variable).then(|| OsString::from(value));
            let error = Proxy::from_variables(&service, lookup).unwrap_err();
            assert_eq!((error.setting, error.problem), (variable, problem), "{value:?}");
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(variable) && !shown.contains("MARKER"), "{shown}");
        }
        // The one that was given is used for this machine's own addresses too.
        for base_url in [SERVICE, "http://localhost:1", "https://127.0.0.1"] {
            let error = builder(base_url).proxy(value).build().unwrap_err();
            let ErrorKind::ProxySetting(invalid) = error.kind() else { panic!("{value:?}: {error:?}") };
            assert_eq!((invalid.setting, invalid.problem), ("`ConnectionBuilder::proxy`", problem));
            let shown = format!("{error} {error:?} {:?}", error.source());
            assert!(!shown.contains("MARKER"), "{shown}");
        }
    }
    let error = builder(SERVICE).proxy("").build().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::ProxySetting(_)), "{error:?}");
}

#[test]
fn a_setting_that_would_not_be_used_harms_nobody() {
    let rows: &[(&str, Variables, Option<&str>)] = &[
        // Another one stands above it.
        (SERVICE, &[("HTTPS_PROXY", "http://a:1"), ("https_proxy", "ftp://b:1")], Some("http://a:1")),
        (SERVICE, &[("https_proxy", "http://a:1"), ("ALL_PROXY", "http://b:1\n")], Some("http://a:1")),
        (SERVICE, &[("HTTP_PROXY", "ftp://b:1")], None),
        // The service is listed, or on this machine.
        (SERVICE, &[("HTTPS_PROXY", "ftp://b:1"), ("NO_PROXY", "iam-api.com")], None),
        (SERVICE, &[("ALL_PROXY", "http://b:1\n"), ("no_proxy", "*")], None),
        ("https://localhost", &[("HTTPS_PROXY", "ftp://b:1")], None),
        ("https://127.0.0.1:8443", &[("ALL_PROXY", "ftp://b:1")], None),
        ("https://[::1]:8443", &[("ALL_PROXY", "ftp://b:1")], None),
        ("http://localhost:8080", &[("all_proxy", "ftp://b:1")], None),
        ("http://127.0.0.1:8080", &[("HTTPS_PROXY", " ")], None),
    ];
    for (base_url, variables, expected) in rows {
        let found = proxy(base_url, variables).unwrap().map(|proxy| proxy.to_string());
        assert_eq!(found.as_deref(), *expected, "{base_url} {variables:?}");
    }
}

#[test]
fn what_no_proxy_lists_is_called_without_one() {
    for (base_url, no_proxy, is_listed) in [
        (SERVICE, "main.iam-api.com", true),
        (SERVICE, "MAIN.IAM-API.COM", true),
        (SERVICE, "iam-api.com", true),
        (SERVICE, ".iam-api.com", true),
        (SERVICE, "x.example, main.iam-api.com\n", true),
        (SERVICE, "*", true),
        (SERVICE, "api.com", false),
        (SERVICE, "main.iam-api.com.example", false),
        (SERVICE, "10.0.0.0/8", false),
        (SERVICE, ",", false),
        ("https://10.1.2.3", "10.0.0.0/8", true),
        ("https://10.1.2.3", "10.1.2.3", true),
        ("https://11.1.2.3", "10.0.0.0/8", false),
        ("https://[2001:db8::1]:8443/iampass", "2001:db8::/32", true),
        ("https://gateway.example/a%7Cb/{c}", "gateway.example", true),
    ] {
        for variable in ["NO_PROXY", "no_proxy"] {
            let lookup = |name: &str| match name {
                "HTTPS_PROXY" => Some("http://a:1".into()),
                name => (name == variable).then(|| no_proxy.into()),
            };
            let found = Proxy::from_variables(&base_url.parse().unwrap(), lookup).unwrap();
            assert_eq!(found.is_none(), is_listed, "{base_url} {variable}={no_proxy}");
        }
    }
    // An empty one hides nothing; of two, the upper case counts.
    let variables = &[("ALL_PROXY", "http://a:1"), ("NO_PROXY", ""), ("no_proxy", "iam-api.com")];
    assert!(proxy(SERVICE, variables).unwrap().is_none());
    let variables = &[("ALL_PROXY", "http://a:1"), ("NO_PROXY", "x.example"), ("no_proxy", "iam-api.com")];
    assert!(proxy(SERVICE, variables).unwrap().is_some());
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_unicode_is_named() {
    use std::os::unix::ffi::OsStringExt as _;

    let garbled = || OsString::from_vec(b"http://a:1/\xff".to_vec());
    for variable in ["HTTPS_PROXY", "all_proxy"] {
        let lookup = |name: &str| (name == variable).then(garbled);
        let error = Proxy::from_variables(&SERVICE.parse().unwrap(), lookup).unwrap_err();
        assert_eq!((error.setting, error.problem), (variable, ProxyProblem::NotUnicode));
    }
    let lookup = |name: &str| match name {
        "NO_PROXY" => Some(garbled()),
        name => (name == "HTTPS_PROXY").then(|| "http://a:1".into()),
    };
    let error = Proxy::from_variables(&SERVICE.parse().unwrap(), lookup).unwrap_err();
    assert_eq!((error.setting, error.problem), ("NO_PROXY", ProxyProblem::NotUnicode));
}

#[test]
fn the_texts() {
    let problems =
        [ProxyProblem::NotUnicode, ProxyProblem::WhiteSpace, ProxyProblem::Scheme, ProxyProblem::NotAUrl];
    let texts = problems.map(|problem| problem.to_string());
    insta::assert_snapshot!(texts.join("\n"));
}
