//! What a terminal answers when it is asked ([`crate::terminal::query`]), however late: none of it is a key.

use super::frame::ESC;
use crate::terminal::graphics::Program;
use crate::terminal::notify::NoticeWay;

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Where the cursor stands, counted from 1 (ECMA-48, CPR). It looks like Shift-F3, which nothing is bound to.
    Cursor {
        /// The row.
        row: u16,
        /// The column.
        column: u16,
    },
    /// The colour of the background: red, green and blue (xterm, OSC 11).
    Background([u8; 3]),
    /// Whether it reports the focus (DECRPM for mode 1004): it does where it knows the mode, for we have set it.
    ReportsFocus(bool),
    /// It is one that is known by its name (XTVERSION).
    Named {
        /// How it takes notices, where that is known.
        notices: Option<NoticeWay>,
        /// How it shows pictures, where that is known.
        program: Option<Program>,
    },
    /// Whether it has sixels, by its attributes (DA1).
    Attributes {
        /// It has.
        sixel: bool,
    },
    /// It takes kitty's commands for pictures, or has tried.
    KittyGraphics(bool),
}

/// Reads a whole sequence as an answer, if it is one.
pub(super) fn answer(sequence: &[u8]) -> Option<Answer> {
    match sequence {
        [ESC, b'[', position @ .., b'R'] => {
            let (row, column) = std::str::from_utf8(position).ok()?.split_once(';')?;
            Some(Answer::Cursor { row: row.parse().ok()?, column: column.parse().ok()? })
        }
        [ESC, b']', b'1', b'1', b';', color @ ..] => {
            let color = color.strip_suffix(b"\x07").or_else(|| color.strip_suffix(b"\x1b\\"))?;
            color_of(std::str::from_utf8(color).ok()?).map(Answer::Background)
        }
        [ESC, b'[', b'?', b'1', b'0', b'0', b'4', b';', set, b'$', b'y'] => {
            Some(Answer::ReportsFocus(matches!(set, b'1' | b'2' | b'3')))
        }
        [ESC, b'P', b'>', b'|', version @ ..] => {
            let version = version.strip_suffix(b"\x1b\\").or_else(|| version.strip_suffix(b"\x07"))?;
            let version = std::str::from_utf8(version).ok()?;
            let (notices, program) = (NoticeWay::of_version(version), Program::of_version(version));
            (notices.is_some() || program.is_some()).then_some(Answer::Named { notices, program })
        }
        [ESC, b'[', b'?', attributes @ .., b'c'] => {
            let attributes = std::str::from_utf8(attributes).ok()?;
            let is_list = attributes.bytes().all(|byte| byte.is_ascii_digit() || byte == b';');
            is_list.then(|| Answer::Attributes { sixel: attributes.split(';').any(|one| one == "4") })
        }
        [ESC, b'_', b'G', b'i', b'=', b'3', b'1', b';', said @ ..] => {
            Some(Answer::KittyGraphics(said.starts_with(b"OK")))
        }
        _ => None,
    }
}

/// A colour as X11 writes it: `rgb:` and one to four hexadecimal digits a part, or `#` and the same number of digits each.
fn color_of(text: &str) -> Option<[u8; 3]> {
    let parts: Vec<&str> = if let Some(digits) = text.strip_prefix('#') {
        let each = Some(digits.len() / 3).filter(|each| *each > 0 && digits.len().is_multiple_of(3))?;
        [0, each, 2 * each].into_iter().map(|at| digits.get(at..at + each)).collect::<Option<_>>()?
    } else {
        text.strip_prefix("rgb:").or_else(|| text.strip_prefix("rgba:"))?.split('/').take(3).collect()
    };
    let parts: Vec<u8> = parts.into_iter().map(part_of).collect::<Option<_>>()?;
    parts.try_into().ok()
}

/// One part, scaled to a byte.
fn part_of(digits: &str) -> Option<u8> {
    let value = u32::from_str_radix(digits, 16).ok()?;
    let most = 16_u32.pow(u32::try_from(digits.len()).ok().filter(|count| *count <= 4)?) - 1;
    u8::try_from(value * 255 / most).ok()
}

#[cfg(test)]
mod tests {
    use super::{Answer, Program, answer};
    use crate::terminal::notify::NoticeWay;

    #[test]
    fn answers_are_read_in_every_form_terminals_give_them() {
        for (sequence, expect) in [
            ("\x1b[24;80R", Some(Answer::Cursor { row: 24, column: 80 })),
            ("\x1b]11;rgb:ffff/8000/0000\x07", Some(Answer::Background([255, 127, 0]))),
            ("\x1b]11;rgb:1e/1e/2e\x1b\\", Some(Answer::Background([0x1e, 0x1e, 0x2e]))),
            ("\x1b]11;rgba:0000/0000/0000/ffff\x1b\\", Some(Answer::Background([0, 0, 0]))),
            ("\x1b]11;rgb:f/0/8\x07", Some(Answer::Background([255, 0, 136]))),
            ("\x1b]11;#fdf6e3\x07", Some(Answer::Background([0xfd, 0xf6, 0xe3]))),
            ("\x1b]11;?\x07", None),
            ("\x1b]11;rgb:12/34\x07", None),
            ("\x1b]11;rgb:-1/0/0\x07", None),
            ("\x1b]11;#12345\x07", None),
            ("\x1b]10;rgb:0/0/0\x07", None),
            ("\x1b[99999;1R", None),
            ("\x1b[R", None),
            ("\x1b[?1004;1$y", Some(Answer::ReportsFocus(true))),
            ("\x1b[?1004;0$y", Some(Answer::ReportsFocus(false))),
            ("\x1b[?2026;1$y", None),
            (
                "\x1bP>|kitty(0.35.2)\x1b\\",
                Some(Answer::Named { notices: Some(NoticeWay::Osc99), program: Some(Program::Placeholders) }),
            ),
            ("\x1b[?62;4;22c", Some(Answer::Attributes { sixel: true })),
            ("\x1b[?64;1;2;6;9;15;44c", Some(Answer::Attributes { sixel: false })),
            ("\x1b[>1;10;0c", None),
            ("\x1b_Gi=31;OK\x1b\\", Some(Answer::KittyGraphics(true))),
            ("\x1b_Gi=31;ENOSYS:no\x1b\\", Some(Answer::KittyGraphics(false))),
            ("\x1b_Gi=7;OK\x1b\\", None),
            ("\x1bP>|XTerm(388)\x1b\\", None),
        ] {
            assert_eq!(answer(sequence.as_bytes()), expect, "{sequence:?}");
        }
    }
}
