//! The file of profiles: what is refused, and what an edit leaves of what a person wrote.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::PathBuf;

use iampass_cli::fuzzing::{Profile, Profiles};
use toml_edit::{Document, Item, TableLike};

use crate::scratch::{assert_readable, scratch, write};
use crate::toml::{comments, is_among};

const NEW: &str = "brand.new";
/// So many profiles are edited for one input, at the most.
const EDITED: usize = 3;
/// A secret of the service's is far longer; what is shorter may stand in a message by chance.
const TELLING: usize = 12;

type Stored = (Option<String>, BTreeMap<String, Profile>);

/// The bytes are the file.
///
/// What is refused is told with its line and without a value, and stays as it was. Of what is taken, each edit changes
/// what it is for and nothing else: other profiles and comments stay.
pub fn profiles(data: &[u8]) {
    let folder = scratch();
    let desk = Desk::new(folder.path().join("profiles.toml"), data);
    let before = match desk.file.read() {
        Ok(stored) => stored,
        Err(told) => return desk.assert_refused(&told),
    };
    desk.assert_redacted(&before);
    desk.store(&before, NEW);
    let is_name = |name: &&String| {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        name.chars().all(fits) && (1..=64).contains(&name.len())
    };
    for name in before.1.keys().filter(is_name).take(EDITED) {
        desk.store(&before, name);
        desk.set_current(&before, name);
        desk.remove(&before, name);
    }
}

struct Desk<'a> {
    file: Profiles,
    path: PathBuf,
    data: &'a [u8],
}

impl<'a> Desk<'a> {
    fn new(path: PathBuf, data: &'a [u8]) -> Self {
        write(&path, data);
        Self { file: Profiles::at(path.clone()), path, data }
    }

    /// As it was given.
    fn text(&self) -> &'a str {
        // What was taken is UTF-8.
        std::str::from_utf8(self.data).unwrap()
    }

    fn written(&self) -> String {
        fs::read_to_string(&self.path).unwrap()
    }

    fn assert_refused(&self, told: &str) {
        for (edit, refused) in [
            ("store", self.file.store(NEW, Profile::default()).unwrap_err()),
            ("set_current", self.file.set_current(NEW).unwrap_err()),
            ("remove", self.file.remove(NEW).unwrap_err()),
        ] {
            assert_eq!(refused, told, "{edit}");
        }
        assert_eq!(fs::read(&self.path).unwrap(), self.data, "what is refused was changed");
        assert_readable(told);
        let Ok(text) = std::str::from_utf8(self.data) else {
            return assert!(told.contains("cannot be read\n  because: "), "{told}");
        };
        let line = told.strip_prefix(&format!("error: {}, line ", self.path.display())).unwrap_or_default();
        let (line, reason) = line.split_once(": ").expect(told);
        let (reason, _) = reason.split_once("\n  hint: ").expect(told);
        let last = text.matches('\n').count() + 1;
        assert!((1..=last).contains(&line.parse().unwrap()), "there is no line {line} of {last}: {told}");
        let unknown = reason.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
        let there = text.lines().nth(line.parse::<usize>().unwrap() - 1).unwrap_or_default();
        // A key can be written with escapes.
        assert!(unknown.is_none_or(|key| there.contains(key)) || text.contains('\\'), "{told}");
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        match Document::parse(text) {
            Ok(document) => collect(document.as_table(), &mut keys, &mut values),
            Err(_) => assert!(matches!(reason, "it is not TOML" | "duplicate key"), "{told}"),
        }
        // Which key is wrong may be told, but no value.
        for value in values.iter().filter(|value| value.len() >= TELLING) {
            assert!(!reason.contains(value) || keys.iter().any(|key| key.contains(value)), "{told}");
        }
    }

    fn assert_redacted(&self, (_, profiles): &Stored) {
        let debug = self.file.debug().unwrap();
        for secret in profiles.values().filter_map(|profile| profile.secret.as_ref()) {
            let elsewhere = profiles.iter().any(|(name, Profile { server, application_id, .. })| {
                let all = [Some(name), server.as_ref(), application_id.as_ref()];
                all.into_iter().flatten().any(|text| format!("{text:?}").contains(secret.as_str()))
            });
            let hidden = secret.len() < TELLING || !debug.contains(secret.as_str());
            assert!(hidden || elsewhere || self.text().matches(secret.as_str()).count() > 1, "{debug}");
        }
    }

    /// A profile with this name, and with what the file has in it as its server.
    fn store(&self, before: &Stored, name: &str) {
        write(&self.path, self.data);
        let profile = Profile {
            server: Some(self.text().chars().take(40).collect()),
            application_id: Some("an \"id\"".to_owned()),
            secret: Some("9R4ESXSXCF6RRR412XCFPP8CLVXCDN1V".to_owned().into()),
            ..Profile::default()
        };
        let is_current = self.file.store(name, profile.clone()).unwrap();
        let once = self.written();
        let (mut current, mut expected) = before.clone();
        if expected.is_empty() {
            current = Some(name.to_owned());
        }
        assert_eq!(is_current, current.as_deref() == Some(name));
        expected.insert(name.to_owned(), profile.clone());
        self.assert_holds(&once, &(current, expected), "store");
        // The comment on a key that is removed may go with it.
        let is_removed = |old: &Profile| old.secret_file.is_some() || self.text().contains("keyring");
        if !before.1.get(name).is_some_and(is_removed) {
            self.assert_comments_stay(&once, "store");
        }
        self.file.store(name, profile).unwrap();
        assert_eq!(self.written(), once, "stored again, it is the same");
        if !before.1.contains_key(name) {
            self.file.remove(name).unwrap();
            let current = before.0.clone().filter(|_| !before.1.is_empty());
            self.assert_holds(
                &self.written(),
                &(current.filter(|current| current != name), before.1.clone()),
                "remove",
            );
            // The one beside the current profile's name goes with it.
            if !is_current || !has_comment_beside_current(self.text()) {
                self.assert_comments_stay(&self.written(), "remove");
            }
        }
    }

    fn set_current(&self, before: &Stored, name: &str) {
        write(&self.path, self.data);
        self.file.set_current(name).unwrap();
        let after = self.written();
        self.assert_holds(&after, &(Some(name.to_owned()), before.1.clone()), "set_current");
        let mut before = plain(self.text());
        let mut after = plain(&after);
        let rest = if let Some(span) = current(&before) {
            before.replace_range(span, "");
            after.replace_range(current(&after).unwrap(), "");
            after
        } else {
            after.replacen(&format!("current = \"{name}\"\n"), "", 1)
        };
        // A last line may have got its end.
        assert_eq!(rest.trim_end(), before.trim_end(), "more than the current profile has changed");
    }

    fn remove(&self, before: &Stored, name: &str) {
        if before.1[name].keyring {
            return;
        }
        write(&self.path, self.data);
        let was_current = self.file.remove(name).unwrap();
        let (mut current, mut expected) = before.clone();
        assert_eq!(was_current, current.as_deref() == Some(name));
        current = current.filter(|_| !was_current);
        expected.remove(name);
        self.assert_holds(&self.written(), &(current, expected), "remove");
    }

    fn assert_holds(&self, text: &str, expected: &Stored, edit: &str) {
        let found = self.file.read().unwrap_or_else(|told| panic!("{edit}: {told}\n{text}"));
        assert_eq!(&found, expected, "{edit}: {text}");
    }

    fn assert_comments_stay(&self, after: &str, edit: &str) {
        let (mut before, mut after) = (comments(self.text()), comments(after));
        before.sort_unstable();
        after.sort_unstable();
        assert!(is_among(&before, &after), "{edit}: {before:?} became {after:?}");
    }
}

/// With one kind of line end, and without a mark.
fn plain(text: &str) -> String {
    text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n")
}

/// Where the value of `current` stands.
fn current(text: &str) -> Option<Range<usize>> {
    Document::parse(text).unwrap().get("current").and_then(Item::span)
}

fn has_comment_beside_current(text: &str) -> bool {
    let text = plain(text);
    let behind = current(&text).and_then(|span| text[span.end..].lines().next());
    behind.is_some_and(|rest| !comments(rest).is_empty())
}

/// All keys, and all values as they stand there.
fn collect(table: &dyn TableLike, keys: &mut Vec<String>, values: &mut Vec<String>) {
    for (key, item) in table.iter() {
        keys.push(key.to_owned());
        if let Some(table) = item.as_table_like() {
            collect(table, keys, values);
        } else if let Some(text) = item.as_str() {
            values.push(text.to_owned());
        } else {
            values.push(item.to_string().trim().to_owned());
        }
    }
}
