//! The profiles themselves, and the file that they stand in.

use std::fs;

use crate::settings::login;
use crate::support::{APPLICATION_ID, Home, SECRET, plain, run};

const ADD: [&str; 3] = ["users", "add", "alice"];

#[test]
fn profiles_are_listed_shown_and_removed() {
    let home = Home::new();
    let none = run(home.iampass().args(["profile", "list"]));
    assert_eq!((none.code, none.stdout.as_str()), (Some(0), ""));
    assert_eq!(none.stderr, "there are no profiles yet; `iampass login` stores one\n");
    run(home.iampass().args(["profile", "show"])).error(2);
    for (name, server) in [("b.2", "https://b.test"), ("a", "https://a.test/below")] {
        run(login(&home, server, name).arg("--no-check"));
    }
    let profile = |arguments: &[&str]| run(home.iampass().arg("profile").args(arguments));
    let data = |arguments: &[&str]| profile(arguments).data();
    let shown: Vec<_> = [
        &["list"][..],
        &["list", "--output", "json"],
        &["show"],
        &["show", "a"],
        &["show", "a", "--output", "json"],
    ]
    .map(|arguments| format!("$ iampass profile {}\n{}", arguments.join(" "), data(arguments)))
    .into();
    plain(|| insta::assert_snapshot!("profiles", shown.join("\n")));

    let removed = profile(&["remove", "b.2"]);
    assert_eq!(removed.code, Some(0));
    assert!(removed.stderr.contains("no profile is the current one now"), "{removed:?}");
    assert!(!fs::read_to_string(home.profiles()).unwrap().contains("b.2"));
    profile(&["remove", "b.2"]).error(2);
    profile(&["use", "b.2"]).error(2);
    profile(&["show", "b.2"]).error(2);
    assert_eq!(
        profile(&["show"]).error(2),
        "error: no profile is the current one\n  hint: choose one with `iampass profile use NAME`, or name it; \
         there are: a\n"
    );
    assert_eq!(profile(&["remove", "a"]).stderr, "removed the profile `a`\n");
}

/// Of whatever length, and however wide on the screen.
#[test]
fn the_columns_of_the_list_stand_below_each_other() {
    let home = Home::new();
    home.write_profiles(
        "current = \"long-name\"\n[profiles.a]\nserver = \"https://a.test\"\napplication_id = \"1\"\n\
         [profiles.long-name]\nserver = \"https://b.test/below\"\n[profiles.\"日本\"]\napplication_id = \"2\"\n",
    );
    assert_eq!(
        run(home.iampass().args(["profile", "list"])).data(),
        "  a          https://a.test        1\n* long-name  https://b.test/below  -\n  日本       -                     2\n"
    );
}

#[test]
fn profiles_none_of_which_is_taken_are_named() {
    let home = Home::new();
    home.write_profiles("[profiles.a]\napplication_id = \"1\"\n[profiles.\"b\\u001b[2J\"]\n");
    for arguments in [&ADD[..], &["sign", "https://x.test/"]] {
        let said = run(home.iampass().args(arguments)).error(2);
        plain(|| insta::assert_snapshot!("profile_none_is_current", said));
        let mut with_id = home.iampass();
        let said = run(with_id.args(arguments).env("IAMPASS_APPLICATION_ID", "1")).error(2);
        assert!(said.starts_with("error: IAMPASS_APPLICATION_SECRET is not set\n"), "{said}");
        assert!(
            said.contains("`iampass profile use NAME`") && said.ends_with("there are: a, b\\u{1b}[2J\n"),
            "{said}"
        );
    }
    home.write_profiles("");
    let said = run(home.iampass().args(ADD)).error(2);
    assert!(said.contains("store both with `iampass login`") && !said.contains("profile use"), "{said}");
}

#[test]
fn what_a_person_wrote_into_the_file_stays() {
    let home = Home::new();
    home.write_profiles(
        "# mine\ncurrent = \"a\"\n\n[profiles.a] # first\nserver = \"https://a.test\" # here\n",
    );
    assert_eq!(run(login(&home, "https://b.test", "b").arg("--no-check")).code, Some(0));
    assert_eq!(run(home.iampass().args(["profile", "use", "b"])).code, Some(0));
    let text = fs::read_to_string(home.profiles()).unwrap();
    for kept in ["# mine", "[profiles.a] # first", "server = \"https://a.test\" # here", "current = \"b\""] {
        assert!(text.contains(kept), "{text}");
    }
}

/// Found by fuzzing: what stood above or beside a profile went when it was stored anew.
#[test]
fn what_a_person_wrote_stays_when_a_profile_is_stored_anew_or_removed() {
    let home = Home::new();
    let written = |secret: &str| {
        format!(
            "# Kept by hand.\n\n# where we try\n[profiles.a] # first\nserver = \"https://a.test\" # here\n\
             application_id = \"{APPLICATION_ID}\"\nsecret = \"{secret}\" # of May\n\n# live\n[profiles.b]\n"
        )
    };
    home.write_profiles(&written("old"));
    assert_eq!(run(login(&home, "https://a.test", "a").arg("--no-check")).code, Some(0));
    assert_eq!(fs::read_to_string(home.profiles()).unwrap(), written(SECRET));
    assert_eq!(run(home.iampass().args(["profile", "remove", "a"])).code, Some(0));
    let text = fs::read_to_string(home.profiles()).unwrap();
    assert_eq!(text, "# Kept by hand.\n\n# live\n[profiles.b]\n");
    assert_eq!(run(home.iampass().args(["profile", "remove", "b"])).code, Some(0));
    assert_eq!(fs::read_to_string(home.profiles()).unwrap(), "# Kept by hand.\n\n");
    home.write_profiles("# Kept by hand.\ncurrent = \"a\"\n\n[profiles.a]\n\n[profiles.b]\n");
    assert_eq!(run(home.iampass().args(["profile", "remove", "a"])).code, Some(0));
    assert_eq!(fs::read_to_string(home.profiles()).unwrap(), "# Kept by hand.\n\n[profiles.b]\n");
    // In whatever form of TOML.
    home.write_profiles("profiles = { a = { secret = 'old' } } # all\n");
    assert_eq!(run(login(&home, "https://b.test", "b").arg("--no-check")).code, Some(0));
    assert_eq!(run(login(&home, "https://a.test", "a").arg("--no-check")).code, Some(0));
    let text = fs::read_to_string(home.profiles()).unwrap();
    assert!(text.contains(" # all") && !text.contains("old"), "{text}");
    let listed = run(home.iampass().args(["profile", "list"])).data();
    assert_eq!(listed.lines().count(), 2, "{listed}");
}

/// As whoever keeps the settings of all programs in a folder of their own has it.
#[cfg(unix)]
#[test]
fn a_link_to_the_file_stays_a_link() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let home = Home::new();
    home.write_profiles("[profiles.a]\n");
    let (link, target) = (home.profiles(), home.profiles().with_file_name("kept"));
    fs::rename(&link, &target).unwrap();
    symlink("kept", &link).unwrap();
    assert_eq!(run(login(&home, "https://b.test", "b").arg("--no-check")).code, Some(0));
    assert_eq!(fs::read_link(&link).unwrap().to_str(), Some("kept"));
    let text = fs::read_to_string(&target).unwrap();
    assert!(text.contains("[profiles.a]") && text.contains("[profiles.b]"), "{text}");
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_file_that_could_not_be_read_again_is_not_written() {
    let home = Home::new();
    let text = format!("# {}\n", "x".repeat(1024 * 1024 - 10));
    home.write_profiles(&text);
    let said = run(login(&home, "https://a.test", "a").arg("--no-check"));
    assert!(said.stderr.contains("cannot be written\n  because: it would have more than"), "{said:?}");
    assert_eq!(fs::read_to_string(home.profiles()).unwrap(), text);
}

#[test]
fn a_broken_file_is_explained_and_left_alone() {
    let home = Home::new();
    for (name, text) in [
        ("not_toml", format!("current = \"a\"\nsecret = {SECRET}\n")),
        ("unknown_key", "[profiles.a]\nsevrer = \"https://a.test\"\n".to_owned()),
        ("wrong_type", "[profiles.a]\nsecret = 31415926535897\n".to_owned()),
        ("twice", format!("[profiles.a]\nsecret = \"{SECRET}\"\nsecret = \"{SECRET}\"\n")),
        ("current_is_unknown", "current = \"b\"\n[profiles.a]\n".to_owned()),
    ] {
        home.write_profiles(&text);
        let said = run(home.iampass().args(ADD)).error(2);
        assert!(!said.contains("MARKER") && !said.contains("31415"), "{said}");
        home.stable(|| insta::assert_snapshot!(format!("profile_{name}"), said));
        assert_eq!(fs::read_to_string(home.profiles()).unwrap(), text);
    }
}
