//! The README's table of codes, beside the codes that the sources have.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn the_readme_has_every_code_of_a_refusal_and_no_other() {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut in_sources = BTreeSet::new();
    // Wrong signatures are refused by `iampass-auth`.
    let refusals = fs::read_to_string(crate_folder.join("../iampass-auth/src/verify/refusal.rs")).unwrap();
    collect_after(&refusals, "=>", &mut in_sources);
    assert!(in_sources.contains("signature_mismatch"));
    collect(&crate_folder.join("src"), &mut in_sources);
    assert!(in_sources.len() > 30, "{in_sources:?}");

    let readme = fs::read_to_string(crate_folder.join("README.md")).unwrap();
    let (_, table) = readme.split_once("### Why is my call refused?").unwrap();
    let rows = table.trim_start().lines().take_while(|line| line.starts_with('|')).skip(2);
    let codes = rows.flat_map(|row| row.split('|').nth(1).unwrap().split('`').skip(1).step_by(2));
    let codes: Vec<_> = codes.map(str::to_owned).collect();
    let in_readme: BTreeSet<_> = codes.iter().cloned().collect();
    assert_eq!(in_readme.len(), codes.len(), "a code stands twice in the README");
    assert_eq!(in_readme, in_sources);
}

/// The codes in a folder of sources.
fn collect(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, codes);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let source = text.split("#[cfg(test)]").next().unwrap();
            for before in ["bad_request(", "code: ", "let code = "] {
                collect_after(source, before, codes);
            }
            if path.ends_with("api/signature.rs") {
                collect_after(source, "=>", codes);
            }
            for (position, _) in source.match_indices("StatusCode::") {
                let status = source[position..].split(',').next().unwrap();
                collect_after(&source[position..], &format!("{status},"), codes);
            }
        }
    }
}

/// The string literals of lower case that come directly after a text.
fn collect_after(source: &str, before: &str, codes: &mut BTreeSet<String>) {
    for part in source.split(before).skip(1) {
        let literal = part.trim_start().strip_prefix('"').and_then(|text| text.split('"').next());
        let is_code = |text: &&str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        codes.extend(literal.filter(is_code).map(str::to_owned));
    }
}
