//! Inputs as people have them: the ids that are sent, byte by byte, and what is said; or the error.

use crate::bulk::support::Desk;

/// An input, under the name that it has, and what it is read with.
pub(super) struct Case<'a> {
    file: &'a str,
    content: &'a [u8],
    arguments: &'a [&'a str],
}

pub(super) fn case<'a>(file: &'a str, content: &'a (impl AsRef<[u8]> + ?Sized)) -> Case<'a> {
    Case { file, content: content.as_ref(), arguments: &[] }
}

macro_rules! shared {
    ($file:literal) => {
        case($file, include_bytes!(concat!("cases/", $file)))
    };
}

impl<'a> Case<'a> {
    pub(super) fn with(self, arguments: &'a [&'a str]) -> Self {
        Self { arguments, ..self }
    }

    /// These are the users then, and this is said on standard error, less `warning: `.
    #[track_caller]
    pub(super) fn sends_and_says(self, ids: &[&str], said: &[&str]) {
        let desk = Desk::new();
        desk.write(self.file, self.content);
        let run = desk.run(&[&["import", self.file], self.arguments].concat());
        assert_eq!(run.code, Some(0), "{run:?}");
        let mut ids: Vec<_> = ids.to_vec();
        ids.sort_unstable();
        assert_eq!(desk.users(), ids, "{run:?}");
        let warnings: Vec<_> = run.stderr.lines().map(|line| line.trim_start_matches("warning: ")).collect();
        assert_eq!(warnings, said);
        // The same comes through a pipe, if it is said what it is.
        if let Some(format) = self.arguments.iter().position(|argument| *argument == "--format") {
            assert!(self.arguments.get(format + 1).is_some());
            let desk = Desk::new();
            let run = desk.piped(&[&["import", "-"], self.arguments].concat(), self.content);
            assert_eq!((run.code, desk.users()), (Some(0), ids.iter().map(ToString::to_string).collect()));
        }
    }

    #[track_caller]
    pub(super) fn sends(self, ids: &[&str]) {
        self.sends_and_says(ids, &[]);
    }

    /// Nothing is sent; the error is this, and its hint begins so.
    #[track_caller]
    pub(super) fn fails(self, error: &str, hint: &str) {
        let desk = Desk::new();
        desk.write(self.file, self.content);
        let said = desk.run(&[&["import", self.file], self.arguments].concat()).error(2);
        let mut lines = said.lines();
        let first = lines.next().unwrap().trim_start_matches("error: ");
        assert_eq!(first.trim_start_matches(&format!("{}: ", self.file)), error);
        let told = lines.next().unwrap_or_default().trim_start_matches("  hint: ");
        assert!(told.starts_with(hint), "{told}");
        assert_eq!(desk.requests(), [0; 0]);
    }
}

#[test]
fn the_shared_files() {
    shared!("array.json").sends(&["a@example.com", "b@example.com"]);
    shared!("carriage-returns.txt").fails(
        "line 1, column 14: there is a carriage return within the line",
        "let lines end in LF or CRLF",
    );
    shared!("empty-rows.csv").sends(&["a@example.com"]);
    shared!("excel-sep.csv").sends(&["a@example.com"]);
    shared!("header-case.csv")
        .sends_and_says(&["a@example.com"], &["line 1: the column `ID` is taken for `id`"]);
    shared!("headerless.csv").fails(
        "line 1: `a@example.com` is no column's name: the first line is not a header",
        "say with `--no-header --column NUMBER`",
    );
    shared!("headerless.csv")
        .with(&["--no-header", "--column", "1"])
        .sends(&["a@example.com", "b@example.com"]);
    shared!("invisible.txt").sends_and_says(
        &["bob@example.com", "bob@example.com ", "bob@example.com\u{a0}", "bob@\u{200b}example.com"],
        &[
            "line 2: the id `bob@example.com\\u{20}` has a blank at its end (\\u{20})",
            "line 3: the id `bob@example.com\\u{a0}` has a blank at its end (\\u{a0})",
            "line 4: the id `bob@\\u{200b}example.com` has a character that is not seen (\\u{200b})",
        ],
    );
    shared!("invisible.txt").with(&["--trim"]).sends_and_says(
        &["bob@example.com", "bob@\u{200b}example.com"],
        &["line 4: the id `bob@\\u{200b}example.com` has a character that is not seen (\\u{200b})"],
    );
    shared!("preamble.csv").fails(
        "line 1: there is no column `id`; the columns are `version:v1.0`",
        "the columns' names seem to stand further down: `--skip-lines 1`",
    );
    shared!("preamble.csv").with(&["--skip-lines", "1"]).sends(&["a@example.com"]);
    shared!("semicolons.csv").sends(&["a@example.com", "b@example.com"]);
    shared!("stray-quote.csv").fails(
        "line 4, column 16: text stands behind a closing quote",
        "a quote that belongs to a quoted value is written twice",
    );
    shared!("tabs.tsv").sends(&["a@example.com", "b@example.com"]);
    shared!("text-after-quote.csv").fails(
        "line 2, column 4: text stands behind a closing quote",
        "a quote that belongs to a quoted value is written twice",
    );
    shared!("windows-1252.csv").fails(
        "line 2, column 1 (`id`): the byte 0x92 here is not UTF-8; in Windows-1252 it is `’`",
        "save it as UTF-8 (Excel: \"CSV UTF-8\"), or convert it: `iconv -f WINDOWS-1252 -t UTF-8`",
    );
}

#[test]
fn content_that_is_not_what_the_name_says() {
    for (content, found, format) in [
        ("{\"id\":\"a\"}\n{\"id\":\"b\"}\n", "JSON Lines", "jsonl"),
        ("\"a\"\n\"b\"\n", "JSON Lines", "jsonl"),
        ("[\"a\"]", "JSON", "json"),
        ("\n[\n  {\"id\":\"a\"}\n]", "JSON", "json"),
        ("{\n  \"users\": []\n}", "JSON", "json"),
        ("id,name\na,A\n", "CSV", "csv"),
        ("name;ID\nA;a\n", "CSV", "csv"),
        ("a@example.com,A\nb@example.com,B\n", "CSV", "csv"),
        ("Id\na\nb\n", "CSV", "csv"),
        ("sep=;\nid;n\n", "CSV", "csv"),
        ("id\tname\na\tA\n", "TSV", "tsv"),
    ] {
        case("ids.txt", content).fails(
            &format!("this looks like {found}, and nothing says so"),
            &format!("say `--format {format}`; or `--format lines`, if that is what it is all the same"),
        );
        let desk = Desk::new();
        let said = desk.piped(&["import", "-"], content);
        assert_eq!((said.code, desk.requests()), (Some(2), vec![]), "{said:?}");
        assert!(said.stderr.contains(&format!("say `--format {format}`")), "{said:?}");
        assert!(said.stderr.contains("; nothing was sent"), "{said:?}");
    }
    case("ids.txt", "<!DOCTYPE html>\n<html>\n")
        .fails("this looks like a web page or XML, and nothing says so", "say `--format lines`");
    case("a.csv", "[{\"id\":\"a\"}]")
        .fails("this looks like JSON, and the file's name says CSV", "say `--format json`");
    case("a.csv", "{\"id\":\"a\"}\n")
        .fails("this looks like JSON Lines, and the file's name says CSV", "say `--format jsonl`");
    case("a.tsv", "id,name\na,A\n")
        .fails("this looks like CSV, and the file's name says TSV", "say `--format csv`");
    case("a.jsonl", "[\"a\"]")
        .fails("this looks like JSON, and the file's name says JSON Lines", "say `--format json`");
    case("a.json", "{\"id\":\"a\"}\n{\"id\":\"b\"}\n")
        .fails("this looks like JSON Lines, and the file's name says JSON", "say `--format jsonl`");
    // Said outright, it is what is said.
    case("ids.txt", "id,name\n").with(&["--format", "lines"]).sends(&["id,name"]);
    case("ids.txt", "a@example.com,A\n").with(&["--format", "lines"]).sends(&["a@example.com,A"]);
    // A comma now and then makes no table.
    case("ids.txt", "Doe, Jane\nbob\n").sends(&["Doe, Jane", "bob"]);
    case("ids.txt", "{6f9619ff}\n[x]\n").sends(&["{6f9619ff}", "[x]"]);
    case("a.csv", "[id],[n]\na,b\n").with(&["--column", "[id]"]).sends(&["a"]);
}

#[test]
fn what_is_no_utf8_text() {
    case("a.txt", b"\x1f\x8b\x08\0\0\0\0\0")
        .fails("this is compressed by gzip, not text", "unpack it: `gzip -d`");
    case("a.csv", b"\x1f\x8b\x08\0\0\0\0\0")
        .with(&["--format", "csv"])
        .fails("this is compressed by gzip, not text", "unpack it");
    case("a.xlsx", b"PK\x03\x04\x14\0").fails(
        "this is a ZIP archive, as Excel workbooks (.xlsx) are, not text",
        "save the sheet as \"CSV UTF-8\"",
    );
    case("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
        .fails("this is an old Excel workbook (.xls), not text", "save the sheet");
    for (content, encoding) in [
        (&b"\xff\xfea\0\n\0"[..], "UTF-16"),
        (b"\xfe\xff\0a\0\n", "UTF-16"),
        (b"a\0\n\0", "UTF-16LE"),
        (b"\0a\0\n", "UTF-16BE"),
        (b"\xff\xfe\0\0a\0\0\0", "UTF-32"),
    ] {
        for file in ["a.txt", "a.csv", "a.json"] {
            case(file, content).fails(
                &format!("the text is {encoding}, not UTF-8"),
                &format!("save it as UTF-8, or convert it: `iconv -f {encoding} -t UTF-8`"),
            );
        }
    }
    case("a.json", b"[\n\"\xc3\xa4\xc3\"]").fails(
        "line 2, column 3: the byte 0xc3 here is not UTF-8; in Windows-1252 it is `Ã`",
        "save it as UTF-8",
    );
    case("a.txt", b"J\xfcrgen\n").fails(
        "line 1, column 2: the byte 0xfc here is not UTF-8; in Windows-1252 it is `ü`",
        "save it as UTF-8",
    );
    case("a.json", b"[\"\xfc\"]").fails(
        "line 1, column 3: the byte 0xfc here is not UTF-8; in Windows-1252 it is `ü`",
        "save it as UTF-8",
    );
}

#[test]
fn characters_that_nobody_sees() {
    case("a.txt", " a\nb\u{7}b\n\u{feff}c\nd\u{a0}d\ne\u{202e}\u{202e}\u{fffd}\n").sends_and_says(
        &[" a", "b\u{7}b", "\u{feff}c", "d\u{a0}d", "e\u{202e}\u{202e}\u{fffd}"],
        &[
            "line 1: the id `\\u{20}a` has a blank at its beginning (\\u{20})",
            "line 2: the id `b\\u{7}b` has a control character (\\u{7})",
            "line 3: the id `\\u{feff}c` has a byte order mark (\\u{feff})",
            "line 4: the id `d\\u{a0}d` has a character that is not seen (\\u{a0})",
            "line 5: the id `e\\u{202e}\\u{202e}\\u{fffd}` has a character that is not seen (\\u{202e}) and a \
             character that is not seen (\\u{fffd})",
        ],
    );
    case("a.csv", "id,n\n\"a\nb\",x\n").sends_and_says(
        &["a\nb"],
        &[
            "line 2: a quoted field makes this record continue to line 3",
            "line 2: the id `a\\u{a}b` has a control character (\\u{a})",
        ],
    );
    case("a.txt", "a\nb\0b\n").fails("line 2, column 2: there is a NUL character in the id", "take it out");
    case("a.json", "[\"a\\u0000\"]").fails("line 1: there is a NUL character in the id", "take it out");
    case("a.txt", "a\nb\rc\n")
        .fails("line 2, column 2: there is a carriage return within the line", "let lines end");
    case("a.json", "[\"b\\rc\"]")
        .sends_and_says(&["b\rc"], &["line 1: the id `b\\u{d}c` has a control character (\\u{d})"]);
    case("a.csv", "n,id\nx,  a \u{a0}\n").with(&["--trim"]).sends(&["a"]);
    case("a.jsonl", "\"\\ta \"\n").with(&["--trim"]).sends(&["a"]);
    // What people write is not odd.
    let usual = "日本語\nZoë\nO’Brien\na b\n👩\u{1f3fd}\nनमस्ते\nمرحبا\n";
    case("a.txt", usual).sends(&["日本語", "Zoë", "O’Brien", "a b", "👩\u{1f3fd}", "नमस्ते", "مرحبا"]);
}

#[test]
fn arrays_of_json() {
    case("a.json", "[\"a\", {\"id\": \"b\", \"n\": [1, {}]}, \"\\u00e9\"]").sends(&["a", "b", "é"]);
    case("a.json", "\u{feff} [\r\n\"a\"\r\n,\"b\"]\r\n ").sends(&["a", "b"]);
    case("a.json", "[{\"user\":\"a\"}]").with(&["--column", "user"]).sends(&["a"]);
    case("a", "[\"a\"]").with(&["--format", "json"]).sends(&["a"]);
    case("a.json", "[]").fails("there is no id in it", "");
    case("a.json", "").fails("there is no id in it", "");
    for (content, error) in [
        ("[\"a\",\n \"b\"", "line 2, column 5: this is not JSON: EOF while parsing a list"),
        ("[\"a\",]", "line 1, column 6: this is not JSON: expected value"),
        ("[\"a\" \"b\"]", "line 1, column 6: this is not JSON: expected `,` or `]`"),
        ("[\"a\"]\n[\"b\"]", "line 2, column 1: this is not JSON: trailing characters"),
        (
            "[\"é\",\n  17]",
            "line 2, column 3: this is a number, neither a string nor an object with the member `id`",
        ),
        ("[\"a\", {\"ID\":\"a\"}]", "line 1, column 7: the object has no member `id`"),
        ("[{\"id\":1}]", "line 1, column 2: the member `id` is a number, not a string"),
        ("{\n\"users\":[\"a\"]}", "line 1, column 1: this is an object, not an array"),
        ("a@example.com\n", "line 1, column 1: this is something else, not an array"),
        ("[\"a", "line 1, column 3: this is not JSON: EOF while parsing a string"),
    ] {
        case("a.json", content).fails(error, "");
    }
    let long = format!("[\"a\",\n\"{}\"]", "x".repeat(2_000_000));
    case("a.json", &long).fails("line 2: the line is longer than 1048576 bytes", "");
}

#[test]
fn options_that_say_nothing_are_refused() {
    for (file, arguments, option, format) in [
        ("a.txt", &["--column", "mail"][..], "--column", "lines"),
        ("a.txt", &["--delimiter", ";"], "--delimiter", "lines"),
        ("a.json", &["--delimiter", ";"], "--delimiter", "JSON"),
        ("a.jsonl", &["--no-header", "--column", "1"], "--no-header", "JSON Lines"),
        ("a.json", &["--skip-lines", "1"], "--skip-lines", "JSON"),
    ] {
        case(file, "a\n").with(arguments).fails(
            &format!("`{option}` says nothing where the input is read as {format}"),
            "say with `--format` what there is",
        );
    }
    let desk = Desk::new();
    desk.write("a.csv", "id\na\n");
    for arguments in [
        &["--no-header"][..],
        &["--delimiter", "ab"],
        &["--delimiter", "é"],
        &["--delimiter", "\""],
        &["--delimiter", "a"],
        &["--skip-lines", "-1"],
    ] {
        desk.run(&[&["import", "a.csv"], arguments].concat()).error(2);
    }
}
