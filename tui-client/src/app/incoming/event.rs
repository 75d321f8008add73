//! Events of a room, live or resumed: into its scrollback, its roster and its unread counts.

use shared::{Event, Kind, Role, RoomName, Seq, Uid};

use crate::app::App;
use crate::app::countdown::Countdown;
use crate::app::line_order::LineOrder;
use crate::app::room::{KEEP_READ_WITHIN, Room};
use crate::app::timeline::Added;

impl App {
    /// Takes in an event, live or of what was missed.
    pub(super) fn on_event(&mut self, event: &Event) {
        let me = self.session.my_uid();
        let mut is_said_elsewhere = false;
        if event.from.uid == me
            && let Some(nonce) = &event.nonce
        {
            // A deletion says nothing.
            let unsent = self.outbox.remove(nonce);
            if let Some(unsent) = &unsent {
                self.file_is_said(unsent);
            }
            is_said_elsewhere = unsent.is_none() && event.kind.text().is_some();
            if let Some(text) = unsent.as_ref().and_then(|unsent| unsent.act.text()) {
                self.note_typed(&event.room, text, event.kind.of().unwrap_or(event.seq));
            }
        }
        let is_current = self.rooms.current().name == event.room;
        let is_seen = is_current && self.screen.is_focused() && self.rooms.current().timeline.at_bottom();
        self.note_ignored(event);
        let Some(room) = self.room_of(event) else { return };
        let is_new = event.seq > room.position;
        room.position = room.position.max(event.seq);
        room.know(event.from.uid, &event.from.name, me);
        if event.seq > room.head {
            change_roster(room, event);
        }
        let comes = event.seq > room.head && event.kind == Kind::Join && event.room == RoomName::lobby();
        if room.timeline.push(event) == Added::Duplicate {
            return;
        }
        if let Kind::Delete(delete) = &event.kind {
            self.note_deleted(&event.room, delete.of);
        }
        if event.reply_to.is_some() {
            // What it answers may have to be asked for.
            self.rooms.changes.page();
        }
        if comes {
            // Whoever left is not away any more.
            self.rooms.set_absent(event.from.uid, false);
        }
        self.print(event);
        if is_new {
            self.count(event, is_seen);
            self.run_hooks(event);
            if is_said_elsewhere && !self.connection.is_resuming() {
                self.note_read_elsewhere(&event.room);
            }
            self.show_elsewhere(event, me);
            self.note_self(event, me);
        }
        self.leave_if_done();
    }

    /// A message is gone: also from what was found, what waits to be sent about it, and the lines sent before.
    pub(super) fn note_deleted(&mut self, room: &RoomName, of: Seq) {
        for text in self.outbox.forget_message(room, of).iter().filter_map(|unsent| unsent.act.text()) {
            self.note_typed(room, text, of);
        }
        self.forget_typed(of);
        if let Some(search) = self.screen.search_mut() {
            search.forget(room, of);
        }
    }

    /// The room of an event. A direct room comes into being with its first message; events of rooms we are not in are
    /// late ones of a room we left.
    fn room_of(&mut self, event: &Event) -> Option<&mut Room> {
        if self.rooms.is_held_back(&event.room) && self.session.ignored().hides_event(event) {
            self.hold_direct_room(&event.room, event.seq);
            return None;
        }
        if let Some((one, other)) = event.room.pair()
            && self.rooms.get(&event.room).is_none()
            && !self.rooms.is_full()
        {
            self.direct_room(if one == self.session.my_uid() { other } else { one });
            let room = self.rooms.ensure(&event.room);
            room.line_order = LineOrder::starting_after(event.prev);
            room.timeline.set_head(event.prev);
            room.roster.join(&event.from);
        }
        self.rooms.get_mut(&event.room).filter(|room| room.joined)
    }

    /// Counts a message as unread, or the room as read.
    fn count(&mut self, event: &Event, is_seen: bool) {
        let (me, called) = (self.session.me().map(|me| me.uid), self.session.called());
        let (resuming, now) = (self.connection.is_resuming(), self.now);
        let is_start = self.connection.is_resuming_start();
        let is_hidden = self.session.ignored().hides_event(event);
        let is_looked_for = !is_seen || self.may_notify(&event.room);
        let Some(room) = self.rooms.get_mut(&event.room) else { return };
        let text = event.kind.text().filter(|_| !is_hidden);
        let others = me.is_none_or(|me| me != event.from.uid);
        if is_start && !others && text.is_some() {
            room.note_own(event.seq);
        }
        let mut calls_me = None;
        if let Some(text) = text.filter(|_| others) {
            room.roster.spoke(event.from.uid, now);
            if let Some(missed) = room.catching_up.as_mut().filter(|_| resuming) {
                missed.count += 1;
            }
            if is_looked_for {
                calls_me = Some(room.is_direct() || called.is_some_and(|called| called.is_in(text.as_str())));
            }
            if !is_seen {
                if room.unread == 0 {
                    room.timeline.set_read(Some(room.read));
                }
                room.unread += 1;
                room.mentions += usize::from(calls_me == Some(true));
            }
        }
        if is_seen || room.unread == 0 {
            room.read = room.position;
            self.rooms.changes.save_within(KEEP_READ_WITHIN);
        }
        if let Some(calls_me) = calls_me {
            self.notify_of(event, calls_me);
        }
    }

    /// We said something in another window, or read there what is here: nothing here is unread.
    pub(in crate::app) fn note_read_elsewhere(&mut self, room: &RoomName) {
        let Some(room) = self.rooms.get_mut(room) else { return };
        room.mark_read();
        room.timeline.set_read(None);
        self.rooms.changes.save_within(KEEP_READ_WITHIN);
    }

    /// What is stored in the lobby and concerns everybody, wherever they look: an announcement stands in every room, a new
    /// role where the person is who has it.
    fn show_elsewhere(&mut self, event: &Event, me: Uid) {
        let current = self.rooms.current().name.clone();
        let everywhere = match &event.kind {
            Kind::Announce(_) => true,
            Kind::Role(target, _) if target.uid == me => false,
            Kind::Role(..)
            | Kind::Message(_)
            | Kind::Action(_)
            | Kind::Join
            | Kind::Leave(_)
            | Kind::Rename(_)
            | Kind::Topic(_)
            | Kind::Kick(_)
            | Kind::Ban(_)
            | Kind::Mute(_)
            | Kind::Edit(_)
            | Kind::Delete(_)
            | Kind::Deleted(_)
            | Kind::React(_)
            | Kind::SetRoom(_)
            | Kind::Unknown => return,
        };
        for room in self.rooms.list_mut() {
            if room.name != event.room && room.joined && (everywhere || room.name == current) {
                room.timeline.show_foreign(event);
            }
        }
    }

    /// What happened to ourselves changes more than one room.
    fn note_self(&mut self, event: &Event, me: Uid) {
        match &event.kind {
            Kind::Rename(name) if event.from.uid == me => self.session.rename(name),
            Kind::Mute(act) if act.target.uid == me && !act.room_only => self.session.set_muted(act.until),
            // What was missed says how it was; the welcome says how it is.
            Kind::Announce(said) if !self.connection.is_resuming() => {
                if let Some(told) = &said.countdown {
                    let by = (Some(event.from.uid), event.from.name.clone());
                    self.session.set_countdown(Countdown::told(told, Some(by), self.now));
                }
            }
            Kind::Role(target, role) if target.uid == me => self.set_own_role(*role),
            Kind::Leave(shared::event::Leave::Part)
                if event.from.uid == me && !self.connection.is_resuming() =>
            {
                self.forget_room(&event.room);
            }
            Kind::Rename(_)
            | Kind::Role(..)
            | Kind::Leave(_)
            | Kind::Message(_)
            | Kind::Action(_)
            | Kind::Join
            | Kind::Topic(_)
            | Kind::Kick(_)
            | Kind::Ban(_)
            | Kind::Mute(_)
            | Kind::Announce(_)
            | Kind::Edit(_)
            | Kind::Delete(_)
            | Kind::Deleted(_)
            | Kind::React(_)
            | Kind::SetRoom(_)
            | Kind::Unknown => {}
        }
    }

    pub(super) fn set_own_role(&mut self, role: Role) {
        let me = self.session.my_uid();
        self.session.set_role(role);
        for room in self.rooms.list_mut() {
            room.roster.set_role(me, role);
        }
    }
}

/// An event newer than the list of members the server sent changes it.
fn change_roster(room: &mut Room, event: &Event) {
    match &event.kind {
        Kind::Join => room.roster.join(&event.from),
        Kind::Leave(_) => drop(room.roster.remove(event.from.uid)),
        // A ban that is over by now was lifted.
        Kind::Ban(act) if act.until.is_some_and(|until| until <= event.at) => {}
        Kind::Kick(act) | Kind::Ban(act) => drop(room.roster.remove(act.target.uid)),
        Kind::Rename(name) => room.roster.rename(event.from.uid, name),
        Kind::Role(target, role) => room.roster.set_role(target.uid, *role),
        Kind::Topic(topic) => room.topic = topic.clone(),
        Kind::SetRoom(change) => room.settings.apply(change),
        Kind::Delete(delete) => drop(room.settings.pin.take_if(|pin| *pin == delete.of)),
        Kind::Message(_)
        | Kind::Action(_)
        | Kind::Mute(_)
        | Kind::Announce(_)
        | Kind::Edit(_)
        | Kind::Deleted(_)
        | Kind::React(_)
        | Kind::Unknown => {}
    }
}
