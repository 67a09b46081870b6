//! What browsers get: console, phone, reference, and the contract file.

use iampass_auth::{Signer, headers};
use iampass_emulator::{Application, Emulator};
use serde_json::{Value, json};

use crate::support::{Backend, Got, SECRET, Sent, credentials};

/// Each contract as it is written, where its reference is, and where the contract is as a file.
const CONTRACTS: [(&str, &str, &str); 2] = [
    (include_str!("../../openapi/iampass-management.yaml"), "/docs", "/openapi"),
    (
        include_str!("../../openapi/iampass-authentication.yaml"),
        "/docs/authentication",
        "/openapi/authentication",
    ),
];
const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// An emulator that knows the text of its application's secret, and serves the admin API or not.
fn backend(admin: bool) -> Backend {
    let application = Application::new("app", SECRET).unwrap();
    let emulator = Emulator::builder().application(application).admin(admin).start().unwrap();
    Backend { emulator, signer: Signer::new(credentials("app", SECRET)) }
}

/// Gets a path as a browser does, and holds the answer to what all pages keep to.
fn page(backend: &Backend, path: &str) -> String {
    let got = Sent::new("GET", path).header("Accept", HTML).send(backend.address());
    assert_eq!(got.status, 200, "{path}: {got:?}");
    is_page(&got);
    got.body
}

#[track_caller]
fn is_page(got: &Got) {
    assert_eq!(got.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(got.header("cache-control"), Some("no-store"));
    assert!(matches!(got.header("referrer-policy"), Some("no-referrer" | "same-origin")));
    assert_eq!(got.header("x-content-type-options"), Some("nosniff"));
    let policy = got.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
}

#[test]
fn the_console_shows_what_there_is() {
    let backend = backend(true);
    let console = page(&backend, "/");
    assert!(console.contains("href=\"/applications/app\"") && console.contains("None yet."), "{console}");
    backend.post("add_users", &json!({"users": ["alice", "<b>bob</b>"]}));
    backend.emulator.register_device(&backend.link("device_registration_link", "alice")).unwrap();
    backend.link("device_registration_link", "%3Cb%3Ebob%3C%2Fb%3E");
    let console = page(&backend, "/");
    assert!(console.contains("<dd>2</dd>") && console.contains("<dd>1</dd>"), "{console}");
    assert!(console.contains("/management/add_users/app"), "{console}");

    let users = page(&backend, "/applications/app");
    let (bob, alice) = users.split_once("alice").unwrap();
    assert!(bob.contains("&lt;b&gt;bob&lt;/b&gt;") && !users.contains("<b>bob"), "{users}");
    assert!(bob.contains(">none<") && bob.contains(">1</td>"), "{users}");
    assert!(alice.contains(">registered<") && alice.contains(">0</td>"), "{users}");
    assert_eq!(Sent::new("GET", "/applications/other").send(backend.address()).status, 404);
}

#[test]
fn users_are_found_and_paged() {
    let backend = backend(true);
    let many: Vec<_> = (0..120).map(|number| format!("user{number:03}")).collect();
    backend.post("add_users", &json!({"users": many}));
    backend.post("add_users", &json!({"users": ["50% é/ä"]}));
    let shown = |query: &str| {
        let users = page(&backend, &format!("/applications/app{query}"));
        let rows = users.split("<th scope=\"row\"").skip(1);
        let ids = rows.filter_map(|row| row.split("<bdi class=\"foreign\">").nth(1)?.split('<').next());
        let link = |rel: &str| {
            let link = users.split("<a class=\"button\" href=\"").find(|link| {
                link.split('>').next().is_some_and(|tag| tag.contains(&format!("rel=\"{rel}\"")))
            });
            let path = link?.split('"').next().unwrap().replace("&amp;", "&");
            Some(path.strip_prefix("/applications/app").unwrap().to_owned())
        };
        let totals = users.split("id=\"totals\"").nth(1).unwrap().split('<').next().unwrap();
        let totals = totals.split('>').nth(1).unwrap().to_owned();
        (ids.map(str::to_owned).collect::<Vec<_>>(), link("next"), link("prev"), totals)
    };
    let mut found = Vec::new();
    let mut at = Some(String::new());
    let mut last = String::new();
    while let Some(query) = at {
        let (ids, next, ..) = shown(&query);
        assert!(ids.len() <= 50);
        found.extend(ids);
        last = query;
        at = next;
    }
    assert_eq!((found.len(), found[0].as_str(), found[120].as_str()), (121, "50% é/ä", "user119"));
    let (ids, _, previous, totals) = shown(&last);
    assert_eq!((ids.len(), totals.as_str()), (21, "121 users, 0 with a phone. Here are 101 to 121."));
    let (ids, next, previous, _) = shown(&previous.unwrap());
    assert_eq!((ids.as_slice(), next.is_some()), (&found[50..100], true));
    let (ids, _, previous, _) = shown(&previous.unwrap());
    assert_eq!((ids.as_slice(), previous), (&found[..50], None));
    assert_eq!(shown("?search=USER11").3, "121 users, 0 with a phone. 10 of them fit.");
    assert_eq!(shown("?search=USER11").0.len(), 10);
    assert_eq!(shown("?search=%25+%C3%A9%2F").0, ["50% é/ä"]);
    assert_eq!(shown("?search=%5F").0, Vec::<String>::new());
    assert_eq!(shown("?phone=registered").0, Vec::<String>::new());
    backend.emulator.register_device(&backend.link("device_registration_link", "user007")).unwrap();
    assert_eq!(shown("?phone=registered").0, ["user007"]);
    assert_eq!(shown("?phone=missing&search=user00").0.len(), 9);
}

#[test]
fn refused_requests_are_shown_with_why_and_pages_are_not() {
    let backend = backend(true);
    page(&backend, "/");
    let target = "/management/has_registered_mobile_device/app/alice";
    Sent::new("GET", target).send(backend.address());
    backend.post("add_users", &json!({"users": ["alice"]}));
    let all = page(&backend, "/requests");
    let refused = page(&backend, "/requests?only=refused");
    assert!(all.contains("/management/add_users/app") && all.contains("missing_header"), "{all}");
    assert!(refused.contains("alice") && refused.contains("missing_header"), "{refused}");
    assert!(!refused.contains("add_users"), "{refused}");
    assert_eq!(backend.emulator.requests().len(), 2);
}

#[test]
fn without_the_admin_api_no_page_tells_of_the_state() {
    let backend = backend(false);
    for path in ["/requests", "/applications/app"] {
        assert_eq!(Sent::new("GET", path).send(backend.address()).status, 404, "{path}");
    }
    let first = page(&backend, "/");
    assert!(!first.contains(SECRET) && !first.contains("/applications"), "{first}");
    for (_, path, _) in CONTRACTS {
        let reference = page(&backend, path);
        assert!(!reference.contains(SECRET) && !reference.contains("href=\"/\""), "{reference}");
        assert!(!reference.contains("value=\"app\""), "{reference}");
    }
}

#[test]
fn beyond_loopback_without_the_admin_api_the_first_page_says_what_is_off() {
    let emulator = Emulator::builder().listen(([0, 0, 0, 0], 0).into()).start().unwrap();
    let address = ([127, 0, 0, 1], emulator.local_addr().port()).into();
    let text = Sent::new("GET", "/").send(address);
    assert_eq!((text.status, text.header("content-type")), (200, Some("text/plain; charset=utf-8")));
    let page = Sent::new("GET", "/").header("Accept", "text/html").send(address);
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    for got in [text, page] {
        assert!(got.body.contains("--admin") && got.body.contains("/docs"), "{got:?}");
        assert_eq!(got.header("vary"), Some("accept"));
    }
}

#[test]
fn a_name_that_anyone_could_let_point_here_gets_no_page() {
    let backend = backend(true);
    for path in ["/", "/requests", "/applications/app", "/docs", "/docs/authentication"] {
        for host in ["evil.example:80", "wpad"] {
            let got = Sent::new("GET", path).header("Host", host).send(backend.address());
            assert_eq!(got.status, 403, "{path}");
            assert!(!got.body.contains(SECRET));
        }
        // A link from another site may lead here.
        let linked = Sent::new("GET", path).header("Sec-Fetch-Site", "cross-site");
        assert_eq!(linked.send(backend.address()).status, 200, "{path}");
    }
}

#[test]
fn the_reference_gives_its_script_what_it_needs_to_sign() {
    let backend = backend(true);
    for (_, path, _) in CONTRACTS {
        let reference = page(&backend, path);
        assert!(reference.contains(&format!("value=\"app\" data-secret=\"{SECRET}\"")), "{reference}");
        for name in [
            headers::AUTHENTICATION,
            headers::TIMESTAMP,
            headers::VERSION,
            headers::VERSION_VENDOR_SPELLING,
            headers::PROTOCOL_VERSION,
        ] {
            assert!(reference.contains(&format!("=\"{name}\"")), "{name}");
        }
    }
}

#[test]
fn each_contract_is_served_as_it_is_and_the_references_lead_to_it_and_to_one_another() {
    let backend = backend(true);
    let get = |path: String| Sent::new("GET", path).send(backend.address());
    for (contract, path, file) in CONTRACTS {
        let yaml = get(format!("{file}.yaml"));
        assert_eq!((yaml.status, yaml.header("content-type")), (200, Some("application/yaml")));
        assert_eq!(yaml.body, contract);
        let expected: Value = serde_saphyr::from_str(contract).unwrap();
        get(format!("{file}.json")).is_json(200, &expected);
        let reference = page(&backend, path);
        for (_, other, file) in CONTRACTS {
            let link =
                if path == other { format!("href=\"{file}.yaml\"") } else { format!("href=\"{other}\"") };
            assert!(reference.contains(&link), "{path}: {link}");
        }
    }
}

#[test]
fn what_pages_load_is_there() {
    let backend = backend(true);
    let pages = ["/", "/docs", "/docs/authentication"].map(|path| page(&backend, path)).concat();
    let loaded = pages.split("=\"/assets/").skip(1).map(|rest| rest.split('"').next().unwrap());
    let mut seen = 0;
    for name in loaded {
        let got = Sent::new("GET", format!("/assets/{name}")).send(backend.address());
        let kind = got.header("content-type").unwrap();
        assert!(got.status == 200 && (name.contains(".js") == kind.starts_with("text/javascript")), "{name}");
        assert_eq!(got.header("x-content-type-options"), Some("nosniff"));
        seen += 1;
    }
    assert!(seen >= 5, "{seen}");
}

#[test]
fn a_browser_registers_a_phone() {
    let backend = Backend::with_users(&["alice"]);
    let link = backend.link("device_registration_link", "alice?display_name=Al+%3Cb%3E");
    let target = link.strip_prefix(backend.emulator.base_url()).unwrap();
    let open = |method| Sent::new(method, target).header("Accept", HTML).send(backend.address());
    let asked = open("GET");
    is_page(&asked);
    assert_eq!((asked.status, asked.header("vary")), (200, Some("accept")));
    assert!(
        asked.body.contains("Al &lt;b&gt;") && asked.body.contains("<form method=\"post\">"),
        "{asked:?}"
    );
    assert!(!backend.has_device("alice"));
    let done = open("POST");
    is_page(&done);
    assert!(done.status == 200 && done.body.contains("This phone is registered"), "{done:?}");
    assert!(backend.has_device("alice"));
    for method in ["GET", "POST"] {
        let used = open(method);
        is_page(&used);
        assert!(used.status == 410 && used.body.contains("This link was used before"), "{used:?}");
    }
    let unknown = Sent::new("GET", "/register/x").header("Accept", HTML).send(backend.address());
    is_page(&unknown);
    assert!(unknown.status == 404 && unknown.body.contains("This link is not known"), "{unknown:?}");
    // A program is told in a line, as ever.
    let got = Sent::new("GET", target).header("Accept", "*/*").send(backend.address());
    got.is_text(410, "This link was used before. Ask for a new one.");
}
