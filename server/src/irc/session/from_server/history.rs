//! The answer to `CHATHISTORY`: a batch of what happened, as it would have been told when it did.

use shared::event::Leave;
use shared::server_msg::Answer;
use shared::{ClientMsg, Event, Kind, RoomName};

use crate::irc::line::Line;
use crate::irc::names;
use crate::irc::session::caps::Cap;
use crate::irc::session::history_request::Gathering;
use crate::irc::session::pending::Purpose;
use crate::irc::session::state::State;
use crate::irc::session::targets::Targets;
use crate::utc;

impl State {
    /// Whether the client wants all that happened, not only what was said.
    pub(in crate::irc::session) fn wants_playback(&self) -> bool {
        self.caps.has(Cap::EventPlayback)
    }

    /// A page came.
    pub(super) fn on_history(&mut self, mut gathering: Box<Gathering>, answer: &Answer) {
        let events = answer.events.clone().unwrap_or_default();
        if gathering.take(events, answer.more.unwrap_or_default()) {
            let page = ClientMsg::History(gathering.page());
            return self.ask(page, Purpose::History(gathering));
        }
        self.tell_history(*gathering);
    }

    /// Tells the client what was gathered.
    pub(in crate::irc::session) fn tell_history(&mut self, gathering: Gathering) {
        let target = gathering.target.clone();
        let mut lines = Vec::new();
        for event in gathering.finish() {
            lines.extend(self.history_lines(&event));
        }
        self.reply_batch("chathistory", &[&target], lines);
    }

    /// An event of the past.
    fn history_lines(&mut self, event: &Event) -> Vec<Line> {
        let target = match event.room.pair() {
            Some(_) => self.target(event).unwrap_or_default(),
            None => names::channel(&event.room).unwrap_or_default(),
        };
        let line = match &event.kind {
            Kind::Message(text) => return self.message_lines(event, &target, text.as_str(), false),
            Kind::Action(text) => return self.message_lines(event, &target, text.as_str(), true),
            Kind::Announce(announcement) => Line::new("NOTICE", [target, announcement.text.to_string()]),
            Kind::Join => Line::new("JOIN", [target]),
            Kind::Leave(Leave::Part) => Line::new("PART", [target]),
            Kind::Leave(Leave::Quit | Leave::Lost | Leave::Unknown) => Line::new("QUIT", [""]),
            Kind::Rename(name) => Line::new("NICK", [name.to_string()]),
            Kind::Topic(topic) => Line::new("TOPIC", [target, topic.to_string()]),
            Kind::Kick(act) | Kind::Ban(act) => {
                Line::new("KICK", [target, act.target.name.to_string(), act.reason.to_string()])
            }
            Kind::Mute(_)
            | Kind::Role(..)
            | Kind::Edit(_)
            | Kind::Delete(_)
            | Kind::Deleted(_)
            | Kind::React(_)
            | Kind::SetRoom(_)
            | Kind::Unknown => return Vec::new(),
        };
        vec![self.told(event, line)]
    }

    /// Looks at the next room, or tells what was found.
    pub(in crate::irc::session) fn next_target(&mut self, mut targets: Targets) {
        if let Some((room, page)) = targets.page() {
            return self.ask(ClientMsg::History(page), Purpose::Targets(Box::new((room, targets))));
        }
        let found = targets.finish();
        let lines = found.into_iter().map(|(at, room)| {
            let target = self.target_of(&room);
            Line::new("CHATHISTORY", ["TARGETS".to_owned(), target, utc::exact(at)]).from(self.server())
        });
        let lines = lines.collect();
        self.reply_batch("draft/chathistory-targets", &[], lines);
    }

    /// What the client calls a room: the channel, or the other one of a conversation.
    pub(in crate::irc::session) fn target_of(&self, room: &RoomName) -> String {
        match room.pair() {
            Some((one, other)) => self.name_of(if one == self.uid() { other } else { one }),
            None => names::channel(room).unwrap_or_default(),
        }
    }
}
