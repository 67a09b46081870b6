//! No circle of modules: what a file imports is nothing that imports it back.
//!
//! `cargo modules dependencies --acyclic` asks the same, but takes a type and its own methods for a circle.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests; a panic is the failure report")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::Visit;
use syn::{Item, UseTree};

/// `a::b` of a file `src/a/b.rs`; the crate's root is empty.
type Module = Vec<String>;
/// The modules that each module imports from.
type Imports = BTreeMap<Module, BTreeSet<Module>>;

#[test]
fn no_circle_of_modules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for package in [
        "crates/iampass-auth",
        "crates/iampass-authentication",
        "crates/iampass-cli",
        "crates/iampass-client",
        "crates/iampass-emulator",
        "crates/iampass-management",
        "xtask",
    ] {
        let imports = imports(&root.join(package).join("src"));
        assert!(imports.len() > 5, "{package}");
        if let Some(circle) = circle(&imports) {
            let circle: Vec<_> = circle.iter().map(|module| module.join("::")).collect();
            panic!("{package}: these modules import each other in a circle: {}", circle.join(" -> "));
        }
    }
}

#[test]
fn a_circle_is_found() {
    let module = |name: &str| vec![name.to_owned()];
    let mut imports = Imports::from([
        (module("a"), [module("b"), module("c")].into()),
        (module("b"), [module("c")].into()),
        (module("c"), [].into()),
    ]);
    assert_eq!(circle(&imports), None);
    imports.insert(module("c"), [module("a")].into());
    assert!(circle(&imports).is_some());
}

/// The imports of each file, but for those of the crate's root and of tests.
fn imports(src: &Path) -> Imports {
    let mut files = Vec::new();
    collect(src, &mut files);
    let name = |path: &PathBuf| {
        let path = path.strip_prefix(src).unwrap().with_extension("");
        let mut parts: Module = path.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
        parts.pop_if(|last| last == "mod");
        parts
    };
    let modules: BTreeSet<_> = files.iter().map(name).collect();
    let is_code =
        |module: &Module| !["lib", "main", "tests", "generated"].contains(&&*module[module.len() - 1]);
    let mut imports = Imports::new();
    for path in &files {
        let module = name(path);
        if module.is_empty() || !is_code(&module) || module.iter().any(|part| part == "tests") {
            continue;
        }
        let file = syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap();
        let mut targets = BTreeSet::new();
        let mut paths = Paths::default();
        file.items.iter().filter(|item| !is_test(item)).for_each(|item| paths.visit_item(item));
        for path in &paths.0 {
            // A child needs no `self::` before it.
            let in_child = [&["self".to_owned()], &path[..]].concat();
            targets.extend(target(&in_child, &module, &modules).filter(|target| *target != module));
            targets.extend(target(path, &module, &modules));
        }
        targets.remove(&module);
        imports.insert(module, targets);
    }
    imports
}

/// Unit tests may import what they like.
fn is_test(item: &Item) -> bool {
    matches!(item, Item::Mod(item) if item.ident == "tests")
}

/// The paths of a file's code, those that it imports among them.
#[derive(Default)]
struct Paths(Vec<Vec<String>>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        syn::visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        flatten(&item.tree, &mut Vec::new(), &mut |path| self.0.push(path.to_vec()));
    }

    /// `pub(super)` imports nothing.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Each path of `use a::{b, c::d}`.
fn flatten(tree: &UseTree, path: &mut Vec<String>, give: &mut impl FnMut(&[String])) {
    match tree {
        UseTree::Path(step) => {
            path.push(step.ident.to_string());
            flatten(&step.tree, path, give);
            path.pop();
        }
        UseTree::Name(leaf) => give(&[&path[..], &[leaf.ident.to_string()]].concat()),
        UseTree::Rename(leaf) => give(&[&path[..], &[leaf.ident.to_string()]].concat()),
        UseTree::Glob(_) => give(path),
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, path, give)),
    }
}

/// The module that a path leads into, if it is one of this crate.
fn target(path: &[String], module: &Module, modules: &BTreeSet<Module>) -> Option<Module> {
    let mut absolute = module.clone();
    let mut rest = path;
    match path.first()?.as_str() {
        "crate" => absolute.clear(),
        "self" => {}
        "super" => {
            absolute.pop();
        }
        _ => return None,
    }
    rest = &rest[1..];
    while let Some("super") = rest.first().map(String::as_str) {
        absolute.pop();
        rest = &rest[1..];
    }
    absolute.extend_from_slice(rest);
    while !absolute.is_empty() && !modules.contains(&absolute) {
        absolute.pop();
    }
    (!absolute.is_empty()).then_some(absolute)
}

/// Modules that lead from one to the next and back.
fn circle(imports: &Imports) -> Option<Vec<Module>> {
    let mut left = imports.clone();
    // What imports nothing that is left is in no circle.
    while let Some(module) = left
        .iter()
        .find(|(_, targets)| targets.iter().all(|target| !left.contains_key(target)))
        .map(|(module, _)| module.clone())
    {
        left.remove(&module);
    }
    let mut walk = vec![left.keys().next()?.clone()];
    loop {
        let next =
            left[&walk[walk.len() - 1]].iter().find(|target| left.contains_key(*target)).unwrap().clone();
        if let Some(start) = walk.iter().position(|module| *module == next) {
            walk.push(next);
            return Some(walk.split_off(start));
        }
        walk.push(next);
    }
}
