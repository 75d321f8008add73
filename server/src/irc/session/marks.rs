//! The times up to which the client has read its targets (`draft/read-marker`), as far as they are kept here.

use std::collections::BTreeMap;

use shared::{Millis, RoomName};

use crate::irc::names;

/// The most targets whose mark is kept.
const MAX_MARKS: usize = 200;

/// How far each target was read, by its name in small letters.
#[derive(Debug, Default)]
pub(crate) struct Marks(BTreeMap<String, Millis>);

impl Marks {
    pub(crate) fn get(&self, target: &str) -> Option<Millis> {
        self.0.get(names::fold(target).as_ref()).copied()
    }

    /// Moves a mark on; it never goes back. False where there is no room for another one.
    pub(crate) fn advance(&mut self, target: &str, to: Millis) -> bool {
        let target = names::fold(target).into_owned();
        if self.0.len() >= MAX_MARKS && !self.0.contains_key(&target) {
            return false;
        }
        let mark = self.0.entry(target).or_insert(to);
        *mark = (*mark).max(to);
        true
    }
}

/// What a page of one event is asked for.
#[derive(Debug)]
pub(crate) enum MarkPage {
    /// The last message that a mark covers: it is told to the server.
    ToTell(RoomName),
    /// The message that a room was read to elsewhere: its time is told to the client.
    ToShow(RoomName),
}
