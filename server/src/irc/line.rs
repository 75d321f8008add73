//! One line of IRC, read and written: tags, source, command and parameters (RFC 1459 section 2.3, and the IRCv3 specification
//! "message tags"). What is read is UTF-8 without NUL, CR and LF; what is written can hold none of them either, whatever it was
//! made of, so that nobody's words become a line of their own.

use std::fmt::Write as _;

/// The bytes of a line without its tags, its end counted.
pub const LINE_BYTES: usize = 512;
/// The bytes of the tags that a client may send, the `@` and the space behind them counted.
pub const CLIENT_TAG_BYTES: usize = 4096;
/// The most parameters; the last one takes what follows.
const MAX_PARAMS: usize = 15;

/// A line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Tags in the order they were written; of several with one key the last counts.
    pub tags: Vec<Tag>,
    /// Who says it: `nick!user@host` or a server's name.
    pub source: Option<String>,
    /// The command, in upper case, or three digits.
    pub command: String,
    /// Its parameters, the last of which may hold spaces or be empty.
    pub params: Vec<String>,
}

/// A tag. A missing value and an empty one are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tag {
    /// Its key, with the `+` of a client's tag.
    pub key: String,
    /// Its value, unescaped.
    pub value: String,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// There is nothing in it.
    #[error("the line is empty")]
    Empty,
    /// The tags are longer than a client may send.
    #[error("the tags are too long")]
    TagsTooLong,
    /// The rest is longer than a line may be.
    #[error("the line is too long")]
    TooLong,
    /// It is not UTF-8.
    #[error("the line is not UTF-8")]
    NotUtf8,
    /// It holds NUL or CR.
    #[error("the line holds a control character that ends lines")]
    Control,
    /// Where the command should be there is none.
    #[error("the line has no command")]
    NoCommand,
}

impl Line {
    /// A line with this command and these parameters.
    pub fn new<P: Into<String>>(command: &str, params: impl IntoIterator<Item = P>) -> Self {
        let params = params.into_iter().map(Into::into).collect();
        Self { command: command.to_owned(), params, ..Self::default() }
    }

    /// The same, said by this source.
    #[must_use]
    pub fn from(self, source: impl Into<String>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// The same with one tag more.
    #[must_use]
    pub fn tag(mut self, key: &str, value: impl Into<String>) -> Self {
        self.tags.push(Tag { key: key.to_owned(), value: value.into() });
        self
    }

    /// The value of a tag.
    #[must_use]
    pub fn tag_value(&self, key: &str) -> Option<&str> {
        self.tags.iter().rev().find(|tag| tag.key == key).map(|tag| tag.value.as_str())
    }

    /// A parameter.
    #[must_use]
    pub fn param(&self, at: usize) -> Option<&str> {
        self.params.get(at).map(String::as_str)
    }

    /// Reads a line that a client sent, without its end.
    pub fn parse(line: &[u8]) -> Result<Self, LineError> {
        let (tags, rest) = match line.strip_prefix(b"@") {
            Some(tagged) => {
                let end = tagged.iter().position(|byte| *byte == b' ').unwrap_or(tagged.len());
                let (tags, rest) = tagged.split_at(end);
                if tags.len() + 2 > CLIENT_TAG_BYTES {
                    return Err(LineError::TagsTooLong);
                }
                (tags, rest)
            }
            None => (&b""[..], line),
        };
        if rest.len() + 2 > LINE_BYTES {
            return Err(LineError::TooLong);
        }
        if line.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n')) {
            return Err(LineError::Control);
        }
        let text = |bytes| std::str::from_utf8(bytes).map_err(|_| LineError::NotUtf8);
        let (tags, mut rest) = (text(tags)?, text(rest)?.trim_start_matches(' '));
        let tags = tags.split(';').filter(|tag| !tag.is_empty()).map(read_tag).collect();
        let mut source = None;
        if let Some(said) = rest.strip_prefix(':') {
            let (who, after) = said.split_once(' ').unwrap_or((said, ""));
            source = Some(who.to_owned());
            rest = after.trim_start_matches(' ');
        }
        if rest.is_empty() && source.is_none() && line.first() != Some(&b'@') {
            return Err(LineError::Empty);
        }
        let (command, mut rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let is_command =
            !command.is_empty() && command.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_command {
            return Err(LineError::NoCommand);
        }
        let mut params = Vec::new();
        loop {
            rest = rest.trim_start_matches(' ');
            if rest.is_empty() {
                break;
            }
            let trailing = rest.strip_prefix(':');
            if let Some(last) = trailing.or((params.len() + 1 == MAX_PARAMS).then_some(rest)) {
                params.push(last.to_owned());
                break;
            }
            let (param, after) = rest.split_once(' ').unwrap_or((rest, ""));
            params.push(param.to_owned());
            rest = after;
        }
        Ok(Self { tags, source, command: command.to_ascii_uppercase(), params })
    }

    /// Whether the last parameter is a text. It has a colon then even where it need not: much that reads IRC looks for ` :`.
    fn ends_in_text(&self) -> bool {
        match self.command.as_str() {
            "PRIVMSG" | "NOTICE" | "TOPIC" | "KICK" | "PART" | "QUIT" | "AWAY" | "CAP" | "ERROR" => {
                self.params.len() > 1 || matches!(self.command.as_str(), "QUIT" | "AWAY" | "ERROR")
            }
            // RPL_MYINFO, RPL_CHANNELMODEIS, RPL_TOPICWHOTIME, RPL_INVITING, RPL_VERSION end in a word, all others in a text.
            "004" | "324" | "329" | "333" | "341" | "351" => false,
            other => other.bytes().all(|byte| byte.is_ascii_digit()),
        }
    }

    /// Writes it behind `out`, with its end: without tags at most [`LINE_BYTES`], what does not fit of the last parameter is
    /// left out. Only the last parameter may hold spaces, be empty or begin with a colon; in others what must not be there is
    /// replaced by `*`.
    pub fn write(&self, out: &mut String) {
        let before = out.len();
        for (place, tag) in self.tags.iter().enumerate() {
            out.push(if place == 0 { '@' } else { ';' });
            out.push_str(&tag.key);
            if !tag.value.is_empty() {
                out.push('=');
                tag.value.chars().for_each(|char| escape(char, out));
            }
        }
        if out.len() > before {
            out.push(' ');
        }
        let begin = out.len();
        if let Some(source) = &self.source {
            // Infallible: it is a string that is written to.
            write!(out, ":{} ", Word(source)).ok();
        }
        out.push_str(&self.command);
        if let Some((last, params)) = self.params.split_last() {
            for param in params {
                write!(out, " {}", Word(param)).ok();
            }
            out.push(' ');
            if self.ends_in_text() || last.is_empty() || last.starts_with(':') || last.contains(' ') {
                out.push(':');
            }
            // In whole pieces, for this is done once for each message and member.
            last.split(['\0', '\r', '\n']).for_each(|piece| out.push_str(piece));
        }
        out.truncate(char_boundary(out, begin + LINE_BYTES - 2));
        out.push_str("\r\n");
    }
}

/// A parameter that is not the last one, or a source.
struct Word<'a>(&'a str);

impl std::fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() || self.0.starts_with(':') {
            f.write_char('*')?;
        }
        let word = self.0.strip_prefix(':').unwrap_or(self.0);
        for (place, piece) in word.split(['\0', '\r', '\n', ' ']).enumerate() {
            if place > 0 {
                f.write_char('*')?;
            }
            f.write_str(piece)?;
        }
        Ok(())
    }
}

/// The last place at or before this one where a text can be cut.
fn char_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn read_tag(tag: &str) -> Tag {
    let (key, escaped) = tag.split_once('=').unwrap_or((tag, ""));
    let mut value = String::with_capacity(escaped.len());
    let mut chars = escaped.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            value.push(char);
            continue;
        }
        match chars.next() {
            Some(':') => value.push(';'),
            Some('s') => value.push(' '),
            Some('r') => value.push('\r'),
            Some('n') => value.push('\n'),
            Some(other) => value.push(other),
            None => {}
        }
    }
    Tag { key: key.to_owned(), value }
}

fn escape(char: char, out: &mut String) {
    match char {
        ';' => out.push_str("\\:"),
        ' ' => out.push_str("\\s"),
        '\\' => out.push_str("\\\\"),
        '\r' => out.push_str("\\r"),
        '\n' => out.push_str("\\n"),
        '\0' => {}
        other => out.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Line {
        Line::parse(line.as_bytes()).unwrap()
    }

    fn written(line: &Line) -> String {
        let mut out = String::new();
        line.write(&mut out);
        out
    }

    #[test]
    fn a_line_has_tags_a_source_a_command_and_parameters() {
        let line = read("@label=a\\:\\s\\\\b;+typing :민수!u9@host  privmsg #lobby  :안녕 :all ");
        assert_eq!(line.tag_value("label"), Some("a; \\b"));
        assert_eq!(line.tag_value("+typing"), Some(""));
        assert_eq!(line.source.as_deref(), Some("민수!u9@host"));
        assert_eq!(
            (line.command.as_str(), line.params),
            ("PRIVMSG", vec!["#lobby".to_owned(), "안녕 :all ".to_owned()])
        );
        assert_eq!(read("PING :").params, [""]);
        assert_eq!(read("JOIN  #a  ").params, ["#a"]);
        assert_eq!(read(&format!("X {}", "p ".repeat(20))).params.len(), MAX_PARAMS);
        assert_eq!(read("@a=1;a=2 PING x").tag_value("a"), Some("2"), "the last one counts");
    }

    #[test]
    fn what_is_no_line_is_told_apart() {
        for (line, wrong) in [
            (&b""[..], LineError::Empty),
            (b"   ", LineError::Empty),
            (b":source", LineError::NoCommand),
            (b"@a=b", LineError::NoCommand),
            (b"P!NG x", LineError::NoCommand),
            (b"PING \xff", LineError::NotUtf8),
            (b"PING \0", LineError::Control),
            (b"PING a\rJOIN b", LineError::Control),
        ] {
            assert_eq!(Line::parse(line).unwrap_err(), wrong, "{line:?}");
        }
        assert_eq!(Line::parse(&[b'a'; 511]).unwrap_err(), LineError::TooLong);
        assert!(Line::parse(&[b'a'; 510]).is_ok());
        let tagged = |bytes: usize| [b"@".as_slice(), &vec![b'a'; bytes], b" PING x"].concat();
        assert!(Line::parse(&tagged(CLIENT_TAG_BYTES - 2)).is_ok());
        assert_eq!(Line::parse(&tagged(CLIENT_TAG_BYTES - 1)).unwrap_err(), LineError::TagsTooLong);
    }

    #[test]
    fn nothing_that_is_written_becomes_two_lines_and_nothing_is_longer_than_a_line() {
        let line = Line::new("PRIVMSG", ["#a\r\nQUIT", "b\0c\r\nd e"]).from("x y").tag("k", "a\n;");
        assert_eq!(written(&line), "@k=a\\n\\: :x*y PRIVMSG #a**QUIT :bcd e\r\n");
        assert_eq!(written(&Line::new("X", ["", ":a", ""])), "X * *a :\r\n");
        let long = written(&Line::new("PRIVMSG", ["#a", &"한".repeat(400)]).tag("time", "now"));
        let (_, rest) = long.split_once(' ').unwrap();
        assert!(rest.len() <= LINE_BYTES && rest.len() > LINE_BYTES - 4 && rest.ends_with("한\r\n"));
    }
}
