//! One operation: what it takes, what it answers.

use maud::{Markup, html};
use yaml_rust2::Yaml;

use super::schema::type_of;
use super::try_out;
use crate::pages::contract::{Contract, elements, members, pretty, text};
use crate::pages::markdown;

/// An operation of the contract, and where it stands there.
#[derive(Clone, Debug)]
pub(super) struct Operation<'a> {
    pub(super) method: String,
    pub(super) path: &'a str,
    pub(super) node: &'a Yaml,
}

impl Operation<'_> {
    pub(super) fn id(&self) -> &str {
        text(self.node, "operationId")
    }
}

pub(super) fn operation(contract: &Contract, operation: &Operation<'_>) -> Markup {
    let node = operation.node;
    let parameters: Vec<_> =
        elements(&node["parameters"]).iter().map(|parameter| contract.resolve(parameter)).collect();
    let content = &contract.resolve(&node["requestBody"])["content"];
    html! {
        article.operation id=(operation.id()) aria-labelledby={ (operation.id()) "-title" } {
            h3 id={ (operation.id()) "-title" } { (text(node, "summary")) }
            p.call {
                span class={ "method " (operation.method.to_ascii_lowercase()) } { (operation.method) } " "
                code { (operation.path) }
            }
            (markdown::render(text(node, "description")))
            p {
                @if node["x-iampass-safe-to-repeat"].as_bool() == Some(true) {
                    span.chip.good { "safe to repeat" }
                } @else {
                    span.chip.warn { "not safe to repeat" }
                }
            }
            h4 { "Parameters" }
            dl.terms { @for parameter in &parameters { (self::parameter(parameter)) } }
            @for (media_type, media) in members(content) {
                h4 { "Body" }
                p { (text(contract.resolve(&node["requestBody"]), "description")) " " code { (media_type) } ", " (type_of(&media["schema"])) }
                (examples(media))
            }
            h4 { "Answers" }
            @for (status, answer) in members(&node["responses"]) { (response(status, contract.resolve(answer))) }
            (try_out::form(operation, &parameters, content))
        }
    }
}

fn parameter(parameter: &Yaml) -> Markup {
    html! {
        div {
            dt {
                code { (text(parameter, "name")) } " "
                span.quiet {
                    "in the " (text(parameter, "in")) ", " (type_of(&parameter["schema"]))
                    @if parameter["required"].as_bool() == Some(true) { ", required" } @else { ", optional" }
                }
            }
            dd {
                (markdown::render(text(parameter, "description")))
                @if !parameter["example"].is_badvalue() {
                    p.quiet { "For example " code { (pretty(&parameter["example"])) } }
                }
            }
        }
    }
}

fn response(status: &str, response: &Yaml) -> Markup {
    html! {
        details.response {
            summary { span class={ "chip " (class_of(status)) } { (status) } " " (first_sentence(text(response, "description"))) }
            (markdown::render(text(response, "description")))
            @for (media_type, media) in members(&response["content"]) {
                p { code { (media_type) } ", " (type_of(&media["schema"])) }
                (examples(media))
            }
        }
    }
}

fn class_of(status: &str) -> &'static str {
    if status.starts_with('2') { "good" } else { "warn" }
}

/// Enough to choose by; the whole text is below it.
fn first_sentence(description: &str) -> String {
    let words: Vec<_> = description.split_whitespace().collect();
    let text = words.join(" ").replace('`', "");
    text.split(". ").next().unwrap_or_default().trim_end_matches('.').to_owned()
}

fn examples(media: &Yaml) -> Markup {
    html! {
        @for (_, example) in members(&media["examples"]) {
            figure {
                figcaption { (text(example, "summary")) }
                div.scroll tabindex="0" role="group" aria-label=(text(example, "summary")) {
                    pre { (pretty(&example["value"])) }
                }
            }
        }
    }
}
