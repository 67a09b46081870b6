//! The example of the README's section "In a program", as a consumer: what somebody gets who pastes it into a new crate.

use std::path::Path;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// The name of the crate.
pub(super) const PACKAGE: &str = "consumer-readme";
/// The section's heading.
const SECTION: &str = "In a program";
/// What the README has behind a crate's name; the crate is taken from this checkout instead.
const SOURCE: &str = "git = \"REPOSITORY\", rev = \"COMMIT\"";

/// A crate with one source file.
pub(crate) struct Crate {
    /// Its `Cargo.toml`.
    pub(crate) manifest: String,
    /// Its `src/main.rs`.
    pub(crate) main: String,
}

/// The section's first block of TOML below a `[package]`, and its first block of Rust; `None` if one is missing.
pub(crate) fn example(readme: &str, root: &Path) -> Option<Crate> {
    let blocks = code_blocks(readme, SECTION);
    let first = |language| blocks.iter().find(|(of, _)| of == language).map(|(_, code)| code.as_str());
    let from_here = |line: &str| {
        let name = line.split(' ').next().unwrap_or_default();
        line.replace(SOURCE, &format!("path = \"{}\"", root.join("crates").join(name).display()))
    };
    let dependencies: Vec<_> = first("toml")?.lines().map(from_here).collect();
    let dependencies = dependencies.join("\n");
    let package = format!(
        "[package]\nname = \"{PACKAGE}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n"
    );
    let manifest = format!("{package}\n[workspace]\n\n{dependencies}");
    Some(Crate { manifest, main: first("rust")?.to_owned() })
}

/// Language and text of each fenced block of a section.
fn code_blocks(markdown: &str, section: &str) -> Vec<(String, String)> {
    let (mut heading, mut in_heading, mut in_block) = (String::new(), false, false);
    let mut blocks: Vec<(String, String)> = Vec::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                heading.clear();
                in_heading = true;
            }
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Text(text) if in_heading => heading.push_str(&text),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) if heading == section => {
                blocks.push((language.into_string(), String::new()));
                in_block = true;
            }
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Text(text) if in_block => {
                if let Some((_, code)) = blocks.last_mut() {
                    code.push_str(&text);
                }
            }
            _ => {}
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_other_sections_are_passed_over() {
        let text = "## One\n```toml\na\n```\n## In a program\n```toml\nb\n```\n```rust\nfn main() {}\n```\n```toml\nc\n```\n";
        let found = example(text, Path::new("/")).unwrap();
        assert!(found.manifest.ends_with("[workspace]\n\nb"), "{}", found.manifest);
        assert_eq!(found.main, "fn main() {}\n");
        assert!(example("## In a program\n```rust\n```\n", Path::new("/")).is_none());
    }
}
