//! The reference as one file: all of the contract is in it, and nothing from elsewhere.

use std::collections::HashSet;

use iampass_reference::{Contract, STYLE, standalone};
use serde_json::Value;

/// Each contract, with the names of its tags.
const CONTRACTS: [(&str, &[&str]); 2] = [
    (include_str!("../../../../openapi/iampass-management.yaml"), &["users", "devices"]),
    (include_str!("../../../../openapi/iampass-authentication.yaml"), &["sessions"]),
];

fn page(contract: &str) -> String {
    standalone(&Contract::parse(contract).unwrap())
}

/// What a reader sees: no tags, no entities, single spaces.
fn words(html: &str) -> String {
    let text: String =
        html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
    let text = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")]
        .iter()
        .fold(text, |text, (entity, character)| text.replace(entity, character));
    plain(&text)
}

/// Without the marks of Markdown, and with a single space for any white space.
fn plain(text: &str) -> String {
    let marks = text.replace("**", "").replace('`', "");
    let lines = marks.lines().map(|line| {
        let line = line.trim();
        let numbered = line.split_once(". ").filter(|(number, _)| number.parse::<u8>().is_ok());
        numbered.map_or(line, |(_, rest)| rest)
    });
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// Every text of the document, with where it stands.
fn texts(place: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((place.to_owned(), text.clone())),
        Value::Array(items) => items.iter().for_each(|item| texts(place, item, found)),
        Value::Object(members) => {
            for (name, member) in members {
                texts(&format!("{place}/{name}"), member, found);
            }
        }
        _ => {}
    }
}

#[test]
fn all_that_the_contract_says_is_on_the_page() {
    for (contract, tags) in CONTRACTS {
        let mut found = Vec::new();
        texts("", &serde_saphyr::from_str(contract).unwrap(), &mut found);
        // Left out: how the document is put together, and names that only begin chapters (looked at below).
        let said = found.iter().filter(|(place, _)| {
            let member = place.rsplit('/').next().unwrap();
            let of_header = place.starts_with("/components/securitySchemes/") && member != "description";
            !(of_header || place.starts_with("/tags/name") || ["openapi", "$ref", "tags"].contains(&member))
        });
        let html = page(contract);
        let words = words(&html) + &html;
        let (there, missing): (Vec<_>, Vec<_>) = said.partition(|(_, text)| words.contains(&plain(text)));
        assert!(missing.is_empty(), "{missing:#?}");
        assert!(there.len() > 100, "{}", there.len());
        for name in
            ["Authentication", "X-IAMPASS-Authentication-Timestamp", "X-IAMPASS-Authentication-Version"]
        {
            assert!(html.contains(&format!("<h3><code>{name}</code></h3>")), "{name}");
        }
        for tag in tags {
            assert!(html.contains(&format!("<h2 id=\"tag-{tag}\">")), "{tag}");
        }
        for path in contract.lines().filter_map(|line| line.strip_prefix("  /")) {
            assert!(words.contains(path.trim_end_matches(':')), "{path}");
        }
    }
}

#[test]
fn a_call_whose_url_the_service_gives_is_an_operation_among_the_others() {
    let html = page(CONTRACTS[1].0);
    for (id, method, member, schema) in [
        ("session_status", "GET", "status_url", "SessionStatusResponse"),
        ("end_session", "POST", "logout_url", "EndSessionResponse"),
    ] {
        assert!(html.contains(&format!("<a href=\"#{id}\">")), "{id} is not in the contents");
        let (_, article) = html.split_once(&format!("<article class=\"operation\" id=\"{id}\"")).unwrap();
        let article = article.split("</article>").next().unwrap();
        let call = format!("{method} the URL that the service gave as {member}");
        assert!(words(article).contains(&call), "{id}: {}", words(article));
        assert!(article.contains(&format!("<a href=\"#schema-{schema}\">")), "{id}");
        assert!(!article.contains("Parameters"), "{id}");
    }
}

#[test]
fn nothing_is_loaded_and_nothing_runs() {
    for (contract, _) in CONTRACTS {
        let html = page(contract);
        assert!(html.contains("content=\"default-src 'none';"), "{html}");
        for tag in ["<script", "<img", "<iframe", "<form", "<object", "@import", "url(", " src=", " onload"] {
            assert!(!html.contains(tag), "{tag}");
        }
        let links: Vec<_> = html.split("<link").skip(1).map(|rest| rest.split('>').next().unwrap()).collect();
        assert_eq!(links, [" rel=\"icon\" href=\"data:,\""]);
        // Inside the style element an end tag would end it; a `<` has no business there.
        assert!(!STYLE.contains('<') && html.contains(STYLE));
    }
}

#[test]
fn links_lead_to_places_on_the_page_or_to_the_web() {
    for (contract, _) in CONTRACTS {
        let html = page(contract);
        let values = |attribute: &str| -> Vec<String> {
            let start = format!(" {attribute}=\"");
            html.split(start.as_str())
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap().to_owned())
                .collect()
        };
        let ids = values("id");
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "{ids:?}");
        for target in values("href") {
            match target.strip_prefix('#') {
                Some(place) => assert!(ids.iter().any(|id| id == place), "{target}"),
                None => assert!(target.starts_with("https://") || target == "data:,", "{target}"),
            }
        }
    }
}

#[test]
fn the_same_contract_gives_the_same_bytes() {
    for (contract, _) in CONTRACTS {
        assert_eq!(page(contract), page(contract));
    }
}
