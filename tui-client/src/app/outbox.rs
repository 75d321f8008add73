//! The outbox: messages that were written and are not known to be stored, and what changes messages (edits, deletions,
//! reactions) alike. It says what may be sent next; `send.rs` sends it.
//!
//! A message keeps its nonce, the idempotency key, for life: sending it again after a lost connection cannot say it twice,
//! because the server answers a nonce it knows with the seq it stored. A reaction has none on the wire; twice is the same as once.

use shared::{Code, Millis, Nonce, Reaction, RoomName, Seq, Text};

use super::changes::Changes;
use crate::profile::{Act, FileContent, FileSource, Unsent};

/// The send window: how many messages may be in flight before the first is acknowledged. Enough that a fast typist does not
/// wait, few enough that a paused server has little to answer.
const WINDOW: usize = 16;
/// A message without an answer for so long, in milliseconds, is said to have none.
pub const NO_ANSWER_AFTER: Millis = 10_000;
/// The shortest and the longest wait before a message that the server did not want yet is sent again, in milliseconds.
const HOLD: [Millis; 2] = [250, 60_000];

/// The messages not known to be stored, in the order they were written.
#[derive(Debug, Default)]
pub struct Outbox {
    entries: Vec<OutboxEntry>,
    /// The server asked to wait until then.
    held: Option<Millis>,
    /// How often it has asked that since it took one.
    holds: u32,
    pub(super) changes: Changes,
}

/// One message, or one change of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxEntry {
    /// What it is and where it goes.
    pub unsent: Unsent,
    /// Its state.
    pub state: SendState,
    /// Whether it may be stored already: it was sent once, or an earlier run may have sent it.
    pub was_sent: bool,
    /// When it was sent last.
    pub sent_at: Millis,
    /// Whether it brings a file whose content the server does not have, as far as is known: it waits for that, and nothing waits
    /// for it.
    pub lacks_content: bool,
}

/// The state of a message in the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendState {
    /// Waits for the send window or a connection.
    Queued,
    /// Sent, not acknowledged.
    InFlight,
    /// Refused.
    Failed(Code),
}

impl Outbox {
    /// What an earlier run left.
    #[must_use]
    pub fn restore(unsent: Vec<Unsent>) -> Self {
        let entries = unsent
            .into_iter()
            .map(|unsent| {
                // One that was read through may be stored already: it is said first, and the server knows.
                let lacks_content =
                    unsent.act.file().is_some_and(|file| file.content.is_none() || file.stopped);
                OutboxEntry { unsent, state: SendState::Queued, was_sent: true, sent_at: 0, lacks_content }
            })
            .collect();
        Self { entries, ..Self::default() }
    }

    /// What to keep for the next run.
    #[must_use]
    pub fn to_keep(&self) -> Vec<Unsent> {
        self.entries.iter().map(|entry| entry.unsent.clone()).collect()
    }

    /// Everything in it, in order.
    #[must_use]
    pub fn entries(&self) -> &[OutboxEntry] {
        &self.entries
    }

    /// How many are queued or in flight. One whose file the person has stopped waits for nothing.
    #[must_use]
    pub fn waiting(&self) -> usize {
        let is_stopped = |entry: &OutboxEntry| {
            entry.lacks_content && entry.unsent.act.file().is_some_and(|file| file.stopped)
        };
        let entries = self.entries.iter().filter(|entry| !matches!(entry.state, SendState::Failed(_)));
        entries.filter(|entry| !is_stopped(entry)).count()
    }

    /// The same without those whose file is on its way.
    #[must_use]
    pub fn waiting_in_order(&self) -> usize {
        self.entries
            .iter()
            .filter(|entry| !matches!(entry.state, SendState::Failed(_)) && !entry.lacks_content)
            .count()
    }

    /// Adds a message at the end.
    pub fn push(&mut self, unsent: Unsent) {
        let lacks_content = unsent.act.file().is_some();
        let state = SendState::Queued;
        self.entries.push(OutboxEntry { unsent, state, was_sent: false, sent_at: 0, lacks_content });
        self.changed();
    }

    /// The next message that may be sent, in a room where it `may`; it counts as in flight from now on.
    pub fn next_to_send(&mut self, now: Millis, may: impl Fn(&RoomName) -> bool) -> Option<Unsent> {
        if self.held.is_some_and(|until| now < until) {
            return None;
        }
        self.held = None;
        let flying = self.entries.iter().filter(|entry| entry.state == SendState::InFlight).count();
        let next = self.entries.iter_mut().find(|entry| entry.may_be_sent() && may(&entry.unsent.room))?;
        if flying >= WINDOW {
            return None;
        }
        (next.state, next.was_sent, next.sent_at) = (SendState::InFlight, true, now);
        Some(next.unsent.clone())
    }

    /// When [`Self::next_to_send`] may have something again, or a message is without an answer for long.
    #[must_use]
    pub fn deadline(&self, now: Millis) -> Option<Millis> {
        let held = self.held.filter(|_| self.entries.iter().any(OutboxEntry::may_be_sent));
        let unanswered = self.waits_since().map(|since| since.saturating_add(NO_ANSWER_AFTER));
        held.into_iter().chain(unanswered.filter(|at| *at > now)).min()
    }

    /// Whether a message is without an answer for long.
    #[must_use]
    pub fn is_unanswered(&self, now: Millis) -> bool {
        self.waits_since().is_some_and(|since| now >= since.saturating_add(NO_ANSWER_AFTER))
    }

    fn waits_since(&self) -> Option<Millis> {
        let flying = self.entries.iter().filter(|entry| entry.state == SendState::InFlight);
        flying.map(|entry| entry.sent_at).min()
    }

    /// The message is stored, or not wanted any more. Gives it back if it was here.
    pub fn remove(&mut self, nonce: &Nonce) -> Option<Unsent> {
        let at = self.entries.iter().position(|entry| entry.unsent.nonce == *nonce)?;
        self.changed();
        self.holds = 0;
        Some(self.entries.remove(at).unsent)
    }

    /// The server refused the message for good. Gives it back if it was here.
    pub fn fail(&mut self, nonce: &Nonce, why: Code) -> Option<&Unsent> {
        self.changes.draw();
        let entry = self.find(nonce)?;
        entry.state = SendState::Failed(why);
        Some(&entry.unsent)
    }

    /// The server wants the message later (rate limit): it waits for so many milliseconds, and everything after it, so that
    /// the order stays. A server that asks for that again and again is asked less often each time.
    pub fn hold(&mut self, nonce: &Nonce, now: Millis, wait: u64) -> bool {
        let found = self.find(nonce).map(|entry| entry.state = SendState::Queued).is_some();
        if found {
            let [shortest, longest] = HOLD;
            let least = shortest.saturating_mul(1 << self.holds.min(8)).min(longest);
            self.holds = self.holds.saturating_add(1);
            let wait = Millis::try_from(wait).unwrap_or(longest).clamp(least, longest);
            let until = now.saturating_add(wait);
            self.held = Some(self.held.map_or(until, |held| held.max(until)));
        }
        found
    }

    /// What was to wait need not wait any longer.
    pub fn release(&mut self) {
        (self.held, self.holds) = (None, 0);
    }

    /// Takes what an earlier run left at another server, in place of everything here.
    pub fn replace(&mut self, unsent: Vec<Unsent>) {
        *self = Self::restore(unsent);
        self.changed();
    }

    /// The connection is lost: whatever was in flight is queued again, in its old place.
    pub fn rewind(&mut self) {
        self.held = None;
        self.changes.draw();
        for entry in &mut self.entries {
            if entry.state == SendState::InFlight {
                entry.state = SendState::Queued;
            }
        }
    }

    /// Gives every message its new room, and marks those as refused for which there is a reason.
    pub fn readdress(&mut self, to: impl Fn(&RoomName) -> (RoomName, Option<Code>)) {
        self.changed();
        for entry in &mut self.entries {
            let (room, refused) = to(&entry.unsent.room);
            entry.unsent.room = room;
            entry.state = refused.map_or(entry.state, SendState::Failed);
        }
    }

    /// Whether something for a room is queued or in flight.
    #[must_use]
    pub fn has_waiting(&self, room: &RoomName) -> bool {
        self.entries.iter().any(|entry| entry.is_waiting_for(room))
    }

    /// The deletions and reactions that wait, with their rooms.
    pub fn wordless(&self) -> impl Iterator<Item = &OutboxEntry> {
        self.entries.iter().filter(|entry| entry.unsent.act.is_wordless())
    }

    /// The edits, deletions and reactions that are not known to be stored and may still be.
    pub fn changes(&self) -> impl Iterator<Item = &Unsent> {
        let may_be = |entry: &&OutboxEntry| !matches!(entry.state, SendState::Failed(_));
        self.entries
            .iter()
            .filter(may_be)
            .map(|entry| &entry.unsent)
            .filter(|unsent| unsent.act.of().is_some())
    }

    /// Takes out the newest change of a message that is like this and is not on its way: it is not wanted any more. Says whether
    /// the server may have heard of it before.
    pub fn withdraw(&mut self, room: &RoomName, is_meant: impl Fn(&Act) -> bool) -> Option<bool> {
        let is_meant = |entry: &OutboxEntry| {
            entry.state == SendState::Queued && entry.unsent.room == *room && is_meant(&entry.unsent.act)
        };
        let at = self.entries.iter().rposition(is_meant)?;
        self.changed();
        Some(self.entries.remove(at).was_sent)
    }

    /// Whether the same reaction to the same message is on its way, or taken back.
    #[must_use]
    pub fn is_reacting(&self, but: &Nonce, to: Seq, reaction: &Reaction) -> bool {
        self.entries.iter().any(|entry| {
            let is_same = matches!(&entry.unsent.act, Act::React { reacts, with, .. } if *reacts == to && with == reaction);
            is_same && entry.state == SendState::InFlight && entry.unsent.nonce != *but
        })
    }

    /// A message is deleted: nothing about it is sent any more. Gives back what was to be.
    pub fn forget_message(&mut self, room: &RoomName, of: Seq) -> Vec<Unsent> {
        self.extract(|unsent| unsent.room == *room && unsent.act.of() == Some(of))
    }

    /// Takes out the deletions and reactions that wait for a room.
    pub fn take_wordless(&mut self, room: &RoomName) -> Vec<Unsent> {
        self.extract(|unsent| unsent.room == *room && unsent.act.is_wordless())
    }

    fn extract(&mut self, is_meant: impl Fn(&Unsent) -> bool) -> Vec<Unsent> {
        let taken = self.entries.extract_if(.., |entry| is_meant(&entry.unsent));
        let taken: Vec<Unsent> = taken.map(|entry| entry.unsent).collect();
        if !taken.is_empty() {
            self.changed();
        }
        taken
    }

    /// The messages of a room cannot be sent: those that were not sent yet are taken out, the others are refused for `why`.
    /// Says which were which.
    pub fn take_waiting(&mut self, room: &RoomName, why: Code) -> (Vec<Unsent>, Vec<Nonce>) {
        let fresh = self.entries.extract_if(.., |entry| entry.is_waiting_for(room) && !entry.was_sent);
        let fresh: Vec<Unsent> = fresh.map(|entry| entry.unsent).collect();
        let mut refused = Vec::new();
        for entry in self.entries.iter_mut().filter(|entry| entry.is_waiting_for(room)) {
            entry.state = SendState::Failed(why);
            refused.push(entry.unsent.nonce.clone());
        }
        self.changed();
        (fresh, refused)
    }

    /// Forgets what was refused in a room that is left.
    pub fn forget_refused(&mut self, room: &RoomName) {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.unsent.room != *room || entry.is_waiting_for(room));
        if self.entries.len() < before {
            self.changed();
        }
    }

    /// Takes the newest refused message of a room out, with the reason, to send it anew or to edit it.
    pub fn take_failed(&mut self, room: &RoomName) -> Option<(Unsent, Code)> {
        let why = |entry: &OutboxEntry| match entry.state {
            SendState::Failed(why) if entry.unsent.room == *room => Some(why),
            SendState::Failed(_) | SendState::Queued | SendState::InFlight => None,
        };
        let (at, why) =
            self.entries.iter().enumerate().rev().find_map(|(at, entry)| Some((at, why(entry)?)))?;
        self.changed();
        Some((self.entries.remove(at).unsent, why))
    }

    /// The seqs of a room mean other events from now on: nothing in it is answered or changed any more.
    pub fn forget_seqs(&mut self, room: &RoomName) {
        self.entries.retain(|entry| entry.unsent.room != *room || entry.unsent.act.of().is_none());
        for entry in self.entries.iter_mut().filter(|entry| entry.unsent.room == *room) {
            if let Act::Say { reply_to, .. } = &mut entry.unsent.act {
                *reply_to = None;
            }
        }
        self.changed();
    }

    /// Drops what was refused.
    pub fn forget_failed(&mut self) {
        self.entries.retain(|entry| !matches!(entry.state, SendState::Failed(_)));
        self.changed();
    }

    /// What is kept for the next start is different now.
    fn changed(&mut self) {
        self.changes.draw();
        self.changes.save();
    }

    /// The files that the server lacks and that are wanted there.
    pub fn lacking(&self) -> impl Iterator<Item = &Unsent> {
        let lacks = |entry: &&OutboxEntry| entry.lacks_content && entry.state == SendState::Queued;
        self.entries.iter().filter(lacks).map(|entry| &entry.unsent)
    }

    /// The file of a message.
    #[must_use]
    pub fn file_of(&self, nonce: &Nonce) -> Option<&FileSource> {
        self.entries.iter().find(|entry| entry.unsent.nonce == *nonce)?.unsent.act.file()
    }

    /// A file was read through, or has to be read anew. What is known of the file of a message that may be stored does not
    /// change. Says whether the message is here.
    pub fn set_content(&mut self, nonce: &Nonce, content: Option<Box<FileContent>>) -> bool {
        let Some(file) = self.find(nonce).and_then(|entry| entry.unsent.act.file_mut()) else { return false };
        file.content = content;
        self.changed();
        true
    }

    /// The person stops a file, or has it go on.
    pub fn stop_file(&mut self, nonce: &Nonce, stopped: bool) {
        let Some(file) = self.find(nonce).and_then(|entry| entry.unsent.act.file_mut()) else { return };
        file.stopped = stopped;
        self.changed();
    }

    /// The server has the content of a message's file, or not: then the message waits for it.
    pub fn set_lacks_content(&mut self, nonce: &Nonce, lacks_content: bool) -> bool {
        self.changes.draw();
        let Some(entry) = self.find(nonce).filter(|entry| entry.unsent.act.file().is_some()) else {
            return false;
        };
        entry.lacks_content = lacks_content;
        if lacks_content {
            entry.state = SendState::Queued;
        }
        true
    }

    /// Takes out a message whose file is not wanted any more, unless it is on its way itself.
    pub fn withdraw_file(&mut self, nonce: &Nonce) -> Option<Unsent> {
        let is_meant = |entry: &OutboxEntry| {
            entry.unsent.nonce == *nonce
                && entry.unsent.act.file().is_some()
                && entry.state != SendState::InFlight
        };
        let at = self.entries.iter().position(is_meant)?;
        self.changed();
        Some(self.entries.remove(at).unsent)
    }

    fn find(&mut self, nonce: &Nonce) -> Option<&mut OutboxEntry> {
        self.entries.iter_mut().find(|entry| entry.unsent.nonce == *nonce)
    }
}

impl OutboxEntry {
    fn may_be_sent(&self) -> bool {
        self.state == SendState::Queued && !self.lacks_content
    }

    fn is_waiting_for(&self, room: &RoomName) -> bool {
        self.unsent.room == *room && !matches!(self.state, SendState::Failed(_))
    }
}

/// A message of a room.
#[must_use]
pub fn unsent(room: RoomName, nonce: Nonce, text: Text, action: bool) -> Unsent {
    Unsent { room, nonce, act: Act::Say { text, action, reply_to: None, file: None } }
}

#[cfg(test)]
mod tests {
    use shared::{Code, Nonce, RoomName};

    use super::{Outbox, WINDOW, unsent};

    fn filled(count: usize) -> Outbox {
        let mut outbox = Outbox::default();
        for n in 0..count {
            outbox.push(unsent(RoomName::lobby(), nonce(n), "hi".parse().unwrap(), false));
        }
        outbox
    }

    fn nonce(n: usize) -> Nonce {
        format!("n{n}").parse().unwrap()
    }

    fn sent(outbox: &mut Outbox, now: i64) -> Vec<String> {
        std::iter::from_fn(|| outbox.next_to_send(now, |_| true))
            .map(|unsent| unsent.nonce.to_string())
            .collect()
    }

    #[test]
    fn messages_in_flight_are_sent_again_in_order_after_a_reconnect() {
        let mut outbox = filled(3);
        assert_eq!(sent(&mut outbox, 0), ["n0", "n1", "n2"]);
        outbox.remove(&nonce(1));
        outbox.rewind();
        assert_eq!(sent(&mut outbox, 0), ["n0", "n2"]);
    }

    #[test]
    fn only_a_few_messages_are_in_flight_at_a_time() {
        let mut outbox = filled(WINDOW + 2);
        assert_eq!(sent(&mut outbox, 0).len(), WINDOW);
        outbox.remove(&nonce(0));
        assert_eq!(sent(&mut outbox, 0), ["n16"]);
    }

    #[test]
    fn a_rate_limited_message_is_sent_again() {
        let mut outbox = filled(2);
        sent(&mut outbox, 0);
        assert!(outbox.hold(&nonce(1), 0, 500));
        assert_eq!(outbox.deadline(0), Some(500));
        assert!(sent(&mut outbox, 499).is_empty());
        assert_eq!(sent(&mut outbox, 500), ["n1"]);
    }

    #[test]
    fn a_server_that_wants_everything_later_is_not_asked_for_ever_more() {
        let mut outbox = filled(1);
        let (mut now, mut waits) = (0, Vec::new());
        for asked in [0, 0, 0, 0, u64::MAX, 0] {
            assert_eq!(sent(&mut outbox, now), ["n0"]);
            assert!(outbox.hold(&nonce(0), now, asked));
            let until = outbox.deadline(now).unwrap();
            waits.push(until - now);
            now = until;
        }
        assert_eq!(waits, [250, 500, 1_000, 2_000, 60_000, 8_000]);
    }

    #[test]
    fn a_message_without_an_answer_for_long_is_known() {
        let mut outbox = filled(2);
        sent(&mut outbox, 1_000);
        assert_eq!(outbox.deadline(1_000), Some(11_000));
        assert!(!outbox.is_unanswered(10_999) && outbox.is_unanswered(11_000));
        assert_eq!(outbox.deadline(11_000), None, "it does not wake up for ever");
        for n in 0..2 {
            outbox.remove(&nonce(n));
        }
        assert!(!outbox.is_unanswered(11_000));
    }

    #[test]
    fn a_refused_message_is_kept_until_it_is_taken() {
        let mut outbox = filled(1);
        sent(&mut outbox, 0);
        outbox.fail(&nonce(0), Code::Muted);
        assert_eq!((outbox.waiting(), outbox.to_keep().len()), (0, 1));
        outbox.rewind();
        assert!(sent(&mut outbox, 0).is_empty(), "it does not go again by itself");
        let (unsent, why) = outbox.take_failed(&RoomName::lobby()).unwrap();
        assert_eq!((unsent.nonce, why), (nonce(0), Code::Muted));
        assert_eq!(outbox.take_failed(&RoomName::lobby()), None);
    }
}
