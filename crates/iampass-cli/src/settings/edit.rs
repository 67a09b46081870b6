//! Edits of the file of profiles that leave what a person wrote into it as it is.

use toml_edit::{DocumentMut, InlineTable, Item, RawString, Table, TableLike, Value, value};

use super::name::ProfileName;

/// Sets a value, or removes it. A comment beside the value stays if the value does.
pub(super) fn set(table: &mut dyn TableLike, key: &str, new: Option<Value>) {
    let Some(mut new) = new else {
        table.remove(key);
        return;
    };
    if let Some(old) = table.get_mut(key).and_then(Item::as_value_mut) {
        *new.decor_mut() = old.decor().clone();
        *old = new;
    } else {
        table.insert(key, value(new));
    }
}

/// The table of a profile, new if there is none. There is always one where the file was understood.
pub(super) fn profile_table<'a>(
    document: &'a mut DocumentMut,
    name: &ProfileName,
) -> Option<&'a mut dyn TableLike> {
    let all = document.entry("profiles").or_insert_with(implicit_table);
    let new = if all.is_value() { value(InlineTable::new()) } else { Item::Table(Table::new()) };
    let profile = all.as_table_like_mut()?.entry(name.as_str()).or_insert_with(|| new.clone());
    if !profile.is_table_like() {
        // An array of the values is understood too.
        *profile = new;
    }
    profile.as_table_like_mut()
}

fn implicit_table() -> Item {
    let mut table = Table::new();
    table.set_implicit(true);
    Item::Table(table)
}

/// Removes a profile and the comment directly above it. A comment that an empty line separates from it stays.
pub(super) fn remove_profile(document: &mut DocumentMut, name: &ProfileName) {
    let all = document.get_mut("profiles").and_then(Item::as_table_like_mut);
    let removed = all.and_then(|all| all.remove(name.as_str()));
    let Some(Item::Table(removed)) = removed else { return };
    let above = removed.decor().prefix().and_then(RawString::as_str).unwrap_or_default();
    let lines: Vec<_> = above.split_inclusive('\n').collect();
    let apart = lines.iter().rposition(|line| line.trim().is_empty()).map_or(0, |at| at + 1);
    move_comments(document, lines[..apart].concat(), removed.position());
}

/// Removes the entry of the current profile. Comments above it may be about the whole file, and stay.
pub(super) fn remove_current(document: &mut DocumentMut) {
    let above = document.key("current").and_then(|key| key.leaf_decor().prefix()).and_then(RawString::as_str);
    let above = above.unwrap_or_default().to_owned();
    document.remove("current");
    move_comments(document, above, None);
}

/// Moves comments above the next table, or to the end, followed by an empty line.
fn move_comments(document: &mut DocumentMut, mut comments: String, position: Option<isize>) {
    if comments.trim().is_empty() {
        return;
    }
    let is_apart = comments.lines().next_back().is_some_and(|line| line.trim().is_empty());
    if !is_apart {
        comments.push('\n');
    }
    if let Some(next) = table_behind(document, position) {
        let prefix = next.decor().prefix().and_then(RawString::as_str).unwrap_or_default();
        let prefix = comments + prefix.trim_start_matches(['\r', '\n']);
        next.decor_mut().set_prefix(prefix);
    } else {
        let trailing = comments + document.trailing().as_str().unwrap_or_default();
        document.set_trailing(trailing);
    }
}

/// The profile that stands next in the file.
fn table_behind(document: &mut DocumentMut, position: Option<isize>) -> Option<&mut Table> {
    let all = document.get_mut("profiles")?.as_table_like_mut()?;
    let tables = all.iter_mut().filter_map(|(_, item)| item.as_table_mut());
    tables.filter(|table| table.position() > position).min_by_key(|table| table.position())
}
