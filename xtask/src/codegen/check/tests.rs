//! Code with mistakes, and code without.

use super::*;

/// Each row: a mistake, code that has it, and the message.
const MISTAKES: &[(&str, &str, &str)] = &[
    ("no Rust", "struct struct;", "the generated code does not parse: expected identifier"),
    ("two types", "mod types { struct Note {} enum Note {} }", "`types::Note` is there twice"),
    ("an import's name", "use std::fmt::{self, Error}; struct Error {}", "`Error` is there twice"),
    ("a renamed import", "use std::mem as encode; fn encode() {}", "`encode` is there twice"),
    ("a module and a type", "mod Note {} struct Note {}", "`Note` is there twice"),
    ("a tuple struct and a function", "struct a(u8); fn a() {}", "`a` is there twice"),
    ("two statics", "static A: u8 = 1; static A: u8 = 2;", "`A` is there twice"),
    ("two methods", "struct C; impl C { fn a() {} } impl C { fn a() {} }", "`C::a` is there twice"),
    ("two fields", "struct Note { a: u8, a: u8 }", "`Note::a` is there twice"),
    ("two variants", "enum Sort { Up, Up }", "`Sort::Up` is there twice"),
    ("two parameters", "struct C; impl C { fn a(b: u8, b: u8) {} }", "`C::a::b` is there twice"),
    ("an unknown crate", "fn a(b: chrono::Utc) {}", "`a` uses the crate `chrono`"),
    ("an unknown crate, absolute", "struct N { a: ::uuid::Uuid }", "`N` uses the crate `uuid`"),
    ("an absolute path to no crate", "fn b() { ::types::c() }", "uses the crate `types`"),
    ("an import of an unknown crate", "use regress::Regex;", "uses the crate `regress`"),
    ("a derive", "#[derive(Clone, ::bon::Builder)] struct N;", "`N` uses the crate `bon`"),
    ("a serde path", r#"#[serde(with = "time::iso")] struct N;"#, "`N` uses the crate `time`"),
    ("a macro's argument", "fn a() { format!(\"{}\", now::b()) }", "uses the crate `now`"),
    ("a macro", "lazy::make! {}", "uses the crate `lazy`"),
    ("a type undocumented", "pub struct Note;", "`Note` has no documentation"),
    ("a field undocumented", "/// D.\npub struct N { pub a: u8 }", "`N::a` has no documentation"),
    ("a variant undocumented", "/// D.\npub enum Sort { Up }", "`Sort::Up` has no documentation"),
    ("a method undocumented", "struct C; impl C { pub fn a() {} }", "`C::a` has no documentation"),
    ("a module undocumented", "pub mod a {}", "`a` has no documentation"),
    ("a static undocumented", "/// D.\npub mod a { pub static B: u8 = 1; }", "`a::B` has no documentation"),
];

#[test]
fn each_mistake_is_reported_with_its_place() {
    for (name, code, message) in MISTAKES {
        let problems = check(code);
        assert!(problems.len() == 1 && problems[0].contains(message), "{name}: {problems:?}");
    }
}

#[test]
fn every_mistake_is_reported_and_what_is_right_is_not() {
    let code = r#"
        #[allow(unused_imports)]
        pub use progenitor_client::{ByteStream, Error};
        /// Types.
        pub mod types {
            /// A note.
            #[derive(::serde::Serialize, Clone)]
            #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
            pub struct Note {
                /// Text.
                #[serde(skip_serializing_if = "::std::option::Option::is_none")]
                pub text: ::std::option::Option<::std::string::String>,
            }
            impl From<&str> for Note {
                fn from(text: &str) -> Self { Self { text: Some(str::to_owned(text)) } }
            }
            iampass_client::json_objects! { Note }
        }
        /// A client.
        pub struct Client { pub(crate) client: reqwest::Client }
        impl Client {
            /// Note.
            pub fn Note(&self) -> types::Note { format!("{}{}", Self::client(), types::Note::default()) }
            fn client(&self) {}
        }
        const _: () = {};
        const _: () = {};
    "#;
    assert_eq!(check(code), Vec::<String>::new());
    let broken = code.replace("/// A note.", "").replace("::schemars::", "::schema::");
    assert_eq!(
        check(&broken),
        [
            "the generated code: `types::Note` has no documentation",
            "the generated code: `types::Note` uses the crate `schema`"
        ]
    );
}
