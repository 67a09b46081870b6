//! Name servers that do not answer: a lookup of a name, which cannot be cancelled, never ends here.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use tempfile::TempDir;

use crate::support::{APPLICATION_ID, Run, SECRET, Watchdog, iampass, run, signal};

/// The C library's lookup, which leaves a file and never returns.
const LOOKUP: &str = r#"
#include <fcntl.h>
#include <netdb.h>
#include <stdlib.h>
#include <unistd.h>

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    close(open(getenv("LOOKUP_BEGAN"), O_CREAT | O_WRONLY, 0600));
    for (;;) pause();
}
"#;

static LIBRARY: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (source, library) = (folder.join("lookup.c"), folder.join("lookup.so"));
    std::fs::write(&source, LOOKUP).unwrap();
    let compiled = Command::new("cc").args(["-shared", "-fPIC", "-o"]).args([&library, &source]).status();
    assert!(compiled.unwrap().success());
    library
});

struct Machine {
    folder: TempDir,
}

impl Machine {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::write(self.path(name), text).unwrap();
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = iampass();
        command.current_dir(self.folder.path()).args(arguments);
        command.env("LD_PRELOAD", &*LIBRARY).env("LOOKUP_BEGAN", self.path("began"));
        command.env("IAMPASS_SERVER", "https://iampass.example").env("HOME", self.folder.path());
        command.env("IAMPASS_APPLICATION_ID", APPLICATION_ID).env("IAMPASS_APPLICATION_SECRET", SECRET);
        command
    }

    /// Starts it, and returns when it looks a name up.
    fn looking_up(&self, arguments: &[&str]) -> (Child, Watchdog) {
        let mut command = self.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let watchdog = Watchdog::over(&child);
        while !self.path("began").exists() {
            assert!(child.try_wait().unwrap().is_none(), "it has ended");
            std::thread::yield_now();
        }
        (child, watchdog)
    }
}

/// All at once, because their calls take their time.
#[test]
fn what_looks_a_name_up_ends_in_time() {
    const NO_ANSWER: &str = "no answer from the name server within";
    let cases: [(&[&str], i32, &str); 9] = [
        (&["device", "status", "alice"], 6, "could not connect"),
        (&["sign-in", "alice"], 6, "could not connect"),
        (&["login"], 6, "the profile was not stored"),
        (&["device", "wait", "alice", "--timeout", "300ms"], 6, "time"),
        (&["doctor"], 6, NO_ANSWER),
        (&["emulator", "health", "http://emulator.example:8080"], 1, "it does not respond"),
        (&["emulator", "--listen", "emulator.example:0"], 1, NO_ANSWER),
        (&["emulator", "exec", "--listen", "emulator.example:0", "--", "true"], 1, NO_ANSWER),
        (&["users", "delete", "alice"], 6, "could not connect"),
    ];
    std::thread::scope(|scope| {
        for (arguments, code, words) in cases {
            scope.spawn(move || {
                let run = run(&mut Machine::new().command(arguments));
                assert_eq!(run.code, Some(code), "{arguments:?}: {run:?}");
                assert!((run.stdout.clone() + &run.stderr).contains(words), "{arguments:?}: {run:?}");
            });
        }
    });
}

#[test]
fn a_signal_ends_what_looks_a_name_up() {
    for (arguments, code) in [
        (&["emulator", "--listen", "emulator.example:0"][..], None),
        (&["emulator", "exec", "--listen", "emulator.example:0", "--", "true"], None),
        (&["device", "wait", "alice"], None),
        (&["doctor"], None),
        (&["sign-in", "alice"], Some(143)),
    ] {
        let machine = Machine::new();
        let (child, _watchdog) = machine.looking_up(arguments);
        signal("TERM", child.id());
        let run = Run::from(child.wait_with_output().unwrap());
        // What does not listen to signals is ended by the system.
        assert_eq!(run.code, code, "{arguments:?}: {run:?}");
        assert_eq!(code.is_some(), run.stderr.contains("stopped by SIGTERM"), "{arguments:?}: {run:?}");
    }
}

#[test]
fn the_second_signal_ends_an_import_at_once() {
    let machine = Machine::new();
    machine.write("users.txt", "alice\n");
    let (mut child, _watchdog) = machine.looking_up(&["users", "import", "users.txt", "--output", "json"]);
    let (stderr, id) = (child.stderr.take().unwrap(), child.id());
    let mut lines = BufReader::new(stderr).lines().map(Result::unwrap);
    signal("INT", id);
    assert!(lines.next().unwrap().starts_with("stopping when the requests in flight"));
    signal("INT", id);
    assert_eq!(lines.next().unwrap(), "error: stopped by Ctrl-C");
    assert_eq!(child.wait().unwrap().code(), Some(130));
}
