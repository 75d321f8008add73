//! A path as an argument of a command, as a Unix shell reads it: in quotes, or with a backslash before a space. Whoever drops a file on a
//! terminal gets it so.

use super::path_text::words;

/// Reads a path from the beginning of the arguments. Gives it back with what follows it.
#[must_use]
pub fn read_path(args: &str) -> (String, &str) {
    let (words, _) = words(args);
    let mut words = words.into_iter();
    let path = words.next().map(|word| word.text).unwrap_or_default();
    (path, words.next().and_then(|next| args.get(next.start..)).unwrap_or_default().trim_end())
}

/// A path as it has to be written to be read so.
#[must_use]
pub fn write_path(path: &str) -> String {
    let mut written = String::with_capacity(path.len());
    for c in path.chars() {
        if c.is_whitespace() || matches!(c, '\\' | '\'' | '"') {
            written.push('\\');
        }
        written.push(c);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::{read_path, write_path};

    #[test]
    fn a_path_is_read_as_a_shell_reads_it() {
        for (args, path, rest) in [
            ("cat.png", "cat.png", ""),
            ("cat.png look at this", "cat.png", "look at this"),
            ("'my cat.png'  look", "my cat.png", "look"),
            (r"my\ cat.png look", "my cat.png", "look"),
            (r#""a \"b\" \c" d"#, r#"a "b" \c"#, "d"),
            ("보고서.pdf 여기", "보고서.pdf", "여기"),
            ("", "", ""),
        ] {
            assert_eq!(read_path(args), (path.to_owned(), rest), "{args}");
        }
        for path in ["a b", "it's", r#"a"b\c"#, "보고서 (2).pdf"] {
            assert_eq!(read_path(&format!("{} more", write_path(path))), (path.to_owned(), "more"));
        }
    }
}
