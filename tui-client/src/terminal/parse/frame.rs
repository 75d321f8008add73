//! Where one key or control sequence ends (ECMA-48, UTF-8). It knows the grammar only, so that a sequence nobody knows
//! is cut off as surely as one that means something, and takes nothing of what follows with it.

/// Escape: the Esc key, Alt, or the beginning of a control sequence.
pub(super) const ESC: u8 = 0x1b;
/// Ends control strings, as xterm has it.
const BEL: u8 = 0x07;

/// How far the first key or control sequence of some bytes goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// This many bytes are one.
    Whole(usize),
    /// This many bytes are none and are dropped; what follows them is looked at anew.
    Broken(usize),
    /// More bytes are needed.
    Partial,
}

/// How far the first key or control sequence of `bytes`, which are not empty, goes.
pub(super) fn frame(bytes: &[u8]) -> Frame {
    match bytes {
        [ESC, ESC, rest @ ..] => match rest.first() {
            // Alt with a key that is a sequence itself, as PuTTY and rxvt send it.
            Some(b'[' | b'O') => within(1, frame(&bytes[1..])),
            Some(_) => Frame::Whole(1),
            None => Frame::Partial,
        },
        [ESC, b'[', rest @ ..] => control_sequence(rest),
        [ESC, b'O', rest @ ..] => single_shift(rest),
        [ESC, introducer @ (b']' | b'P' | b'_'), rest @ ..] => control_string(*introducer, rest),
        // Esc, and Ctrl with a letter soon after it: Alt and Ctrl together mean nothing here, but both alone do. Enter, Tab
        // and Backspace are control characters, too, and are used with Alt.
        [ESC, 0x00..=0x07 | 0x0b | 0x0c | 0x0e..=0x1f, ..] => Frame::Whole(1),
        // Alt with a character.
        [ESC, rest @ ..] if !rest.is_empty() => match within(1, character(rest)) {
            // It is not one: the Esc stands for itself.
            Frame::Broken(_) => Frame::Whole(1),
            found @ (Frame::Whole(_) | Frame::Partial) => found,
        },
        [ESC] => Frame::Partial,
        _ => character(bytes),
    }
}

fn within(before: usize, frame: Frame) -> Frame {
    match frame {
        Frame::Whole(length) => Frame::Whole(before + length),
        Frame::Broken(length) => Frame::Broken(before + length),
        Frame::Partial => Frame::Partial,
    }
}

/// One UTF-8 character.
fn character(bytes: &[u8]) -> Frame {
    let length = match bytes.first() {
        Some(0..0x80) => return Frame::Whole(1),
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        Some(_) | None => return Frame::Broken(1),
    };
    let bytes = bytes.get(..length).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(_) => Frame::Whole(length),
        Err(error) => error.error_len().map_or(Frame::Partial, Frame::Broken),
    }
}

/// What follows `ESC [` (ECMA-48, 5.4: parameters, intermediates and a final byte).
fn control_sequence(rest: &[u8]) -> Frame {
    match rest {
        // The Linux console's F1 to F5.
        [b'[', _, ..] => return Frame::Whole(4),
        [b'['] => return Frame::Partial,
        // A mouse report without SGR: three bytes of any value follow.
        [b'M', report @ ..] => {
            return if report.len() < 3 { Frame::Partial } else { Frame::Whole(6) };
        }
        _ => {}
    }
    match rest.iter().position(|byte| !matches!(byte, 0x20..=0x3f)) {
        Some(end) if matches!(rest[end], 0x40..=0x7e) => Frame::Whole(2 + end + 1),
        Some(end) => Frame::Broken(2 + end),
        None => Frame::Partial,
    }
}

/// What follows `ESC O` (a single shift): numbers as some send modifiers, and a final byte.
fn single_shift(rest: &[u8]) -> Frame {
    match rest.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b';')) {
        Some(end) if matches!(rest[end], 0x40..=0x7e) => Frame::Whole(2 + end + 1),
        // Alt-O, and something else after it.
        Some(_) => Frame::Whole(2),
        None => Frame::Partial,
    }
}

/// What follows the beginning of an operating system command, a device control string or an application program
/// command: text up to a string terminator. They are answers, of which each kind begins in its own way; what begins in
/// another was typed with Alt. A control character is no part of any: somebody is at the keyboard.
fn control_string(introducer: u8, rest: &[u8]) -> Frame {
    let is_answer = |first: &u8| match introducer {
        b']' => first.is_ascii_digit(),
        b'P' => matches!(first, b'0'..=b'9' | b'!' | b'$' | b'+' | b'>' | b'|'),
        _ => *first == b'G',
    };
    if rest.first().is_some_and(|first| *first != ESC && !is_answer(first)) {
        return Frame::Whole(2);
    }
    match rest.iter().position(|&byte| byte < 0x20) {
        Some(end) if rest[end] == BEL => Frame::Whole(2 + end + 1),
        Some(end) if rest[end] == ESC => match rest.get(end + 1) {
            Some(b'\\') => Frame::Whole(2 + end + 2),
            Some(_) => Frame::Broken(2 + end),
            None => Frame::Partial,
        },
        Some(end) => Frame::Broken(2 + end),
        None => Frame::Partial,
    }
}
