//! What a terminal is asked, once and in one round, before the first frame: the colour of its background, how wide it
//! draws a character whose width Unicode leaves open, whether it reports the focus, and what it calls itself. Nothing waits for the answers: until they come, and where they do
//! not, the screen is drawn for any background and for narrow characters. [`super::parse`] reads them.

use std::time::Duration;

use super::graphics::{self, Program};
use super::modes::Capabilities;
use super::notify::NoticeWay;
use super::parse::Answer;
use crate::ambiguous_width::AmbiguousWidth;

/// Answers that come later are not taken: by then the picture is settled.
pub const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// A character of the frame, alone at the beginning of the first row. The first frame erases it.
const ASK_WIDTH: &str = "\x1b[H─\x1b[6n\x1b[H";
/// Whether it knows mode 1004 (DECRQM), and its name (XTVERSION).
const ASK_ATTENTION: &str = "\x1b[?1004$p\x1b[>q";
const ASK_BACKGROUND: &str = "\x1b]11;?\x1b\\";

/// What was learnt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learnt {
    /// Whether ambiguous characters are two columns wide.
    IsWide(bool),
    /// The colour of the background.
    Background([u8; 3]),
    /// It reports the focus.
    ReportsFocus,
    /// How it takes notices.
    Notices(NoticeWay),
    /// Which program it is, as far as pictures go.
    Program(Program),
    /// It has sixels.
    Sixel,
    /// It takes kitty's commands for pictures.
    KittyGraphics,
}

/// What is asked, and not answered yet.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Query {
    width: bool,
    background: bool,
    focus: bool,
    notices: bool,
    /// What it shows pictures by: to be answered once each.
    kitty: bool,
    attributes: bool,
}

impl Query {
    /// What this terminal is asked.
    #[must_use]
    pub fn of(capabilities: Capabilities) -> Self {
        Self {
            width: capabilities.ambiguous_width == AmbiguousWidth::Auto,
            background: capabilities.color && capabilities.knows_background,
            focus: capabilities.knows_background,
            notices: capabilities.knows_background,
            // Over ssh half blocks are drawn, and a terminal within another one would answer for itself.
            kitty: asks_for_pictures(capabilities) && !capabilities.is_multiplexer,
            attributes: asks_for_pictures(capabilities),
        }
    }

    /// The questions as bytes.
    #[must_use]
    pub fn bytes(self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if self.background {
            bytes.extend(ASK_BACKGROUND.as_bytes());
        }
        if self.focus {
            bytes.extend(ASK_ATTENTION.as_bytes());
        }
        if self.kitty {
            bytes.extend(graphics::ASK.as_bytes());
        }
        if self.attributes {
            bytes.extend(graphics::ASK_ATTRIBUTES.as_bytes());
        }
        if self.width {
            bytes.extend(ASK_WIDTH.as_bytes());
        }
        bytes
    }

    /// What follows from an answer: nothing, if it was not asked for, or twice.
    pub fn take(&mut self, answer: Answer) -> Vec<Learnt> {
        if let Answer::Named { notices, program } = answer {
            return if std::mem::take(&mut self.notices) {
                notices.map(Learnt::Notices).into_iter().chain(program.map(Learnt::Program)).collect()
            } else {
                Vec::new()
            };
        }
        self.take_one(answer).into_iter().collect()
    }

    fn take_one(&mut self, answer: Answer) -> Option<Learnt> {
        match answer {
            Answer::Cursor { row: 1, column: column @ 2..=3 } if std::mem::take(&mut self.width) => {
                Some(Learnt::IsWide(column == 3))
            }
            Answer::Background(color) if std::mem::take(&mut self.background) => {
                Some(Learnt::Background(color))
            }
            Answer::ReportsFocus(true) if std::mem::take(&mut self.focus) => Some(Learnt::ReportsFocus),
            Answer::Attributes { sixel: true } if std::mem::take(&mut self.attributes) => Some(Learnt::Sixel),
            Answer::KittyGraphics(true) if std::mem::take(&mut self.kitty) => Some(Learnt::KittyGraphics),
            Answer::Cursor { .. }
            | Answer::Background(_)
            | Answer::ReportsFocus(_)
            | Answer::Named { .. }
            | Answer::Attributes { .. }
            | Answer::KittyGraphics(_) => None,
        }
    }
}

/// Whether it is worth asking how it shows pictures.
fn asks_for_pictures(capabilities: Capabilities) -> bool {
    capabilities.knows_background && capabilities.color && capabilities.many_colors && !capabilities.is_remote
}

#[cfg(test)]
mod tests {
    use super::{Learnt, Query};
    use crate::ambiguous_width::AmbiguousWidth;
    use crate::terminal::modes::Capabilities;
    use crate::terminal::notify::NoticeWay;
    use crate::terminal::parse::Answer;

    #[test]
    fn each_question_is_asked_and_answered_once() {
        let mut query = Query::of(Capabilities::of("xterm", false, true));
        let asked = String::from_utf8(query.bytes()).unwrap();
        assert_eq!((asked.matches("]11;?").count(), asked.matches("[6n").count()), (1, 1));
        let named = |way| Answer::Named { notices: Some(way), program: None };
        let cursor = |row, column| Answer::Cursor { row, column };
        assert_eq!(query.take(cursor(9, 3)), [], "that is no answer to this question");
        assert_eq!(query.take(cursor(1, 3)), [Learnt::IsWide(true)]);
        assert_eq!(query.take(cursor(1, 2)), []);
        assert_eq!(query.take(Answer::Background([1, 2, 3])), [Learnt::Background([1, 2, 3])]);
        assert_eq!(query.take(Answer::Background([9, 9, 9])), []);
        assert_eq!((asked.matches("[?1004$p").count(), asked.matches("[>q").count()), (1, 1));
        assert_eq!(query.take(Answer::ReportsFocus(true)), [Learnt::ReportsFocus]);
        assert_eq!(query.take(Answer::ReportsFocus(true)), []);
        assert_eq!(query.take(named(NoticeWay::Osc99)), [Learnt::Notices(NoticeWay::Osc99)]);
        assert_eq!(query.take(named(NoticeWay::Osc9)), []);
    }

    #[test]
    fn how_pictures_are_shown_is_asked_where_they_can_be_and_answered_once() {
        let local = Capabilities { many_colors: true, ..Capabilities::of("xterm-256color", false, true) };
        let mut query = Query::of(local);
        let asked = String::from_utf8(query.bytes()).unwrap();
        assert_eq!((asked.matches("\x1b_Gi=31,").count(), asked.matches("\x1b[c").count()), (1, 1));
        let sixel = Answer::Attributes { sixel: true };
        assert_eq!(query.take(Answer::Attributes { sixel: false }), []);
        assert_eq!(query.take(sixel), [Learnt::Sixel]);
        assert_eq!(query.take(sixel), []);
        assert_eq!(query.take(Answer::KittyGraphics(true)), [Learnt::KittyGraphics]);
        assert_eq!(query.take(Answer::KittyGraphics(true)), []);
        for other in [
            Capabilities { is_remote: true, ..local },
            Capabilities { many_colors: false, ..local },
            Capabilities { color: false, ..local },
            Capabilities { knows_background: false, ..local },
        ] {
            assert!(!String::from_utf8(Query::of(other).bytes()).unwrap().contains("\x1b[c"));
        }
        let tmux = Query::of(Capabilities { is_multiplexer: true, ..local }).bytes();
        assert!(!String::from_utf8(tmux).unwrap().contains("\x1b_G"), "tmux would answer nothing");
    }

    #[test]
    fn what_is_known_or_not_wanted_is_not_asked() {
        let known =
            Capabilities { ambiguous_width: AmbiguousWidth::Wide, ..Capabilities::of("xterm", true, true) };
        let asked = String::from_utf8(Query::of(known).bytes()).unwrap();
        assert!(!asked.contains("]11") && !asked.contains("[6n"));
        // The console of Linux would show the questions.
        let linux = String::from_utf8(Query::of(Capabilities::of("linux", false, true)).bytes()).unwrap();
        assert!(!linux.contains(']') && !linux.contains('$'));
    }
}
