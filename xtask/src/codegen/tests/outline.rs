//! The public face of a generated file: what a reviewer needs to see of a contract change.

use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, ImplItem, Item, ItemImpl, ItemStruct, Visibility};

/// Public items and signatures, formatted, without bodies, attributes and docs.
pub(crate) fn outline(generated: &str) -> syn::Result<String> {
    let mut file = syn::parse_file(generated)?;
    file.items.retain(is_public);
    Bare.visit_file_mut(&mut file);
    Ok(prettyplease::unparse(&file))
}

fn is_public(item: &Item) -> bool {
    let visibility = match item {
        Item::Const(item) => &item.vis,
        Item::Enum(item) => &item.vis,
        Item::Fn(item) => &item.vis,
        Item::Mod(item) => &item.vis,
        Item::Static(item) => &item.vis,
        Item::Struct(item) => &item.vis,
        Item::Trait(item) => &item.vis,
        Item::Type(item) => &item.vis,
        Item::Use(item) => &item.vis,
        Item::Impl(block) => return block.trait_.is_none(),
        _ => return false,
    };
    matches!(visibility, Visibility::Public(_))
}

/// Takes away what is not part of the face.
struct Bare;

impl VisitMut for Bare {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        attributes.clear();
    }

    fn visit_item_mod_mut(&mut self, module: &mut syn::ItemMod) {
        if let Some((_, items)) = &mut module.content {
            items.retain(is_public);
        }
        visit_mut::visit_item_mod_mut(self, module);
    }

    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        if let syn::Fields::Named(fields) = &mut item.fields {
            let public = |field: &syn::Field| matches!(field.vis, Visibility::Public(_));
            fields.named = fields.named.iter().filter(|field| public(field)).cloned().collect();
        }
        visit_mut::visit_item_struct_mut(self, item);
    }

    fn visit_item_impl_mut(&mut self, block: &mut ItemImpl) {
        block.items.retain(
            |item| matches!(item, ImplItem::Fn(function) if matches!(function.vis, Visibility::Public(_))),
        );
        visit_mut::visit_item_impl_mut(self, block);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        block.stmts.clear();
    }
}
