//! The line of a run of joins and leaves: how many came and how many left, and who, those who lately spoke first. Who came and
//! left within it counts for neither; where that is so of everybody, it says that.

use std::collections::HashMap;

use shared::{Sender, Uid};

use super::entry_text::{EntryText, Label};
use crate::lang::Lang;

/// How many names stand behind each number.
const NAMES: usize = 3;

/// Whether somebody came or left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coming {
    Came,
    Left,
}

/// What a run comes to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Condensed {
    came: Group,
    left: Group,
    /// Who came and left, where there is nothing else to say.
    passed: Group,
    /// The same of who left and came back.
    returned: Group,
}

/// Some people, of whom a few are named.
#[derive(Debug, Default, PartialEq, Eq)]
struct Group {
    count: usize,
    names: Vec<(usize, String)>,
}

impl Group {
    /// Adds somebody; a lower rank is named first.
    fn add(&mut self, rank: usize, name: String) {
        self.count += 1;
        let at = self.names.partition_point(|(known, _)| *known <= rank);
        if at < NAMES {
            self.names.insert(at, (rank, name));
            self.names.truncate(NAMES);
        }
    }

    fn named(&self) -> Option<(usize, String)> {
        let names: Vec<&str> = self.names.iter().map(|(_, name)| name.as_str()).collect();
        let more = if self.count > names.len() { ", …" } else { "" };
        (self.count > 0).then(|| (self.count, names.join(", ") + more))
    }
}

impl Condensed {
    /// Of the events of a run in their order, and of who spoke before it, the latest first.
    pub(super) fn new<'a>(
        events: impl Iterator<Item = (&'a Sender, Coming)>,
        spoke: impl Iterator<Item = Uid>,
    ) -> Self {
        let mut people: Vec<(&Sender, Coming, Coming)> = Vec::new();
        let mut places: HashMap<Uid, usize> = HashMap::new();
        for (who, coming) in events {
            let place = *places.entry(who.uid).or_insert_with(|| {
                people.push((who, coming, coming));
                people.len() - 1
            });
            if let Some((sender, _, last)) = people.get_mut(place) {
                (*sender, *last) = (who, coming);
            }
        }
        let mut ranks: HashMap<Uid, usize> = HashMap::new();
        for (rank, uid) in spoke.enumerate().filter(|(_, uid)| places.contains_key(uid)) {
            ranks.entry(uid).or_insert(rank);
        }
        let mut condensed = Self::default();
        for (who, first, last) in people {
            let group = match (first, last) {
                (Coming::Came, Coming::Came) => &mut condensed.came,
                (Coming::Left, Coming::Left) => &mut condensed.left,
                (Coming::Came, Coming::Left) => &mut condensed.passed,
                (Coming::Left, Coming::Came) => &mut condensed.returned,
            };
            group.add(ranks.get(&who.uid).copied().unwrap_or(usize::MAX), who.name.to_string());
        }
        condensed
    }

    pub(super) fn text<'a>(&self, lang: Lang) -> EntryText<'a> {
        let (came, left) = (self.came.named(), self.left.named());
        let symbol = if left.is_some() && came.is_none() { "←" } else { "→" };
        let text = if came.is_some() || left.is_some() {
            lang.came_and_left(came, left)
        } else {
            lang.passed_and_returned(self.passed.named(), self.returned.named())
        };
        EntryText::plain(Label::Symbol(symbol), text)
    }
}
