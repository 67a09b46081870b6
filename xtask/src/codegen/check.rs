//! The finished file, checked as a syntax tree before it is written: a name twice in one scope, a crate that clients do
//! not have, or a public item without documentation would only show when the client is built.

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::visit::{self, Visit};
use syn::{Attribute, FnArg, ImplItem, Item, Pat, Type, UseTree, Visibility};

/// The crates that every generated client has.
const CRATES: [&str; 9] = [
    "alloc",
    "core",
    "iampass_client",
    "progenitor_client",
    "reqwest",
    "schemars",
    "serde",
    "serde_json",
    "std",
];

/// What else a path begins with: the file's own modules, no module at all, and the tool that lints are named after.
const OTHERS: [&str; 8] = ["clippy", "crate", "error", "operations", "self", "str", "super", "types"];

/// Returns what is wrong with a generated file.
pub(crate) fn check(code: &str) -> Vec<String> {
    let file = match syn::parse_file(code) {
        Ok(file) => file,
        Err(error) => return vec![format!("the generated code does not parse: {error}")],
    };
    let mut checker = Checker { problems: Vec::new() };
    checker.check_items("", &file.items);
    checker.problems.into_iter().map(|problem| format!("the generated code: {problem}")).collect()
}

struct Checker {
    problems: Vec<String>,
}

/// A name in a scope and, for what may need documentation, its visibility and attributes.
type Entry<'a> = (String, Option<(&'a Visibility, &'a [Attribute])>);

impl Checker {
    /// Checks the items of a module; `scope` is what stands before their names, as in `types::`.
    fn check_items(&mut self, scope: &str, items: &[Item]) {
        self.check_scope(scope, items.iter().flat_map(entries));
        for item in items {
            match item {
                Item::Mod(module) => {
                    self.check_items(&format!("{scope}{}::", module.ident), content(module));
                    continue;
                }
                Item::Struct(item) => {
                    // Fields without a name need no documentation.
                    let fields = item.fields.iter().filter_map(|field| -> Option<Entry<'_>> {
                        let name = field.ident.as_ref()?.to_string();
                        Some((name, Some((&field.vis, &field.attrs))))
                    });
                    self.check_scope(&format!("{scope}{}::", item.ident), fields);
                }
                Item::Enum(item) => {
                    let variants = item.variants.iter().map(|variant| -> Entry<'_> {
                        (variant.ident.to_string(), Some((&item.vis, &variant.attrs)))
                    });
                    self.check_scope(&format!("{scope}{}::", item.ident), variants);
                }
                Item::Impl(block) => {
                    for method in methods(block) {
                        let name = &method.sig.ident;
                        let scope = format!("{scope}{}::{name}::", type_name(&block.self_ty));
                        self.check_scope(&scope, arguments(&method.sig));
                    }
                }
                _ => {}
            }
            let name = entries(item).into_iter().next().map(|(name, _)| name).unwrap_or_default();
            Crates { place: &format!("{scope}{name}"), checker: self }.visit_item(item);
        }
    }

    fn check_scope<'a>(&mut self, scope: &str, entries: impl Iterator<Item = Entry<'a>>) {
        let mut seen = HashSet::new();
        for (name, docs) in entries {
            if !seen.insert(name.clone()) {
                self.problems.push(format!("`{scope}{name}` is there twice"));
            }
            if let Some((Visibility::Public(_), attributes)) = docs
                && !attributes.iter().any(|attribute| attribute.path().is_ident("doc"))
            {
                self.problems.push(format!("`{scope}{name}` has no documentation"));
            }
        }
    }
}

/// Looks at the first name of every path.
struct Crates<'a> {
    /// The item that is looked at.
    place: &'a str,
    checker: &'a mut Checker,
}

impl Crates<'_> {
    fn check(&mut self, first: &str, is_absolute: bool) {
        let is_local = first.starts_with(|first: char| first.is_uppercase()) || OTHERS.contains(&first);
        if !CRATES.contains(&first) && (is_absolute || !is_local) {
            self.checker.problems.push(format!("`{}` uses the crate `{first}`", self.place));
        }
    }
}

impl Visit<'_> for Crates<'_> {
    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        if let UseTree::Path(path) = &item.tree {
            self.check(&path.ident.to_string(), item.leading_colon.is_some());
        }
    }

    fn visit_path(&mut self, path: &syn::Path) {
        if let Some(first) = path.segments.first()
            && path.segments.len() > 1
        {
            self.check(&first.ident.to_string(), path.leading_colon.is_some());
        }
        visit::visit_path(self, path);
    }

    /// Arguments of macros and attributes hold paths among other tokens and, for serde, in strings.
    fn visit_token_stream(&mut self, tokens: &TokenStream) {
        let tokens: Vec<_> = tokens.clone().into_iter().collect();
        let is_punct = |at: Option<usize>, punct| {
            let token = at.and_then(|at| tokens.get(at));
            matches!(token, Some(TokenTree::Punct(found)) if found.as_char() == punct)
        };
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.visit_token_stream(&group.stream()),
                TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse2::<syn::LitStr>(literal.to_token_stream())
                        && let Ok(path) = text.parse::<syn::Path>()
                    {
                        self.visit_path(&path);
                    }
                }
                TokenTree::Ident(name) if is_punct(Some(at + 1), ':') && is_punct(Some(at + 2), ':') => {
                    let is_absolute = is_punct(at.checked_sub(1), ':');
                    let before = at.checked_sub(3);
                    let is_within = is_punct(before, '>')
                        || before.is_some_and(|before| matches!(tokens[before], TokenTree::Ident(_)));
                    if !(is_absolute && is_within) {
                        self.check(&name.to_string(), is_absolute);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The names that an item brings into its module. A method's has its type's before it.
fn entries(item: &Item) -> Vec<Entry<'_>> {
    let (name, vis, attrs) = match item {
        Item::Const(item) if item.ident != "_" => (&item.ident, &item.vis, &item.attrs),
        Item::Fn(item) => (&item.sig.ident, &item.vis, &item.attrs),
        Item::Static(item) => (&item.ident, &item.vis, &item.attrs),
        Item::Enum(item) => (&item.ident, &item.vis, &item.attrs),
        Item::Mod(item) => (&item.ident, &item.vis, &item.attrs),
        Item::Trait(item) => (&item.ident, &item.vis, &item.attrs),
        Item::Type(item) => (&item.ident, &item.vis, &item.attrs),
        Item::Struct(item) => (&item.ident, &item.vis, &item.attrs),
        Item::Use(item) => return imported(&item.tree).into_iter().map(|name| (name, None)).collect(),
        Item::Impl(block) if block.trait_.is_none() => {
            let own = type_name(&block.self_ty);
            let entry = |method: &'_ syn::ImplItemFn| format!("{own}::{}", method.sig.ident);
            return methods(block)
                .map(|method| (entry(method), Some((&method.vis, method.attrs.as_slice()))))
                .collect();
        }
        _ => return Vec::new(),
    };
    vec![(name.to_string(), Some((vis, attrs)))]
}

fn imported(tree: &UseTree) -> Vec<String> {
    match tree {
        UseTree::Path(path) => imported(&path.tree),
        UseTree::Group(group) => group.items.iter().flat_map(imported).collect(),
        UseTree::Name(name) => vec![name.ident.to_string()],
        UseTree::Rename(rename) => vec![rename.rename.to_string()],
        UseTree::Glob(_) => Vec::new(),
    }
}

fn arguments(signature: &syn::Signature) -> impl Iterator<Item = Entry<'static>> {
    signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => match &*argument.pat {
            Pat::Ident(name) => Some((name.ident.to_string(), None)),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    })
}

fn methods(block: &syn::ItemImpl) -> impl Iterator<Item = &syn::ImplItemFn> {
    block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    })
}

fn content(module: &syn::ItemMod) -> &[Item] {
    module.content.as_ref().map(|(_, items)| items.as_slice()).unwrap_or_default()
}

fn type_name(of: &Type) -> String {
    match of {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default(),
        _ => String::new(),
    }
}
