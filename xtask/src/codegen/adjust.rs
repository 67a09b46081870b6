//! What is changed in progenitor's output. All else in it stays as it is; [`additions`](super::additions) adds to it.

use proc_macro2::TokenStream;
use syn::{Fields, ImplItem, Item, ItemUse, Type, UseTree, parse_quote};

use super::error::ContractError;

/// progenitor's tokens as the file that the clients are made of.
pub(crate) fn adjust(tokens: TokenStream) -> Result<syn::File, ContractError> {
    let mut file: syn::File = syn::parse2(tokens)
        .map_err(|error| ContractError::from(format!("progenitor's code does not parse: {error}")))?;
    replace_path_encoder(&mut file)?;
    remove_constructors(&mut file)?;
    let types = types(&mut file)?;
    derive_schemas(types);
    read_objects_alone(types);
    Ok(file)
}

/// A new release of progenitor is the likely cause.
fn missing(what: &str) -> ContractError {
    format!("progenitor's code cannot be adjusted: {what} is not in it").into()
}

/// progenitor's `encode_path` lets `..` and `\` through to the URL parser: the runtime's is imported under that name.
fn replace_path_encoder(file: &mut syn::File) -> Result<(), ContractError> {
    let found = file.items.iter_mut().any(|item| match item {
        Item::Use(import) => remove_name(import, "encode_path"),
        _ => false,
    });
    if !found {
        return Err(missing("the import of `encode_path`"));
    }
    // A contract without path parameters has no use for it.
    let import = parse_quote! {
        #[allow(unused_imports)]
        use iampass_client::encode_path_segment as encode_path;
    };
    file.items.insert(0, import);
    Ok(())
}

/// Removes `name` from `use some_crate::{…, name, …}`; says whether it was there.
fn remove_name(import: &mut ItemUse, name: &str) -> bool {
    let UseTree::Path(path) = &mut import.tree else { return false };
    let UseTree::Group(group) = &mut *path.tree else { return false };
    let kept: Vec<_> = group
        .items
        .iter()
        .filter(|tree| !matches!(tree, UseTree::Name(leaf) if leaf.ident == name))
        .cloned()
        .collect();
    let found = kept.len() < group.items.len();
    group.items = kept.into_iter().collect();
    found
}

/// progenitor's `new` makes an HTTP client that follows redirects, and its `new_with_client` takes any. Both would get
/// around the checks of `iampass_client::Connection`, from which alone a client is made.
fn remove_constructors(file: &mut syn::File) -> Result<(), ContractError> {
    let before = file.items.len();
    file.items.retain(|item| !is_constructors(item));
    if file.items.len() + 1 == before {
        return Ok(());
    }
    Err(missing("the block with the constructors `new` and `new_with_client`"))
}

fn is_constructors(item: &Item) -> bool {
    let Item::Impl(block) = item else { return false };
    let is_client = matches!(&*block.self_ty, Type::Path(path) if path.path.is_ident("Client"));
    let names = block.items.iter().map(|item| match item {
        ImplItem::Fn(function) => function.sig.ident.to_string(),
        _ => String::new(),
    });
    block.trait_.is_none() && is_client && names.eq(["new", "new_with_client"])
}

/// The contract's types.
fn types(file: &mut syn::File) -> Result<&mut Vec<Item>, ContractError> {
    let types = file.items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_mut().map(|(_, items)| items),
        _ => None,
    });
    types.ok_or_else(|| missing("the module `types`"))
}

/// With the feature `schemars`, every type of the contract tells its own JSON Schema.
fn derive_schemas(types: &mut [Item]) {
    for item in types {
        let attributes = match item {
            Item::Struct(item) => &mut item.attrs,
            Item::Enum(item) => &mut item.attrs,
            _ => continue,
        };
        attributes.push(parse_quote! { #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))] });
    }
}

/// What serde derives for a struct reads JSON arrays too. Its functions become the struct's own, and the runtime's
/// macro implements serde's traits with them, for JSON objects alone.
fn read_objects_alone(types: &mut Vec<Item>) {
    let mut names = Vec::new();
    for item in types.iter_mut() {
        if let Item::Struct(item) = item
            && matches!(item.fields, Fields::Named(_))
        {
            item.attrs.push(parse_quote! { #[serde(remote = "Self")] });
            names.push(item.ident.clone());
        }
    }
    if !names.is_empty() {
        types.push(Item::Macro(parse_quote! { iampass_client::json_objects! { #(#names),* } }));
    }
}
