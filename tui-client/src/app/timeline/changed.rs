//! Edits, deletions and reactions: what they change in the messages that are here. For those that are not they are kept for a while
//! (`kept_changes`). A page of the history may be older than what came meanwhile, so a message that arrives later is changed then.

use shared::event::Edit;
use shared::{Attachment, Event, Kind, Reaction, Sender, Seq, Text, Uid};

use super::Timeline;
use super::entry::{Body, Content, Entry, EntryId, Said};
use super::facts::Facts;
use super::scroll_anchor::NewBelow;
use crate::app::memory_budget::Bytes as _;
use crate::profile::Act;

impl Timeline {
    /// What a message has beside its text.
    #[must_use]
    pub fn facts(&self, seq: Seq) -> Option<&Facts> {
        self.facts.get(seq)
    }

    /// Notes what an event that was just added has beside its text. Where it did not come by itself, the server has sent it as
    /// it is now, but perhaps as it was before what came meanwhile.
    pub(super) fn note_facts(&mut self, event: &Event, is_live: bool) {
        let as_of = if is_live { event.seq } else { self.head.max(event.seq) };
        if let Some(facts) = Facts::of_event(event, as_of) {
            self.change_facts(event.seq, |known| *known = facts);
        }
        for change in self.kept.take(event.seq) {
            self.bytes -= change.bytes();
            self.apply(&change, true);
        }
    }

    /// Notes the file of an event of another room.
    pub(super) fn note_file(&mut self, event: &Event) {
        if let Some(file) = &event.file {
            self.change_facts(event.seq, |facts| facts.file = Some(file.clone()));
        }
    }

    /// The file that an entry brings.
    #[must_use]
    pub fn attachment(&self, entry: &Entry) -> Option<&Attachment> {
        match entry.seq() {
            Some(seq) => self.facts(seq)?.file.as_deref(),
            None => self.entry_of(entry.id())?.own_file(),
        }
    }

    /// Takes in an event that changes another one, if it is one. One that came by itself is kept for a message that is not
    /// here; those that come by a page are in the pages before it.
    pub(super) fn take_change(&mut self, event: &Event, is_live: bool) {
        let Some(of) = event.kind.of() else { return };
        self.change_original(event);
        if self.find(EntryId { seq: of, local: 0 }).is_ok() {
            self.apply(event, false);
        } else if is_live {
            let (more, gone) = self.kept.keep(event);
            self.bytes += more;
            self.bytes -= gone;
        }
    }

    /// The server has done a change of our own; its event follows, and changes nothing more.
    pub fn change_own(&mut self, change: &Event) {
        self.take_change(change, false);
    }

    /// These edits, deletions and reactions of the reader are not known to be stored.
    pub fn mark_changes(&mut self, acts: Vec<Act>) {
        self.changing = acts;
    }

    /// Whether a message is being deleted.
    #[must_use]
    pub fn is_deleting(&self, seq: Seq) -> bool {
        self.changing.contains(&Act::Delete { deletes: seq })
    }

    /// Whether a message is being edited.
    pub(super) fn is_editing(&self, seq: Seq) -> bool {
        self.changing.iter().any(|act| matches!(act, Act::Edit { edits, .. } if *edits == seq))
    }

    /// The message of which it was said last that it is to be deleted.
    #[must_use]
    pub fn newest_deleting(&self) -> Option<Seq> {
        self.changing.iter().rev().find_map(|act| match act {
            Act::Delete { deletes } => Some(*deletes),
            Act::Say { .. } | Act::Edit { .. } | Act::React { .. } => None,
        })
    }

    /// The reactions to a message that are not known to be stored, in order, and whether each is taken back.
    pub(super) fn reacting(&self, seq: Seq) -> impl Iterator<Item = (&Reaction, bool)> {
        self.changing.iter().filter_map(move |act| match act {
            Act::React { reacts, with, off } if *reacts == seq => Some((with, *off)),
            Act::Say { .. } | Act::Edit { .. } | Act::Delete { .. } | Act::React { .. } => None,
        })
    }

    /// Whether the reader has reacted so to a message, or will have.
    #[must_use]
    pub fn has_reacted(&self, seq: Seq, reader: Uid, reaction: &Reaction) -> bool {
        let last = self.reacting(seq).filter(|(with, _)| *with == reaction).last();
        let stored = || self.facts(seq).is_some_and(|facts| facts.has_reacted(reader, reaction));
        last.map_or_else(stored, |(_, off)| !off)
    }

    /// Changes the message that an event is about. `was_kept` means that the message came after it, perhaps without it.
    fn apply(&mut self, change: &Event, was_kept: bool) {
        let Some(of) = change.kind.of() else { return };
        let Ok(at) = self.find(EntryId { seq: of, local: 0 }) else { return };
        let is_said = |entry: &Entry| matches!(entry.body(), Body::Message(_) | Body::Action(_));
        if !self.log.get(at).is_some_and(is_said) {
            return;
        }
        let (edit, as_of) = self.facts(of).map_or((of, of), |facts| (facts.edit, facts.as_of));
        let is_newer = was_kept || change.seq > as_of;
        if let Kind::Delete(_) = &change.kind {
            self.delete(at, Some(&change.from));
        } else if let Kind::Edit(Edit { text: None, .. }) = &change.kind {
            // It is deleted by now; the event that says so follows.
            self.delete(at, None);
        } else if let Kind::Edit(Edit { text: Some(text), .. }) = &change.kind
            && is_newer
            && change.seq > edit
        {
            self.rewrite(at, text);
            self.change_facts(of, |facts| (facts.edited, facts.edit) = (true, change.seq));
        } else if let Kind::React(react) = &change.kind
            && is_newer
        {
            self.change_facts(of, |facts| facts.react(change.seq, change.from.uid, react));
        }
    }

    /// The server sends as deleted what is here with its text.
    pub(super) fn note_deleted(&mut self, at: usize, by: Option<&Sender>) {
        if self.log.get(at).is_some_and(|entry| matches!(entry.body(), Body::Message(_) | Body::Action(_))) {
            self.delete(at, by);
        }
    }

    /// A message is gone: nothing of its text stays in memory.
    fn delete(&mut self, at: usize, by: Option<&Sender>) {
        let Some(entry) = self.log.get(at) else { return };
        let (id, author) = (entry.id(), entry.from().cloned());
        let Some(author) = author else { return };
        let by = by.filter(|by| by.uid != author.uid).map(|by| Box::new(by.clone()));
        let from = self.senders.intern(&author);
        self.replace(at, Content::Event(Box::new((from, Kind::Deleted(by)))));
        self.bytes -= self.facts.remove(id.seq);
        self.unfolded.remove(&id);
        if let Some(NewBelow { first, count }) = self.new_below.filter(|new| new.first <= id) {
            self.new_below = (count > 1).then_some(NewBelow { first, count: count - 1 });
        }
    }

    /// A message says something else.
    fn rewrite(&mut self, at: usize, text: &Text) {
        let Some(entry) = self.log.get(at) else { return };
        let (author, action) = (entry.from().cloned(), matches!(entry.body(), Body::Action(_)));
        let Some(author) = author else { return };
        let from = self.senders.intern(&author);
        self.replace(at, Content::Said(Box::new(Said { from, text: text.clone(), action })));
    }

    /// Gives an entry other content. The messages it was packed with are packed anew, without what it said.
    fn replace(&mut self, at: usize, content: Content) {
        let run = self.unpack(at);
        if let Some(entry) = self.log.get_mut(at) {
            self.bytes -= entry.bytes();
            entry.content = content;
            self.bytes += entry.bytes();
        }
        if let Some(run) = run {
            self.pack(run.start, run.end);
        }
    }

    fn change_facts(&mut self, seq: Seq, change: impl FnOnce(&mut Facts)) {
        let (before, now) = self.facts.change(seq, change);
        self.bytes += now;
        self.bytes -= before;
    }
}
