//! The named schemas, and what is said of a type where it is used.

use maud::{Markup, html};
use yaml_rust2::Yaml;

use crate::contract::{elements, members, pretty, referred_name, text};
use crate::markdown;

pub(crate) fn schemas(schemas: &Yaml) -> Markup {
    html! {
        section.chapter #schemas aria-labelledby="schemas-title" {
            h2 #schemas-title { "Schemas" }
            @for (name, schema) in members(schemas) { (named(name, schema)) }
        }
    }
}

fn named(name: &str, schema: &Yaml) -> Markup {
    let required =
        |property: &str| elements(&schema["required"]).iter().any(|name| name.as_str() == Some(property));
    html! {
        article.schema id={ "schema-" (name) } aria-labelledby={ "schema-" (name) "-title" } {
            h3 id={ "schema-" (name) "-title" } { code { (name) } " " span.quiet { (type_of(schema)) } }
            (markdown::render(text(schema, "description")))
            (bounds(schema))
            dl.terms {
                @for (property, of) in members(&schema["properties"]) {
                    div {
                        dt {
                            code { (property) } " "
                            span.quiet { (type_of(of)) @if required(property) { ", required" } @else { ", optional" } }
                        }
                        dd { (markdown::render(text(of, "description"))) (bounds(of)) }
                    }
                }
            }
        }
    }
}

/// A type in a few words, with links to the named ones.
pub(crate) fn type_of(schema: &Yaml) -> Markup {
    let parts = elements(&schema["allOf"]);
    html! {
        @if let Some(name) = referred_name(schema) {
            a href={ "#schema-" (name) } { (name) }
        } @else if let Some(first) = parts.first() {
            (type_of(first))
        } @else if text(schema, "type") == "array" {
            "array of " (type_of(&schema["items"]))
        } @else {
            (text(schema, "type"))
        }
        @if schema["nullable"].as_bool() == Some(true) { " or null" }
    }
}

/// What is said in the words of the specification, for want of better ones.
const RULES: [&str; 12] = [
    "format",
    "enum",
    "default",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
];

/// What a value has to be beyond its type.
pub(crate) fn bounds(schema: &Yaml) -> Markup {
    let rules = RULES.iter().map(|name| (name, &schema[*name])).filter(|(_, value)| !value.is_badvalue());
    html! {
        @for (name, value) in rules { p.quiet { code { (name) } " " code { (pretty(value)) } } }
        @if let Some(least) = schema["minLength"].as_i64() { p.quiet { "At least " (least) " character." } }
        @if let Some(pattern) = schema["pattern"].as_str() { p.quiet { "Pattern " code { (pattern) } } }
        // Of what a list holds, unless that has a name, which leads there.
        @if !schema["items"].is_badvalue() { (bounds(&schema["items"])) }
        @if !schema["example"].is_badvalue() { p.quiet { "For example " code { (pretty(&schema["example"])) } } }
    }
}

#[cfg(test)]
mod tests {
    use super::schemas;
    use crate::Contract;

    #[test]
    fn no_rule_is_passed_over() {
        let text = "{A: {type: integer, format: int32, minimum: 0, maximum: 9, enum: [1, 2]},\
                     B: {type: object, properties: {c: {type: array, maxItems: 3, items: {type: string}}}}}";
        let html = schemas(Contract::parse(text).unwrap().root()).into_string();
        for (name, value) in [("format", "int32"), ("minimum", "0"), ("maximum", "9"), ("maxItems", "3")] {
            assert!(html.contains(&format!("<code>{name}</code> <code>{value}</code>")), "{name}: {html}");
        }
        assert!(html.contains("<code>enum</code> <code>[\n  1,\n  2\n]</code>"), "{html}");
    }
}
