//! Paths in text: words as a Unix shell would read them, with quotes and backslashes, and what a terminal types when files are dropped
//! on it: paths that are quoted or not, or `file://` addresses (RFC 8089), one or several, with spaces or newlines between them.
//!
//! Whether `/a b /c` is one file or two cannot be told without looking, so a text has several readings.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;

/// The longest text that is read as paths, in bytes.
const LONGEST: usize = 64 * 1024;

/// A word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it begins in the line.
    pub start: usize,
    /// It, without quotes and backslashes.
    pub text: String,
}

/// The words of a line, and whether the last one is still open: its quote does not end, or nothing follows it.
#[must_use]
pub fn words(line: &str) -> (Vec<Word>, bool) {
    let mut words: Vec<Word> = Vec::new();
    let (mut is_in_word, mut quote) = (false, None);
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !is_in_word {
            if c.is_whitespace() {
                continue;
            }
            words.push(Word { start: at, text: String::new() });
            is_in_word = true;
        }
        let Some(word) = words.last_mut() else { continue };
        let next = chars.peek().map(|(_, c)| *c);
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (None, _) if c.is_whitespace() => is_in_word = false,
            // In double quotes it is itself before most characters.
            (None, '\\') if next.is_some() => word.text.extend(chars.next().map(|(_, c)| c)),
            (Some('"'), '\\') if matches!(next, Some('"' | '\\' | '$' | '`')) => {
                word.text.extend(chars.next().map(|(_, c)| c));
            }
            (None | Some(_), _) => word.text.push(c),
        }
    }
    (words, is_in_word)
}

/// Every way to read a text that is nothing but absolute paths, the likeliest first.
#[must_use]
pub fn readings(text: &str) -> Vec<Vec<PathBuf>> {
    let text = text.trim();
    // This is asked with every key, and most texts do not begin like a path, with or without quotes.
    let may_be = text.starts_with(['/', '~', '\'', '"', '\\']) || text.starts_with("file:");
    if !may_be || text.len() > LONGEST || text.contains('\0') {
        return Vec::new();
    }
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let whole = lines.iter().map(|line| plain(line)).collect::<Option<Vec<_>>>();
    let in_words = lines.iter().map(|line| in_words(line)).collect::<Option<Vec<_>>>();
    let mut readings: Vec<Vec<PathBuf>> = whole.into_iter().collect();
    readings.extend(in_words.map(|lines| lines.concat()).filter(|paths| !readings.contains(paths)));
    readings
}

/// A line as one path, as it stands.
fn plain(line: &str) -> Option<PathBuf> {
    if line.starts_with("file:") { address(line) } else { absolute(line) }
}

/// A line as one path or several, each a word.
fn in_words(line: &str) -> Option<Vec<PathBuf>> {
    let (words, _) = words(line);
    words.iter().map(|word| plain(&word.text)).collect()
}

fn absolute(text: &str) -> Option<PathBuf> {
    (text.starts_with('/') || text.starts_with("~/")).then(|| text.into())
}

/// The path of a `file://` address on this machine.
fn address(text: &str) -> Option<PathBuf> {
    let rest = text.strip_prefix("file:")?;
    let path = match rest.strip_prefix("//") {
        Some(rest) => rest.strip_prefix("localhost").unwrap_or(rest),
        None => rest,
    };
    if !path.starts_with('/') {
        return None;
    }
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let (high, low) = (digit(rest.next())?, digit(rest.next())?);
        bytes.push(u8::try_from(high * 16 + low).ok().filter(|byte| *byte != 0)?);
    }
    Some(OsString::from_vec(bytes).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::path_argument::write_path;

    fn read(text: &str) -> Vec<Vec<String>> {
        let shown = |paths: Vec<PathBuf>| paths.iter().map(|path| path.display().to_string()).collect();
        readings(text).into_iter().map(shown).collect()
    }

    #[test]
    fn a_dropped_path_is_read_however_the_terminal_quotes_it() {
        for text in [
            "/home/kim/my\\ cat\\'s.png",
            "'/home/kim/my cat'\\''s.png'",
            "\"/home/kim/my cat's.png\" ",
            "file:///home/kim/my%20cat%27s.png\r\n",
            "file://localhost/home/kim/my%20cat's.png",
        ] {
            assert!(
                read(text).contains(&vec!["/home/kim/my cat's.png".to_owned()]),
                "{text}: {:?}",
                read(text)
            );
        }
        assert_eq!(read("/tmp/보고서 최종.pdf")[0], ["/tmp/보고서 최종.pdf"]);
        assert_eq!(read("file:///tmp/%EB%B3%B4.pdf"), [["/tmp/보.pdf"]]);
    }

    #[test]
    fn several_stand_in_words_or_in_lines() {
        assert_eq!(read("'/a b' /c\\ d "), [vec!["/a b", "/c d"]]);
        assert_eq!(read("/a b /c"), [vec!["/a b /c"]], "b is no path");
        assert_eq!(read("/a /b"), [vec!["/a /b"], vec!["/a", "/b"]], "it may be one");
        assert_eq!(read("file:///a%20b\nfile:///c\n"), [vec!["/a b", "/c"]]);
        assert_eq!(read("~/a\n'/b c'"), [vec!["~/a", "/b c"]]);
    }

    #[test]
    fn what_is_no_path_has_no_reading() {
        for text in [
            "",
            "hello",
            "see /etc/passwd",
            "http://a/b",
            "file://host/a",
            "file:///%zz",
            "file:///a%00",
            "a\n/b",
        ] {
            assert!(readings(text).is_empty(), "{text}: {:?}", read(text));
        }
        assert!(readings(&"/a ".repeat(30_000)).is_empty());
    }

    #[test]
    fn what_is_escaped_is_one_word_again() {
        for path in ["a b", "it's \"here\"", "back\\slash", "보고서 최종.pdf", "\u{3000}"] {
            let (words, is_open) = words(&write_path(path));
            assert_eq!(words, [Word { start: 0, text: path.to_owned() }]);
            assert!(is_open);
        }
        let (found, is_open) = words("  'a b");
        assert_eq!((found, is_open), (vec![Word { start: 2, text: "a b".into() }], true));
        assert!(!words("a ").1);
    }
}
