//! Flags above the environment above the profile.

use std::fs;
use std::process::Command;

use iampass_emulator::Emulator;

use crate::support::{APPLICATION_ID, Home, SECRET, WRONG_SECRET, closed_port, emulator, plain, run, stable};

const ADD: [&str; 3] = ["users", "add", "alice"];

/// Stores a profile for the emulator's application.
pub(crate) fn login(home: &Home, server: &str, name: &str) -> Command {
    let mut command = home.iampass();
    command.args(["login", "--profile", name, "--server", server, "--application-id", APPLICATION_ID]);
    command.env("IAMPASS_APPLICATION_SECRET", SECRET);
    command
}

fn logged_in(emulator: &Emulator) -> Home {
    let home = Home::new();
    let stored = run(&mut login(&home, emulator.base_url(), "default"));
    assert_eq!((stored.code, stored.stdout.as_str()), (Some(0), ""), "{stored:?}");
    home
}

#[test]
fn login_says_where_the_secret_is_and_in_which_form() {
    let home = Home::new();
    let said = run(login(&home, "https://x.test", "a").arg("--no-check")).stderr;
    let place =
        format!("stored the profile `a` in {}, its secret in plain text, ", home.profiles().display());
    assert!(said.contains(&place), "{said}");
    assert!(fs::read_to_string(home.profiles()).unwrap().contains(&format!("secret = \"{SECRET}\"")));
}

#[test]
fn login_stores_what_every_command_then_takes() {
    let emulator = emulator();
    let home = logged_in(&emulator);
    assert_eq!(run(home.iampass().args(ADD)).data(), "created alice\n");
    run(home.iampass().args(["sign", "https://x.test/"])).data();
}

#[cfg(unix)]
#[test]
fn a_profile_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let emulator = emulator();
    let home = logged_in(&emulator);
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(home.profiles()), 0o600);
    assert_eq!(mode(home.profiles().parent().unwrap().to_owned()), 0o700);

    for open in [0o640, 0o604, 0o620, 0o601] {
        fs::set_permissions(home.profiles(), fs::Permissions::from_mode(open)).unwrap();
        let before = fs::read(home.profiles()).unwrap();
        let list = ["profile", "list"];
        for arguments in [&ADD[..], &list, &["profile", "use", "default"], &["sign", "https://x.test/"]] {
            let said = run(home.iampass().args(arguments)).error(2);
            assert!(said.contains(&format!("(mode {open:04o})")) && said.contains("chmod 600"), "{said}");
        }
        let said = run(&mut login(&home, emulator.base_url(), "other")).stderr;
        assert!(said.contains("chmod 600"), "{said}");
        assert_eq!(fs::read(home.profiles()).unwrap(), before);
    }
}

#[test]
fn flags_stand_above_the_environment_and_that_above_the_profile() {
    let emulators = [(); 3].map(|()| emulator());
    let home = logged_in(&emulators[0]);
    run(home.iampass().args(ADD)).data();
    run(home.iampass().args(ADD).env("IAMPASS_SERVER", emulators[1].base_url())).data();
    let mut all = home.iampass();
    all.args(ADD).env("IAMPASS_SERVER", emulators[1].base_url()).args(["--server", emulators[2].base_url()]);
    run(&mut all).data();
    assert_eq!(
        emulators.map(|emulator| emulator.requests().len()),
        [3, 1, 1],
        "the first has login's two besides"
    );
}

#[test]
fn each_setting_can_be_a_flag_or_in_a_file() {
    let emulator = emulator();
    let home = Home::new();
    let file = home.write_private("secret", &format!("{SECRET}\r\n"));
    let flags = ["--server", emulator.base_url(), "--application-id", APPLICATION_ID, "--secret-file"];
    let mut command = home.iampass();
    // Wrong ones below must not matter.
    command.env("IAMPASS_APPLICATION_ID", "other").env("IAMPASS_APPLICATION_SECRET", WRONG_SECRET);
    run(command.args(ADD).args(flags).arg(&file)).data();

    let mut piped = home.iampass();
    piped.args(ADD).args(flags).arg("-").stdin(fs::File::open(&file).unwrap());
    run(&mut piped).data();

    let said = run(home.iampass().args(ADD).args(flags).arg(home.path("none"))).error(2);
    assert!(said.contains("cannot be read\n  because: "), "{said}");
    let spaced = home.write_private("spaced", &format!(" {SECRET}\n"));
    let said = run(home.iampass().args(ADD).args(flags).arg(spaced)).error(2);
    assert!(said.contains("is malformed: the application secret begins or ends with white space"), "{said}");
    let long = home.write_private("long", &"x".repeat(70_000));
    let said = run(home.iampass().args(ADD).args(flags).arg(long)).error(2);
    assert!(said.contains("too long to be a secret"), "{said}");
}

#[test]
fn a_profile_is_chosen_by_flag_variable_or_use() {
    let (first, second) = (emulator(), emulator());
    let home = logged_in(&first);
    let stored = run(&mut login(&home, second.base_url(), "second")).stderr;
    assert!(stored.contains("`iampass profile use second` makes it the current one"), "{stored}");
    let served = |emulator: &Emulator| emulator.requests().len();
    let before = (served(&first), served(&second));

    run(home.iampass().args(ADD)).data();
    run(home.iampass().args(ADD).args(["--profile", "second"])).data();
    run(home.iampass().args(ADD).env("IAMPASS_PROFILE", "second")).data();
    run(home.iampass().args(ADD).env("IAMPASS_PROFILE", "second").args(["--profile", "default"])).data();
    run(home.iampass().args(["profile", "use", "second"]));
    run(home.iampass().args(ADD)).data();
    assert_eq!((served(&first) - before.0, served(&second) - before.1), (2, 3));

    for name in ["none", "second "] {
        let mut named = home.iampass();
        let said = run(named.args(ADD).env("IAMPASS_PROFILE", name)).error(2);
        plain(|| insta::assert_snapshot!(format!("profile_unknown_{}", name.trim()), said));
    }
}

/// A flag is what a person types for this one command, so it wins over the environment: `--profile` too.
#[test]
fn a_profile_that_a_flag_names_stands_above_the_environment() {
    let (emulator, other) = (emulator(), emulator());
    let home = logged_in(&emulator);
    let before = (emulator.requests().len(), other.requests().len());
    let add = |named: bool| {
        let mut command = home.iampass();
        command.args(ADD).env("IAMPASS_SERVER", other.base_url());
        command.env("IAMPASS_APPLICATION_ID", APPLICATION_ID).env("IAMPASS_APPLICATION_SECRET", WRONG_SECRET);
        if named {
            command.args(["--profile", "default"])
        } else {
            command.env("IAMPASS_PROFILE", "default")
        };
        run(&mut command)
    };
    assert_eq!(add(true).data(), "created alice\n");
    assert_eq!((emulator.requests().len() - before.0, other.requests().len() - before.1), (1, 0));
    add(false).error(5);
    assert_eq!(emulator.requests().len() - before.0, 1);

    // The environment still has what the profile lacks, and flags stand above both.
    home.write_profiles(&format!("[profiles.a]\nserver = \"{}\"\n", other.base_url()));
    let mut lacking = home.iampass();
    lacking.args(ADD).args(["--profile", "a", "--server", emulator.base_url()]);
    lacking.env("IAMPASS_APPLICATION_ID", APPLICATION_ID).env("IAMPASS_APPLICATION_SECRET", SECRET);
    assert_eq!(run(&mut lacking).data(), "existing alice\n");
}

/// A secret signs for its own application alone, and nothing but a puzzling 401 would come of it.
#[test]
fn a_profiles_secret_is_not_taken_for_another_application() {
    let emulator = emulator();
    let home = logged_in(&emulator);
    let before = emulator.requests().len();
    let said = run(home.iampass().args(ADD).args(["--application-id", "other"])).error(2);
    plain(|| insta::assert_snapshot!("profile_of_other_application", said));
    assert_eq!(emulator.requests().len(), before);
    let mut with_secret = home.iampass();
    with_secret.args(ADD).args(["--application-id", "other"]).env("IAMPASS_APPLICATION_SECRET", SECRET);
    run(&mut with_secret).error(4);
    run(with_secret.args(["--profile", "default"])).error(4);
}

#[test]
fn login_checks_before_it_stores() {
    let emulator = emulator();
    let home = Home::new();
    let mut wrong = login(&home, emulator.base_url(), "default");
    let said = run(wrong.env("IAMPASS_APPLICATION_SECRET", WRONG_SECRET));
    assert_eq!(said.code, Some(5));
    stable(|| insta::assert_snapshot!("login_wrong_secret", said.stderr));
    let unknown = run(login(&home, emulator.base_url(), "default").args(["--application-id", "unknown"]));
    assert_eq!(unknown.code, Some(2), "an option is given once: {unknown:?}");
    let mut unknown = home.iampass();
    unknown.args(["login", "--application-id", "unknown"]).env("IAMPASS_SERVER", emulator.base_url());
    let unknown = run(unknown.env("IAMPASS_APPLICATION_SECRET", SECRET));
    assert_eq!(unknown.code, Some(4), "{unknown:?}");
    let closed = closed_port();
    assert_eq!(run(&mut login(&home, &closed, "default")).code, Some(6));
    assert!(!home.profiles().exists());

    let unchecked = run(login(&home, &closed, "default").arg("--no-check"));
    assert_eq!(unchecked.code, Some(0), "{unchecked:?}");
    assert!(home.profiles().exists());
}

#[test]
fn login_asks_for_nothing_where_nobody_can_answer() {
    let home = Home::new();
    let said = run(home.iampass().arg("login")).error(2);
    assert!(said.starts_with("error: IAMPASS_APPLICATION_ID is not set\n"), "{said}");
    let said = run(home.iampass().args(["login", "--application-id", "a"])).error(2);
    assert!(said.starts_with("error: IAMPASS_APPLICATION_SECRET is not set\n"), "{said}");
}

#[test]
fn a_secret_file_can_be_named_in_the_profile() {
    let emulator = emulator();
    let home = Home::new();
    let server = emulator.base_url();
    home.write_profiles(&format!(
        "current = \"a\"\n[profiles.a]\nserver = \"{server}\"\napplication_id = \"{APPLICATION_ID}\"\nsecret_file = \"own\"\n"
    ));
    let own = home.profiles().with_file_name("own");
    fs::rename(home.write_private("secret", SECRET), &own).unwrap();
    run(home.iampass().args(ADD)).data();
    // No shell has put the home folder in the place of `~`.
    let text = fs::read_to_string(home.profiles()).unwrap();
    home.write_profiles(&text.replace("\"own\"", "\"~/secret\""));
    fs::rename(own, home.path("secret")).unwrap();
    run(home.iampass().args(ADD)).data();
}

#[cfg(unix)]
#[test]
fn a_secret_file_that_others_can_read_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let (emulator, home) = (emulator(), Home::new());
    let file = home.write_private("secret", SECRET);
    let add = || {
        let mut command = home.iampass();
        command.args(ADD).args(["--server", emulator.base_url(), "--application-id", APPLICATION_ID]);
        run(command.arg("--secret-file").arg(&file))
    };
    assert_eq!(add().stderr, "");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let told = add();
    assert_eq!(told.code, Some(0), "{told:?}");
    let expected = format!("note: others can read the secret in {} (mode 0640)", file.display());
    assert!(told.stderr.starts_with(&expected) && told.stderr.contains("chmod 600"), "{told:?}");
}

#[test]
fn a_server_url_that_ends_in_management_is_told() {
    let (emulator, home) = (emulator(), Home::new());
    let note = "note: the server's URL ends in /management, and the client adds that itself";
    for (end, told) in [("/management", true), ("/management/", true), ("/other", false), ("", false)] {
        let server = format!("{}{end}", emulator.base_url());
        let mut add = crate::support::iampass_at(&server);
        for said in [run(add.args(ADD)), run(login(&home, &server, "a").arg("--no-check"))] {
            assert_eq!(said.stderr.contains(note), told, "{said:?}");
        }
    }
}

#[cfg(not(feature = "keyring"))]
#[test]
fn without_the_feature_there_is_no_keyring() {
    let home = Home::new();
    let said = run(login(&home, "https://x.test", "a").args(["--keyring", "--no-check"])).error(2);
    assert!(
        said.starts_with("error: this program was built without the operating system's keyring\n"),
        "{said}"
    );
    assert!(!home.profiles().exists());
    home.write_profiles("current = \"a\"\n[profiles.a]\napplication_id = \"a\"\nkeyring = true\n");
    let said = run(home.iampass().args(ADD)).error(2);
    assert!(said.contains("--features keyring"), "{said}");
}

/// A machine of tests has no keyring; what matters is that this is told, and nothing stored.
#[cfg(all(feature = "keyring", target_os = "linux"))]
#[test]
fn a_keyring_that_is_not_there_is_told() {
    let home = Home::new();
    let mut login = login(&home, "https://x.test", "a");
    login.args(["--keyring", "--no-check"]).env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    let said = run(&mut login);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.stderr.contains("the operating system's keyring does not do its part"), "{said:?}");
    assert!(!format!("{said:?}").contains("MARKER"), "{said:?}");
    assert!(!home.profiles().exists());
}
