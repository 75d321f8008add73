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
            let button = report.split(|&byte| byte == b';').next();
            return wheel(std::str::from_utf8(button?).ok()?.parse().ok()?).map(Event::Wheel);
        }
        [ESC, b'[', b'M', button, _, _] => return wheel(button.checked_sub(32)?.into()).map(Event::Wheel),
        // Other reports of a mouse, as presses and releases, and of those in a form nobody asked for.
        // Nor was anything asked that control strings answer.
        [ESC, b'[', b'<', ..] | [ESC, b'[', .., b'M'] | [ESC, b']' | b'P' | b'_', _, ..] => return None,
        [ESC, b'O'] => return Some(Event::Key(Key { alt: true, ..Key::plain(Code::Char('o')) })),
        _ => {}
    }
    match Parsed::parse_from(sequence).ok()?? {
        Parsed::Key(key) if key.kind != KeyEventKind::Release => translate(key).map(Event::Key),
        Parsed::FocusGained => Some(Event::Focus(true)),
        Parsed::FocusLost => Some(Event::Focus(false)),
        Parsed::Key(_) | Parsed::Mouse(_) | Parsed::Paste(_) | Parsed::Resize { .. } => None,
    }
}

/// Only the wheel is ours: what a press or a drag means is left to the terminal, with Shift. The bits for Shift, Alt
/// and Ctrl do not matter.
fn wheel(button: u16) -> Option<Wheel> {
    match button & !0b1_1100 {
        64 => Some(Wheel::Up),
        65 => Some(Wheel::Down),
        _ => None,
    }
}

fn translate(key: KeyEvent) -> Option<Key> {
    let held = |modifier| key.modifiers.intersects(modifier);
    // These belong to the desktop.
    if held(KeyModifiers::SUPER | KeyModifiers::HYPER) {
        return None;
    }
    let (mut ctrl, alt, shift) =
        (held(KeyModifiers::CTRL), held(KeyModifiers::ALT), held(KeyModifiers::SHIFT));
    let code = match key.code {
        // A terminal that does not tell Ctrl-H from Backspace means Backspace.
        KeyCode::Char('h') if ctrl => {
            ctrl = false;
            Code::Backspace
        }
        KeyCode::Char(c) if c.is_control() => return None,
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::F(n) => Code::F(n),
        KeyCode::Enter => Code::Enter,
        KeyCode::Tab => Code::Tab,
        KeyCode::Backspace => Code::Backspace,
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
    Some(Key { code, ctrl, alt, shift }.normal())
}
