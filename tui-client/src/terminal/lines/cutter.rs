//! Cuts a stream of bytes into lines. A line that is not UTF-8 is one item, and so is one that is too long where it may not
//! be sent in parts: what comes after is a line again.
//!
//! The codec of the wire (`shared::codec`) is not used: it passes over blank lines, so lines could not be counted, and
//! drops what stands after the last line end, which in a pipe is a line like any other.

use super::{InputLine, LineInput};
use crate::app::typed_line::{is_command, is_meant_for_others, may_choose_room};
use crate::line_options::Unusable;

/// The most that is held of one line: sixteen of the longest messages. A longer one goes on in parts of this size.
const HELD: usize = 64 * 1024;
/// How far from the end of a part a space is looked for to cut at.
const SPACE_WITHIN: usize = 4 * 1024;
/// How much of a line has the name of its command, with blanks before it.
const NAMES: usize = 256;

/// Turns bytes into lines.
#[derive(Debug)]
pub struct LineCutter {
    buffer: Vec<u8>,
    number: u64,
    state: State,
    cut: Cut,
}

/// How lines are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Very long ones are handed on in parts; otherwise they are refused.
    pub splits: bool,
    /// Some lines are commands, which are not cut.
    pub has_commands: bool,
}

/// What the buffer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The beginning of a line.
    Begin,
    /// What follows a part of it.
    Continue,
    /// The rest of a line that is not sent.
    Skip,
}

impl LineCutter {
    /// A cutter that has seen nothing.
    #[must_use]
    pub fn new(cut: Cut) -> Self {
        Self { buffer: Vec::new(), number: 1, state: State::Begin, cut }
    }

    /// Takes in bytes and appends the lines they complete.
    pub fn feed(&mut self, bytes: &[u8], lines: &mut Vec<LineInput>) {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            let (text, ends) = piece.strip_suffix(b"\n").map_or((piece, false), |text| (text, true));
            self.buffer.extend_from_slice(text);
            while self.buffer.len() > HELD {
                self.overflow(lines);
            }
            if ends {
                self.finish(lines);
            }
        }
    }

    /// There are no more bytes: what is left is a line without an end.
    pub fn end(&mut self, lines: &mut Vec<LineInput>) {
        if !self.buffer.is_empty() {
            self.finish(lines);
        }
        lines.push(LineInput::End);
    }

    /// There is more of this line than is held.
    fn overflow(&mut self, lines: &mut Vec<LineInput>) {
        let held = self.buffer.get(..HELD).unwrap_or(&self.buffer);
        // A command or a request is one thing: its parts would be said aloud.
        let is_whole = self.state == State::Begin && self.begins_otherwise(held);
        let valid = match std::str::from_utf8(held) {
            Ok(_) => Ok(HELD),
            Err(error) if error.error_len().is_none() => Ok(error.valid_up_to()),
            Err(_) => Err(Unusable::NotUtf8),
        };
        let end = match valid {
            _ if self.state == State::Skip => Err(None),
            Err(why) => Err(Some(why)),
            Ok(_) if is_whole || !self.cut.splits => Err(Some(Unusable::TooLong)),
            Ok(end) => Ok(end),
        };
        match end {
            Ok(end) => {
                let space = held.get(..end).and_then(|part| part.iter().rposition(|&byte| byte == b' '));
                let end = space.filter(|at| *at > end - SPACE_WITHIN).unwrap_or(end);
                let rest = self.buffer.split_off(end);
                let text = std::mem::replace(&mut self.buffer, rest);
                self.push(text, lines);
                self.state = State::Continue;
            }
            Err(why) => {
                let number = self.number;
                let chooses_room = self.state == State::Begin && self.may_choose_room(held);
                lines.extend(why.map(|why| LineInput::Unusable { number, why, chooses_room }));
                self.buffer.clear();
                self.state = State::Skip;
            }
        }
    }

    fn finish(&mut self, lines: &mut Vec<LineInput>) {
        let mut text = std::mem::take(&mut self.buffer);
        if text.last() == Some(&b'\r') {
            text.pop();
        }
        if self.state == State::Begin || self.state == State::Continue && !text.is_empty() {
            self.push(text, lines);
        }
        self.state = State::Begin;
        self.number += 1;
    }

    fn push(&self, text: Vec<u8>, lines: &mut Vec<LineInput>) {
        let number = self.number;
        lines.push(match String::from_utf8(text) {
            Ok(text) => LineInput::Line(InputLine { number, text, continues: self.state == State::Continue }),
            Err(error) => LineInput::Unusable {
                number,
                why: Unusable::NotUtf8,
                chooses_room: self.state == State::Begin && self.may_choose_room(error.as_bytes()),
            },
        });
    }

    /// Whether these bytes begin something else than a message: a command, or a JSON request.
    fn begins_otherwise(&self, line: &[u8]) -> bool {
        line.starts_with(b"{") || self.cut.has_commands && is_meant_for_others(&String::from_utf8_lossy(line))
    }

    /// Whether a line that cannot be sent may have said to which room the next ones belong. In another encoding the name of
    /// a command cannot be read.
    fn may_choose_room(&self, line: &[u8]) -> bool {
        let text = String::from_utf8_lossy(line.get(..NAMES).unwrap_or(line));
        let text = text.trim_start_matches(char::REPLACEMENT_CHARACTER);
        let name = text.split_whitespace().next().unwrap_or_default();
        let is_unreadable = is_command(text) && name.contains(char::REPLACEMENT_CHARACTER);
        self.cut.has_commands && (may_choose_room(text) || is_unreadable)
    }
}

#[cfg(test)]
mod tests {
    use super::{Cut, HELD, LineCutter};
    use crate::terminal::lines::LineInput;

    /// What comes of some bytes, however they are cut.
    fn cut(bytes: &[u8], splits: bool) -> Vec<String> {
        let whole = cut_by(bytes, splits, usize::MAX);
        for size in [1, 3, 1000] {
            assert_eq!(cut_by(bytes, splits, size), whole, "in pieces of {size}");
        }
        whole
    }

    fn cut_by(bytes: &[u8], splits: bool, size: usize) -> Vec<String> {
        let (mut cutter, mut lines) = (LineCutter::new(Cut { splits, has_commands: true }), Vec::new());
        for piece in bytes.chunks(size) {
            cutter.feed(piece, &mut lines);
        }
        cutter.end(&mut lines);
        assert_eq!(lines.pop(), Some(LineInput::End));
        let shown = |line| match line {
            LineInput::Line(line) if line.text.len() > 100 => {
                format!("{}{}{} bytes", line.number, if line.continues { "+" } else { ":" }, line.text.len())
            }
            LineInput::Line(line) => {
                format!("{}{}{}", line.number, if line.continues { "+" } else { ":" }, line.text)
            }
            LineInput::Unusable { number, why, chooses_room } => {
                format!("{number}!{why:?}{}", if chooses_room { " room" } else { "" })
            }
            LineInput::End => "end".into(),
        };
        lines.into_iter().map(shown).collect()
    }

    #[test]
    fn a_byte_that_is_no_utf8_loses_its_line_alone() {
        assert_eq!(
            cut(b"one\ntw\xff\xfeo\nthree\r\n\nfive", true),
            ["1:one", "2!NotUtf8", "3:three", "4:", "5:five"]
        );
        assert_eq!(cut("한글\n".as_bytes(), true), ["1:한글"]);
        assert_eq!(cut(b"\xed\x95", true), ["1!NotUtf8"]);
        assert!(cut(b"", true).is_empty());
    }

    #[test]
    fn a_very_long_line_goes_in_parts_or_not_at_all_and_what_follows_is_not_lost() {
        let long = [&b"a".repeat(HELD + 5)[..], b"\nnext"].concat();
        assert_eq!(cut(&long, true), [&format!("1:{HELD} bytes"), "1+aaaaa", "2:next"]);
        assert_eq!(cut(&long, false), ["1!TooLong", "2:next"]);
        // A character is not cut, and a word not where there is a space.
        let wide = "한".repeat(HELD / 3 + 2) + "\nnext";
        assert_eq!(cut(wide.as_bytes(), true), ["1:65535 bytes", "1+한한", "2:next"]);
        let words = [&b"a".repeat(HELD - 10)[..], b" ", &b"b".repeat(50), b"\n"].concat();
        assert_eq!(cut(&words, true), [format!("1:{} bytes", HELD - 10), format!("1+ {}", "b".repeat(50))]);
        let bad = [&b"a".repeat(HELD + 5)[..], b"\xff\nnext"].concat();
        assert_eq!(cut(&bad, true), [&format!("1:{HELD} bytes"), "1!NotUtf8", "2:next"]);
    }

    #[test]
    fn a_command_or_a_request_is_never_cut() {
        for begin in [
            "/msg kim ",
            "{\"type\":\"say\",",
            "  /msg kim ",
            "\u{3000}／msg kim ",
            "\\msg kim ",
            "> /msg kim ",
        ] {
            let long = format!("{begin}{}\nnext", "a".repeat(3 * HELD));
            let why = if begin.starts_with('{') { "1!TooLong" } else { "1!TooLong room" };
            assert_eq!(cut(long.as_bytes(), true), [why, "2:next"], "{begin}");
        }
    }

    #[test]
    fn a_line_that_cannot_be_sent_may_have_chosen_a_room() {
        let refused: [(&[u8], bool); 11] = [
            (b"/join \xff", true),
            (b"\xff/join dev", true),
            (b" /jo\xffin dev", true),
            // A Korean name in EUC-KR.
            (b"/\xc2\xfc\xb0\xa1 dev", true),
            (b"\xef\xbc\x8fmsg \xff", true),
            (b"/enter \xff", true),
            (b"\\join \xff", true),
            (b"/me \xff", false),
            (b"//join \xff", false),
            (b"caf\xe9 /join dev", false),
            (b"\xff", false),
        ];
        for (line, chooses) in refused {
            let told = if chooses { "1!NotUtf8 room" } else { "1!NotUtf8" };
            assert_eq!(cut(line, true), [told], "{line:?}");
        }
    }

    #[test]
    fn where_every_line_is_text_a_command_is_a_line_like_the_others() {
        let (mut cutter, mut lines) =
            (LineCutter::new(Cut { splits: true, has_commands: false }), Vec::new());
        let long = format!("/msg kim {}\n/join \u{e9}", "a".repeat(HELD));
        let latin: Vec<u8> = long.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        cutter.feed(&latin, &mut lines);
        cutter.end(&mut lines);
        assert_eq!(lines.len(), 4);
        assert!(matches!(&lines[1], LineInput::Line(rest) if rest.continues));
        assert!(matches!(lines[2], LineInput::Unusable { chooses_room: false, .. }));
    }

    #[test]
    fn why_a_line_cannot_be_sent_is_told_once() {
        let long = [b"/x", &b"x".repeat(5 * HELD)[..], b"\n"].concat();
        assert_eq!(cut(&long, true).len(), 1);
    }
}
