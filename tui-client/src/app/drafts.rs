//! Keeping drafts, the lines sent before and the rest of the profile for the next start, and putting them back into their
//! rooms. A line with an admin key in it is never kept.

use shared::event::{Delete, Edit};
use shared::{Event, Kind, RoomName, Seq, Text};

use super::App;
use super::command::{self, CommandId};
use super::composer::Composer;
use super::composing::Composing;
use super::room::KEEP_READ_WITHIN;
use super::typed_line::{self, TypedLine};
use crate::effect::Effect;
use crate::profile::{Profile, SentLine};

/// How many lines sent in a room are kept for the next start; the oldest are forgotten.
const SENT_LINES: usize = 50;
/// And how many bytes they may have together.
const SENT_BYTES: usize = 8 * 1024;

impl App {
    /// Has the profile written: identity, read positions, drafts, outbox.
    pub(super) fn save_profile(&mut self) {
        let profile = self.profile();
        self.tell_read(profile.read.iter().map(|(room, seq)| (room.clone(), *seq)));
        self.saved.clone_from(&profile);
        self.effects.push(Effect::Save(Box::new(profile)));
    }

    /// The same, where that is another one than was written last: a word may have been typed and erased.
    pub(super) fn save_other_profile(&mut self) {
        if self.profile() != self.saved {
            self.save_profile();
        }
    }

    fn profile(&mut self) -> Profile {
        let mut profile = self.session.profile().clone();
        profile.keep_unsent(self.outbox.to_keep());
        profile.saves = self.saves_to_keep();
        if self.session.is_welcome() {
            let joined = || self.rooms.list().iter().filter(|room| room.joined);
            profile.read = joined().map(|room| (room.name.clone(), room.read)).collect();
            profile.rooms = joined().map(|room| room.name.clone()).collect();
        }
        profile.drafts.extend(self.drafts());
        let sent: Vec<_> = self.sent_lines().collect();
        for (room, lines) in sent {
            profile.put_sent(room, lines);
        }
        self.save_at = None;
        self.input.kept();
        profile
    }

    /// Every draft, but those with a key in them. What waits for the answer who somebody is stands before it.
    fn drafts(&self) -> impl Iterator<Item = (RoomName, String)> {
        let current = self.rooms.current_index();
        let drafts = self.rooms.list().iter().enumerate().map(move |(at, room)| {
            let written = if at == current { self.input.text() } else { room.draft.text() };
            // What is edited is no draft.
            let before = room.composing.as_ref().and_then(Composing::draft);
            (&room.name, before.unwrap_or(written))
        });
        let kept = drafts.map(|(room, text)| {
            let wanted = self.requests.wanted_from(room).filter(|_| !typed_line::is_command(text));
            let own = Some(text.to_owned()).filter(|text| !text.trim().is_empty() && !holds_key(text));
            let lines: Vec<String> =
                wanted.map(|wanted| wanted.as_typed(self.lang())).into_iter().chain(own).collect();
            (room.clone(), lines.join("\n"))
        });
        kept.filter(|(_, text)| !text.is_empty())
    }

    /// The lines sent before in each room, the newest of them. None has a key in it: those are never kept.
    fn sent_lines(&self) -> impl Iterator<Item = (RoomName, Vec<SentLine>)> {
        let current = self.rooms.current_index();
        let rooms = self.rooms.list().iter().enumerate().map(move |(at, room)| {
            (room.name.clone(), if at == current { self.input.composer() } else { &room.draft })
        });
        let kept = rooms.map(|(name, composer)| {
            let mut bytes = 0;
            let newest = composer.sent_lines().rev().take(SENT_LINES).take_while(|line| {
                bytes += line.text.len();
                bytes <= SENT_BYTES
            });
            let mut lines: Vec<SentLine> = newest.cloned().collect();
            lines.reverse();
            (name, lines)
        });
        kept.filter(|(_, lines)| !lines.is_empty())
    }

    /// A message or another text for one is stored: which line it was typed as is known from now on.
    pub(super) fn note_typed(&mut self, room: &RoomName, said: &Text, seq: Seq) {
        let said = said.as_str();
        // It may have been typed in another room (`/msg`).
        let is_known = [false, true].into_iter().any(|in_part| {
            let is_current = self.rooms.current().name == *room;
            let there = self.rooms.get_mut(room).filter(|_| !is_current);
            there.is_some_and(|room| room.draft.note_stored(said, seq, in_part))
                || self.input.note_stored(said, seq, in_part)
                || self.rooms.list_mut().iter_mut().any(|room| room.draft.note_stored(said, seq, in_part))
        });
        if is_known {
            self.rooms.changes.save_within(KEEP_READ_WITHIN);
        }
    }

    /// A message is deleted: its text goes from the lines sent before, and from what is kept on the disk.
    pub(super) fn forget_typed(&mut self, seq: Seq) {
        let mut is_gone = self.input.forget_sent(seq);
        for room in self.rooms.list_mut() {
            is_gone |= room.draft.forget_sent(seq);
        }
        is_gone |= self.session.forget_sent(seq);
        if is_gone {
            self.session.purge();
        }
    }

    /// The same for all that are deleted in a page of the past.
    pub(super) fn forget_deleted(&mut self, page: &[Event]) {
        for event in page {
            match &event.kind {
                Kind::Deleted(_) => self.forget_typed(event.seq),
                Kind::Delete(Delete { of, .. }) | Kind::Edit(Edit { of, text: None }) => {
                    self.forget_typed(*of);
                }
                Kind::Message(_)
                | Kind::Action(_)
                | Kind::Join
                | Kind::Leave(_)
                | Kind::Rename(_)
                | Kind::Topic(_)
                | Kind::Kick(_)
                | Kind::Ban(_)
                | Kind::Mute(_)
                | Kind::Announce(_)
                | Kind::Edit(_)
                | Kind::React(_)
                | Kind::SetRoom(_)
                | Kind::Role(..)
                | Kind::Unknown => {}
            }
        }
    }

    /// Puts text before the draft of a room, on lines of its own.
    pub(super) fn prepend_to_draft(&mut self, room: &RoomName, text: &str) {
        let is_current = self.rooms.current().name == *room;
        let Some(room) = self.rooms.get_mut(room).filter(|_| !text.is_empty()) else { return };
        let is_alone = if is_current { self.input.is_empty() } else { room.draft.is_empty() };
        let text = [text, if is_alone { "" } else { "\n" }].concat();
        if is_current {
            self.input.prepend(&text);
        } else {
            room.draft.prepend(&text);
        }
    }

    /// Takes the draft of a room away, to put it elsewhere.
    pub(super) fn take_draft_of(&mut self, room: &RoomName) -> String {
        let is_current = self.rooms.current().name == *room;
        let Some(room) = self.rooms.get_mut(room) else { return String::new() };
        let text = if is_current { self.input.text() } else { room.draft.text() }.to_owned();
        if is_current {
            self.input.clear();
        } else {
            room.draft.clear();
        }
        text
    }

    /// Puts back what was being written in a room when the last run ended, and the lines sent before.
    pub(super) fn restore_input(&mut self, room: &RoomName) {
        let is_current = self.rooms.current().name == *room;
        let (draft, sent) = (self.session.take_draft(room), self.session.take_sent(room));
        if draft.is_none() && sent.is_empty() {
            return;
        }
        let put_back = |composer: &mut Composer| {
            composer.put_history(sent);
            if let Some(text) = draft.filter(|_| composer.is_empty()) {
                composer.set_text(text);
            }
            true
        };
        if is_current {
            self.input.swap(put_back);
        } else {
            put_back(&mut self.rooms.ensure(room).draft);
        }
    }
}

/// Whether a draft has an admin key, the word of a room or the one for IRC in it: it goes neither into the profile nor into the input history.
/// The command may be misspelt.
pub(super) fn holds_key(text: &str) -> bool {
    let command = match typed_line::read(text) {
        TypedLine::Command(line) => command::probably(line),
        TypedLine::Say(_) => typed_line::almost(text).or_else(|| typed_line::one_slash_too_many(text)),
    };
    let words = text.split_whitespace().count();
    match command.map(|command| command.id) {
        Some(CommandId::Admin) => true,
        Some(CommandId::Join) => words > 2,
        Some(CommandId::Private | CommandId::IrcPassword) => words > 1,
        Some(_) | None => false,
    }
}
