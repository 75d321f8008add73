//! An event of a room: what it changes of what the session knows, and the line that tells the client.

use shared::event::{Act, Edit, Leave};
use shared::{Event, Kind, Name, Role, RoomChange, RoomName, Sender, Seq};

use super::missed_by;
use crate::irc::line::Line;
use crate::irc::msgid;
use crate::irc::names::is_same;
use crate::irc::session::caps::Cap;
use crate::irc::session::rooms::{Room, channel};
use crate::irc::session::state::State;
use crate::irc::session::users::mask;
use crate::utc;

impl State {
    /// An event came, by itself.
    pub(super) fn on_event(&mut self, event: Event) {
        if event.room.pair().is_some() {
            // A direct room begins with its first event.
            self.rooms
                .entry(event.room.clone())
                .or_insert_with(|| Room { seen: event.prev, ..Room::default() });
        }
        let Some(room) = self.rooms.get_mut(&event.room) else { return };
        if event.seq <= room.seen {
            return;
        }
        if let Some(up_to) = &mut room.missed_up_to {
            *up_to = (*up_to).max(event.seq);
        } else if missed_by(room.seen, &event) {
            let (name, seq) = (event.room, event.seq);
            self.page_missed(&name, seq);
        } else {
            self.on_event_in_order(&event);
        }
    }

    /// An event that follows the last one of its room.
    pub(super) fn on_event_in_order(&mut self, event: &Event) {
        let Some(room) = self.rooms.get_mut(&event.room) else { return };
        if event.seq <= room.seen {
            return;
        }
        room.seen = event.seq;
        // Up to the head the room state has it all in it.
        let is_past = event.seq <= room.head;
        let own = self.own_command(event);
        let before = self.pending.current;
        self.pending.current = own.or(before);
        self.take_event(event, is_past);
        self.pending.current = before;
        if let Some(task) = self.pending.awaited.remove(&event.seq) {
            self.close(task);
        }
    }

    /// The command that an event of one's own came from.
    fn own_command(&self, event: &Event) -> Option<u64> {
        let command = match &event.kind {
            Kind::Topic(_) => "TOPIC",
            Kind::Kick(_) => "KICK",
            Kind::Rename(_) => "NICK",
            Kind::Delete(_) => "REDACT",
            Kind::React(_) => "TAGMSG",
            Kind::Mute(_) | Kind::SetRoom(_) | Kind::Role(..) => "MODE",
            Kind::Message(_)
            | Kind::Action(_)
            | Kind::Join
            | Kind::Leave(_)
            | Kind::Ban(_)
            | Kind::Announce(_)
            | Kind::Edit(_)
            | Kind::Deleted(_)
            | Kind::Unknown => return None,
        };
        if event.from.uid != self.uid() {
            return None;
        }
        self.pending.task_of(command).or_else(|| self.pending.awaited.get(&event.seq).copied())
    }

    fn take_event(&mut self, event: &Event, is_past: bool) {
        match &event.kind {
            Kind::Message(text) => self.on_message(event, text, false),
            Kind::Action(text) => self.on_message(event, text, true),
            Kind::Announce(announcement) => self.on_announce(event, &announcement.text),
            Kind::Edit(Edit { text: Some(text), .. }) => self.on_edit(event, text),
            _ if is_past => {}
            Kind::Join => self.on_join(event),
            Kind::Leave(how) => self.on_leave(event, *how),
            Kind::Rename(name) => self.on_rename(event, name),
            Kind::Topic(topic) => self.on_topic(event, topic),
            Kind::Kick(act) | Kind::Ban(act) => self.on_kick(event, act),
            Kind::Mute(act) => self.on_mute(event, act),
            Kind::Role(target, role) => self.on_role(event, target, *role),
            Kind::SetRoom(change) => self.on_set_room(event, change),
            Kind::Delete(delete) => self.on_delete(event, delete),
            Kind::React(react) => self.on_react(event, react),
            Kind::Edit(_) | Kind::Deleted(_) | Kind::Unknown => {}
        }
    }

    /// A line about an event, said by whoever did it.
    pub(in crate::irc::session) fn told(&self, event: &Event, line: Line) -> Line {
        let line = self.said_by(event.from.uid, event.from.name.as_str(), line);
        line.tag("time", utc::exact(event.at)).tag("msgid", msgid::write(event.seq))
    }

    pub(in crate::irc::session) fn is_shown(&self, room: &RoomName) -> bool {
        self.rooms.get(room).is_some_and(|room| room.shown)
    }

    fn on_join(&mut self, event: &Event) {
        let uid = event.from.uid;
        let is_new = self.users.get(uid).is_none();
        self.users.came(&event.from, event.seq);
        if is_new {
            self.tell_came(event.from.name.as_str(), uid);
        }
        let was_there = self.put_in(&event.room, uid, event.seq);
        if !self.is_shown(&event.room) || was_there || uid == self.uid() {
            return;
        }
        let line = self.join_line(&event.room, uid, event.from.name.as_str());
        let line = self.told(event, line);
        self.send(line);
        let away = self.users.get(uid).is_some_and(crate::irc_people::Person::is_away);
        if away && self.caps.has(Cap::AwayNotify) {
            self.ask_why_away(uid);
        }
        if self.is_operator(&event.room, uid) {
            let params = [channel(&event.room), "+o".to_owned(), event.from.name.to_string()];
            self.send(Line::new("MODE", params).from(self.server()));
        }
    }

    fn on_leave(&mut self, event: &Event, how: Leave) {
        let uid = event.from.uid;
        if uid == self.uid() {
            return;
        }
        if how == Leave::Part {
            let was_there = self.take_out(&event.room, uid);
            if was_there && self.is_shown(&event.room) {
                let line = self.told(event, Line::new("PART", [channel(&event.room)]));
                self.send(line);
            }
            return;
        }
        let visible = self.is_visible(uid);
        self.take_off(uid, event.seq);
        // Whoever came back meanwhile is here.
        if visible && !self.is_visible(uid) {
            let why = if how == Leave::Lost { "connection lost" } else { "left" };
            let line = self.told(event, Line::new("QUIT", [why]));
            self.send(line);
        }
    }

    /// Somebody left the server with this event: they are out of every room that they did not come into since. Each room tells
    /// of it, and what one room tells may be known from another.
    fn take_off(&mut self, uid: shared::Uid, at: Seq) {
        self.take_out_before(uid, at);
        if !self.is_anywhere(uid) {
            self.forget(uid);
        }
    }

    fn on_rename(&mut self, event: &Event, name: &Name) {
        let uid = event.from.uid;
        let visible = self.is_visible(uid) || uid == self.uid();
        let Some(person) = self.users.get(uid) else { return };
        if event.seq <= person.named || person.name == *name {
            return;
        }
        let before = person.name.clone();
        self.users.change(uid, |person| (person.name, person.named) = (name.clone(), event.seq));
        if visible {
            let line = Line::new("NICK", [name.to_string()]);
            let line = self.said_by(uid, before.as_str(), line).tag("time", utc::exact(event.at));
            self.reply(line);
        }
        if let Some(me) = self.me.as_mut().filter(|me| me.uid == uid) {
            me.name = name.clone();
        }
        if !is_same(before.as_str(), name.as_str()) {
            self.tell_went(before.as_str());
            self.tell_came(name.as_str(), uid);
        }
    }

    fn on_topic(&mut self, event: &Event, topic: &shared::Line) {
        let by = mask(event.from.name.as_str(), event.from.uid);
        if let Some(room) = self.rooms.get_mut(&event.room) {
            room.topic = topic.clone();
            room.topic_by = Some((by, event.at));
        }
        if self.is_shown(&event.room) {
            let line = Line::new("TOPIC", [channel(&event.room), topic.to_string()]);
            let line = self.told(event, line);
            self.reply(line);
        }
    }

    fn on_kick(&mut self, event: &Event, act: &Act) {
        let was_there = self.take_out(&event.room, act.target.uid);
        let gone = event.room == RoomName::lobby() && !act.room_only;
        if gone && !self.is_anywhere(act.target.uid) {
            self.forget(act.target.uid);
        }
        if was_there && self.is_shown(&event.room) {
            let why =
                if act.reason.is_empty() { event.from.name.to_string() } else { act.reason.to_string() };
            let params = [channel(&event.room), act.target.name.to_string(), why];
            let line = self.told(event, Line::new("KICK", params));
            self.reply(line);
        }
    }

    fn on_mute(&mut self, event: &Event, act: &Act) {
        if self.is_shown(&event.room) {
            let lifted = act.until.is_some_and(|until| until <= event.at);
            let mode = if lifted { "-b" } else { "+b" };
            let mask = format!("m:{}", act.target.name);
            let line = Line::new("MODE", [channel(&event.room), mode.to_owned(), mask]);
            let line = self.told(event, line);
            self.reply(line);
        }
    }

    fn on_role(&mut self, event: &Event, target: &Sender, role: Role) {
        let Some(before) = self.users.change(target.uid, |person| person.role = role) else { return };
        if before.role.is_member() == role.is_member() {
            return;
        }
        let mode = if role.is_member() { "-o" } else { "+o" };
        let rooms = self.rooms.iter().filter(|(_, room)| {
            let owns = room.settings.owner == Some(target.uid);
            room.shown && self.is_in(room, target.uid) && !owns
        });
        let rooms: Vec<String> = rooms.map(|(name, _)| channel(name)).collect();
        for room in rooms {
            let line = Line::new("MODE", [room, mode.to_owned(), target.name.to_string()]);
            let line = self.told(event, line);
            self.reply(line);
        }
    }

    fn on_set_room(&mut self, event: &Event, change: &RoomChange) {
        let Some(room) = self.rooms.get_mut(&event.room) else { return };
        let owner = room.settings.owner;
        room.settings.apply(change);
        if !room.shown {
            return;
        }
        let set = [(change.private, 'i'), (change.word, 'k'), (change.read_only, 'm')];
        let (mut modes, mut params) = (String::new(), Vec::new());
        for (on, mode) in set.into_iter().filter_map(|(on, mode)| on.map(|on| (on, mode))) {
            modes.extend([if on { '+' } else { '-' }, mode]);
            // Which word it is is nobody's business but theirs who know it.
            params.extend((mode == 'k').then(|| "*".to_owned()));
        }
        if let Some(new) = &change.owner {
            let old = owner.filter(|old| *old != new.uid && !self.is_operator(&event.room, *old));
            if let Some(old) = old.and_then(|old| self.users.get(old)) {
                modes.push_str("-o");
                params.push(old.name.to_string());
            }
            modes.push_str("+o");
            params.push(new.name.to_string());
        }
        if !modes.is_empty() {
            let mut line = Line::new("MODE", [channel(&event.room), modes]);
            line.params.extend(params);
            let line = self.told(event, line);
            self.reply(line);
        }
        if let Some(notice) = change.notice.as_ref().filter(|notice| !notice.is_empty()) {
            let line = Line::new("NOTICE", [channel(&event.room), format!("[notice] {notice}")]);
            let line = self.told(event, line);
            self.send(line);
        }
        if let Some(invited) = &change.invited
            && self.caps.has(Cap::InviteNotify)
            && event.from.uid != self.uid()
            && invited.uid != self.uid()
        {
            let line = Line::new("INVITE", [invited.name.to_string(), channel(&event.room)]);
            let line = self.told(event, line);
            self.send(line);
        }
    }
}
