//! Who is here, away or typing.

use shared::client_msg::Who;
use shared::server_msg::{Presence, PresenceState};
use shared::{ClientMsg, RoomName, Uid};

use crate::irc::line::Line;
use crate::irc::session::caps::Cap;
use crate::irc::session::pending::Purpose;
use crate::irc::session::rooms::channel;
use crate::irc::session::state::State;

impl State {
    pub(super) fn on_presence(&mut self, presence: &Presence) {
        for change in &presence.changes {
            let uid = change.uid;
            match change.state {
                PresenceState::Here => self.change_away(uid, |person| person.lost = false),
                PresenceState::Away => self.change_away(uid, |person| person.lost = true),
                PresenceState::Absent => self.change_away(uid, |person| person.absent = true),
                PresenceState::Back => self.change_away(uid, |person| person.absent = false),
                PresenceState::Typing => self.on_typing(uid, presence.room.as_ref()),
                PresenceState::Gone => self.on_gone(uid, presence.room.as_ref()),
                PresenceState::Unknown => {}
            }
        }
    }

    /// Somebody is away in IRC's sense or not any more, by what changes of them.
    fn change_away(&mut self, uid: Uid, change: impl FnOnce(&mut crate::irc_people::Person)) {
        let Some(was) = self.users.change(uid, change).map(|person| person.is_away()) else { return };
        let Some(person) = self.users.get(uid) else { return };
        let (is, name) = (person.is_away(), person.name.to_string());
        if is == was || uid == self.uid() || !self.caps.has(Cap::AwayNotify) || !self.is_visible(uid) {
            return;
        }
        if is {
            return self.ask_why_away(uid);
        }
        let line = self.said_by(uid, &name, Line::new("AWAY", Vec::<String>::new()));
        self.send(line);
    }

    /// Somebody is away. What they said of it is asked for; where much is asked already, it is told without.
    pub(in crate::irc::session) fn ask_why_away(&mut self, uid: Uid) {
        let is_said = self.users.get(uid).is_some_and(|person| person.absent);
        if !is_said || self.pending.is_busy() {
            return self.tell_away(uid, None);
        }
        let who = ClientMsg::Who(Who { uid: Some(uid), ..Who::default() });
        let current = self.pending.current.take();
        self.ask(who, Purpose::AwayWhy(uid));
        self.pending.current = current;
    }

    /// Tells the client why somebody is away, unless they are back by now.
    pub(in crate::irc::session) fn tell_away(&mut self, uid: Uid, why: Option<String>) {
        let Some(person) = self.users.get(uid).filter(|person| person.is_away()) else { return };
        let without = if person.absent { "away" } else { "connection lost" };
        let why = why.filter(|why| !why.is_empty()).unwrap_or_else(|| without.to_owned());
        let line = self.said_by(uid, person.name.as_str(), Line::new("AWAY", [why]));
        self.send(line);
    }

    fn on_typing(&mut self, uid: Uid, room: Option<&RoomName>) {
        let (Some(room), Some(person)) = (room, self.users.get(uid)) else { return };
        if uid == self.uid() || !self.caps.has(Cap::MessageTags) {
            return;
        }
        let is_direct = room.pair().is_some();
        if !is_direct && self.rooms.get(room).is_none_or(|room| !room.shown) {
            return;
        }
        let target = if is_direct { self.nick().to_owned() } else { channel(room) };
        let line = Line::new("TAGMSG", [target]).tag("+typing", "active");
        let line = self.said_by(uid, person.name.as_str(), line);
        self.send(line);
    }

    /// Somebody left without a word: the lists of the client must agree, so it is told.
    fn on_gone(&mut self, uid: Uid, room: Option<&RoomName>) {
        let Some(person) = self.users.get(uid) else { return };
        if room.is_some_and(|room| room.pair().is_some()) {
            return;
        }
        let (name, visible) = (person.name.to_string(), self.is_visible(uid));
        for room in self.rooms.keys().cloned().collect::<Vec<_>>() {
            self.take_out(&room, uid);
        }
        self.forget(uid);
        if visible && uid != self.uid() {
            let line = self.said_by(uid, &name, Line::new("QUIT", ["left"]));
            self.send(line);
        }
    }
}
