//! Rules for texts and names; each returns what is wrong, if anything is.

use heck::{ToPascalCase as _, ToSnakeCase as _};
use pulldown_cmark::{Event, Parser, Tag};
use serde_json::Value;

/// progenitor reads 3.0.x only. Reported alone, because other versions differ in many places.
pub(super) fn not_3_0(document: &Value) -> Option<String> {
    let Some(members) = document.as_object() else {
        return Some("the document is not a mapping".to_owned());
    };
    if let Some(version) = members.get("swagger") {
        return Some(format!("it says `swagger: {version}`; convert it to `openapi: 3.0.3`"));
    }
    match members.get("openapi") {
        Some(Value::String(version))
            if version.strip_prefix("3.0.").is_some_and(|patch| patch.parse::<u8>().is_ok()) =>
        {
            None
        }
        Some(version) => {
            Some(format!("it says `openapi: {version}`; this generator reads 3.0.x, as in `openapi: 3.0.3`"))
        }
        None => Some("there is no member `openapi` at the top; add `openapi: 3.0.3`".to_owned()),
    }
}

pub(super) fn any(_: &str) -> Option<String> {
    None
}

pub(super) fn one_of(text: &str, expected: &[&str]) -> Option<String> {
    let one_of = if expected.len() > 1 { "one of " } else { "" };
    (!expected.contains(&text)).then(|| format!("must be {one_of}`{}`", expected.join("`, `")))
}

/// Text that becomes documentation.
pub(super) fn prose(text: &str) -> Option<String> {
    let changes_direction =
        |c| matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    if let Some(hidden) = text.chars().find(|c| c.is_control() && *c != '\n' || changes_direction(*c)) {
        return Some(format!("holds the invisible character {}; remove it", hidden.escape_unicode()));
    }
    // A parameter's description becomes an item of a list.
    let is_code = |event| matches!(event, Event::Start(Tag::CodeBlock(_)));
    Parser::new(text).chain(Parser::new(&format!("- {text}"))).any(is_code).then(|| {
        "holds a block of code, which Rust would compile and run as a test; write it in a line, between single backticks"
            .to_owned()
    })
}

/// A request carries the version in a header.
pub(super) fn version(text: &str) -> Option<String> {
    let is_visible = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    (!is_visible).then(|| "must be text of visible ASCII characters, as in `'1.0.0'`".to_owned())
}

pub(super) fn base_url(text: &str) -> Option<String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/[]".contains(&byte);
    (rest.is_empty() || !rest.bytes().all(is_plain))
        .then(|| "must be a whole URL without variables or query, as in `https://api.example`".to_owned())
}

/// The name of an operation, and of the generated method.
pub(super) fn method(name: &str) -> Option<String> {
    let is_taken =
        ["api_version", "baseurl", "client", "clone", "exec", "inner", "post", "pre"].contains(&name);
    if is_taken {
        return Some("the generated client has a method of this name; choose another".to_owned());
    }
    field(name)
}

pub(super) fn parameter_name(name: &str) -> Option<String> {
    if ["body", "encode_path", "header_map"].contains(&name) {
        return Some("the generated method uses this name; choose another".to_owned());
    }
    field(name)
}

pub(super) fn field(name: &str) -> Option<String> {
    check_case(name, &name.to_snake_case(), "snake_case")
}

pub(super) fn schema_name(name: &str) -> Option<String> {
    // The generated code uses these names unqualified.
    const PRELUDE: [&str; 26] = [
        "AsMut",
        "AsRef",
        "Box",
        "Clone",
        "Copy",
        "Debug",
        "Default",
        "Drop",
        "Eq",
        "Err",
        "Fn",
        "From",
        "Hash",
        "Into",
        "Iterator",
        "None",
        "Ok",
        "Option",
        "Ord",
        "PartialEq",
        "PartialOrd",
        "Result",
        "Send",
        "Some",
        "String",
        "Vec",
    ];
    if PRELUDE.contains(&name) {
        return Some("is a name of Rust's prelude; choose another".to_owned());
    }
    if name == "CommaList" {
        return Some("stands for the lists in queries; choose another".to_owned());
    }
    check_case(name, &name.to_pascal_case(), "PascalCase")
}

/// Names that Rust spells differently are refused, so that nothing is renamed and no two names become one.
fn check_case(name: &str, expected: &str, case: &str) -> Option<String> {
    if name != expected || name.is_empty() || !name.is_ascii() {
        let example = if expected.is_ascii() && !expected.is_empty() { expected } else { "a_name" };
        return Some(format!(
            "must be {case}, as in `{example}`, because something in Rust is named after it"
        ));
    }
    // `gen` is one since the edition of 2024.
    (name == "gen" || syn::parse_str::<syn::Ident>(name).is_err())
        .then(|| "is a keyword of Rust; nothing can be named after it".to_owned())
}

/// A segment of a path is text that needs no encoding, or one name in braces: the client compares what goes out with
/// the template, segment by segment.
pub(super) fn path(path: &str) -> Option<String> {
    let Some(segments) = path.strip_prefix('/') else { return Some("must begin with `/`".to_owned()) };
    let is_plain = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
    };
    let is_segment = |segment: &&str| {
        let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        is_plain(name.unwrap_or(segment)) && ![".", ".."].contains(segment)
    };
    segments.split('/').find(|segment| !is_segment(segment)).map(|segment| {
        let segment = segment.escape_debug();
        format!("the segment `{segment}` is neither text of A-Z a-z 0-9 - . _ ~ nor one name in braces")
    })
}
