//! Each code block of a page is run by something, or a comment above it says why not: `<!-- not run: … -->`.
#![allow(clippy::unwrap_used, reason = "helpers of tests; a panic is the failure report")]

use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// What runs the blocks of a page in a language. Blocks of Rust in the pages of crates are doc tests.
const RUN: [(&str, &str, &str); 10] = [
    ("README.md", "rust", "doc tests of iampass-emulator, and `cargo xtask consumers`"),
    ("README.md", "toml", "`cargo xtask consumers`"),
    ("README.md", "sh", "tests of iampass-cli run the demo, `cargo xtask interop` runs the login page"),
    ("README.md", "python", "xtask/interop/suites/run"),
    ("crates/iampass-emulator/README.md", "python", "xtask/interop/suites/run"),
    ("crates/iampass-emulator/README.md", "ts", "xtask/interop/suites/run"),
    ("crates/iampass-emulator/README.md", "go", "xtask/interop/suites/run"),
    ("crates/iampass-emulator/README.md", "java", "xtask/interop/suites/run"),
    ("openapi/README.md", "sh", "`cargo xtask interop` runs the examples' scripts, and starts an emulator likewise"),
    ("crates/iampass-emulator/README.md", "sh", "xtask/interop/suites/run, if the first line names a script"),
];
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
    let mut wrong = String::new();
    let mut blocks = 0;
    for page in pages() {
        for block in code_blocks(&fs::read_to_string(root().join(&page)).unwrap()) {
            blocks += 1;
            if block.why_not.is_some() == is_run(&page, &block) && block.language != NO_CODE {
                wrong += &format!(
                    "\n{page}: {}: {}",
                    block.language,
                    block.code.lines().next().unwrap_or_default()
                );
            }
        }
    }
    assert!(blocks > 50, "{blocks}");
    assert!(
        wrong.is_empty(),
        "each of these needs `{NOT_RUN}reason -->` on the line above it, or something that runs it and a row in \
         xtask/tests/pages.rs; those that are run need no such comment:{wrong}"
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
    let is_rust = block.language.split(',').all(|word| ["", "rust", "no_run"].contains(&word));
    if is_rust && page.starts_with("crates/") {
        let library = root().join(page).with_file_name("src").join("lib.rs");
        return fs::read_to_string(library).unwrap().contains("include_str!(\"../README.md\")");
    }
    let is_script =
        block.code.lines().next().is_some_and(|line| line.starts_with("# ") && line.ends_with(".sh"));
    let cuts_scripts = page == "crates/iampass-emulator/README.md" && block.language == "sh";
    RUN.iter().any(|(of, language, _)| *of == page && *language == block.language) && (is_script || !cuts_scripts)
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
