//! A message as IRC shows it: `PRIVMSG`, one for each line of its text, with the time and the mark of the message.

use shared::event::{Delete, React};
use shared::file::Attachment;
use shared::{Event, RoomName, Text, Uid};

use crate::irc::line::Line;
use crate::irc::msgid;
use crate::irc::session::caps::Cap;
use crate::irc::session::nonce::is_notice;
use crate::irc::session::rooms::channel;
use crate::irc::session::state::State;
use crate::irc::session::users::{account, mask};
use crate::irc::split::{Piece, actions, pieces, room_for_text};
use crate::utc;

impl State {
    /// Somebody said something, or did it.
    pub(super) fn on_message(&mut self, event: &Event, text: &Text, action: bool) {
        let sent = event.nonce.as_ref().filter(|_| event.from.uid == self.uid());
        let sent = sent.and_then(|nonce| self.pending.sent.remove(nonce));
        let target = self.target(event);
        if let Some(target) = target
            && (sent.is_none() || self.caps.has(Cap::EchoMessage))
        {
            let before = self.pending.current;
            self.pending.current = sent.as_ref().map(|sent| sent.task);
            for line in self.message_lines(event, &target, text.as_str(), action) {
                self.reply(line);
            }
            self.pending.current = before;
        }
        if let Some(sent) = sent.filter(|_| self.caps.has(Cap::EchoMessage)) {
            self.close(sent.task);
        }
    }

    /// Where the client sees it: in the room, or as a query. Nothing where it does not.
    pub(in crate::irc::session) fn target(&self, event: &Event) -> Option<String> {
        let Some((one, other)) = event.room.pair() else {
            let shown = self.rooms.get(&event.room).is_some_and(|room| room.shown);
            return shown.then(|| channel(&event.room));
        };
        if event.from.uid != self.uid() {
            return Some(self.nick().to_owned());
        }
        let peer = if one == self.uid() { other } else { one };
        Some(self.name_of(peer))
    }

    /// What somebody is called; somebody who is not here and was not heard of, by their account.
    pub(in crate::irc::session) fn name_of(&self, uid: Uid) -> String {
        self.users.get(uid).map_or_else(|| account(uid), |person| person.name.to_string())
    }

    /// The lines of a message.
    pub(in crate::irc::session) fn message_lines(
        &mut self,
        event: &Event,
        target: &str,
        text: &str,
        action: bool,
    ) -> Vec<Line> {
        let text = match &event.file {
            Some(file) => with_file(text, file),
            None => text.to_owned(),
        };
        let source = mask(event.from.name.as_str(), event.from.uid);
        let command = if is_notice(event.nonce.as_ref()) { "NOTICE" } else { "PRIVMSG" };
        let room = room_for_text(&source, command, target);
        let say = |body: String| {
            let line = Line::new(command, [target.to_owned(), body]).from(source.clone());
            line.tag("time", utc::exact(event.at)).tag("account", account(event.from.uid))
        };
        // What is that of the whole message stands once.
        let mark = |line: Line| {
            let line = line.tag("msgid", msgid::write(event.seq));
            let answered = event.reply_to.or(event.kind.of());
            answered.into_iter().fold(line, |line, of| line.tag("+draft/reply", msgid::write(of)))
        };
        let mut lines: Vec<Line> = if action {
            actions(&text, room).map(say).collect()
        } else if self.caps.has(Cap::Multiline)
            && self.caps.has(Cap::Batch)
            && pieces(&text, room).nth(1).is_some()
        {
            let lines = pieces(&text, room).map(|Piece { body, is_concat }| {
                let line = Line::new(command, [target, body]).from(source.clone());
                if is_concat { line.tag("draft/multiline-concat", "") } else { line }
            });
            let lines = lines.collect();
            let mut lines = self.in_batch("draft/multiline", &[target], lines);
            if let Some(begin) = lines.first_mut() {
                let tags = say(String::new()).tags;
                *begin = Line { tags, ..std::mem::take(begin).from(source.clone()) };
            }
            lines
        } else {
            let bodies = pieces(&text, room).map(|piece| piece.body).filter(|body| !body.is_empty());
            bodies.map(|body| say(body.to_owned())).collect()
        };
        if let Some(first) = lines.first_mut() {
            *first = mark(std::mem::take(first));
        }
        lines
    }

    /// A message that was edited, to clients that know nothing of edits: what it says now, behind a star.
    pub(super) fn on_edit(&mut self, event: &Event, text: &Text) {
        if let Some(target) = self.target(event) {
            let text = format!("* {text}");
            for line in self.message_lines(event, &target, &text, false) {
                self.reply(line);
            }
        }
    }

    /// A message was deleted: told to clients that can take it off.
    pub(super) fn on_delete(&mut self, event: &Event, delete: &Delete) {
        let Some(target) = self.target(event).filter(|_| self.caps.has(Cap::Redaction)) else { return };
        let mut line = Line::new("REDACT", [target, msgid::write(delete.of)]);
        line.params.extend((!delete.reason.is_empty()).then(|| delete.reason.to_string()));
        let line = self.told(event, line);
        self.reply(line);
    }

    /// Somebody reacts to a message: told to clients that know tags.
    pub(super) fn on_react(&mut self, event: &Event, react: &React) {
        let Some(target) = self.target(event).filter(|_| self.caps.has(Cap::MessageTags)) else { return };
        let is_own = event.from.uid == self.uid();
        if is_own && !self.caps.has(Cap::EchoMessage) {
            return;
        }
        let tag = if react.off { "+draft/unreact" } else { "+draft/react" };
        let line = Line::new("TAGMSG", [target]).tag(tag, react.with.as_str());
        let line = self.told(event, line.tag("+draft/reply", msgid::write(react.of)));
        self.reply(line);
    }

    /// An announcement: in the lobby where that is shown, else to the client alone.
    pub(super) fn on_announce(&mut self, event: &Event, text: &Text) {
        let shown = self.rooms.get(&RoomName::lobby()).is_some_and(|room| room.shown);
        let target = if shown { channel(&RoomName::lobby()) } else { self.nick().to_owned() };
        let source = mask(event.from.name.as_str(), event.from.uid);
        for text in text.as_str().split('\n').filter(|text| !text.is_empty()) {
            let line = Line::new("NOTICE", [target.clone(), format!("[announcement] {text}")]);
            let line = line.from(source.clone()).tag("time", utc::exact(event.at));
            self.send(line.tag("msgid", msgid::write(event.seq)));
        }
    }
}

/// What is said about a file, with its name and length.
fn with_file(text: &str, file: &Attachment) -> String {
    let what = format!("[file {}, {}]", file.name, crate::byte_size::ByteSize(file.bytes));
    if text == file.name.as_str() { what } else { format!("{text} {what}") }
}
