//! `iampass session`.

mod calls;
mod server;
mod unusable;

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::session_service::{SESSION_SECRET, SESSION_TOKEN};
use crate::support::{Home, Run, iampass, run};

/// A session whose URLs are below this one, as a program of one's own would store it.
fn stored(url: &str) -> Value {
    json!({
        "session_token": SESSION_TOKEN,
        "session_secret": SESSION_SECRET,
        "status_url": format!("{url}/sessions/state/1"),
        "logout_url": format!("{url}/sessions/end/1"),
    })
}

/// A file of a home that its owner alone can read.
fn private(home: &Home, text: &str) -> PathBuf {
    let path = home.write("session", text);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    path
}

/// A session that was started on this server.
fn session_of(home: &Home, url: &str) -> PathBuf {
    let mut members = stored(url);
    members["server"] = json!(url);
    private(home, &members.to_string())
}

/// The program with a server, and without any application.
fn at(server: &str) -> Command {
    let mut command = iampass();
    command.env("IAMPASS_SERVER", server);
    command
}

/// Runs `iampass session WORDS… --session-file FILE` on this server.
fn session(server: &str, file: &std::path::Path, words: &[&str]) -> Run {
    run(at(server).arg("session").args(words).arg("--session-file").arg(file))
}
