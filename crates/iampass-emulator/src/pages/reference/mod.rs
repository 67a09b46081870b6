//! The contract, rendered for people, with a form at each operation that signs and sends it.

mod operation;
mod schema;
mod try_out;

use maud::{Markup, html};
use yaml_rust2::Yaml;

use super::Page;
use super::contract::{Contract, elements, members, text};
use super::layout::{Frame, Place, page};
use super::markdown;
use operation::{Operation, operation};
pub(crate) use try_out::SigningApplication;

/// The page. Without applications, for readers who may not know of them, they are to be typed in, and
/// nothing leads to the console.
pub(crate) fn reference(contract: &Contract, applications: Option<&[SigningApplication<'_>]>) -> Page {
    let root = contract.root();
    let tagged: Vec<_> = elements(&root["tags"]).iter().map(|tag| (tag, operations(contract, tag))).collect();
    let content = html! {
        div.reference {
            (contents(root, &tagged))
            div.chapters {
                (introduction(root))
                (try_out::applications(applications))
                @for (tag, operations) in &tagged {
                    section.chapter aria-labelledby={ "tag-" (text(tag, "name")) } {
                        h2 id={ "tag-" (text(tag, "name")) } { (capitalized(text(tag, "name"))) }
                        (markdown::render(text(tag, "description")))
                        @for one in operations { (operation(contract, one)) }
                    }
                }
                (signing(root))
                (schema::schemas(&root["components"]["schemas"]))
            }
        }
    };
    let console = applications.is_some();
    page(Frame { title: "Reference", place: Place::Reference, refresh: false, console }, &content)
}

/// The operations of a tag, in the order of the file.
fn operations<'a>(contract: &'a Contract, tag: &Yaml) -> Vec<Operation<'a>> {
    let tag = text(tag, "name");
    let paths = members(&contract.root()["paths"]);
    let all = paths.flat_map(|(path, item)| {
        members(item).map(move |(method, node)| Operation { method: method.to_ascii_uppercase(), path, node })
    });
    all.filter(|one| elements(&one.node["tags"]).iter().any(|name| name.as_str() == Some(tag))).collect()
}

fn contents(root: &Yaml, tagged: &[(&Yaml, Vec<Operation<'_>>)]) -> Markup {
    html! {
        nav.contents aria-label="Contents" {
            details open {
                summary { "Contents" }
                ul {
                    li { a href="#introduction" { "Introduction" } }
                    li { a href="#applications" { "Try it out" } }
                    @for (tag, operations) in tagged {
                        li {
                            a href={ "#tag-" (text(tag, "name")) } { (capitalized(text(tag, "name"))) }
                            ul { @for one in operations { li { a href={ "#" (one.id()) } { code { (one.id()) } } } } }
                        }
                    }
                    li { a href="#signing" { "Signing" } }
                    li {
                        a href="#schemas" { "Schemas" }
                        ul {
                            @for (name, _) in members(&root["components"]["schemas"]) {
                                li { a href={ "#schema-" (name) } { code { (name) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn introduction(root: &Yaml) -> Markup {
    let (info, more) = (&root["info"], &root["externalDocs"]);
    html! {
        section.chapter #introduction aria-labelledby="title" {
            h1 #title { (text(info, "title")) }
            p.quiet {
                "Version " (text(info, "version")) " · " a href="/openapi.yaml" { "openapi.yaml" } " · "
                a href="/openapi.json" { "openapi.json" } " · " a href=(super::assets::SIGNER.path) { "signer.js" }
            }
            (markdown::render(text(info, "description")))
            h2 { "Servers" }
            p { "The service's own. This emulator answers the same calls at its own address." }
            dl.terms {
                @for server in elements(&root["servers"]) {
                    div { dt { code { (text(server, "url")) } } dd { (markdown::render(text(server, "description"))) } }
                }
            }
            h2 { "Elsewhere" }
            ul {
                li { a href=(text(&info["contact"], "url")) rel="external" { (text(&info["contact"], "name")) } }
                li { a href=(text(more, "url")) rel="external" { (text(more, "description")) } }
                li { "Licence of the description: " a href=(text(&info["license"], "url")) rel="external" { (text(&info["license"], "name")) } }
            }
        }
    }
}

fn signing(root: &Yaml) -> Markup {
    html! {
        section.chapter #signing aria-labelledby="signing-title" {
            h2 #signing-title { "Signing" }
            p {
                "Every call carries all of these headers. The same in JavaScript, to read or to take along: "
                a href=(super::assets::SIGNER.path) { "signer.js" } "."
            }
            @for (_, scheme) in members(&root["components"]["securitySchemes"]) {
                h3 { code { (text(scheme, "name")) } }
                (markdown::render(text(scheme, "description")))
            }
        }
    }
}

fn capitalized(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
