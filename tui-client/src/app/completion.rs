//! Completion by Tab: slash commands and aliases, names, rooms, emoji. [`Completion::begin`] finds the candidates for the word before the
//! caret; the input puts them into the draft one after the other.

pub mod emoji;

use shared::{Role, RoomName};

use super::aliases;
use super::command::{self, Takes};
use super::composer::Composer;
use super::keymap;
use super::rooms::Rooms;
use super::roster::Roster;
use super::session::Session;
use super::typed_line::{self, TypedLine};
use crate::place::Place;
use crate::server_list::Others;
use crate::settings::section::Section;
use crate::settings::sections::SECTIONS;
use crate::settings::value::Allowed;
use crate::settings::{self, About, SETTINGS};

/// A completion under way: each Tab puts the next candidate in the same place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The byte of the draft the word begins at.
    pub start: usize,
    /// What there is to choose from.
    pub candidates: Vec<String>,
    /// Which one stands in the draft.
    pub at: usize,
}

/// What the candidates come from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The draft.
    pub composer: &'a Composer,
    /// Rooms and members.
    pub rooms: &'a Rooms,
    /// Our role, bans and mutes.
    pub session: &'a Session,
    /// The other servers of this client.
    pub others: &'a Others,
    /// Names of one's own for commands.
    pub aliases: &'a Section,
    /// Where we are.
    pub place: &'a Place,
}

impl Completion {
    /// Begins to complete the word before the caret, with the first candidate or the last. `None` where there is none.
    #[must_use]
    pub fn begin(sources: Sources<'_>, forward: bool) -> Option<Self> {
        let (start, word) = sources.composer.word_before_caret();
        let candidates = sources.candidates(start, word);
        let last = candidates.len().checked_sub(1)?;
        Some(Self { start, candidates, at: if forward { 0 } else { last } })
    }

    /// Puts the current candidate into the draft. Says whether there is one.
    pub fn put_into(&self, composer: &mut Composer) -> bool {
        let candidate = self.candidates.get(self.at);
        candidate
            .inspect(|candidate| composer.replace_range(self.start..composer.caret(), candidate))
            .is_some()
    }

    /// The next candidate, or the one before, round and round.
    #[must_use]
    pub fn step(mut self, forward: bool) -> Self {
        let count = self.candidates.len();
        self.at = (self.at + if forward { 1 } else { count - 1 }) % count;
        self
    }
}

impl Sources<'_> {
    fn candidates(self, start: usize, word: &str) -> Vec<String> {
        let text = self.composer.text();
        if let TypedLine::Command(command) = typed_line::read(text) {
            let before = text.get(..start).unwrap_or_default();
            if before.trim().is_empty() {
                let name = word.trim_start_matches(typed_line::SLASHES);
                let mut names = commands(name, self.session.role(), self.place);
                names.extend(self.aliases_like(name));
                return names;
            }
            // What comes after an alias is completed as after what it stands for.
            let expanded = [text, before].map(|text| aliases::expand(text, self.aliases));
            let (command, before) = match &expanded {
                [Some(whole), Some(before)] => (whole.trim_start_matches('/'), before.as_str()),
                _ => (command, before),
            };
            let words = before.split_whitespace().count();
            let found = command::of_line(command).and_then(|(found, args)| {
                let of_name = command.split_whitespace().count() - args.split_whitespace().count();
                Some((found.takes, args, words.checked_sub(of_name)?))
            });
            match found {
                Some((Takes::Room, _, 0)) => return self.rooms_like(word),
                Some((Takes::Command, _, 0)) => {
                    return commands(word.trim_start_matches('/'), self.session.role(), self.place);
                }
                Some((Takes::Person, _, 0)) => return self.people_like(word, " "),
                Some((Takes::Sanctioned, _, 0)) => return self.sanctioned_like(word),
                Some((Takes::Ignored, _, 0)) => return self.ignored_like(word),
                Some((Takes::Setting, _, 0)) => return settings_like(word, self.place),
                Some((Takes::Server, _, 0 | 1)) => return self.servers_like(word),
                Some((Takes::Setting, args, 1)) => return values_like(command::split(args).0, word),
                Some(_) | None => {}
            }
        }
        if let Some(prefix) = word.strip_prefix(':').filter(|prefix| !prefix.is_empty()) {
            return emoji::like(prefix.trim_end_matches(':')).map(|emoji| format!("{emoji} ")).collect();
        }
        if word.starts_with('#') {
            return self.rooms_like(word);
        }
        let at_line_start =
            text.get(..start).is_none_or(|before| before.is_empty() || before.ends_with('\n'));
        self.people_like(word, if at_line_start { ": " } else { " " })
    }

    /// The aliases that begin like this.
    fn aliases_like(self, prefix: &str) -> impl Iterator<Item = String> {
        let prefix = prefix.to_lowercase();
        let names = self.aliases.0.iter().map(|entry| entry.name.as_str());
        names.filter(move |name| name.to_lowercase().starts_with(&prefix)).map(|name| format!("/{name} "))
    }

    fn rooms_like(self, word: &str) -> Vec<String> {
        let prefix = word.trim_start_matches('#').to_lowercase();
        let rooms = self.rooms.list().iter().filter(|room| room.joined && !room.is_direct());
        let is_mine = |name: &RoomName| self.rooms.get(name).is_some_and(|room| room.joined);
        let others = self.session.room_list().iter().map(|listed| &listed.name);
        let names = rooms.map(|room| &room.name).chain(others.filter(|name| !is_mine(name)));
        names.filter(|name| name.as_str().starts_with(&prefix)).map(|name| format!("{name} ")).collect()
    }

    /// The other servers whose addresses begin like this.
    fn servers_like(self, word: &str) -> Vec<String> {
        let labels = self.others.list.iter().map(|other| other.label.as_str());
        labels.filter(|label| label.starts_with(word)).map(ToOwned::to_owned).collect()
    }

    /// The names of banned and muted people that begin like this, as far as they are known.
    fn sanctioned_like(self, word: &str) -> Vec<String> {
        let prefix = word.trim_start_matches('@').to_lowercase();
        let names = self.session.sanctions().iter().map(|sanction| sanction.target.name.as_str());
        let mut names: Vec<String> = names
            .filter(|name| name.to_lowercase().starts_with(&prefix))
            .map(|name| format!("{name} "))
            .collect();
        names.dedup();
        if names.is_empty() { self.people_like(word, " ") } else { names }
    }

    /// The ignored people whose names begin like this.
    fn ignored_like(self, word: &str) -> Vec<String> {
        let prefix = word.trim_start_matches('@').to_lowercase();
        let names = self.session.ignored().people().map(|(_, choice)| choice.name.as_str());
        let fits = names.filter(|name| name.to_lowercase().starts_with(&prefix));
        fits.map(|name| format!("{name} ")).collect()
    }

    /// The people whose names begin like this: who spoke last comes first.
    fn people_like(self, word: &str, after: &str) -> Vec<String> {
        let (at, prefix) = if let Some(rest) = word.strip_prefix('@') { ("@", rest) } else { ("", word) };
        let after = if at.is_empty() { after } else { " " };
        let prefix = prefix.to_lowercase();
        let roster: &Roster = &self.rooms.current().roster;
        let me = self.session.my_uid();
        let fits = |name: &str| name.to_lowercase().starts_with(&prefix);
        let mut found: Vec<_> =
            roster.people().iter().filter(|member| member.uid != me && fits(member.name.as_str())).collect();
        found.sort_by_key(|member| roster.recency(member.uid));
        found.into_iter().map(|member| format!("{at}{}{after}", member.name)).collect()
    }
}

/// The commands that begin like this, in the language they are typed in.
fn commands(prefix: &str, role: Role, place: &Place) -> Vec<String> {
    let prefix = prefix.to_lowercase();
    let names = command::offered(role, place).filter_map(|command| {
        let mut names =
            command.names().filter(|name| prefix.is_empty() || name.is_ascii() == prefix.is_ascii());
        names.find(|name| name.starts_with(&prefix))
    });
    names.map(|name| format!("/{name} ")).collect()
}

/// The settings that begin like this, and the actions after `keys.`.
fn settings_like(prefix: &str, place: &Place) -> Vec<String> {
    if let Some(prefix) = prefix.strip_prefix("keys.") {
        let names = keymap::action_names().filter(|name| name.starts_with(prefix));
        return names.map(|name| format!("keys.{name} ")).collect();
    }
    let is_offered = |about| about == About::Person || !place.is_elsewhere();
    let settings = SETTINGS.iter().filter(|setting| is_offered(setting.about));
    let keys = settings.map(|setting| format!("{} ", setting.key));
    let sections = SECTIONS.iter().filter(|section| is_offered(section.about));
    let sections = sections.map(|section| format!("{}.", section.key));
    keys.chain(sections).filter(|key| key.starts_with(prefix)).collect()
}

/// The values of a setting that begin like this, where there are words to choose from.
fn values_like(key: &str, prefix: &str) -> Vec<String> {
    match settings::find(key).map(|setting| (setting.allowed)()) {
        Some(Allowed::Words(words)) => words.into_iter().filter(|word| word.starts_with(prefix)).collect(),
        _ => Vec::new(),
    }
}
