//! The rooms one is in, and which of them is looked at. It must not talk to the server.

use shared::server_msg::RoomState;
use shared::{Event, Line, Millis, Name, RoomName, Seq, Uid};

use super::composer::Composer;
use super::roster::Roster;
use super::teller::Teller;
use super::timeline::Timeline;

/// One room.
#[derive(Debug)]
pub struct Room {
    /// What the server calls it.
    pub name: RoomName,
    /// What it is about.
    pub topic: Line,
    /// Who is in it.
    pub roster: Roster,
    /// What the other person of a direct room is called, who need not be connected.
    pub peer: Option<Name>,
    /// What happened in it.
    pub timeline: Timeline,
    /// The draft left here while another room is looked at.
    pub draft: Composer,
    /// Messages not seen.
    pub unread: usize,
    /// How many of them name me.
    pub mentions: usize,
    /// Whether the server says we are in it.
    pub joined: bool,
    /// The server's newest event when it last told us about the room; events up to here change no roster.
    pub head: Seq,
    /// The newest event there is no gap before: where to resume.
    pub position: Seq,
    /// Whether the server makes sense of that position.
    pub resumable: bool,
    /// The last event that was on the screen.
    pub read: Seq,
    /// What somebody without a screen was told.
    pub teller: Teller,
    /// The history request under way asks for what is before this.
    pub paging: Option<Seq>,
    /// Up to here holes are beside messages that were jumped to: they are filled when the reader comes near.
    pub far: Seq,
    /// What was missed counts up until the server says that is all.
    pub catching_up: Option<CatchUp>,
    /// When we last told the others that we are writing.
    pub told_typing: Option<Millis>,
}

/// What was missed while the connection was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatchUp {
    /// The position when it was lost.
    pub after: Seq,
    /// Messages that came since.
    pub count: usize,
}

impl Room {
    /// A room of which only the name is known.
    #[must_use]
    pub fn new(name: RoomName) -> Self {
        Self {
            name,
            topic: Line::default(),
            roster: Roster::default(),
            peer: None,
            timeline: Timeline::default(),
            draft: Composer::default(),
            unread: 0,
            mentions: 0,
            joined: false,
            head: Seq::ZERO,
            position: Seq::ZERO,
            resumable: true,
            read: Seq::ZERO,
            teller: Teller::default(),
            paging: None,
            far: Seq::ZERO,
            catching_up: None,
            told_typing: None,
        }
    }

    /// What to call it: its name, or the other person's in a direct room.
    #[must_use]
    pub fn title(&self, me: Uid) -> String {
        match self.other(me) {
            Some(other) => match self.roster.get(other).map(|member| &member.name).or(self.peer.as_ref()) {
                Some(name) => format!("@{name}"),
                None => format!("@{other}"),
            },
            None => self.name.to_string(),
        }
    }

    /// The other person of a direct room.
    #[must_use]
    pub fn other(&self, me: Uid) -> Option<Uid> {
        self.name.pair().map(|(one, other)| if one == me { other } else { one })
    }

    /// Somebody is seen under this name: in a direct room it is kept for when they are gone.
    pub fn know(&mut self, uid: Uid, name: &Name, me: Uid) {
        if self.other(me) == Some(uid) {
            self.peer = Some(name.clone());
        }
    }

    /// Whether this is a conversation of two.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        self.name.pair().is_some()
    }

    /// The events between our position and `head` will not come by themselves.
    pub fn skip_to(&mut self, head: Seq) {
        self.position = self.position.max(head);
        self.reach();
    }

    /// The server's log is another one: its numbers mean something else from now on.
    pub fn forget_log(&mut self) {
        (self.timeline, self.teller) = (Timeline::default(), Teller::default());
        (self.position, self.read, self.head, self.far) = (Seq::ZERO, Seq::ZERO, Seq::ZERO, Seq::ZERO);
    }

    /// The server knows nothing of this direct room, and will call it `name`. The draft stays, and who it is with.
    pub fn begin_anew(&mut self, name: RoomName, other: Uid) {
        let peer = self.roster.get(other).map(|member| member.name.clone()).or(self.peer.take());
        let draft = std::mem::take(&mut self.draft);
        let timeline = std::mem::take(&mut self.timeline);
        let had_log = self.position > Seq::ZERO;
        *self = Self { peer, draft, timeline, joined: true, ..Self::new(name) };
        if had_log {
            self.forget_log();
        }
    }

    /// What the scrollback does not have of the events up to our position has to be paged: a page that was asked for
    /// before they happened does not bring them.
    pub fn reach(&mut self) {
        match self.timeline.newest_seq() {
            Seq::ZERO => self.timeline.set_head(self.position),
            newest if newest < self.position => self.timeline.hole(newest, self.position.next()),
            _ => {}
        }
    }

    /// Takes in events around a message, far from what is here. `more` says whether there is something before them.
    pub fn take_island(&mut self, page: &[Event], more: bool) {
        let known = match self.timeline.oldest_seq() {
            Seq::ZERO => self.position.next(),
            oldest => oldest,
        };
        if page.first().is_some_and(|first| first.seq < known) {
            self.far = self.far.max(known);
        }
        self.timeline.insert_around(page, more);
        self.reach();
    }

    /// Everything here is on the screen now.
    pub fn mark_read(&mut self) {
        self.read = self.read.max(self.position);
        (self.unread, self.mentions) = (0, 0);
    }
}

/// All rooms, in the order they are listed: rooms, then direct rooms, each in the order they came. Never empty.
#[derive(Debug)]
pub struct Rooms {
    list: Vec<Room>,
    current: usize,
}

impl Default for Rooms {
    fn default() -> Self {
        Self { list: vec![Room::new(RoomName::lobby())], current: 0 }
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
        &mut self.list
    }

    /// The place of the room that is looked at.
    #[must_use]
    pub fn current_index(&self) -> usize {
        self.current
    }

    /// The room that is looked at.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "the list is never empty, and `current` is always in it")]
    pub fn current(&self) -> &Room {
        &self.list[self.current]
    }

    /// The same, to change it.
    #[expect(clippy::indexing_slicing, reason = "the list is never empty, and `current` is always in it")]
    pub fn current_mut(&mut self) -> &mut Room {
        &mut self.list[self.current]
    }

    /// A room by name.
    #[must_use]
    pub fn get(&self, name: &RoomName) -> Option<&Room> {
        self.list.iter().find(|room| room.name == *name)
    }

    /// The same, to change it.
    pub fn get_mut(&mut self, name: &RoomName) -> Option<&mut Room> {
        // Most of what arrives is for the room that is looked at.
        let at = if self.current().name == *name { self.current } else { self.index_of(name)? };
        self.list.get_mut(at)
    }

    /// Where a room is in the list.
    #[must_use]
    pub fn index_of(&self, name: &RoomName) -> Option<usize> {
        self.list.iter().position(|room| room.name == *name)
    }

    /// The room of this name, made now if it is not there.
    pub fn ensure(&mut self, name: &RoomName) -> &mut Room {
        let at = self.index_of(name).unwrap_or_else(|| self.insert(Room::new(name.clone())));
        #[expect(clippy::indexing_slicing, reason = "just found or inserted")]
        &mut self.list[at]
    }

    fn insert(&mut self, room: Room) -> usize {
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

    /// Takes a room off the list, unless it is the last one. The drafts must have been settled before.
    pub fn remove(&mut self, at: usize) {
        if self.list.len() > 1 && at < self.list.len() && at != self.current {
            self.list.remove(at);
            if at < self.current {
                self.current -= 1;
            }
        }
    }

    /// Looks at another room. `composer` is the one on the screen: its draft stays behind in the room it was for.
    pub fn switch(&mut self, to: usize, composer: &mut Composer) -> bool {
        if to == self.current || to >= self.list.len() {
            return false;
        }
        std::mem::swap(&mut self.current_mut().draft, composer);
        self.current = to;
        std::mem::swap(&mut self.current_mut().draft, composer);
        true
    }

    /// The next room in the list, or the one before, round and round.
    #[must_use]
    pub fn step(&self, forward: bool) -> usize {
        let count = self.list.len();
        (self.current + if forward { 1 } else { count - 1 }) % count
    }

    /// The next room with something unread, those that name me first.
    #[must_use]
    pub fn next_unread(&self) -> Option<usize> {
        let count = self.list.len();
        let others = || (1..count).map(|step| (self.current + step) % count);
        let with =
            |some: fn(&Room) -> usize| others().find(|&at| self.list.get(at).is_some_and(|r| some(r) > 0));
        with(|room| room.mentions).or_else(|| with(|room| room.unread))
    }

    /// Takes in what the server says of a room we are in.
    pub fn settle(&mut self, state: &RoomState) -> &mut Room {
        let room = self.ensure(&state.name);
        (room.joined, room.resumable) = (true, true);
        room.topic = state.topic.clone();
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
    fn a_draft_waits_in_its_room() {
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
    fn a_room_that_comes_or_goes_does_not_change_what_is_looked_at() {
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

    #[test]
    fn the_next_unread_room_is_one_that_names_me() {
        let mut rooms = Rooms::default();
        for name in ["dev", "ops"] {
            rooms.ensure(&name.parse().unwrap()).unread = 1;
        }
        assert_eq!(rooms.next_unread(), Some(1));
        rooms.list_mut()[2].mentions = 1;
        assert_eq!(rooms.next_unread(), Some(2));
    }
}
