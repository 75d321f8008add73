//! What a whole key or control sequence means. The crate `terminput` knows the key codes; what we make of keys that
//! terminals confuse, and of the mouse, is said here.

use terminput::{Event as Parsed, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::frame::ESC;
use crate::event::{Code, Event, Key, Wheel};

/// What a whole sequence means to us, if anything.
pub(super) fn meaning(sequence: &[u8]) -> Option<Event> {
    match sequence {
        [ESC, ESC, ..] => {
            let alt = |key: Key| Key { alt: true, ..key };
            return if let Some(Event::Key(key)) = meaning(&sequence[1..]) {
                Some(Event::Key(alt(key)))
            } else {
                None
            };
        }
        [ESC, b'[', b'<', report @ .., b'M'] => {
            let mut numbers = std::str::from_utf8(report).ok()?.split(';').map(|number| number.parse().ok());
            return mouse(numbers.next()??, numbers.next()??, numbers.next()??);
        }
        [ESC, b'[', b'M', report @ ..] if report.len() == 3 => {
            let [button, column, row] = [0, 1, 2].map(|at| report.get(at)?.checked_sub(32).map(u16::from));
            return mouse(button?, column?, row?);
        }
        // Other reports of a mouse, as presses and releases, and of those in a form nobody asked for.
        // Nor was anything asked that control strings answer.
        [ESC, b'[', b'<', ..] | [ESC, b'[', .., b'M'] | [ESC, b']' | b'P' | b'_', _, ..] => return None,
        [ESC, introducer @ (b'O' | b']' | b'P' | b'_')] => {
            let key = Key::plain(Code::Char(char::from(*introducer)));
            return Some(Event::Key(Key { alt: true, ..key }.normal()));
        }
        _ => {}
    }
    if let Some(rewritten) = other_key(sequence) {
        return meaning(&rewritten);
    }
    match Parsed::parse_from(sequence).ok()?? {
        Parsed::Key(key) if key.kind != KeyEventKind::Release => {
            translate(key, base_key(sequence)).map(Event::Key)
        }
        Parsed::FocusGained => Some(Event::Focus(true)),
        Parsed::FocusLost => Some(Event::Focus(false)),
        Parsed::Key(_) | Parsed::Mouse(_) | Parsed::Paste(_) | Parsed::Resize { .. } => None,
    }
}

/// The wheel, with whatever is held, and the left button alone, on a cell counted from 1. What a drag means is left to the
/// terminal, with Shift.
fn mouse(button: u16, column: u16, row: u16) -> Option<Event> {
    match (button, button & !0b1_1100) {
        (_, 64) => Some(Event::Wheel(Wheel::Up)),
        (_, 65) => Some(Event::Wheel(Wheel::Down)),
        (0, _) => Some(Event::Click { column: column.checked_sub(1)?, row: row.checked_sub(1)? }),
        _ => None,
    }
}

/// A key in xterm's form for keys with modifiers (`modifyOtherKeys`): `ESC [ 27 ; modifiers ; code ~`, in that of the kitty
/// protocol, which says the same.
fn other_key(sequence: &[u8]) -> Option<Vec<u8>> {
    let [ESC, b'[', b'2', b'7', b';', parameters @ .., b'~'] = sequence else { return None };
    let (modifiers, code) = std::str::from_utf8(parameters).ok()?.split_once(';')?;
    let (modifiers, code) = (modifiers.parse::<u8>().ok()?, code.parse::<u32>().ok()?);
    Some(format!("\x1b[{code};{modifiers}u").into_bytes())
}

/// The key of the US layout that the kitty protocol names beside a character of another alphabet:
/// `ESC [ 1089 : : 99 ; 5 u`. A Latin layout keeps its own letters, wherever they are.
fn base_key(sequence: &[u8]) -> Option<char> {
    let [ESC, b'[', parameters @ .., b'u'] = sequence else { return None };
    let mut codes = parameters.split(|byte| *byte == b';').next()?.split(|byte| *byte == b':');
    let code = |digits: Option<&[u8]>| char::from_u32(std::str::from_utf8(digits?).ok()?.parse().ok()?);
    let (own, base) = (code(codes.next())?, code(codes.nth(1))?);
    (!own.is_ascii() && base.is_ascii_graphic()).then_some(base)
}

fn translate(key: KeyEvent, base: Option<char>) -> Option<Key> {
    let held = |modifier| key.modifiers.intersects(modifier);
    // These belong to the desktop.
    if held(KeyModifiers::SUPER | KeyModifiers::HYPER) {
        return None;
    }
    let (mut ctrl, alt, shift) =
        (held(KeyModifiers::CTRL), held(KeyModifiers::ALT), held(KeyModifiers::SHIFT));
    let code = match key.code {
        // A terminal that does not tell Ctrl-H from Backspace means Backspace.
        KeyCode::Char(c) if ctrl && base.unwrap_or(c) == 'h' => {
            ctrl = false;
            Code::Backspace
        }
        // The code is that with Ctrl where Backspace sends Ctrl-H.
        KeyCode::Backspace | KeyCode::Char('\u{8}') => Code::Backspace,
        KeyCode::Char(c) if c.is_control() => return None,
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::F(n) => Code::F(n),
        KeyCode::Enter => Code::Enter,
        KeyCode::Tab => Code::Tab,
        KeyCode::Delete => Code::Delete,
        KeyCode::Esc => Code::Esc,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::Insert
        | KeyCode::CapsLock
        | KeyCode::ScrollLock
        | KeyCode::NumLock
        | KeyCode::PrintScreen
        | KeyCode::Pause
        | KeyCode::Menu
        | KeyCode::KeypadBegin
        | KeyCode::Media(_)
        | KeyCode::Modifier(..) => return None,
    };
    Some(Key { code, ctrl, alt, shift, base }.normal())
}
