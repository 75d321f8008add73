//! The help: every key and every command, from the tables that bind and run them.

use shared::Role;

use super::outcome::Outcome;
use crate::app::{chord, command, keymap};
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
    /// A heading.
    Title(&'static str),
    /// A key or command, and what it does.
    Entry(String, &'static str),
    /// Nothing.
    Blank,
}

/// All lines of the help, for somebody with this role.
#[must_use]
pub fn lines(lang: Lang, role: Role) -> Vec<HelpLine> {
    let commands =
        command::for_role(role).map(|command| HelpLine::Entry(command.usage(lang), lang.pick(command.help)));
    let keys = keymap::help(lang).map(|(keys, help)| HelpLine::Entry(keys, help));
    let mut lines = vec![HelpLine::Title(lang.commands_title())];
    lines.extend(commands);
    lines.extend([HelpLine::Blank, HelpLine::Title(lang.keys_title())]);
    lines.extend(keys);
    lines.extend(chord::help(lang, role).map(|(keys, help)| HelpLine::Entry(keys, help)));
    lines
}

impl Help {
    pub(super) fn on_key(&mut self, key: Key) -> Outcome {
        self.top = match key.on_latin_layout().code {
            Code::Up => self.top.saturating_sub(1),
            Code::Down => self.top.saturating_add(1),
            Code::PageUp => self.top.saturating_sub(10),
            Code::PageDown | Code::Char(' ') => self.top.saturating_add(10),
            Code::Home => 0,
            Code::End => u16::MAX / 2,
            Code::Char('q' | '?') | Code::Enter => return Outcome::Closed,
            Code::Char(_)
            | Code::F(_)
            | Code::Tab
            | Code::Backspace
            | Code::Delete
            | Code::Esc
            | Code::Left
            | Code::Right => return Outcome::Kept,
        };
        let last = u16::try_from(lines(Lang::En, Role::Admin).len()).unwrap_or(u16::MAX).saturating_sub(1);
        self.top = self.top.min(last);
        Outcome::Kept
    }
}
