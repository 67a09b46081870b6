//! What each input gives, and what is said of the bad ones.

use std::io::{self, Cursor};

use super::layout::Column;
use super::*;

fn read(format: InputFormat, column: &str, input: &[u8]) -> Result<Vec<(u64, String)>, String> {
    let layout = Layout { column: Column::Name(column.to_owned()), ..Layout::plain(format) };
    let all = || -> Result<Vec<_>, InputError> {
        let mut ids = Ids::new(input, &layout)?;
        std::iter::from_fn(|| ids.next().transpose()).collect()
    };
    all().map_err(|error| error.to_string())
}

#[track_caller]
fn lines(input: impl AsRef<[u8]>, expected: &[(u64, &str)]) {
    check(&read(InputFormat::Lines, "id", input.as_ref()), expected);
}

#[track_caller]
fn csv(input: impl AsRef<[u8]>, expected: &[(u64, &str)]) {
    check(&read(InputFormat::Csv, "id", input.as_ref()), expected);
}

#[track_caller]
fn jsonl(input: impl AsRef<[u8]>, expected: &[(u64, &str)]) {
    check(&read(InputFormat::Jsonl, "id", input.as_ref()), expected);
}

#[track_caller]
fn check(got: &Result<Vec<(u64, String)>, String>, expected: &[(u64, &str)]) {
    let got = got.as_ref().map(|ids| ids.iter().map(|(line, id)| (*line, id.as_str())).collect::<Vec<_>>());
    assert_eq!(got, Ok(expected.to_vec()));
}

#[track_caller]
fn fails(format: InputFormat, input: impl AsRef<[u8]>, expected: &str) {
    assert_eq!(read(format, "id", input.as_ref()), Err(expected.to_owned()));
}

#[test]
fn lines_end_in_any_way_and_blank_ones_are_passed_over() {
    lines("", &[]);
    lines("a\nb\n", &[(1, "a"), (2, "b")]);
    lines("a\nb", &[(1, "a"), (2, "b")]);
    lines("a\r\nb\r\n", &[(1, "a"), (2, "b")]);
    lines("\n a b \n\r\n \t\nb", &[(2, " a b "), (5, "b")]);
    lines("\u{feff}a\nb\n", &[(1, "a"), (2, "b")]);
    lines("\u{feff}", &[]);
    lines("x", &[(1, "x")]);
    lines("\"a\",b\n", &[(1, "\"a\",b")]);
}

#[test]
fn what_is_not_utf8_is_named_with_line_and_column() {
    fails(
        InputFormat::Lines,
        b"a\n\xc3\xa9\xff\n",
        "line 2, column 2: the byte 0xff here is not UTF-8; in Windows-1252 it is `ÿ`",
    );
    fails(
        InputFormat::Lines,
        b"a\n\xc3",
        "line 2, column 1: the byte 0xc3 here is not UTF-8; in Windows-1252 it is `Ã`",
    );
    fails(
        InputFormat::Jsonl,
        b"\"a\xe9\"\n",
        "line 1, column 3: the byte 0xe9 here is not UTF-8; in Windows-1252 it is `é`",
    );
    let said = "line 2, column 2 (`id`): the byte 0xe9 here is not UTF-8; in Windows-1252 it is `é`";
    fails(InputFormat::Csv, b"n,id\nx,ren\xe9\n", said);
    fails(
        InputFormat::Csv,
        b"n\xe9,id\n",
        "line 1, column 1: the byte 0xe9 here is not UTF-8; in Windows-1252 it is `é`",
    );
    let said = "the text is UTF-16, not UTF-8";
    for format in [InputFormat::Lines, InputFormat::Csv, InputFormat::Jsonl] {
        fails(format, b"\xff\xfea\0\n\0", said);
        fails(format, b"\xfe\xff\0a\0\n", said);
    }
    // Other columns may be what they like.
    csv(b"n,id\nren\xe9,x\n", &[(2, "x")]);
}

#[test]
fn a_line_has_a_length_that_it_may_have() {
    use super::lines::LONGEST_LINE;
    let json = |spaces: usize| format!("{}\"a\"\r\nnull", " ".repeat(spaces));
    let said = "line 2, column 1: this is null, neither a string nor an object with the member `id`";
    fails(InputFormat::Jsonl, json(LONGEST_LINE - 3), said);
    let said = "line 1, column 1048577: the line is longer than 1048576 bytes";
    fails(InputFormat::Jsonl, json(LONGEST_LINE - 2), said);
    fails(InputFormat::Lines, "a".repeat(10_000_000), said);
    lines("a".repeat(LONGEST_ID), &[(1, &"a".repeat(LONGEST_ID))]);
    fails(InputFormat::Lines, "a".repeat(LONGEST_ID + 1), "line 1: the id is longer than 65536 bytes");
    let long = "x".repeat(10_000_000);
    let said = "line 2, column 1: the line is longer than 1048576 bytes";
    fails(InputFormat::Csv, format!("id\n{long}\n"), said);
    let said = "line 3, column 3: the line is longer than 1048576 bytes";
    fails(InputFormat::Csv, format!("id,n\na,b\nc,\"{long}\n"), said);
}

#[test]
fn csv_has_a_named_column_and_quotes() {
    csv("", &[]);
    csv("id\n", &[]);
    csv("id\na\nb", &[(2, "a"), (3, "b")]);
    csv("\u{feff}id\r\na\r\n\r\nb\r\n", &[(2, "a"), (4, "b")]);
    csv("name,id\n\"Doe, J.\",\"a \"\"b\"\"\"\nx,\n", &[(2, "a \"b\""), (3, "")]);
    csv("id,name\na,\"two\nlines\"\nb,c\n", &[(2, "a"), (4, "b")]);
    csv("id,name\na,5\" pipe\nb,c\n", &[(2, "a"), (3, "b")]);
    check(&read(InputFormat::Csv, "Wörk e-mail", "Wörk e-mail\na\n".as_bytes()), &[(2, "a")]);
    let said = "line 1: there is no column `id`; the columns are `name`, `mail`";
    fails(InputFormat::Csv, "name,mail\na,b\n", said);
    fails(InputFormat::Csv, "id,x,id\na,b,c\n", "line 1, column 3: two columns are called `id`");
}

#[test]
fn csv_that_would_lose_rows_is_refused() {
    fails(
        InputFormat::Csv,
        "id,name\na,b\nc\n",
        "line 3, column 1: the number of fields is 1, and 2 in the first line",
    );
    fails(
        InputFormat::Csv,
        "id,name\na,b\nc,d,e\n",
        "line 3, column 2: the number of fields is 3, and 2 in the first line",
    );
    let said = "line 3, column 4: the quote that opens here is never closed";
    fails(InputFormat::Csv, "id,name\na,b\né1,\"c\nd,e\nf,g\n", said);
    fails(InputFormat::Csv, "id,name\na,b\nc1,\"d", said);
    fails(InputFormat::Csv, "id\n\"a\n", "line 2, column 1: the quote that opens here is never closed");
    fails(InputFormat::Csv, "id,\"x\na,b\n", "line 1, column 4: the quote that opens here is never closed");
}

#[test]
fn a_line_of_json_is_a_string_or_an_object_with_one() {
    jsonl("\"a\"\n\n {\"id\":\"\\u00e9\",\"n\":1}", &[(1, "a"), (3, "é")]);
    check(&read(InputFormat::Jsonl, "mail", b"{\"mail\":\"a\"}\n"), &[(1, "a")]);
    for (line, said) in [
        ("{\"id\": 17}", "line 2, column 1: the member `id` is a number, not a string"),
        (" {\"ID\": \"a\"}", "line 2, column 2: the object has no member `id`"),
        ("[]", "line 2, column 1: this is an array, neither a string nor an object with the member `id`"),
        ("{\"é\": }", "line 2, column 7: this is not JSON: expected value"),
        ("\"a\" \"b\"", "line 2, column 5: this is not JSON: trailing characters"),
        ("{\"id\": \"a\"", "line 2, column 10: this is not JSON: EOF while parsing an object"),
        ("a", "line 2, column 1: this is not JSON: expected value"),
    ] {
        fails(InputFormat::Jsonl, format!("\"a\"\n{line}\n\"b\"\n"), said);
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    fails(InputFormat::Jsonl, deep, "line 1, column 128: this is not JSON: recursion limit exceeded");
}

#[test]
fn an_input_that_breaks_off_says_where() {
    struct Breaks;
    impl Read for Breaks {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is broken"))
        }
    }
    for (format, text, said) in [
        (InputFormat::Lines, "", "it cannot be read"),
        (InputFormat::Lines, "abc\n", "line 2: it cannot be read"),
        (InputFormat::Csv, "id\na\n", "line 3: it cannot be read"),
    ] {
        let layout = Layout::plain(format);
        let mut ids = match Ids::new(Cursor::new(text).chain(Breaks), &layout) {
            Ok(ids) => ids,
            Err(error) => {
                assert_eq!(error.to_string(), said);
                continue;
            }
        };
        let error = std::iter::from_fn(|| ids.next().transpose()).find_map(Result::err).unwrap();
        assert_eq!(error.to_string(), said);
    }
}
