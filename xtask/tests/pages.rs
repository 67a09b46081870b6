//! Each code block of a page is run by something, or a comment above it says why not: `<!-- not run: … -->`.
#![allow(clippy::unwrap_used, reason = "helpers of tests; a panic is the failure report")]

use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// Cuts blocks whose first line is a comment with a file's name out of pages, and runs them.
const SUITES: &str = "xtask/interop/suites/run";
/// Without code: diagrams, formulas and what a program printed.
const NO_CODE: &str = "text";
const NOT_RUN: &str = "<!-- not run: ";

struct Block {
    language: String,
    code: String,
    /// The reason in the comment just above it.
    why_not: Option<String>,
}

#[test]
fn every_code_block_is_run_or_says_why_not() {
    let mut wrong = Vec::new();
    let mut blocks = 0;
    for page in pages() {
        for block in code_blocks(&fs::read_to_string(root().join(&page)).unwrap()) {
            blocks += 1;
            if block.why_not.is_some() == is_run(&page, &block) && block.language != NO_CODE {
                let first = block.code.lines().next().unwrap_or_default();
                wrong.push(format!("{page}: {}: {first}", block.language));
            }
        }
    }
    assert!(blocks > 50, "{blocks}");
    assert!(
        wrong.is_empty(),
        "each of these needs `{NOT_RUN}reason -->` on the line above it, or something that runs it and a line in \
         xtask/tests/pages.rs; those that are run need no such comment:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn blocks_are_found_with_the_comment_above_them() {
    let found =
        code_blocks("a\n\n<!-- not run: takes an hour -->\n```sh\nb\n```\n\nc\n```rust,no_run\nd\n```\n");
    let found: Vec<_> =
        found.iter().map(|block| (&*block.language, &*block.code, block.why_not.as_deref())).collect();
    assert_eq!(found, [("sh", "b\n", Some("takes an hour")), ("rust,no_run", "d\n", None)]);
}

fn is_run(page: &str, block: &Block) -> bool {
    let first = block.code.lines().next().unwrap_or_default();
    match block.language.as_str() {
        // Doc tests. Those that are only compiled (`no_run`) say why.
        "" | "rust" if page == "README.md" => includes("crates/iampass-emulator", "../../../README.md"),
        "" | "rust" => page
            .strip_suffix("/README.md")
            .is_some_and(|folder| folder.starts_with("crates/") && includes(folder, "../README.md")),
        // `cargo xtask consumers`, with the section's program.
        "toml" => page == "README.md",
        _ => {
            let suites = fs::read_to_string(root().join(SUITES)).unwrap();
            let name = first.split_whitespace().nth(1).unwrap_or_default().trim_end_matches(',');
            let calls = ["block", "with_port"].map(|function| format!("{function} {name}"));
            name.contains('.') && calls.iter().any(|call| suites.contains(call))
        }
    }
}

/// Whether a crate's documentation has the page, so that its blocks are doc tests.
fn includes(folder: &str, page: &str) -> bool {
    let library = fs::read_to_string(root().join(folder).join("src/lib.rs")).unwrap();
    library.contains(&format!("include_str!(\"{page}\")"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The pages of the repository's top, of `docs`, of `openapi` and of each crate.
fn pages() -> Vec<String> {
    let mut folders = vec![PathBuf::new(), "docs".into(), "openapi".into()];
    let crates = fs::read_dir(root().join("crates")).unwrap();
    folders.extend(crates.map(|entry| Path::new("crates").join(entry.unwrap().file_name())));
    let mut pages = Vec::new();
    for folder in folders {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let path = folder.join(entry.unwrap().file_name());
            if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path.to_str().unwrap().to_owned());
            }
        }
    }
    pages.sort_unstable();
    pages
}

fn code_blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let (mut in_block, mut comment) = (false, None);
    for event in Parser::new(page) {
        match event {
            Event::Html(html) => {
                let reason = html.trim().strip_prefix(NOT_RUN).and_then(|rest| rest.strip_suffix(" -->"));
                comment = reason.map(str::to_owned);
            }
            Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => {}
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                in_block = true;
                blocks.push(Block {
                    language: language.into_string(),
                    code: String::new(),
                    why_not: comment.take(),
                });
            }
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Text(text) if in_block => {
                if let Some(block) = blocks.last_mut() {
                    block.code.push_str(&text);
                }
            }
            _ => comment = None,
        }
    }
    blocks
}
