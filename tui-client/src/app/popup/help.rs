//! The help: what one needs first, then every command and every key, from the tables that bind and run them. It is laid out
//! here, so that scrolling knows how many rows there are.

use shared::Role;

use super::context::Context;
use super::outcome::Outcome;
use crate::app::keymap::Keymap;
use crate::app::text_width::columns;
use crate::app::wrap;
use crate::app::{chord, command};
use crate::event::{Code, Key};
use crate::lang::Lang;
use crate::place::Place;

/// The actions one needs first, by their names in the keymap.
const FIRST_KEYS: [&str; 7] =
    ["send", "new-line", "complete", "scroll-up", "find-room", "pick-up", "interrupt"];
/// The commands one needs first.
const FIRST_COMMANDS: [&str; 4] = ["join", "msg", "nick", "quit"];

/// How wide the help is, its frame included, where there is room.
const WIDEST: u16 = 100;
/// Below this width what a key does stands under it.
const BESIDE_FROM: u16 = 50;
/// The most columns for keys and commands; a longer one has a row of its own.
const WIDEST_KEY: usize = 34;
/// The columns by which what stands under a key is indented.
const INDENT: u16 = 3;

/// The help, and how far it is scrolled.
#[derive(Clone, Copy, Debug, Default)]
pub struct Help {
    /// The first row shown.
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

/// A row of the help as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpRow {
    /// A heading.
    Title(&'static str),
    /// A key or command, or a part of it, and beside it what it does from this column on; either may be empty.
    Entry {
        /// The key.
        key: String,
        /// The column of the text.
        at: u16,
        /// What it does.
        text: String,
    },
    /// Nothing.
    Blank,
}

/// All lines of the help, for somebody with this role.
#[must_use]
pub fn lines(lang: Lang, role: Role, keymap: &Keymap, place: &Place) -> Vec<HelpLine> {
    let entry = |command: &command::Command| HelpLine::Entry(command.usage(lang), lang.pick(command.help));
    let line = |(keys, help)| HelpLine::Entry(keys, help);
    let mut lines = vec![HelpLine::Title(lang.first_title())];
    lines.extend(FIRST_KEYS.into_iter().filter_map(|key| keymap.help_for(key, lang)).map(line));
    lines.extend(FIRST_COMMANDS.into_iter().filter_map(command::find).map(entry));
    if let Some(elsewhere) = place.elsewhere() {
        lines.extend([HelpLine::Blank, HelpLine::Title(lang.over_ssh_title())]);
        lines.extend(lang.over_ssh(&elsewhere.destination).map(line));
    }
    lines.extend([HelpLine::Blank, HelpLine::Title(lang.commands_title())]);
    lines.extend(command::offered(role, place).map(entry));
    lines.extend([HelpLine::Blank, HelpLine::Title(lang.keys_title())]);
    lines.extend(keymap.help(lang).map(line));
    lines.extend(chord::help(lang, role).map(|(keys, help)| line((keymap.in_words(keys), help))));
    lines
}

/// The width of the help in a terminal of so many columns, its frame included.
#[must_use]
pub fn width(terminal: u16) -> u16 {
    WIDEST.min(terminal)
}

/// The rows of the help in so many columns. Nothing is cut.
#[must_use]
pub fn rows(lang: Lang, role: Role, keymap: &Keymap, place: &Place, width: u16) -> Vec<HelpRow> {
    let lines = lines(lang, role, keymap, place);
    let keys = lines
        .iter()
        .filter_map(|line| if let HelpLine::Entry(key, _) = line { Some(columns(key)) } else { None });
    let widest = keys.filter(|columns| *columns <= WIDEST_KEY).max().unwrap_or(0);
    let beside = u16::try_from(widest + 2).unwrap_or(width);
    let mut rows = Vec::new();
    for line in lines {
        match line {
            HelpLine::Title(title) => rows.push(HelpRow::Title(title)),
            HelpLine::Blank => rows.push(HelpRow::Blank),
            HelpLine::Entry(key, text) => {
                let is_beside = width >= BESIDE_FROM && columns(&key) <= widest;
                let at = if width >= BESIDE_FROM { beside } else { INDENT.min(width / 4) };
                let mut keys = if is_beside { vec![key] } else { wrapped(&key, width) };
                let last = keys.pop().unwrap_or_default();
                let bare = |key| HelpRow::Entry { key, at, text: String::new() };
                rows.extend(keys.into_iter().map(bare));
                let mut texts = wrapped(text, width.saturating_sub(at)).into_iter();
                if is_beside {
                    let text = texts.next().unwrap_or_default();
                    rows.push(HelpRow::Entry { key: last, at, text });
                } else {
                    rows.push(bare(last));
                }
                rows.extend(texts.map(|text| HelpRow::Entry { key: String::new(), at, text }));
            }
        }
    }
    rows
}

fn wrapped(text: &str, width: u16) -> Vec<String> {
    wrap::rows(text, width).map(|row| text.get(row.start..row.end).unwrap_or_default().to_owned()).collect()
}

/// The columns and rows inside the frame of the help; a terminal too small for a frame has none.
#[must_use]
pub fn inside((columns, rows): (u16, u16)) -> (u16, u16) {
    let width = width(columns);
    if rows < 4 || width < 12 { (width, rows) } else { (width - 4, rows - 2) }
}

impl Help {
    pub(super) fn on_key(&mut self, key: Key, ctx: &Context<'_>) -> Outcome {
        let (width, height) = inside((ctx.columns, ctx.height));
        let page = height.saturating_sub(2).max(1);
        self.top = match key.on_latin_layout().code {
            Code::Up => self.top.saturating_sub(1),
            Code::Down => self.top.saturating_add(1),
            Code::PageUp => self.top.saturating_sub(page),
            Code::PageDown | Code::Char(' ') => self.top.saturating_add(page),
            Code::Home => 0,
            Code::End => u16::MAX,
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
        let count =
            u16::try_from(rows(ctx.lang, ctx.role(), ctx.keymap, ctx.place, width).len()).unwrap_or(u16::MAX);
        self.top = self.top.min(count.saturating_sub(height));
        Outcome::Kept
    }
}

#[cfg(test)]
mod tests {
    use shared::Role;

    use super::{HelpLine, HelpRow, columns, lines, rows};
    use crate::app::keymap::Keymap;
    use crate::lang::Lang;
    use crate::place::Place;

    #[test]
    fn nothing_is_cut_at_any_width() {
        for lang in [Lang::En, Lang::Ko] {
            let letters = |text: String| text.replace([' ', '\n'], "");
            let whole: String = lines(lang, Role::Admin, &Keymap::default(), &Place::Here)
                .into_iter()
                .map(|line| match line {
                    HelpLine::Entry(key, text) => key + text,
                    HelpLine::Title(title) => title.to_owned(),
                    HelpLine::Blank => String::new(),
                })
                .collect();
            for width in [16, 30, 40, 56, 76, 96] {
                let mut shown = String::new();
                for row in rows(lang, Role::Admin, &Keymap::default(), &Place::Here, width) {
                    match row {
                        HelpRow::Entry { key, at, text } => {
                            assert!(text.is_empty() || columns(&text) <= usize::from(width - at), "{text}");
                            assert!(columns(&key) <= usize::from(width), "{key}");
                            assert!(key.is_empty() || text.is_empty() || columns(&key) < usize::from(at));
                            shown += &(key + &text);
                        }
                        HelpRow::Title(title) => shown += title,
                        HelpRow::Blank => {}
                    }
                }
                assert_eq!(letters(shown), letters(whole.clone()), "{width}");
            }
        }
    }

    #[test]
    fn it_begins_with_what_one_needs_first() {
        let first = lines(Lang::En, Role::Member, &Keymap::default(), &Place::Here);
        let found: Vec<_> = first.iter().skip(1).take_while(|line| **line != HelpLine::Blank).collect();
        assert_eq!(found.first(), Some(&&HelpLine::Entry("Enter".into(), "send")));
        assert_eq!(
            found.last(),
            Some(&&HelpLine::Entry("/quit".into(), "leave; other windows of yours stay"))
        );
        assert_eq!(found.len(), super::FIRST_KEYS.len() + super::FIRST_COMMANDS.len());
    }
}
