//! Ids on the wire: the path segment is what Python's `urllib.parse.quote(id, safe="")` makes of the id.

use iampass_management::generated::OPERATIONS;
use iampass_management::{InvalidUserId, UserId};

use crate::support::{APPLICATION_ID, RawServer, call_for, client, user};

/// `(id, segment)`; the right column was printed by Python 3.11.
const IDS: &[(&str, &str)] = &[
    ("alice@example.com", "alice%40example.com"),
    ("a/b", "a%2Fb"),
    ("a%b", "a%25b"),
    ("a b", "a%20b"),
    ("x+y", "x%2By"),
    (r"DOMAIN\alice", "DOMAIN%5Calice"),
    ("é/ä", "%C3%A9%2F%C3%A4"),
    ("日本語", "%E6%97%A5%E6%9C%AC%E8%AA%9E"),
    ("😀", "%F0%9F%98%80"),
    ("..hidden", "..hidden"),
    ("...", "..."),
    ("%2e%2e", "%252e%252e"),
    ("q?u#e&r=y", "q%3Fu%23e%26r%3Dy"),
    ("semi;colon,comma", "semi%3Bcolon%2Ccomma"),
    ("~tilde-._", "~tilde-._"),
    ("line\nbreak", "line%0Abreak"),
    ("nul\0", "nul%00"),
    (
        r"a\..\..\..\lost_user_mobile_device\app\victim",
        "a%5C..%5C..%5C..%5Clost_user_mobile_device%5Capp%5Cvictim",
    ),
];

async fn target_for(operation: &str, id: &str) -> String {
    let server = RawServer::json("404 Not Found", "");
    call_for(&client(&server.base_url()), operation, &user(id)).await.unwrap_err();
    server.only_request().target()
}

#[tokio::test]
async fn every_id_stays_in_its_segment() {
    let long = "x".repeat(200);
    let ids = IDS.iter().copied().chain([(long.as_str(), long.as_str())]);
    for (id, segment) in ids {
        for operation in OPERATIONS.iter().filter(|operation| operation.path.contains("{user_id}")) {
            let target = target_for(operation.id, id).await;
            let expected =
                operation.path.replace("{application_id}", APPLICATION_ID).replace("{user_id}", segment);
            let path = target.split('?').next().unwrap();
            assert_eq!(path, expected, "{id:?}");
        }
    }
}

#[tokio::test]
async fn display_names_travel_in_the_query() {
    for (name, query) in [
        ("user1@my_application", "?display_name=user1%40my_application"),
        ("Zoë & co", "?display_name=Zo%C3%AB+%26+co"),
        ("a+b=c", "?display_name=a%2Bb%3Dc"),
        // As the vendor's client: an empty name is no name.
        ("", ""),
    ] {
        let server = RawServer::json("404 Not Found", "");
        let client = client(&server.base_url());
        client.device_registration_link(&user("user1"), Some(name)).await.unwrap_err();
        let target = server.only_request().target();
        assert_eq!(target, format!("/management/device_registration_link/{APPLICATION_ID}/user1{query}"));
    }
    let server = RawServer::json("404 Not Found", "");
    client(&server.base_url()).device_registration_link(&user("user1"), None).await.unwrap_err();
    assert!(server.only_request().target().ends_with("/user1"));
}

#[test]
fn what_a_path_cannot_carry_is_no_user_id() {
    assert_eq!(UserId::new(""), Err(InvalidUserId::Empty));
    assert_eq!(UserId::new("."), Err(InvalidUserId::DotSegment));
    assert_eq!("..".parse::<UserId>(), Err(InvalidUserId::DotSegment));
    assert_eq!(UserId::try_from(String::new()), Err(InvalidUserId::Empty));
    for (id, _) in IDS {
        assert_eq!(UserId::new(*id).unwrap().as_str(), *id);
    }
}
