//! One operation: what it takes, what comes back.

use maud::{Markup, html};
use yaml_rust2::Yaml;

use crate::Additions;
use crate::contract::{Contract, elements, members, pretty, text};
use crate::markdown;
use crate::schema::{bounds, type_of};

/// An operation of the contract.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Operation<'a> {
    /// Its `operationId`.
    pub id: &'a str,
    /// The method, in capitals.
    pub method: String,
    /// Where it is sent.
    pub target: Target<'a>,
    /// What goes into path, query and headers.
    pub parameters: Vec<Parameter<'a>>,
    /// The bodies that it takes, by media type.
    pub bodies: Vec<Body<'a>>,
    node: &'a Yaml,
}

/// Where an operation is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target<'a> {
    /// The path as the contract has it, with the parameters' names in braces.
    Path(&'a str),
    /// A URL that the service gave before, in this member of a response (`x-iampass-given-urls`).
    GivenUrl(&'a str),
}

/// A parameter of an operation.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Parameter<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where it goes: `path`, `query`, `header` or `cookie`.
    pub place: &'a str,
    /// Whether there is no call without it.
    pub required: bool,
    /// The contract's example; text as it is, other values as JSON.
    pub example: Option<String>,
    node: &'a Yaml,
}

/// A body that an operation takes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Body<'a> {
    /// Its media type.
    pub media_type: &'a str,
    /// The contract's first example, as indented JSON.
    pub example: Option<String>,
    node: &'a Yaml,
}

impl<'a> Operation<'a> {
    /// All operations of a contract: those in `paths`, then those of which the service gives the URL.
    pub(crate) fn all(contract: &'a Contract) -> impl Iterator<Item = Self> {
        let paths = members(&contract.root()["paths"]).flat_map(move |(path, item)| {
            members(item).map(move |(method, node)| Self::of(contract, method, Target::Path(path), node))
        });
        let given = elements(&contract.root()["x-iampass-given-urls"]).iter().map(move |node| {
            Self::of(contract, text(node, "method"), Target::GivenUrl(text(node, "url")), node)
        });
        paths.chain(given)
    }

    pub(crate) fn has_tag(&self, tag: &str) -> bool {
        elements(&self.node["tags"]).iter().any(|name| name.as_str() == Some(tag))
    }

    fn of(contract: &'a Contract, method: &str, target: Target<'a>, node: &'a Yaml) -> Self {
        let parameters = elements(&node["parameters"]).iter().map(|parameter| contract.resolve(parameter));
        let parameters = parameters.map(|node| Parameter {
            name: text(node, "name"),
            place: text(node, "in"),
            required: node["required"].as_bool() == Some(true),
            example: (!node["example"].is_badvalue()).then(|| pretty(&node["example"])),
            node,
        });
        let bodies = members(&contract.resolve(&node["requestBody"])["content"]);
        let bodies = bodies.map(|(media_type, node)| Body {
            media_type,
            example: members(&node["examples"]).next().map(|(_, example)| pretty(&example["value"])),
            node,
        });
        Self {
            id: text(node, "operationId"),
            method: method.to_ascii_uppercase(),
            target,
            parameters: parameters.collect(),
            bodies: bodies.collect(),
            node,
        }
    }
}

pub(crate) fn operation(
    contract: &Contract,
    operation: &Operation<'_>,
    additions: &(impl Additions + ?Sized),
) -> Markup {
    let (id, node) = (operation.id, operation.node);
    html! {
        article.operation id=(id) aria-labelledby={ (id) "-title" } {
            h3 id={ (id) "-title" } { (text(node, "summary")) }
            p.call {
                span class={ "method " (operation.method.to_ascii_lowercase()) } { (operation.method) } " "
                @match operation.target {
                    Target::Path(path) => code { (path) },
                    Target::GivenUrl(member) => { "the URL that the service gave as " code { (member) } },
                }
            }
            (markdown::render(text(node, "description")))
            p {
                @if node["x-iampass-safe-to-repeat"].as_bool() == Some(true) {
                    span.chip.good { "safe to repeat" }
                } @else {
                    span.chip.warn { "not safe to repeat" }
                }
            }
            @if !operation.parameters.is_empty() {
                h4 { "Parameters" }
                dl.terms { @for parameter in &operation.parameters { (self::parameter(parameter)) } }
            }
            @for body in &operation.bodies {
                h4 { "Body" }
                p { (text(contract.resolve(&node["requestBody"]), "description")) " " code { (body.media_type) } ", " (type_of(&body.node["schema"])) }
                (examples(body.node))
            }
            h4 { "Responses" }
            @for (status, one) in members(&node["responses"]) { (response(status, contract.resolve(one))) }
            (additions.on_operation(operation))
        }
    }
}

fn parameter(parameter: &Parameter<'_>) -> Markup {
    html! {
        div {
            dt {
                code { (parameter.name) } " "
                span.quiet {
                    "in the " (parameter.place) ", " (type_of(&parameter.node["schema"]))
                    @if parameter.required { ", required" } @else { ", optional" }
                }
            }
            dd {
                (markdown::render(text(parameter.node, "description")))
                (bounds(&parameter.node["schema"]))
                @if let Some(example) = &parameter.example { p.quiet { "For example " code { (example) } } }
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
                // A named schema is described where it stands.
                (markdown::render(text(&media["schema"], "description")))
                (bounds(&media["schema"]))
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
