//! CSV and TSV as people have them: delimiters, quotes, headers.

use crate::bulk::cases::case;

#[test]
fn what_stands_between_columns() {
    for (delimiter, given) in [(",", ","), (";", ";"), ("\t", "tab"), ("|", "|"), ("\t", "\\t")] {
        let content = ["name,id", "\"A,;|\tB\",a1", "x,a2"].join("\n");
        let content = content.replace("e,i", &format!("e{delimiter}i"));
        let content =
            content.replace("\",a", &format!("\"{delimiter}a")).replace("x,a", &format!("x{delimiter}a"));
        case("a.csv", &content).sends(&["a1", "a2"]);
        case("a.csv", &content).with(&["--delimiter", given]).sends(&["a1", "a2"]);
        case("a", &content).with(&["--format", "csv"]).sends(&["a1", "a2"]);
    }
    case("a.csv", "id:name\na:b\n").with(&["--delimiter", ":"]).sends(&["a"]);
    // The column that is asked for shows which it is.
    case("a.csv", "id;name, first\na;b\n").sends(&["a"]);
    case("a.csv", "name|id,mail\nb|x,a\n").with(&["--column", "mail"]).sends(&["a"]);
    case("a.csv", "x,id;id,y\na,b;c,d\n")
        .fails("line 1: there is no column `id`; the columns are `x`, `id;id`, `y`", "say with `--column`");
    case("a.csv", "id,x;id\na,b;c\n").fails(
        "line 1: more than one of comma, semicolon, tab and bar may stand between the columns",
        "say with `--delimiter` which it is",
    );
    case("a.csv", "a@b,c;d\n").with(&["--no-header", "--column", "1"]).fails(
        "line 1: more than one of comma, semicolon, tab and bar may stand between the columns",
        "say with `--delimiter` which it is",
    );
    case("a.csv", "a@b,c;d\n").with(&["--no-header", "--column", "1", "--delimiter", ";"]).sends(&["a@b,c"]);
    case("a.csv", "\u{feff}\"sep=;\"\r\nid;x\r\na;b\r\n").sends(&["a"]);
    case("a.csv", "SEP=,\nid,x;y\na,b\n").sends(&["a"]);
    case("a.csv", "sep=;\na;b\n").with(&["--no-header", "--column", "2"]).sends(&["b"]);
    // One column, in which there may be anything.
    case("a.csv", "id\na;b\n").sends(&["a;b"]);
    case("a.tsv", "id\tname\na,b\tc\n").sends(&["a,b"]);
    case("a.tsv", "id\na\n").sends(&["a"]);
}

#[test]
fn quotes_and_lines_of_csv() {
    case("a.csv", "id,n\n\"a \"\"b\"\"\",\"x\"\n").sends(&["a \"b\""]);
    case("a.csv", "id,n\r\n\"a\",\"x\"\r\n\"b\",\"y\"").sends(&["a", "b"]);
    case("a.csv", "id,n\na,5\" pipe\n").sends(&["a"]);
    case("a.csv", "id,n\n\"a\" ,x\n").fails(
        "line 2, column 4: text stands behind a closing quote",
        "a quote that belongs to a quoted value is written twice",
    );
    case("a.csv", "id;n\na;b\n\"c\"d;x\n").fails(
        "line 3, column 4: text stands behind a closing quote",
        "a quote that belongs to a quoted value is written twice",
    );
    case("a.csv", "id,n\na,\"two\nlines\"\nb,c\n")
        .sends_and_says(&["a", "b"], &["line 2: a quoted field makes this record continue to line 3"]);
    // A quote too many that another one closes: all between them is one record, and that is told.
    case("a.csv", "id,n\na,\"x\nb,y\nc,\"\nd,z\n")
        .sends_and_says(&["a", "d"], &["line 2: a quoted field makes this record continue to line 4"]);
    case("a.csv", "id,n\n\n,\n\"\",\"\"\na,x\n,,,,\n").sends(&["a"]);
    case("a.csv", ",\nid,n\na,x\n").sends(&["a"]);
    case("a.csv", "id,n\na,x,y\n").fails(
        "line 2, column 2: the number of fields is 3, and 2 in the first line",
        "a value that has a comma in it must stand in quotes",
    );
}

#[test]
fn headers() {
    case("a.csv", "ID,id\nx,a\n").sends(&["a"]);
    case("a.csv", "n, Id \nx,a\n")
        .sends_and_says(&["a"], &["line 1: the column `\\u{20}Id\\u{20}` is taken for `id`"]);
    case("a.csv", "Id,ID\na,b\n")
        .fails("line 1, column 2: two columns are called `id`", "give one of them another name");
    case("a.csv", "n,E-Mail\nx,a\n").with(&["--column", "email"]).fails(
        "line 1: there is no column `email`; the columns are `n`, `E-Mail`",
        "did you mean `--column 'E-Mail'`?",
    );
    // Near, and somebody else's all the same.
    case("a.csv", "uid,manager_id\na,b\n").fails(
        "line 1: there is no column `id`; the columns are `uid`, `manager_id`",
        "say with `--column` where the ids are",
    );
    // The first user must not be taken for a name, whatever is asked for.
    case("a.csv", "a@example.com,A\nb@example.com,B\n").with(&["--column", "a@example.com"]).fails(
        "line 1: `a@example.com` is no column's name: the first line is not a header",
        "say with `--no-header --column NUMBER`",
    );
    case("a.csv", "1001,A\n1002,B\n").with(&["--column", "1001"]).fails(
        "line 1: `1001` is no column's name: the first line is not a header",
        "say with `--no-header --column NUMBER`",
    );
    case("a.csv", "1001,A\n1002,B\n").with(&["--no-header", "--column", "1"]).sends(&["1001", "1002"]);
    case("a.csv", "name,2024,@id\nx,y,a\n").with(&["--column", "@id"]).sends(&["a"]);
    case("a.csv", "name,2024\nx,y\n").fails(
        "line 1: there is no column `id`; the columns are `name`, `2024`",
        "say with `--column` where the ids are",
    );
    case("a.csv", "a,b\n").with(&["--no-header", "--column", "3"]).fails(
        "line 1: there is no column 3; the first line has 2",
        "say with `--column` the number of the column",
    );
    case("a.csv", "a,b\n").with(&["--no-header", "--column", "id"]).fails(
        "without a header a column has a number, from 1, and `id` is none",
        "`--column 1` is the first",
    );
    case("a.csv", "Report\n\nof today\nid,n\na,x\n").with(&["--skip-lines", "3"]).sends(&["a"]);
    case("a.csv", "Report\nid;n\na;x,y\nb\n").with(&["--skip-lines", "1"]).fails(
        "line 4, column 1: the number of fields is 1, and 2 in the first line",
        "a value that has the delimiter in it must stand in quotes",
    );
    case("a.txt", "# ids\na\nb\n").with(&["--skip-lines", "1"]).sends(&["a", "b"]);
    case("a.txt", "a\n").with(&["--skip-lines", "9"]).fails("there is no id in it", "");
}
