//! The welcome: what a client is told when it is in, and the rooms it is in already.

use shared::server_msg::{RoomState, Welcome};
use shared::{RoomName, Seq, Uid};

use super::caps::Cap;
use super::rooms::{Room, channel};
use super::state::{Me, Phase, State};
use super::users::{account, mask};
use crate::irc::isupport;
use crate::irc::line::Line;
use crate::irc::numeric::{
    RPL_CREATED, RPL_ENDOFNAMES, RPL_ISUPPORT, RPL_MYINFO, RPL_NAMREPLY, RPL_TOPIC, RPL_TOPICWHOTIME,
    RPL_WELCOME, RPL_YOURHOST,
};

/// How many bytes of names stand in one line.
const NAMES_BYTES: usize = 350;

impl State {
    pub(crate) fn on_welcome(&mut self, welcome: &Welcome) {
        self.phase = Phase::Registered;
        self.me = Some(Me { uid: welcome.you.uid, name: welcome.you.name.clone() });
        self.network = welcome.server.name.to_string();
        self.version = welcome.server.version.to_string();
        self.motd.clone_from(&welcome.motd);
        for state in &welcome.rooms {
            // What comes after the welcome is later than all that is in it.
            self.take_room(state, Seq::ZERO);
        }
        self.users.change(welcome.you.uid, |me| me.role = welcome.you.role);
        for uid in &welcome.absent {
            self.users.change(*uid, |person| person.absent = true);
        }
        self.greet();
        let rooms = welcome.rooms.iter().map(|state| &state.name);
        let rooms: Vec<_> =
            rooms.filter(|name| name.pair().is_none() && **name != RoomName::lobby()).collect();
        for room in rooms {
            self.enter(room);
        }
        self.replay_direct(&welcome.rooms);
        self.tell_secret(welcome);
    }

    /// Tells somebody new how to be the same person the next time.
    fn tell_secret(&mut self, welcome: &Welcome) {
        if let Some(secret) = &welcome.secret {
            let name = &welcome.you.name;
            self.notice(format!(
                "you are new here. To be {name} again the next time, log in (SASL PLAIN) as {name} with this password: {}",
                secret.as_str()
            ));
        }
    }

    /// 001 to 005, what is there, and the message of the day.
    fn greet(&mut self) {
        let (network, version, mask) = (self.network.clone(), self.version.clone(), self.own_mask());
        self.numeric(RPL_WELCOME, [format!("Welcome to {network}, {mask}")]);
        self.numeric(RPL_YOURHOST, [format!("Your host is {}, running chinwagd {version}", self.server())]);
        self.numeric(RPL_CREATED, [format!("This server was started {}", self.setup.created)]);
        self.numeric(RPL_MYINFO, [&self.server(), &format!("chinwagd-{version}"), "o", "bikmnt", "bk"]);
        self.isupport();
        self.lusers();
        self.motd();
    }

    /// 005.
    pub(crate) fn isupport(&mut self) {
        for tokens in isupport::tokens(&self.network) {
            let text = "are supported by this server".to_owned();
            self.numeric(RPL_ISUPPORT, tokens.into_iter().chain([text]));
        }
    }

    /// Takes a room as the server tells it; the names of its members are from this event.
    pub(crate) fn take_room(&mut self, state: &RoomState, named: Seq) {
        for member in &state.members {
            self.users.put(member, named);
        }
        let members = self.members_of(state);
        let seen = self.rooms.get(&state.name).map_or(state.head, |room| room.seen.max(state.head));
        let shown = self.rooms.get(&state.name).is_some_and(|room| room.shown);
        let room = Room { shown, ..Room::from_state(state, members, seen) };
        self.rooms.insert(state.name.clone(), room);
    }

    /// Shows the client a room that it is in from now on: its own `JOIN`, the topic, the names.
    pub(crate) fn enter(&mut self, name: &RoomName) {
        let uid = self.uid();
        let Some(room) = self.rooms.get_mut(name) else { return };
        room.shown = true;
        let read = room.read.filter(|_| self.caps.has(Cap::ReadMarker));
        let topic = (!room.topic.is_empty()).then(|| room.topic.to_string());
        if !self.is_member(name, uid) {
            self.put_in(name, uid, Seq::ZERO);
        }
        let (nick, realname) = (self.nick().to_owned(), self.registration.realname.clone());
        let line = self.join_line(name, uid, &realname);
        let line = self.said_by(uid, &nick, line);
        self.reply(line);
        if topic.is_some() {
            self.topic(name);
        }
        if self.caps.has(Cap::ReadMarker) {
            self.tell_mark(&channel(name));
        }
        self.names(name);
        if let Some(read) = read {
            self.ask_time_of(name, read);
        }
        self.replay(name);
    }

    /// A `JOIN`, with account and real name where the client speaks `extended-join`.
    pub(crate) fn join_line(&self, room: &RoomName, uid: Uid, realname: &str) -> Line {
        let mut line = Line::new("JOIN", [channel(room)]);
        if self.caps.has(Cap::ExtendedJoin) {
            line.params.extend([account(uid), realname.to_owned()]);
        }
        line
    }

    /// 332 and 333.
    pub(crate) fn topic(&mut self, name: &RoomName) {
        let Some(room) = self.rooms.get(name) else { return };
        let (topic, by) = (room.topic.to_string(), room.topic_by.clone());
        self.numeric(RPL_TOPIC, [channel(name), topic]);
        if let Some((by, at)) = by {
            self.numeric(RPL_TOPICWHOTIME, [channel(name), by, (at / 1000).to_string()]);
        }
    }

    /// 353 and 366.
    pub(crate) fn names(&mut self, name: &RoomName) {
        let Some(room) = self.rooms.get(name) else { return };
        let kind = if room.settings.private { "*" } else { "=" };
        let (mut lines, mut line) = (Vec::new(), String::new());
        for uid in self.members(name) {
            let Some(person) = self.users.get(uid) else { continue };
            let prefix = if self.is_operator(name, uid) { "@" } else { "" };
            let shown = if self.caps.has(Cap::UserhostInNames) {
                mask(person.name.as_str(), uid)
            } else {
                person.name.to_string()
            };
            if line.len() + shown.len() > NAMES_BYTES {
                lines.push(std::mem::take(&mut line));
            }
            let space = if line.is_empty() { "" } else { " " };
            line.extend([space, prefix, &shown]);
        }
        lines.push(line);
        for line in lines.into_iter().filter(|line| !line.is_empty()) {
            self.numeric(RPL_NAMREPLY, [kind.to_owned(), channel(name), line]);
        }
        self.numeric(RPL_ENDOFNAMES, [channel(name), "End of /NAMES list".to_owned()]);
    }
}
