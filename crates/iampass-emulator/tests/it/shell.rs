//! What is made to be pasted into a shell sets what it says and does nothing else.

use std::process::Command;

use iampass_emulator::{Application, Emulator};

use crate::support::Sent;

/// Ids and secrets that a shell would take for something else.
const HOSTILE: [(&str, &str); 12] = [
    ("plain", "plain"),
    ("$(touch${IFS}pasted)", "$(touch pasted)"),
    ("`touch${IFS}pasted`", "`touch pasted`"),
    ("a;touch${IFS}pasted", "a; touch pasted"),
    ("a&&touch${IFS}pasted", "a && touch pasted"),
    ("a|b>pasted", "a | b > pasted"),
    ("it's", "it's $(touch pasted) isn't"),
    ("'$(touch${IFS}pasted)'", "'; touch pasted; '"),
    ("\"$(touch${IFS}pasted)\"", "\"; touch pasted; \""),
    ("\\'$HOME\\", "\\'; touch pasted; \\"),
    ("~/*#!x", "~ * # !x"),
    ("$'\\ntouch${IFS}pasted'", "é\u{2028}touch pasted\u{202e}x"),
];

/// What the three variables hold after a shell was given these lines, in a folder that must stay empty.
fn pasted(lines: &str) -> [String; 3] {
    let folder = tempfile::tempdir().unwrap();
    let told =
        "printf '%s\\0' \"$IAMPASS_SERVER\" \"$IAMPASS_APPLICATION_ID\" \"$IAMPASS_APPLICATION_SECRET\"";
    let shell = Command::new("sh").args(["-c", &format!("{lines}\n{told}")]).current_dir(&folder).output();
    let shell = shell.unwrap();
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "{lines}");
    assert!(shell.status.success() && shell.stderr.is_empty(), "{lines}: {shell:?}");
    let values = String::from_utf8(shell.stdout).unwrap();
    let values: Vec<_> = values.split_terminator('\0').map(str::to_owned).collect();
    values.try_into().unwrap()
}

fn emulator(id: &str, secret: &str) -> Emulator {
    Emulator::builder().application(Application::new(id, secret).unwrap()).start().unwrap()
}

#[test]
fn the_settings_of_any_application_survive_a_shell() {
    for (id, secret) in HOSTILE {
        let emulator = emulator(id, secret);
        assert_eq!(pasted(&emulator.shell_settings()), [emulator.base_url(), id, secret]);
    }
    let emulator = emulator("app", "PLAIN");
    let expected = format!(
        "export IAMPASS_SERVER={}\nexport IAMPASS_APPLICATION_ID=app\nexport IAMPASS_APPLICATION_SECRET=PLAIN",
        emulator.base_url()
    );
    assert_eq!(emulator.shell_settings(), expected);
}

#[test]
fn the_console_s_settings_survive_a_shell_too_and_hold_the_secret_only_where_it_is_asked_for() {
    for (id, secret) in HOSTILE {
        let emulator = emulator(id, secret);
        let console = Sent::new("GET", "/").send(emulator.local_addr()).body;
        let (open, hidden) = console.split_once("<details").unwrap();
        for (part, secret) in [(open, "…"), (hidden, secret)] {
            let lines = part.split("<pre").nth(1).unwrap().split("</pre>").next().unwrap();
            let mut lines = lines.split_once('>').unwrap().1.to_owned();
            for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")] {
                lines = lines.replace(entity, character);
            }
            assert_eq!(pasted(&lines), [emulator.base_url(), id, secret]);
        }
    }
}
