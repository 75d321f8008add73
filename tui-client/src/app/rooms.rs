//! The rooms one is in, and which of them is on the screen. Whoever borrows a room to change it marks the screen as
//! changed; whoever moves its scrollback or finds gaps in it also lets history pages be asked for.

mod budget;
mod listed;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shared::server_msg::RoomState;
use shared::{Millis, RoomName, Uid};

pub use self::listed::{Counted, Listed, Unseen, counted, listed};
use super::changes::Changes;
use super::composer::Composer;
use super::memory_budget::RoomBudget;
use super::room::{Room, Wish};
use super::roster::Roster;
use super::timeline::{PageEdge, Timeline, Viewport};
use crate::joins::Joins;
use crate::profile::Ignored;

/// A server can put us into no more rooms than this.
pub(super) const MAX_ROOMS: usize = 1_000;
/// Of more people than this it is not remembered that they are away.
const MAX_ABSENT: usize = 10_000;

/// All rooms, in the order they are listed: rooms, then direct rooms, each in the order they came. Never empty.
#[derive(Debug)]
pub struct Rooms {
    list: Vec<Room>,
    current: usize,
    /// Who reads them.
    reader: Option<Uid>,
    /// How joins and leaves are shown.
    joins: Joins,
    /// Whom the reader ignores.
    ignored: Arc<Ignored>,
    /// Direct rooms with ignored people, which are not listed before they are looked for. At most [`MAX_ROOMS`].
    held: BTreeMap<RoomName, RoomState>,
    /// Who is away by their own word. At most [`MAX_ABSENT`].
    absent: BTreeSet<Uid>,
    /// The room in which the reader is on the way to the oldest message.
    pub(super) seeking: Option<RoomName>,
    /// How often another room was looked at.
    looks: u64,
    /// What all of them may hold.
    pub(super) budget: RoomBudget,
    pub(super) changes: Changes,
}

impl Default for Rooms {
    fn default() -> Self {
        Self {
            list: vec![Room::new(RoomName::lobby())],
            current: 0,
            reader: None,
            joins: Joins::default(),
            ignored: Arc::default(),
            held: BTreeMap::new(),
            absent: BTreeSet::new(),
            seeking: None,
            looks: 0,
            budget: RoomBudget::default(),
            changes: Changes::default(),
        }
    }
}

impl Rooms {
    /// All rooms in the order they are listed.
    #[must_use]
    pub fn list(&self) -> &[Room] {
        &self.list
    }

    /// The same, to change them.
    pub fn list_mut(&mut self) -> &mut [Room] {
        self.changes.draw();
        &mut self.list
    }

    /// Whether there are so many that the server opens no more of them.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.list.len() >= MAX_ROOMS
    }

    /// Forgets all of them: they were another server's.
    pub fn forget(&mut self) {
        let (joins, ignored) = (self.joins, Arc::clone(&self.ignored));
        *self = Self { budget: self.budget, ..Self::default() };
        self.set_joins(joins);
        self.set_ignored(ignored);
    }

    /// The place of the current room in the list.
    #[must_use]
    pub fn current_index(&self) -> usize {
        self.current
    }

    /// Whether the reader is on the way to the oldest message of the current room.
    #[must_use]
    pub fn seeks_oldest(&self) -> bool {
        self.seeking.as_ref() == Some(&self.current().name)
    }

    /// The current room: the one on the screen.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "the list is never empty, and `current` is always in it")]
    pub fn current(&self) -> &Room {
        &self.list[self.current]
    }

    /// The same, to change it.
    #[expect(clippy::indexing_slicing, reason = "the list is never empty, and `current` is always in it")]
    pub fn current_mut(&mut self) -> &mut Room {
        self.changes.draw();
        &mut self.list[self.current]
    }

    /// A room by name.
    #[must_use]
    pub fn get(&self, name: &RoomName) -> Option<&Room> {
        self.list.iter().find(|room| room.name == *name)
    }

    /// The same, to change it.
    pub fn get_mut(&mut self, name: &RoomName) -> Option<&mut Room> {
        self.changes.draw();
        // Most of what arrives is for the current room.
        let at = if self.current().name == *name { self.current } else { self.index_of(name)? };
        self.list.get_mut(at)
    }

    /// A room whose events reach further now, or have a gap: history pages may be wanted.
    pub fn history_mut(&mut self, name: &RoomName) -> Option<&mut Room> {
        self.changes.page();
        self.get_mut(name)
    }

    /// All rooms, when their events reach further now: history pages may be wanted.
    pub fn histories_mut(&mut self) -> &mut [Room] {
        self.changes.page();
        &mut self.list
    }

    /// Moves the reader of the current room: history pages may be wanted.
    pub fn move_reader<T>(&mut self, how: impl FnOnce(&mut Timeline) -> T) -> T {
        self.changes.page();
        how(&mut self.current_mut().timeline)
    }

    /// The room whose people are to be told that we are typing in it, if that was not so within `interval`. The screen shows
    /// nothing of it.
    pub fn tell_typing(&mut self, now: Millis, interval: Millis) -> Option<RoomName> {
        let room = self.list.get_mut(self.current)?;
        let is_due = room.told_typing.is_none_or(|told| now - told >= interval);
        if !is_due || !room.takes_messages() {
            return None;
        }
        room.told_typing = Some(now);
        Some(room.name.clone())
    }

    /// The next history page wanted for the screen, in the current room.
    pub fn next_page(&mut self, viewport: &Viewport) -> Option<(RoomName, PageEdge)> {
        // Asking for a page changes nothing that is drawn.
        let room = self.list.get_mut(self.current)?;
        room.next_page(viewport).map(|edge| (room.name.clone(), edge))
    }

    /// The next history pages wanted to count what was not read, in any room.
    pub fn next_pages_to_count(&mut self) -> Vec<(RoomName, PageEdge)> {
        let wanted = self.list.iter_mut().filter_map(|room| {
            let edge = room.next_page_to_count()?;
            Some((room.name.clone(), edge))
        });
        wanted.collect()
    }

    /// The next history pages wanted where events are printed as lines, in any room.
    pub fn next_pages_for_lines(&mut self) -> Vec<(RoomName, PageEdge)> {
        let wanted = self.list.iter_mut().filter_map(|room| {
            let edge = room.next_page_for_lines()?;
            Some((room.name.clone(), edge))
        });
        wanted.collect()
    }

    /// Time has passed: who has not been typing for a while is not shown as typing any more.
    pub fn tick(&mut self, now: Millis) {
        if self.list.get_mut(self.current).is_some_and(|room| room.roster.forget_typing(now)) {
            self.changes.draw();
        }
    }

    /// Everybody on the server: the lobby is where all are.
    #[must_use]
    pub fn everyone(&self) -> &Roster {
        let lobby = self.get(&RoomName::lobby());
        &lobby.unwrap_or_else(|| self.current()).roster
    }

    /// Where a room is in the list.
    #[must_use]
    pub fn index_of(&self, name: &RoomName) -> Option<usize> {
        self.list.iter().position(|room| room.name == *name)
    }

    /// The room of this name, made now if it is not there.
    pub fn ensure(&mut self, name: &RoomName) -> &mut Room {
        self.changes.draw();
        let at = self.index_of(name).unwrap_or_else(|| self.insert(Room::new(name.clone())));
        #[expect(clippy::indexing_slicing, reason = "just found or inserted")]
        &mut self.list[at]
    }

    /// We are in a room of which the server tells nothing else.
    pub fn join(&mut self, name: &RoomName) {
        let room = self.ensure(name);
        (room.joined, room.asked, room.refused) = (true, false, None);
        // To be out of it may still be wanted.
        room.wish = room.wish.filter(|wish| *wish == Wish::Part);
        self.changes.page();
    }

    /// Tells who reads the rooms.
    pub fn set_reader(&mut self, uid: Uid) {
        self.reader = Some(uid);
        for room in &mut self.list {
            room.timeline.set_reader(uid);
        }
    }

    /// From now on joins and leaves are shown in this way.
    pub fn set_joins(&mut self, joins: Joins) {
        for room in &mut self.list {
            room.timeline.set_joins(joins);
        }
        self.joins = joins;
        self.changes.page();
    }

    /// Whether somebody is away by their own word.
    #[must_use]
    pub fn is_absent(&self, uid: Uid) -> bool {
        self.absent.contains(&uid)
    }

    /// Somebody is away by their own word, or not.
    pub fn set_absent(&mut self, uid: Uid, absent: bool) {
        let is_changed = match absent {
            true if self.absent.len() >= MAX_ABSENT => false,
            true => self.absent.insert(uid),
            false => self.absent.remove(&uid),
        };
        if is_changed {
            self.changes.draw();
        }
    }

    /// These are away by their own word, and no others.
    pub fn replace_absent(&mut self, absent: &[Uid]) {
        self.absent = absent.iter().take(MAX_ABSENT).copied().collect();
        self.changes.draw();
    }

    /// From now on these people are ignored.
    pub fn set_ignored(&mut self, ignored: Arc<Ignored>) {
        for room in &mut self.list {
            room.timeline.set_ignored(Arc::clone(&ignored));
        }
        self.ignored = ignored;
        self.changes.page();
    }

    /// Notes a direct room with an ignored person instead of listing it, as far as it is known.
    pub(super) fn hold(&mut self, state: RoomState) {
        if self.held.len() < MAX_ROOMS || self.held.contains_key(&state.name) {
            self.held.insert(state.name.clone(), state);
        }
    }

    /// Takes such a room, to be listed.
    pub(super) fn take_held(&mut self, name: &RoomName) -> Option<RoomState> {
        self.held.remove(name)
    }

    /// Whether a room is a direct one with an ignored person, and not listed.
    pub(super) fn is_held_back(&self, name: &RoomName) -> bool {
        let is_ignored = |(one, other)| self.ignored.has(one) || self.ignored.has(other);
        name.pair().is_some_and(is_ignored) && self.get(name).is_none()
    }

    fn insert(&mut self, mut room: Room) -> usize {
        room.timeline.set_joins(self.joins);
        room.timeline.set_ignored(Arc::clone(&self.ignored));
        if let Some(uid) = self.reader {
            room.timeline.set_reader(uid);
        }
        let at = if room.is_direct() {
            self.list.len()
        } else {
            self.list.iter().position(Room::is_direct).unwrap_or(self.list.len())
        };
        self.list.insert(at, room);
        if at <= self.current {
            self.current += 1;
        }
        at
    }

    /// Takes a room off the list, unless it is the last or the current one.
    pub fn remove(&mut self, at: usize) {
        self.changes.draw();
        if self.list.len() > 1 && at < self.list.len() && at != self.current {
            self.list.remove(at);
            if at < self.current {
                self.current -= 1;
            }
        }
    }

    /// The rooms of which something else is wanted.
    #[must_use]
    pub fn wanted(&self) -> Vec<RoomName> {
        self.list.iter().filter(|room| room.wish.is_some()).map(|room| room.name.clone()).collect()
    }

    /// Looks at another room. `composer` is the one on the screen: its draft stays behind in the room it was for. What was
    /// unread in the room left, and what was selected, is not marked any more.
    pub fn switch(&mut self, to: usize, composer: &mut Composer) -> bool {
        if to == self.current || to >= self.list.len() {
            return false;
        }
        self.looks += 1;
        let looks = self.looks;
        let left = self.current_mut();
        left.looked_at = looks;
        std::mem::swap(&mut left.draft, composer);
        left.timeline.set_read(None);
        left.timeline.select_none();
        self.current = to;
        std::mem::swap(&mut self.current_mut().draft, composer);
        self.changes.page();
        self.changes.save();
        true
    }

    /// Takes in what the server says of a room we are in.
    pub fn enter(&mut self, state: &RoomState) -> &mut Room {
        self.changes.page();
        self.join(&state.name);
        let room = self.ensure(&state.name);
        (room.resumable, room.topic) = (true, state.topic.clone());
        room.settings = state.settings.clone();
        room.roster.replace(&state.members);
        room.head = state.head;
        room
    }
}

#[cfg(test)]
mod tests {
    use shared::RoomName;

    use super::Rooms;
    use crate::app::composer::Composer;

    fn names(rooms: &Rooms) -> Vec<&str> {
        rooms.list().iter().map(|room| room.name.as_str()).collect()
    }

    #[test]
    fn direct_rooms_come_after_the_others() {
        let mut rooms = Rooms::default();
        for name in ["@1:2", "dev", "@1:3", "ops"] {
            rooms.ensure(&name.parse().unwrap());
        }
        assert_eq!(names(&rooms), ["lobby", "dev", "ops", "@1:2", "@1:3"]);
        assert_eq!(rooms.current().name, RoomName::lobby());
    }

    #[test]
    fn a_draft_is_kept_by_room() {
        let mut rooms = Rooms::default();
        rooms.ensure(&"dev".parse().unwrap());
        let mut composer = Composer::default();
        composer.set_text("half a thou".into());
        assert!(rooms.switch(1, &mut composer));
        assert_eq!(composer.text(), "");
        composer.set_text("other".into());
        assert!(rooms.switch(0, &mut composer));
        assert_eq!(composer.text(), "half a thou");
    }

    #[test]
    fn a_room_that_comes_or_goes_does_not_change_the_current_one() {
        let mut rooms = Rooms::default();
        rooms.ensure(&"@1:2".parse().unwrap());
        rooms.switch(1, &mut Composer::default());
        rooms.ensure(&"dev".parse().unwrap());
        assert_eq!(rooms.current().name.as_str(), "@1:2");
        rooms.remove(1);
        assert_eq!((rooms.current().name.as_str(), names(&rooms)), ("@1:2", vec!["lobby", "@1:2"]));
        rooms.remove(1);
        assert_eq!(names(&rooms), ["lobby", "@1:2"], "not the one that is looked at");
    }
}
