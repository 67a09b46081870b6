//! The contract, rendered for people.

use maud::{Markup, html};
use yaml_rust2::Yaml;

use crate::contract::{elements, members, text};
use crate::operation::operation;
use crate::schema::schemas;
use crate::{Additions, Contract, Operation, markdown};

/// The reference, to be put into a page that has [`STYLE`](crate::STYLE).
#[must_use]
pub fn body(contract: &Contract, additions: &(impl Additions + ?Sized)) -> Markup {
    let root = contract.root();
    let chapter = additions.chapter();
    // In the order of the file.
    let operations = |tag| Operation::all(contract).filter(|one| one.has_tag(text(tag, "name"))).collect();
    let tagged: Vec<_> = elements(&root["tags"]).iter().map(|tag| (tag, operations(tag))).collect();
    html! {
        div.reference {
            (contents(root, &tagged, chapter.as_ref().map(|chapter| (chapter.id, chapter.title))))
            div.chapters {
                (introduction(root, additions))
                @if let Some(chapter) = &chapter { (chapter.content) }
                @for (tag, operations) in &tagged {
                    section.chapter aria-labelledby={ "tag-" (text(tag, "name")) } {
                        h2 id={ "tag-" (text(tag, "name")) } { (capitalized(text(tag, "name"))) }
                        (markdown::render(text(tag, "description")))
                        @for one in operations { (operation(contract, one, additions)) }
                    }
                }
                (signing(root, additions))
                (schemas(&root["components"]["schemas"]))
            }
        }
    }
}

fn contents(root: &Yaml, tagged: &[(&Yaml, Vec<Operation<'_>>)], chapter: Option<(&str, &str)>) -> Markup {
    html! {
        nav.contents aria-label="Contents" {
            details open {
                summary { "Contents" }
                ul {
                    li { a href="#introduction" { "Introduction" } }
                    @if let Some((id, title)) = chapter { li { a href={ "#" (id) } { (title) } } }
                    @for (tag, operations) in tagged {
                        li {
                            a href={ "#tag-" (text(tag, "name")) } { (capitalized(text(tag, "name"))) }
                            ul { @for one in operations { li { a href={ "#" (one.id) } { code { (one.id) } } } } }
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

fn introduction(root: &Yaml, additions: &(impl Additions + ?Sized)) -> Markup {
    let (info, more) = (&root["info"], &root["externalDocs"]);
    html! {
        section.chapter #introduction aria-labelledby="title" {
            h1 #title { (text(info, "title")) }
            p.quiet {
                "Version " (text(info, "version"))
                @for (link, name) in additions.files() { " · " a href=(link) { (name) } }
            }
            (markdown::render(text(info, "description")))
            h2 { "Servers" }
            (additions.on_servers())
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

fn signing(root: &Yaml, additions: &(impl Additions + ?Sized)) -> Markup {
    html! {
        section.chapter #signing aria-labelledby="signing-title" {
            h2 #signing-title { "Signing" }
            p { "Every call carries all of these headers." (additions.on_signing()) }
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
