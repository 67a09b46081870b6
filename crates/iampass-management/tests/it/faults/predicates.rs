//! What each kind of error says of itself.

use std::time::Duration;

use iampass_management::generated::OPERATIONS;
use iampass_management::{
    ApplicationId, BaseUrl, CallPolicy, Connection, Error, ErrorKind, Operation, Settings, SettingsError,
    UserId,
};

use crate::faults::policy::client;
use crate::support::Server;
use crate::support::{call, call_for, credentials};
use iampass_fixture_service::network::Network;
use iampass_fixture_service::reply::{Reply, Step};
use iampass_fixture_service::virtual_time;

/// Which predicates of an error are true.
fn yes(error: &Error) -> String {
    let predicates = [
        ("refused", error.is_refused()),
        ("not_found", error.is_not_found()),
        ("unauthorized", error.is_unauthorized()),
        ("rate_limited", error.is_rate_limited()),
        ("connect", error.is_connect()),
        ("timeout", error.is_timeout()),
        ("retryable", error.is_retryable()),
    ];
    let names: Vec<_> = predicates.iter().filter(|(_, yes)| *yes).map(|(name, _)| *name).collect();
    names.join(" ")
}

/// What is expected of an error: kind, attempts, status, seconds of `Retry-After`, predicates that are
/// true.
type Said = (&'static str, u32, Option<u16>, Option<u64>, &'static str);

fn assert_says(error: &Error, operation: Option<&'static str>, said: Said) {
    let status = error.status().map(|status| status.as_u16());
    let retry_after = error.retry_after().map(|time| time.as_secs());
    let yes = yes(error);
    assert_eq!((error.kind().name(), error.attempts(), status, retry_after, yes.as_str()), said, "{error}");
    assert_eq!(error.operation().map(|operation| operation.id), operation, "{error}");
}

/// `said` where the operation is safe to repeat; else without "retryable".
fn unless_lost(operation: &Operation, said: Said) -> Said {
    let (kind, attempts, status, retry_after, yes) = said;
    let yes = if operation.safe_to_repeat { yes } else { yes.trim_end_matches("retryable").trim_end() };
    (kind, attempts, status, retry_after, yes)
}

#[test]
fn errors_of_calls() {
    let silence = || Reply::to_request([Step::Hold]);
    for operation in &OPERATIONS {
        for (reply, said, always) in [
            (silence(), ("timeout", 1, None, None, "timeout retryable"), false),
            (Reply::raw("what?\r\n"), ("transport", 1, None, None, "retryable"), false),
            (Reply::body(r#"{"status":false}"#), ("refused", 1, None, None, "refused"), true),
            (Reply::status("400 x", ""), ("bad_request", 1, Some(400), None, ""), true),
            (Reply::status("401 x", ""), ("unauthorized", 1, Some(401), None, "unauthorized"), true),
            (Reply::status("404 x", ""), ("not_found", 1, Some(404), None, "not_found"), true),
            (Reply::body("{"), ("decode", 1, None, None, "retryable"), false),
            (Reply::body("{]"), ("decode", 1, None, None, ""), true),
            (
                Reply::status("429 x", "retry-after: 9\r\n"),
                ("unexpected_status", 1, Some(429), Some(9), "rate_limited retryable"),
                true,
            ),
            (Reply::status("503 x", ""), ("unexpected_status", 1, Some(503), None, "retryable"), true),
            (
                Reply::status("500 x", "retry-after: 1\r\n"),
                ("unexpected_status", 1, Some(500), Some(1), "retryable"),
                false,
            ),
            (Reply::status("502 x", ""), ("unexpected_status", 1, Some(502), None, "retryable"), false),
            (Reply::status("504 x", ""), ("unexpected_status", 1, Some(504), None, "retryable"), false),
            (Reply::status("302 x", ""), ("unexpected_status", 1, Some(302), None, ""), true),
            (Reply::status("418 x", ""), ("unexpected_status", 1, Some(418), None, ""), true),
            (Reply::status("501 x", ""), ("unexpected_status", 1, Some(501), None, ""), true),
            (Reply::raw("HTTP/1.1 204 x\r\n\r\n"), ("unexpected_status", 1, Some(204), None, ""), true),
        ] {
            let said = if always { said } else { unless_lost(operation, said) };
            let error = virtual_time::run(async {
                let server = Server::start(vec![reply]).await;
                let client = client(&server).with_policy(CallPolicy::one_attempt());
                call(&client, operation.id).await.unwrap_err()
            });
            assert_says(&error, Some(operation.id), said);
        }
    }
}

#[test]
fn errors_before_anything_is_sent() {
    for operation in &OPERATIONS {
        virtual_time::run(async {
            let nobody = Network::Refuses.start(vec![Reply::success()]).await;
            let client = client(&nobody);
            let error = call(&client, operation.id).await.unwrap_err();
            assert_says(&error, Some(operation.id), ("connect", 4, None, None, "connect retryable"));
            let no_time = client.with_policy(CallPolicy::default().with_deadline(Duration::ZERO));
            let error = call(&no_time, operation.id).await.unwrap_err();
            assert_says(&error, Some(operation.id), ("timeout", 0, None, None, "timeout retryable"));
            if operation.path.contains("{user_id}") {
                let dots: UserId = serde_json::from_str("\"..\"").unwrap();
                let error = call_for(&client, operation.id, &dots).await.unwrap_err();
                assert_says(&error, Some(operation.id), ("not_sent", 0, None, None, ""));
            }
        });
    }
    #[cfg(target_os = "linux")]
    virtual_time::run(async {
        let nobody = Network::Hangs.start(vec![Reply::success()]).await;
        let client = client(&nobody).with_policy(CallPolicy::one_attempt());
        let lost = "lost_user_mobile_device";
        let error = call(&client, lost).await.unwrap_err();
        assert_says(&error, Some(lost), ("connect", 1, None, None, "connect timeout retryable"));
    });
}

#[test]
fn errors_of_making_a_client() {
    let nothing = |kind| (kind, 0, None, None, "");
    let to = |url: &str| Connection::builder(Settings::new(url.parse().unwrap(), credentials()));
    let builder = || to("http://localhost");
    for (error, kind) in [
        (SettingsError::Missing { name: "IAMPASS_SERVER" }.into(), "settings"),
        (BaseUrl::parse("ftp://main.iam-api.com").unwrap_err().into(), "base_url"),
        (builder().proxy("no url at all").build().unwrap_err(), "proxy_setting"),
        (builder().user_agent("two\nlines").build().unwrap_err(), "setup"),
        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        (builder().add_root_certificates_pem("no PEM at all").build().unwrap_err(), "certificate"),
        #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
        (to("https://main.iam-api.com").build().unwrap_err(), "tls"),
        (UserId::new("..").unwrap_err().into(), "user_id"),
        (ApplicationId::new("").unwrap_err().into(), "application_id"),
        (ErrorKind::Tls("no trust store".into()).into(), "tls"),
        (ErrorKind::Certificate("no certificate".into()).into(), "certificate"),
        (ErrorKind::Thread(std::io::ErrorKind::WouldBlock.into()).into(), "thread"),
    ] {
        assert_says(&error, None, nothing(kind));
    }
}
