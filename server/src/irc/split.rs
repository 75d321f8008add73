//! Long texts and those of several lines, on their way to and from the 512 bytes of a line of IRC. [`pieces`] cuts a text into
//! bodies of `PRIVMSG`: each line by itself, and what is too long after a space, or where there is none between two graphemes.
//! Nothing is left out or put in, so that a client that knows `draft/multiline` has the very text; [`Assembly`] is the way back,
//! from the lines of such a batch to one text.

use shared::Text;
use unicode_segmentation::UnicodeSegmentation as _;

use super::line::LINE_BYTES;

/// What begins and ends an action (`/me`).
const ACTION: (&str, &str) = ("\u{1}ACTION ", "\u{1}");

/// A body of a `PRIVMSG`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// What is said in it; perhaps nothing, for an empty line of the text.
    pub body: &'a str,
    /// Whether it goes on with the line before it (the tag `draft/multiline-concat`).
    pub is_concat: bool,
}

/// The bytes that remain for a text in `:SOURCE COMMAND TARGET :TEXT` with its end, as those who receive it see it.
#[must_use]
pub fn room_for_text(source: &str, command: &str, target: &str) -> usize {
    LINE_BYTES.saturating_sub(":  ".len() + " :\r\n".len() + source.len() + command.len() + target.len())
}

/// A text in bodies of at most `room` bytes each.
pub fn pieces(text: &str, room: usize) -> impl Iterator<Item = Piece<'_>> {
    text.split('\n').flat_map(move |line| {
        let mut rest = Some(line);
        let mut is_concat = false;
        std::iter::from_fn(move || {
            let line = rest?;
            let (body, after) = line.split_at(if line.len() <= room { line.len() } else { cut(line, room) });
            rest = Some(after).filter(|after| !after.is_empty());
            Some(Piece { body, is_concat: std::mem::replace(&mut is_concat, true) })
        })
    })
}

/// The bodies of something done rather than said: each line is an action of its own, empty ones are left out.
pub fn actions(text: &str, room: usize) -> impl Iterator<Item = String> {
    let (begin, end) = ACTION;
    pieces(text, room.saturating_sub(begin.len() + end.len()))
        .filter(|piece| !piece.body.is_empty())
        .map(move |piece| format!("{begin}{}{end}", piece.body))
}

/// What is done in a body that is an action.
#[must_use]
pub fn as_action(body: &str) -> Option<&str> {
    let rest = body.strip_prefix(ACTION.0.trim_end())?;
    let rest = rest.strip_suffix(ACTION.1).unwrap_or(rest);
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(' ') }
}

/// Where a line that is longer than `room` is cut: behind the last space in the second half of what fits, for a word is better
/// cut than a line left nearly empty; or else before the grapheme that does not fit; or, where one alone is too long, between two of
/// its characters. Never at 0.
fn cut(line: &str, room: usize) -> usize {
    let fits = |(at, part): (usize, &str)| {
        let end = at + part.len();
        (end <= room).then_some(end)
    };
    let (mut after_space, mut last) = (None, 0);
    for (at, grapheme) in line.grapheme_indices(true) {
        let Some(end) = fits((at, grapheme)) else { break };
        last = end;
        if grapheme == " " && end > room / 2 {
            after_space = Some(end);
        }
    }
    if let Some(end) = after_space {
        return end;
    }
    if last > 0 {
        return last;
    }
    let ends = line.char_indices().map(|(at, char)| at + char.len_utf8());
    let first = line.chars().next().map_or(line.len(), char::len_utf8);
    ends.take_while(|end| *end <= room).last().unwrap_or(first)
}

/// Why a line cannot be a part of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssemblyError {
    /// The text is longer than one may be; `FAIL BATCH MULTILINE_MAX_BYTES`.
    #[error("a message has at most {} bytes; send it in parts", Text::MAX_BYTES)]
    TooManyBytes,
    /// It has more lines than one may have; `FAIL BATCH MULTILINE_MAX_LINES`.
    #[error("a message has at most {} lines; send it in parts", Text::MAX_LINES)]
    TooManyLines,
    /// An empty line cannot go on with the one before it; `FAIL BATCH MULTILINE_INVALID`.
    #[error("an empty line cannot be joined to the line before it")]
    BlankConcat,
}

/// The lines of a batch `draft/multiline`, as far as they came. It holds no more than a text may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assembly {
    text: String,
    lines: usize,
}

impl Assembly {
    /// Takes the next line; with `is_concat` it goes on with the one before it.
    pub fn push(&mut self, body: &str, is_concat: bool) -> Result<(), AssemblyError> {
        if is_concat && body.is_empty() {
            return Err(AssemblyError::BlankConcat);
        }
        let begins_line = !is_concat || self.lines == 0;
        if begins_line && self.lines == Text::MAX_LINES {
            return Err(AssemblyError::TooManyLines);
        }
        let is_after = begins_line && self.lines > 0;
        if self.text.len() + usize::from(is_after) + body.len() > Text::MAX_BYTES {
            return Err(AssemblyError::TooManyBytes);
        }
        if is_after {
            self.text.push('\n');
        }
        self.lines += usize::from(begins_line);
        self.text.push_str(body);
        Ok(())
    }

    /// The text; `None` where there is nothing in it but empty lines.
    #[must_use]
    pub fn finish(self) -> Option<String> {
        let is_blank = self.text.chars().all(|char| char == '\n');
        (!is_blank).then_some(self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::irc::line::Line;

    fn bodies(text: &str, room: usize) -> Vec<&str> {
        pieces(text, room).map(|piece| piece.body).collect()
    }

    #[test]
    fn a_text_is_cut_after_spaces_and_between_graphemes() {
        assert_eq!(bodies("one two three", 8), ["one two ", "three"]);
        assert_eq!(bodies("a bcdefghijkl", 8), ["a bcdefg", "hijkl"], "a line is not left nearly empty");
        assert_eq!(bodies("안녕하세요", 7), ["안녕", "하세", "요"]);
        assert_eq!(bodies("👩‍👩‍👧👩‍👩‍👧", 20), ["👩‍👩‍👧", "👩‍👩‍👧"]);
        assert_eq!(bodies("👩‍👩‍👧", 8).concat(), "👩‍👩‍👧", "one that does not fit is cut between characters");
        assert_eq!(bodies("한", 1), ["한"], "a character is never cut");
        assert_eq!(bodies("a\n\nb", 8), ["a", "", "b"]);
        let concat: Vec<bool> = pieces("abcdef\nx", 4).map(|piece| piece.is_concat).collect();
        assert_eq!(concat, [false, true, false]);
    }

    #[test]
    fn an_action_is_known_and_each_line_is_one() {
        let done: Vec<String> = actions("waves\n\nand 웃는다", 512).collect();
        assert_eq!(done, ["\u{1}ACTION waves\u{1}", "\u{1}ACTION and 웃는다\u{1}"]);
        assert_eq!(as_action(&done[0]), Some("waves"));
        assert_eq!(as_action("\u{1}ACTION waves"), Some("waves"), "some leave out the end");
        assert_eq!(as_action("\u{1}ACTION\u{1}"), Some(""));
        for other in ["ACTION waves", "\u{1}VERSION\u{1}", "\u{1}ACTIONS x\u{1}", ""] {
            assert_eq!(as_action(other), None, "{other:?}");
        }
        assert!(actions(&"한".repeat(300), 100).all(|body| body.len() <= 100));
    }

    #[test]
    fn a_batch_is_a_text_within_its_limits() {
        let mut batch = Assembly::default();
        for (body, is_concat) in [("hello", false), ("", false), ("how is ", false), ("everyone?", true)] {
            batch.push(body, is_concat).unwrap();
        }
        assert_eq!(batch.clone().push("", true), Err(AssemblyError::BlankConcat));
        assert_eq!(batch.finish().as_deref(), Some("hello\n\nhow is everyone?"));

        let mut lines = Assembly::default();
        (0..Text::MAX_LINES).for_each(|_| lines.push("", false).unwrap());
        assert_eq!(lines.push("x", false), Err(AssemblyError::TooManyLines));
        assert_eq!(lines.clone().finish(), None, "nothing but empty lines");
        lines.push("x", true).unwrap();
        assert!(lines.finish().is_some());

        let mut bytes = Assembly::default();
        bytes.push(&"x".repeat(Text::MAX_BYTES - 1), false).unwrap();
        assert_eq!(bytes.push("", false), Ok(()), "its line end counts");
        assert_eq!(bytes.push("x", true), Err(AssemblyError::TooManyBytes));
        assert_eq!(bytes.push("", false), Err(AssemblyError::TooManyBytes));
    }

    proptest! {
        #[test]
        fn what_was_cut_is_the_same_when_put_together_and_every_line_fits(
            text in "([a-z가-힣👩\u{200d}\u{301} ]{0,40}\n?){0,12}", name in "[가-힣]{2,12}"
        ) {
            let source = format!("{name}!u9007199254740991@chinwag");
            let room = room_for_text(&source, "PRIVMSG", "#점심");
            let mut batch = Assembly::default();
            for piece in pieces(&text, room) {
                prop_assert!(piece.body.len() <= room);
                batch.push(piece.body, piece.is_concat).unwrap();
                let mut line = String::new();
                Line::new("PRIVMSG", ["#점심", piece.body]).from(source.clone()).write(&mut line);
                let whole = format!("{}\r\n", piece.body);
                prop_assert!(line.len() <= LINE_BYTES && line.ends_with(&whole));
            }
            prop_assert_eq!(batch.text, text);
        }
    }
}
