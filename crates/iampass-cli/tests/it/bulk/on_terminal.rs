//! The progress bar and Ctrl-C, on a terminal.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::Stdio;
use std::time::Duration;

use iampass_emulator::Fault;

use crate::bulk::support::{Desk, mark, until};
use crate::support::{Watchdog, plain, signal};
use crate::terminal::Terminal;

const IDS: usize = 4_000;
const ARGUMENTS: [&str; 6] = ["import", "users.txt", "--chunk", "10", "--checkpoint", "checkpoint"];
/// In the time that it would take, the machine can be as busy as it likes.
const SLOW: Duration = Duration::from_millis(200);
/// Longer than anyone waits.
const STUCK: Duration = Duration::from_secs(60);

fn desk() -> Desk {
    let desk = Desk::new();
    let ids: Vec<_> = (0..IDS).map(|number| format!("user{number}")).collect();
    desk.write("users.txt", ids.join("\n"));
    desk
}

#[test]
fn the_bar_is_gone_when_ctrl_c_has_stopped_the_run_and_the_checkpoint_is_kept() {
    let desk = desk();
    desk.emulator.inject(Fault::delay(SLOW).always()).unwrap();
    let terminal = Terminal::run(&desk.command(&ARGUMENTS), 80);
    // Rate and time left are known as soon as something is done.
    terminal.until("ids/s");
    terminal.until(" left");
    terminal.until("[");
    terminal.enter("\u{3}");
    let ended = terminal.end();
    assert_eq!(ended.status.code(), Some(130), "{}", ended.screen);
    assert!(ended.bytes.contains("ids/s"), "the bar has been there");
    assert!(!ended.screen.contains("ids/s"), "{}", ended.screen);
    assert!(ended.screen.contains("stopping when the requests in flight are answered"), "{}", ended.screen);
    assert!(ended.screen.contains("created "), "{}", ended.screen);
    assert!(ended.screen.contains("error: stopped by Ctrl-C"), "{}", ended.screen);
    let stopped = mark(&desk.path("checkpoint"));
    assert!(stopped.begun > 0 && stopped.begun < IDS as u64, "{stopped:?}");
    assert_eq!(stopped.open, [], "what was in flight has been waited for");

    desk.emulator.clear_faults();
    let ended = Terminal::run(&desk.command(&ARGUMENTS), 80).end();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.screen);
    // Nothing but where it resumes, and the table.
    let earlier = regex::Regex::new("(at id|4,000) +[0-9,]+ (of|by)").unwrap();
    let screen = earlier.replace_all(ended.screen.trim_end(), "$1 [number] $2").into_owned();
    plain(|| insta::assert_snapshot!("terminal_done", screen));
    assert_eq!(desk.users().len(), IDS);
    assert_eq!(desk.requests().len(), IDS / 10, "none of them twice");
}

#[test]
fn a_second_ctrl_c_stops_at_once() {
    let desk = desk();
    desk.emulator.inject(Fault::delay(STUCK).always()).unwrap();
    let terminal = Terminal::run(&desk.command(&ARGUMENTS), 80);
    terminal.until("of 4,000");
    until(|| mark(&desk.path("checkpoint")).open.len() == 4);
    terminal.enter("\u{3}");
    terminal.until("once more to stop at once");
    terminal.enter("\u{3}");
    let ended = terminal.end();
    assert_eq!(ended.status.code(), Some(130), "{}", ended.screen);
    let screen: String = ended.screen.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(screen.contains("4 unfinished requests may have taken effect"), "{screen}");
    assert_eq!(mark(&desk.path("checkpoint")).open.len(), 4);
}

/// The terminal shows `^C` where its cursor is; without a bar nothing erases it.
#[test]
fn what_follows_a_typed_ctrl_c_begins_in_a_line_of_its_own() {
    let desk = desk();
    desk.emulator.inject(Fault::delay(SLOW).always()).unwrap();
    let mut command = desk.command(&ARGUMENTS);
    let terminal = Terminal::run(command.env("TERM", "dumb"), 80);
    until(|| !mark(&desk.path("checkpoint")).open.is_empty());
    terminal.enter("\u{3}");
    let ended = terminal.end();
    assert_eq!(ended.status.code(), Some(130), "{}", ended.screen);
    assert!(!ended.bytes.contains('\u{1b}'), "{:?}", ended.bytes);
    assert!(ended.screen.starts_with("^C\nstopping when the requests in flight"), "{}", ended.screen);
}

#[test]
fn a_quiet_run_shows_nothing_but_the_table() {
    let desk = desk();
    let mut arguments = ARGUMENTS.to_vec();
    arguments.push("--quiet");
    let ended = Terminal::run(&desk.command(&arguments), 80).end();
    assert_eq!(ended.status.code(), Some(0));
    assert!(!ended.bytes.contains('\u{1b}') && !ended.bytes.contains("import"), "{:?}", ended.bytes);
}

#[test]
fn a_bar_on_a_narrow_terminal_leaves_nothing_behind() {
    let desk = desk();
    let ended = Terminal::run(&desk.command(&ARGUMENTS), 20).end();
    assert_eq!(ended.screen.trim_end().lines().count(), 5, "{}", ended.screen);
}

/// Elsewhere than on a terminal.
#[test]
fn sigterm_is_143() {
    let desk = desk();
    desk.emulator.inject(Fault::delay(STUCK).always()).unwrap();
    let mut child = desk.command(&ARGUMENTS).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let _watchdog = Watchdog::over(&child);
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    // It listens for signals before it begins chunks, as many as go out at once.
    until(|| mark(&desk.path("checkpoint")).open.len() == 4);
    signal("TERM", child.id());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert!(line.starts_with("stopping when"), "{line}");
    signal("TERM", child.id());
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert!(rest.starts_with("error: stopped by SIGTERM\n"), "{rest}");
    assert!(
        rest.contains("hint: 4 unfinished requests may have taken effect; the same command sends"),
        "{rest}"
    );
    assert!(rest.contains("\n  to continue: iampass users import "), "{rest}");
    assert_eq!(child.wait().unwrap().code(), Some(143));
}

/// An outage that begins after the signal: nobody waits for its end either.
#[test]
fn a_run_that_is_stopping_does_not_pause() {
    let desk = desk();
    desk.emulator.inject(Fault::status(503).header("Retry-After", "200").delayed(SLOW).always()).unwrap();
    let mut child = desk.command(&ARGUMENTS).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let _watchdog = Watchdog::over(&child);
    until(|| !mark(&desk.path("checkpoint")).open.is_empty());
    signal("TERM", child.id());
    let mut text = String::new();
    child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    assert!(text.contains("error: stopped by SIGTERM\n"), "{text}");
    assert_eq!(child.wait().unwrap().code(), Some(143));
}

/// There is no room for the summary.
#[test]
fn the_second_signal_ends_what_waits_for_a_reader() {
    let desk = Desk::new();
    desk.write("users.txt", "alice\n");
    let (_reader, writer) = std::io::pipe().unwrap();
    rustix::io::ioctl_fionbio(&writer, true).unwrap();
    while (&writer).write(b"x").is_ok() {}
    rustix::io::ioctl_fionbio(&writer, false).unwrap();
    let mut command = desk.command(&["import", "users.txt"]);
    let mut child = command.stdout(writer).stderr(Stdio::null()).spawn().unwrap();
    let _watchdog = Watchdog::over(&child);
    until(|| !desk.requests().is_empty());
    // The first may come while requests are in flight, and two that come together count as one.
    let ended = loop {
        signal("INT", child.id());
        std::thread::sleep(SLOW);
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
    };
    assert_eq!(ended.code(), Some(130));
}
