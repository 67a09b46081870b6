//! Words for a POSIX shell, in commands that are shown to be pasted.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::Path;

use shlex::Quoter;

use crate::output::is_escaped;

/// A text or a name as one word. It has no character that a terminal would not show as it is: such are written with
/// their bytes, as in `$'\342\200\256'`, and so are bytes that are no text.
pub(crate) fn quoted(word: impl AsRef<OsStr>) -> String {
    let word = word.as_ref();
    let plain = word.to_str().filter(|text| !text.contains(is_escaped));
    let quoted = plain.and_then(|text| Quoter::new().quote(text).ok());
    quoted.map_or_else(|| with_bytes(word.as_encoded_bytes()), Into::into)
}

/// The same of a file's name, which is no option even if it begins with a dash.
pub(crate) fn quoted_path(path: &Path) -> String {
    if path.as_os_str().as_encoded_bytes().starts_with(b"-") {
        quoted(Path::new(".").join(path))
    } else {
        quoted(path)
    }
}

fn with_bytes(word: &[u8]) -> String {
    let mut quoted = "$'".to_owned();
    let put_bytes = |quoted: &mut String, bytes: &[u8]| {
        for byte in bytes {
            // Writing to a string cannot fail.
            let _ = write!(quoted, "\\{byte:03o}");
        }
    };
    for chunk in word.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\'' | '\\' => quoted.extend(['\\', character]),
                _ if is_escaped(character) => {
                    put_bytes(&mut quoted, character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                _ => quoted.push(character),
            }
        }
        put_bytes(&mut quoted, chunk.invalid());
    }
    quoted + "'"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_shown_is_written_with_its_bytes() {
        assert_eq!(quoted("a-b.c"), "a-b.c");
        assert_eq!(quoted("é $x"), "'é $x'");
        assert_eq!(quoted("it's\n\u{202e}\\"), r"$'it\'s\012\342\200\256\\'");
        assert_eq!(quoted_path(Path::new("-rf x")), "'./-rf x'");
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_reads_the_same_bytes() {
        use std::os::unix::ffi::OsStrExt as _;
        use std::process::Command;
        let words = ["", "a b", "'\"$(x)`", "-n", "it's\n\t\u{1b}[31m", "\u{202e}\u{85}7", "é\\n🦀"];
        let words = words.map(str::as_bytes).into_iter().chain([&b"\xff8 \xe2\x80"[..]]);
        for word in words.map(OsStr::from_bytes) {
            let script = format!("printf %s {}", quoted(word));
            // `$'…'` is in POSIX since 2024; not every `sh` has it.
            let read = Command::new("bash").args(["-c", &script]).output().unwrap();
            assert_eq!(OsStr::from_bytes(&read.stdout), word, "{script}");
            assert!(!script.contains(is_escaped), "{script}");
        }
    }
}
