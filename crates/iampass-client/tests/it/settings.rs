//! Settings from variables: each that is missing or malformed is named, and none of their values is shown.

use std::collections::HashMap;
use std::error::Error as _;
use std::ffi::OsString;

use iampass_client::{Connection, FileProblem, Settings, SettingsError};

const APPLICATION_ID: &str = "0123456789abcdef0123456789abcdef";
const SECRET: &str = "MARKERSECRET0123456789ABCDEFGHIJ";

fn settings(changes: &[(&str, Option<&str>)]) -> Result<Settings, SettingsError> {
    let mut variables = HashMap::from([
        ("IAMPASS_SERVER", Some("http://127.0.0.1:8080/")),
        ("IAMPASS_APPLICATION_ID", Some(APPLICATION_ID)),
        ("IAMPASS_APPLICATION_SECRET", Some(SECRET)),
    ]);
    variables.extend(changes.iter().copied());
    Settings::from_variables(|name| variables.get(name).copied().flatten().map(OsString::from))
}

#[test]
fn the_three_variables_make_a_client() {
    let settings = settings(&[]).unwrap();
    assert_eq!(settings.base_url.to_string(), "http://127.0.0.1:8080");
    assert_eq!(settings.credentials.application_id().as_str(), APPLICATION_ID);
    assert!(!format!("{settings:?}").contains(SECRET));
    let client = Connection::new(settings).unwrap();
    assert!(!format!("{client:?}").contains(SECRET));
}

#[test]
fn without_a_server_the_contract_s_first_is_taken() {
    for unset in [None, Some("")] {
        let settings = settings(&[("IAMPASS_SERVER", unset)]).unwrap();
        assert_eq!(settings.base_url.to_string(), "https://main.iam-api.com");
    }
}

#[test]
fn a_mistake_names_its_variable_and_shows_no_value() {
    let mut told = String::new();
    for (name, value) in [
        ("IAMPASS_SERVER", Some("http://MARKER.example")),
        ("IAMPASS_SERVER", Some("https://MARKER:MARKER@example.com")),
        ("IAMPASS_APPLICATION_ID", None),
        ("IAMPASS_APPLICATION_ID", Some("")),
        ("IAMPASS_APPLICATION_ID", Some("MARKER:MARKER")),
        ("IAMPASS_APPLICATION_SECRET", None),
        ("IAMPASS_APPLICATION_SECRET", Some("MARKER\n")),
    ] {
        let error = settings(&[(name, value)]).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(name), "{text}");
        assert!(!text.contains("MARKER") && !format!("{error:?}").contains("MARKER"), "{text}");
        told = format!("{told}{name}={value:?}\n    {text}\n");
    }
    insta::assert_snapshot!(told);
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_unicode_is_named() {
    use std::os::unix::ffi::OsStringExt;
    let error = Settings::from_variables(|_| Some(OsString::from_vec(vec![0xff]))).unwrap_err();
    assert_eq!(error.to_string(), "IAMPASS_SERVER is not valid Unicode");
}

fn from_file(text: &str) -> Result<Settings, SettingsError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("iampass.env");
    std::fs::write(&path, text).unwrap();
    Settings::from_file(&path)
}

#[test]
fn a_file_says_the_same_as_the_environment() {
    for text in [
        format!("IAMPASS_APPLICATION_ID={APPLICATION_ID}\nIAMPASS_APPLICATION_SECRET={SECRET}"),
        format!(
            "\u{feff}# settings\r\n\r\nexport IAMPASS_APPLICATION_ID = \"{APPLICATION_ID}\"\r\n\
             IAMPASS_APPLICATION_SECRET='{SECRET}'\r\nOTHER=1\r\nIAMPASS_SERVER=\r\n"
        ),
    ] {
        let settings = from_file(&text).unwrap();
        assert_eq!(settings.base_url.to_string(), "https://main.iam-api.com");
        assert_eq!(settings.credentials.application_id().as_str(), APPLICATION_ID);
        let expected = iampass_client::ApplicationSecret::new(SECRET).unwrap();
        assert!(*settings.credentials.secret() == expected);
    }
}

#[test]
fn a_mistake_in_a_file_names_file_and_place_and_shows_no_value() {
    let mut told = String::new();
    for text in [
        "IAMPASS_APPLICATION_ID=MARKER",
        "IAMPASS_APPLICATION_ID=a\n\nMARKER",
        "=MARKER",
        "IAMPASS_APPLICATION_ID=a\nIAMPASS_APPLICATION_ID=MARKER",
        "IAMPASS_APPLICATION_ID=a\nIAMPASS_APPLICATION_SECRET=\"MARKER \"",
    ] {
        let error = from_file(text).unwrap_err();
        let shown = error.to_string();
        assert!(!shown.contains("MARKER") && !format!("{error:?}").contains("MARKER"), "{shown}");
        let (_, problem) = shown.split_once("iampass.env\": ").unwrap();
        told = format!("{told}{text:?}\n    {problem}\n");
    }
    let missing = Settings::from_file("no/such/file").unwrap_err();
    let cause = missing.source().and_then(|cause| cause.downcast_ref());
    assert!(matches!(cause, Some(FileProblem::Unreadable { .. })), "{missing:?}");
    let missing = missing.to_string();
    assert!(missing.starts_with("\"no/such/file\": cannot be read: "), "{missing}");
    insta::assert_snapshot!(told);
}
