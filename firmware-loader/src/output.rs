//! What the command-line programs print. A reader that has gone away, as `head` does, is no error. Text that comes from
//! files cannot move a terminal's cursor or colour it: what is not printable is escaped, in JSON too.

use crate::exit::Exit;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};
use std::borrow::Cow;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Text on one line, with everything that is not printable as an escape.
pub fn shown(text: &str) -> Cow<'_, str> {
    escaped(text, is_printable)
}

/// As [`shown`], but for text of several lines, which stay.
fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| is_printable(c) || matches!(c, '\n' | '\t'))
}

fn escaped(text: &str, plain: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.chars().all(&plain) {
        return text.into();
    }
    let mut escaped = String::new();
    for c in text.chars() {
        if plain(c) { escaped.push(c) } else { escaped.extend(c.escape_debug()) }
    }
    escaped.into()
}

/// Quotes and backslashes are, though they have escapes; what only combines with the character before it is not.
fn is_printable(c: char) -> bool {
    matches!(c, '\'' | '"' | '\\') || c.escape_debug().len() == 1
}

/// Writes lines to standard output.
///
/// # Errors
/// They cannot be written, and not because nobody reads them.
pub fn print(text: &str) -> io::Result<()> {
    quietly(writeln!(io::stdout(), "{}", lines(text.trim_end())).and_then(|()| io::stdout().flush()))
}

/// Writes lines to the error output, if anybody reads them there.
pub fn message(text: &str) {
    // There is no other place to complain.
    let _ = writeln!(io::stderr(), "{}", lines(text.trim_end()));
}

/// That nobody reads is no error.
pub fn quietly(written: io::Result<()>) -> io::Result<()> {
    written.or_else(|e| if e.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(e) })
}

/// Whether two names lead to one file, by whatever links, or to where one would be made. A terminal or the like may be
/// both input and output.
pub fn is_same(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => one.is_file() && (one.dev(), one.ino()) == (other.dev(), other.ino()),
        (Err(_), Err(_)) => place(one).is_some_and(|one| place(other) == Some(one)),
        _ => false,
    }
}

/// Where a file would be made: its directory, by its one name, and its name there.
fn place(path: &Path) -> Option<PathBuf> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(directory.canonicalize().ok()?.join(path.file_name()?))
}

/// JSON on one line.
pub fn json(object: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Printable);
    // Objects of numbers and strings always serialize.
    let _ = object.serialize(&mut serializer);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Compact JSON in which no character is unprintable: serde_json itself escapes those of ASCII alone.
struct Printable;

impl Formatter for Printable {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        for c in fragment.chars() {
            if is_printable(c) {
                CompactFormatter.write_string_fragment(writer, c.encode_utf8(&mut [0; 4]))?;
            } else {
                c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(writer, "\\u{unit:04x}"))?;
            }
        }
        Ok(())
    }
}

/// The object of whatever did not come to a call.
#[derive(Serialize)]
struct FailureObject<'a> {
    outcome: &'static str,
    message: &'a str,
}

/// Tells about a failure; with `as_json` on standard output, too, because somebody waits for an object there.
pub fn failure(as_json: bool, exit: Exit, message: &str) -> Exit {
    self::message(&format!("{}: {message}", exit.word()));
    if as_json {
        // The exit status tells, whatever becomes of this.
        let _ = print(&json(&FailureObject { outcome: exit.word(), message }));
    }
    exit
}

/// Prints what clap has to say: help, the version, or what is wrong with the words of the command line.
pub fn usage(error: &clap::Error) -> Exit {
    if !error.use_stderr() {
        let _ = error.print();
        return Exit::Returned;
    }
    message(&error.render().to_string());
    if std::env::args_os().any(|word| word == "--json") {
        let text = error.to_string();
        // Names that it is about stand in lines of their own; behind an empty one are usage and tips.
        let what: Vec<_> = text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
        let what = what.join(" ");
        let object = FailureObject { outcome: Exit::Input.word(), message: what.trim_start_matches("error: ") };
        let _ = print(&json(&object));
    }
    Exit::Input
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_printable_is_escaped_and_nothing_else() {
        assert_eq!(shown("\u{1b}[31mred\n\u{9b}\u{202e}\u{7f}"), "\\u{1b}[31mred\\n\\u{9b}\\u{202e}\\u{7f}");
        for plain in ["<T as U>::f{{closure}}", "it's", "a\\b", "\"q\"", "grün", "関数", " "] {
            assert_eq!(shown(plain), plain);
        }
        assert_eq!(lines("a\n\tb\r\u{7}"), "a\n\tb\\r\\u{7}");
    }

    #[test]
    fn json_keeps_the_text_and_is_printable() {
        let text = "\u{1b}\u{9b}\u{7f}\u{202e}\u{e0001} \"\\\n grün";
        let json = json(&text);
        assert!(json.chars().all(is_printable), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).expect("is JSON"), text);
    }
}
