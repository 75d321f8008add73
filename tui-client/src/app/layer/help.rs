//! The help: every key and every command. It must not have a list of its own; the tables are the list.

use shared::Role;

use super::super::chord;
use super::super::command;
use super::super::keymap;
use super::{Heard, closes, is_global};
use crate::event::{Code, Key};
use crate::lang::Lang;

/// The help, and how far it is scrolled.
#[derive(Clone, Copy, Debug, Default)]
pub struct Help {
    /// The first line shown; drawing keeps it inside the text.
    pub top: u16,
}

/// A line of the help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpLine {
    /// What comes.
    Title(&'static str),
    /// A key or command, and what it does.
    Entry(String, &'static str),
    /// Nothing.
    Blank,
}

/// All lines of the help.
#[must_use]
pub fn lines(lang: Lang, role: Role) -> Vec<HelpLine> {
    let commands =
        command::for_role(role).map(|command| HelpLine::Entry(command.usage(lang), lang.pick(command.help)));
    let keys = keymap::help(lang).map(|(keys, help)| HelpLine::Entry(keys, help));
    let mut lines = vec![HelpLine::Title(lang.commands())];
    lines.extend(commands);
    lines.extend([HelpLine::Blank, HelpLine::Title(lang.keys())]);
    lines.extend(keys);
    lines.extend(chord::help(lang, role).map(|(keys, help)| HelpLine::Entry(keys, help)));
    lines
}

impl Help {
    pub(super) fn on_key(&mut self, key: Key) -> Heard {
        if is_global(key) {
            return Heard::Passed;
        }
        self.top = match key.code {
            Code::Up => self.top.saturating_sub(1),
            Code::Down => self.top.saturating_add(1),
            Code::PageUp => self.top.saturating_sub(10),
            Code::PageDown | Code::Char(' ') => self.top.saturating_add(10),
            Code::Home => 0,
            Code::End => u16::MAX / 2,
            Code::Char('q' | '?') | Code::F(1) | Code::Enter => return Heard::Closed,
            Code::Char(_)
            | Code::F(_)
            | Code::Tab
            | Code::Backspace
            | Code::Delete
            | Code::Esc
            | Code::Left
            | Code::Right => return if closes(key) { Heard::Closed } else { Heard::Kept },
        };
        let last = u16::try_from(lines(Lang::En, Role::Admin).len()).unwrap_or(u16::MAX).saturating_sub(1);
        self.top = self.top.min(last);
        Heard::Kept
    }
}
