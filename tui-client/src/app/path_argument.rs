//! A path as an argument of a command, as a Unix shell reads it: in quotes, or with a backslash before a space. Whoever drops a file on a
//! terminal gets it so.

/// Reads a path from the beginning of the arguments. Gives it back with what follows it.
#[must_use]
pub fn read_path(args: &str) -> (String, &str) {
    let args = args.trim_start();
    let (mut path, mut quote, mut is_escaped) = (String::new(), None, false);
    for (at, c) in args.char_indices() {
        match (c, quote) {
            _ if is_escaped => {
                if quote == Some('"') && !matches!(c, '"' | '\\' | '$' | '`') {
                    path.push('\\');
                }
                path.push(c);
                is_escaped = false;
            }
            ('\\', None | Some('"')) => is_escaped = true,
            (c, Some(end)) if c == end => quote = None,
            ('\'' | '"', None) => quote = Some(c),
            (c, None) if c.is_whitespace() => {
                return (path, args.get(at..).unwrap_or_default().trim_start());
            }
            (c, _) => path.push(c),
        }
    }
    if quote.is_some() {
        // A quote that does not end was none: the path has it in it.
        let end = args.find(char::is_whitespace).unwrap_or(args.len());
        let (path, rest) = args.split_at_checked(end).unwrap_or((args, ""));
        return (path.to_owned(), rest.trim_start());
    }
    (path, "")
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
            ("~/it's", "~/it's", ""),
            ("it's mine", "it's", "mine"),
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
