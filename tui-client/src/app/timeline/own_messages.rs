//! What this client adds to the timeline itself: its own messages before they are stored (optimistic send), until the event
//! with their nonce replaces them or the server refuses them, and notices.

use shared::{Attachment, Code, Event, Millis, Nonce, Sender, Seq, Text};

use super::Timeline;
use super::entry::{Body, Content, Entry, EntryId, HowSaid, Level, Notice, Own, PENDING};

impl Timeline {
    /// Shows a message of our own as pending, until its event arrives (optimistic send).
    pub fn add_pending(&mut self, nonce: Nonce, from: &Sender, text: Text, at: Millis, how: HowSaid) {
        let from = self.senders.intern(from);
        let (local, HowSaid { action, reply_to }) = (self.next_local(), how);
        let (file, stored, failed, detail) = (None, None, None, None);
        let own = Own { local, from, nonce, text, action, reply_to, file, stored, failed, detail };
        let entry = Entry { seq: PENDING, at, content: Content::Own(Box::new(own)) };
        self.names.add(&entry);
        self.pending.push(entry);
    }

    /// Notes that a pending message brings a file.
    pub fn attach(&mut self, nonce: &Nonce, file: Attachment) {
        for entry in &mut self.pending {
            if let Content::Own(own) = &mut entry.content
                && own.nonce == *nonce
            {
                own.file = Some(Box::new(file));
                return;
            }
        }
    }

    /// Notes that a pending message was refused, and until when such messages are. From now on it keeps its place among what
    /// arrives. Says whether there was one.
    pub fn fail(&mut self, nonce: &Nonce, why: Code, until: Option<Millis>) -> bool {
        let Some(id) = self.find_own(nonce).filter(EntryId::is_pending) else { return false };
        let Some(mut entry) = self.take_own(nonce, id) else { return false };
        entry.seq = self.head;
        if let Content::Own(own) = &mut entry.content {
            own.failed = Some((why, until));
            own.local = self.next_local();
        }
        let failed = entry.id();
        self.failed.push((nonce.clone(), failed));
        self.rename(id, failed);
        self.insert(self.log.len(), entry);
        true
    }

    /// Words that say more than the code about why a message failed.
    pub fn explain_failure(&mut self, nonce: &Nonce, detail: &str) {
        let Some(at) = self.find_own(nonce).and_then(|id| self.find(id).ok()) else { return };
        if let Some(Entry { content: Content::Own(own), .. }) = self.log.get_mut(at) {
            own.detail = Some(detail.into());
        }
    }

    /// Notes where a pending message was stored; its event follows.
    pub fn note_stored(&mut self, nonce: &Nonce, seq: Seq) {
        for entry in &mut self.pending {
            if let Content::Own(own) = &mut entry.content
                && own.nonce == *nonce
            {
                own.stored = Some(seq);
            }
        }
    }

    /// Takes a pending or failed message away, to edit it or send it anew. Gives back what it said.
    pub fn drop_pending(&mut self, nonce: &Nonce) -> Option<Text> {
        let id = self.find_own(nonce)?;
        let dropped = self.take_own(nonce, id)?;
        self.anchor_to_next();
        if let Content::Own(own) = dropped.content { Some(own.text) } else { None }
    }

    /// Takes all messages of our own that are not stored off the screen.
    pub fn drop_unsent(&mut self) {
        for nonce in self.unsent().map(|own| own.nonce.clone()).collect::<Vec<_>>() {
            self.drop_pending(&nonce);
        }
    }

    /// The messages of our own that are not stored, or not yet, oldest first.
    pub fn unsent(&self) -> impl Iterator<Item = &Own> {
        let failed = self.failed.iter().filter_map(|(_, id)| self.entry_of(*id));
        failed.chain(&self.pending).filter_map(|entry| match entry.body() {
            Body::Own(own) => Some(own),
            Body::Message(_) | Body::Action(_) | Body::Event(_) | Body::Notice(_) => None,
        })
    }

    /// Says something to the reader, below what is there.
    pub fn notice(&mut self, text: &str, at: Millis, level: Level) {
        let notice = Notice::new(self.next_local(), level, text);
        let entry = Entry { seq: self.head, at, content: Content::Notice(Box::new(notice)) };
        self.insert(self.log.len(), entry);
    }

    /// Adds an event of another room, in its place by time. It counts for nothing: neither as something that arrived here nor
    /// as a place to resume from. Seqs are those of the whole server, so no event of this room has the same.
    pub fn show_foreign(&mut self, event: &Event) {
        let Err(at) = self.find(EntryId { seq: event.seq, local: 0 }) else { return };
        let from = self.senders.intern(&event.from);
        let Some(entry) = Entry::of_event(event, from) else { return };
        self.head = self.head.max(event.seq);
        self.insert(at, entry);
        self.note_file(event);
    }

    fn next_local(&mut self) -> u32 {
        self.locals = self.locals.saturating_add(1);
        self.locals
    }

    /// Replaces the pending or failed message whose nonce the event has; anchor and selection move to the event.
    pub(super) fn confirm(&mut self, event: &Event, id: EntryId) {
        if self.pending.is_empty() && self.failed.is_empty() {
            return;
        }
        let Some(nonce) = &event.nonce else { return };
        let Some(own) = self.find_own(nonce) else { return };
        let is_mine = |entry: &Entry| entry.from().is_some_and(|from| from.uid == event.from.uid);
        if self.entry_of(own).is_some_and(is_mine) {
            self.take_own(nonce, own);
            self.rename(own, id);
        }
    }

    fn find_own(&self, nonce: &Nonce) -> Option<EntryId> {
        let pending =
            self.pending.iter().find(|entry| matches!(entry.body(), Body::Own(own) if own.nonce == *nonce));
        let failed = || self.failed.iter().find(|(failed, _)| failed == nonce).map(|(_, id)| *id);
        pending.map(Entry::id).or_else(failed)
    }

    fn take_own(&mut self, nonce: &Nonce, id: EntryId) -> Option<Entry> {
        let at = self.find(id).ok()?;
        self.failed.retain(|(failed, _)| failed != nonce);
        match at.checked_sub(self.log.len()) {
            Some(at) => Some(self.pending.remove(at)),
            None => self.log.remove(at).inspect(|entry| self.bytes -= entry.bytes()),
        }
    }
}
