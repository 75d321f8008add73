//! Keys, and how they are written: `ctrl-k` in code, `Ctrl-K` on the screen. Also what makes reports of the same key equal:
//! terminals and Korean input methods report some keys in several ways.

use std::fmt;
use std::str::FromStr;

use super::layout::latin_letter;

/// A key press. Shift counts only where the character does not already say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// With Ctrl.
    pub ctrl: bool,
    /// With Alt (Meta, or Esc before it).
    pub alt: bool,
    /// With Shift.
    pub shift: bool,
    /// What the key types in the US layout, where the terminal says so beside a character of another one.
    pub base: Option<char>,
}

/// The keys themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "keys are named by what stands on them")]
pub enum Code {
    Char(char),
    F(u8),
    Enter,
    Tab,
    Backspace,
    Delete,
    Esc,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
}

const NAMES: [(&str, Code); 14] = [
    ("enter", Code::Enter),
    ("tab", Code::Tab),
    ("backspace", Code::Backspace),
    ("del", Code::Delete),
    ("esc", Code::Esc),
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("home", Code::Home),
    ("end", Code::End),
    ("pgup", Code::PageUp),
    ("pgdn", Code::PageDown),
    ("space", Code::Char(' ')),
];

impl Key {
    /// A key alone.
    #[must_use]
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false, base: None }
    }

    /// The same key however a terminal or an input method reports it.
    #[must_use]
    pub fn normal(self) -> Self {
        let Code::Char(c) = self.code else { return self };
        if !self.ctrl && !self.alt {
            return Self { shift: false, ..self };
        }
        let c = match self.latin().unwrap_or(c).to_ascii_lowercase() {
            // The byte 0x1f is Ctrl-_, Ctrl-/ and Ctrl-7; terminals that report keys send any of them.
            '7' | '/' | '-' if self.ctrl => '_',
            c => c,
        };
        Self { code: Code::Char(c), shift: false, base: None, ..self }
    }

    /// The Latin letter on the key, whatever layout or input method is on; a character that is on no such key is itself.
    #[must_use]
    pub fn latin(self) -> Option<char> {
        let Code::Char(c) = self.code else { return None };
        if c.is_ascii() {
            return Some(c);
        }
        let base = self.base.map(|base| if c.is_uppercase() { base.to_ascii_uppercase() } else { base });
        base.or_else(|| latin_letter(c)).or(Some(c))
    }

    /// The same key as if the US layout were on, for keys that are commands.
    #[must_use]
    pub fn on_latin_layout(self) -> Self {
        Self { code: self.latin().map_or(self.code, Code::Char), base: None, ..self }
    }

    /// Of Alt with a character: the character, if what was pressed was Esc and that.
    #[must_use]
    pub fn typed_after_esc(self) -> Option<Self> {
        let is_character = matches!(self.code, Code::Char(_)) && self.alt && !self.ctrl;
        is_character.then_some(Self { alt: false, ..self })
    }

    /// The character this key types.
    #[must_use]
    pub fn typed(self) -> Option<char> {
        if let Code::Char(c) = self.code
            && !self.ctrl
            && !self.alt
        {
            return Some(c);
        }
        None
    }
}

impl FromStr for Key {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let mut key = Self::plain(Code::Esc);
        let mut rest = name;
        loop {
            let (held, after) = match rest.split_once('-') {
                Some(("ctrl", after)) => (&mut key.ctrl, after),
                Some(("alt", after)) => (&mut key.alt, after),
                Some(("shift", after)) => (&mut key.shift, after),
                _ => break,
            };
            *held = true;
            rest = after;
        }
        let mut chars = rest.chars();
        key.code = match (chars.next(), chars.next()) {
            (Some(c), None) => Code::Char(c),
            (Some('f'), Some('0'..='9')) => {
                rest.get(1..).and_then(|n| n.parse().ok()).map(Code::F).ok_or(())?
            }
            _ => NAMES.iter().find(|(known, _)| *known == rest).map(|(_, code)| *code).ok_or(())?,
        };
        Ok(key)
    }
}

/// As people write keys: `Ctrl-K`, `Alt-Enter`, `PgUp`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = String::new();
        for (held, name) in [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")] {
            if held {
                shown.push_str(name);
            }
        }
        match self.code {
            Code::Up => shown.push('↑'),
            Code::Down => shown.push('↓'),
            Code::Left => shown.push('←'),
            Code::Right => shown.push('→'),
            Code::PageUp => shown.push_str("PgUp"),
            Code::PageDown => shown.push_str("PgDn"),
            Code::F(n) => shown.extend(["F", &n.to_string()]),
            Code::Char(c) if c != ' ' && !shown.is_empty() => shown.extend(c.to_uppercase()),
            Code::Char(c) if c != ' ' => shown.push(c),
            Code::Char(_)
            | Code::Enter
            | Code::Tab
            | Code::Backspace
            | Code::Delete
            | Code::Esc
            | Code::Home
            | Code::End => {
                let name = NAMES.iter().find(|(_, code)| *code == self.code).map_or("", |(name, _)| name);
                let mut chars = name.chars();
                shown.extend(chars.next().map(|c| c.to_ascii_uppercase()));
                shown.push_str(chars.as_str());
            }
        }
        f.pad(&shown)
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Key};

    #[test]
    fn keys_are_read_as_they_are_written() {
        let table = [
            ("ctrl-k", "Ctrl-K", Key { ctrl: true, ..Key::plain(Code::Char('k')) }),
            ("alt-enter", "Alt-Enter", Key { alt: true, ..Key::plain(Code::Enter) }),
            ("shift-up", "Shift-↑", Key { shift: true, ..Key::plain(Code::Up) }),
            ("f1", "F1", Key::plain(Code::F(1))),
            ("f", "f", Key::plain(Code::Char('f'))),
            ("pgup", "PgUp", Key::plain(Code::PageUp)),
            ("ctrl-_", "Ctrl-_", Key { ctrl: true, ..Key::plain(Code::Char('_')) }),
            ("?", "?", Key::plain(Code::Char('?'))),
        ];
        for (written, shown, key) in table {
            assert_eq!(written.parse(), Ok(key), "{written}");
            assert_eq!(key.to_string(), shown);
        }
        assert_eq!("ctrl-nonsense".parse::<Key>(), Err(()));
    }

    #[test]
    fn a_hangul_input_method_does_not_take_the_shortcuts_away() {
        let alt = |c| Key { alt: true, ..Key::plain(Code::Char(c)) };
        assert_eq!(alt('ㅁ').normal(), alt('a'));
        assert_eq!(alt('A').normal(), alt('a'));
        assert_eq!(alt('с').normal(), alt('c'));
        assert_eq!(Key { base: Some('d'), ..alt('в') }.normal(), alt('d'));
        assert_eq!(Key::plain(Code::Char('ㅁ')).normal(), Key::plain(Code::Char('ㅁ')));
    }

    #[test]
    fn undo_is_one_key_whatever_the_terminal_calls_it() {
        let ctrl = |c| Key { ctrl: true, ..Key::plain(Code::Char(c)) };
        for c in ['7', '/', '_', '-'] {
            assert_eq!(ctrl(c).normal(), ctrl('_'));
        }
    }
}
