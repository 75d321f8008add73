//! A message as IRC shows it: `PRIVMSG`, one for each line of its text, with the time and the mark of the message.

use shared::file::Attachment;
use shared::{Event, RoomName, Text, Uid};

use crate::irc::line::Line;
use crate::irc::msgid;
use crate::irc::session::caps::Cap;
use crate::irc::session::rooms::channel;
use crate::irc::session::state::State;
use crate::irc::session::users::{account, mask};
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
    fn name_of(&self, uid: Uid) -> String {
        self.users.get(uid).map_or_else(|| account(uid), |person| person.name.to_string())
    }

    /// The lines of a message.
    pub(in crate::irc::session) fn message_lines(
        &self,
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
        let lines = text.split('\n').filter(|line| !line.is_empty()).enumerate();
        let lines = lines.map(|(place, text)| {
            let text = if action { format!("\u{1}ACTION {text}\u{1}") } else { text.to_owned() };
            let mut line = Line::new("PRIVMSG", [target.to_owned(), text]).from(source.clone());
            line = line.tag("time", utc::exact(event.at)).tag("account", account(event.from.uid));
            // The mark is that of the whole message, so it stands once.
            if place == 0 { line.tag("msgid", msgid::write(event.seq)) } else { line }
        });
        lines.collect()
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
