//! QR codes, read back by a decoder that is not ours.

use std::path::Path;
use std::process::Command;

use iampass_emulator::Emulator;

use crate::support::{Home, Run, SECRET, answers_with, call, emulator_with_alice, iampass_at, run};

/// What the only code in a picture says. `luma` is 0 for black and 255 for white.
#[track_caller]
fn decoded(width: usize, height: usize, luma: impl FnMut(usize, usize) -> u8) -> String {
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, luma);
    let grids = picture.detect_grids();
    assert_eq!(grids.len(), 1, "one code");
    grids[0].decode().unwrap().1
}

/// A drawing of half blocks, as pixels: `ink` where a character is, `ground` elsewhere. Each half of a
/// character is four pixels wide and high, for the decoder takes no smaller ones.
#[track_caller]
fn read_drawing(lines: &[&str], ink: u8, ground: u8) -> String {
    let rows: Vec<Vec<char>> = lines.iter().map(|line| line.chars().collect()).collect();
    let width = rows[0].len();
    for row in &rows {
        assert_eq!(row.len(), width, "the drawing is a square");
    }
    decoded(width * 4, rows.len() * 8, |x, y| {
        let is_upper = (y / 4) % 2 == 0;
        match rows[y / 8][x / 4] {
            '█' => ink,
            '▀' if is_upper => ink,
            '▄' if !is_upper => ink,
            '▀' | '▄' | ' ' => ground,
            other => panic!("{other:?} in a drawing"),
        }
    })
}

fn link(emulator: &Emulator) -> Command {
    let mut command = iampass_at(emulator.base_url());
    command.args(["device", "link", "alice"]);
    command
}

#[test]
fn a_drawing_without_colours_reads_in_its_theme() {
    let emulator = emulator_with_alice();
    // A scanner needs the code to be darker than its ground, so each works in its own terminal.
    for (option, ink, ground) in [("--qr=dark", 255, 0), ("--qr=light", 0, 255), ("--qr", 255, 0)] {
        let Run { code, stdout, stderr } = run(link(&emulator).arg(option));
        assert_eq!(code, Some(0), "{stderr}");
        let lines: Vec<_> = stderr.lines().collect();
        assert_eq!(read_drawing(&lines, ink, ground), stdout.trim_end(), "{option}");
    }
    let mut light = link(&emulator);
    let Run { stdout, stderr, .. } = run(light.arg("--qr").env("COLORFGBG", "0;15"));
    assert_eq!(read_drawing(&stderr.lines().collect::<Vec<_>>(), 0, 255), stdout.trim_end());
}

#[test]
fn data_stays_alone_on_standard_output() {
    let emulator = emulator_with_alice();
    let Run { stdout, stderr, .. } = run(link(&emulator).args(["--qr", "--output", "json"]));
    let json: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let lines: Vec<_> = stderr.lines().collect();
    assert_eq!(read_drawing(&lines, 255, 0), json["register_url"].as_str().unwrap());
}

#[cfg(unix)]
mod on_a_terminal {
    use super::{decoded, link, read_drawing};
    use crate::support::emulator_with_alice;
    use crate::terminal::{Ended, Terminal};

    /// The link above the drawing, and the drawing.
    fn parts(ended: &Ended) -> (String, Vec<&str>) {
        let mut lines = ended.screen.lines();
        let link = lines.next().unwrap().to_owned();
        (link, lines.collect())
    }

    /// Colours of our own are right on every ground.
    #[test]
    fn colours_are_the_drawings_own() {
        let emulator = emulator_with_alice();
        let ended = Terminal::run(link(&emulator).arg("--qr"), 80).end();
        assert!(ended.status.success(), "{}", ended.screen);
        let (link, _) = parts(&ended);
        let screen = ended.parser.screen();
        let luma = |colour| match colour {
            vt100::Color::Idx(16) => 0,
            vt100::Color::Idx(231) => 255,
            other => panic!("{other:?}: a theme may show it as it likes"),
        };
        // Blanks have a colour too, but are not among a line's text.
        let is_drawn = |row, column| screen.cell(row, column).unwrap().bgcolor() != vt100::Color::Default;
        let width = (0..80).take_while(|column| is_drawn(1, *column)).count();
        let height = (1..60).take_while(|row| is_drawn(*row, 0)).count();
        let read = decoded(width * 4, height * 8, |x, y| {
            let (row, column) = (u16::try_from(y / 8).unwrap() + 1, u16::try_from(x / 4).unwrap());
            let cell = screen.cell(row, column).unwrap();
            let is_ink = match cell.contents() {
                "█" => true,
                "▀" => (y / 4) % 2 == 0,
                "▄" => (y / 4) % 2 == 1,
                _ => false,
            };
            luma(if is_ink { cell.fgcolor() } else { cell.bgcolor() })
        });
        assert_eq!(read, link);
    }

    #[test]
    fn no_color_is_obeyed() {
        let emulator = emulator_with_alice();
        let mut command = link(&emulator);
        let ended = Terminal::run(command.arg("--qr").env("NO_COLOR", "1"), 80).end();
        assert!(!ended.bytes.contains('\u{1b}'), "{:?}", ended.bytes);
        let (link, lines) = parts(&ended);
        assert_eq!(read_drawing(&lines, 255, 0), link);
    }

    #[test]
    fn a_terminal_that_is_too_narrow_is_told() {
        let emulator = emulator_with_alice();
        let ended = Terminal::run(link(&emulator).arg("--qr"), 30).end();
        assert_eq!(ended.status.code(), Some(1));
        let screen = ended.screen.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(screen.contains("/register/") && screen.contains("the terminal has 30 columns"), "{screen}");
    }
}

fn png(path: &Path) -> String {
    let mut reader = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path).unwrap()));
    reader.set_transformations(png::Transformations::EXPAND);
    let mut reader = reader.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let (width, height) = (info.width as usize, info.height as usize);
    decoded(width, height, |x, y| pixels[y * info.line_size + x])
}

/// Draws what the pictures are made of: a white square, and a path of black rectangles.
fn svg(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let find = |pattern: &str| regex::Regex::new(pattern).unwrap();
    let side: usize = find(r#"viewBox="0 0 (\d+) "#).captures(&text).unwrap()[1].parse().unwrap();
    let mut dark = vec![false; side * side];
    let path = find(r#"<path fill="\#000" d="([^"]*)"/>"#).captures(&text).unwrap()[1].to_owned();
    let rectangle = find(r"^M(\d+) (\d+)h(\d+)v(\d+)H(\d+)V(\d+)");
    let mut rest = &path[..];
    while !rest.is_empty() {
        let found = rectangle.captures(rest).unwrap();
        let [x, y, width, height, left, top] =
            [1, 2, 3, 4, 5, 6].map(|part| found[part].parse::<usize>().unwrap());
        assert_eq!((left, top), (x, y));
        (y..y + height).for_each(|y| dark[y * side + x..][..width].fill(true));
        rest = &rest[found[0].len()..];
    }
    decoded(side, side, |x, y| if dark[y * side + x] { 0 } else { 255 })
}

#[test]
fn files_read_back() {
    let emulator = emulator_with_alice();
    let home = Home::new();
    for (name, read) in [("link.png", png as fn(&Path) -> String), ("link.svg", svg), ("UPPER.PNG", png)] {
        let file = home.path(name);
        let link = run(link(&emulator).arg("--qr-file").arg(&file)).data();
        assert_eq!(read(&file), link.trim_end(), "{name}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "a link is for its user alone");
        }
    }
}

/// `device lost` must not disable a phone and then find that the file cannot be written.
#[test]
fn a_file_that_cannot_be_written_is_told_before_anything_is_sent() {
    let emulator = emulator_with_alice();
    let home = Home::new();
    let there = home.write("there.png", "kept");
    let before = emulator.requests().len();
    for (name, code, words) in [
        ("link.pdf", 2, "ends in .svg or .png"),
        ("link", 2, "ends in .svg or .png"),
        ("there.png", 2, "is there already"),
        ("none/link.png", 1, "cannot be written"),
    ] {
        let mut command = iampass_at(emulator.base_url());
        command.args(["device", "lost", "--yes", "alice", "--qr-file"]).arg(home.path(name));
        let said = run(&mut command).error(code);
        assert!(said.contains(words), "{said}");
    }
    assert_eq!(std::fs::read_to_string(there).unwrap(), "kept");
    assert_eq!(emulator.requests().len(), before);
}

#[test]
fn a_link_that_is_too_long_is_printed_all_the_same() {
    let long = format!("https://x.test/{}", "a".repeat(3_000));
    let body = format!("{{\"status\":true,\"register_url\":\"{long}\"}}");
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let answer: &'static str = Box::leak((head + &body).into_boxed_str());
    let run = call(&answers_with(answer.as_bytes()), &["device", "link", "alice", "--qr"]);
    assert_eq!((run.code, run.stdout.trim_end()), (Some(1), &long[..]));
    assert!(run.stderr.contains("too long for a QR code"), "{}", run.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn open_hands_the_link_to_the_desktop() {
    use std::os::unix::fs::PermissionsExt as _;
    let emulator = emulator_with_alice();
    let home = Home::new();
    let opener = home.write(
        "xdg-open",
        &format!("#!/bin/sh\necho \"$1\" > '{0}'\nenv > '{0}.env'\n", home.path("opened").display()),
    );
    std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o700)).unwrap();
    let path = format!("{}:/usr/bin:/bin", opener.parent().unwrap().display());
    let link = run(link(&emulator).arg("--open").env("PATH", &path)).data();
    assert_eq!(std::fs::read_to_string(home.path("opened")).unwrap(), link);
    let environment = std::fs::read_to_string(home.path("opened.env")).unwrap();
    assert!(environment.contains("IAMPASS_SERVER=") && !environment.contains(SECRET), "{environment}");

    let other = answers_with(
        b"HTTP/1.1 200 OK\r\ncontent-length: 51\r\n\r\n{\"status\":true,\"register_url\":\"iampass://register\"} ",
    );
    let other = run(iampass_at(&other).args(["device", "link", "alice", "--open"]).env("PATH", &path));
    assert_eq!((other.code, other.stdout.as_str()), (Some(1), "iampass://register\n"));
    assert!(other.stderr.contains("not a web page"), "{}", other.stderr);
    assert_eq!(std::fs::read_to_string(home.path("opened")).unwrap(), link);
}
