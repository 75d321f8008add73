//! What an answer answers, for the row above it: found in the timeline, or among the [`originals`](super::originals) that were
//! asked for.

use shared::event::Edit;
use shared::{Event, Kind, Millis, Sender, Seq, Uid};

use super::Timeline;
use super::entry::{Body, Entry, EntryId};
use super::layout::Viewport;
use super::not_counted::NotCounted;
use super::originals::{Fetched, Original, first_line, first_words};

impl Timeline {
    /// The message an entry answers, if it answers one.
    #[must_use]
    pub fn answered(&self, entry: &Entry) -> Option<Seq> {
        match entry.body() {
            Body::Message(_) | Body::Action(_) => self.facts(entry.seq()?)?.reply_to,
            Body::Own(own) => own.reply_to,
            Body::Event(_) | Body::Notice(_) => None,
        }
    }

    /// Who said a message that is here, and when, though it may be deleted by now.
    #[must_use]
    pub fn said_at(&self, seq: Seq) -> Option<(&Sender, Millis)> {
        let entry = self.entry_of(EntryId { seq, local: 0 })?;
        Some((entry.from()?, entry.at()))
    }

    /// Who said a message that is here, and what.
    #[must_use]
    pub fn said(&self, seq: Seq) -> Option<(&Sender, &str)> {
        let entry = self.entry_of(EntryId { seq, local: 0 })?;
        entry.from().zip(entry.text())
    }

    /// The message that is so many from the end, the newest being the first; only those of one person, if one is named.
    ///
    /// # Errors
    /// When it is one that may be stored yet, so that it has no seq, or there are not so many.
    pub fn counted_back(&self, count: usize, of: Option<Uid>) -> Result<Seq, NotCounted> {
        let is_counted = |entry: &&Entry| {
            let is_said = matches!(entry.body(), Body::Message(_) | Body::Action(_));
            is_said
                && !self.is_ignored(entry)
                && of.is_none_or(|uid| entry.from().is_some_and(|from| from.uid == uid))
        };
        // What is one's own is counted to be changed.
        let is_kept = |seq: &Option<Seq>| of.is_none() || seq.is_none_or(|seq| !self.is_deleting(seq));
        // What waits is of the reader, and the newest. One that is stored has a seq although its event is on its way.
        let waiting = self.pending.iter().rev().filter_map(|entry| match entry.body() {
            Body::Own(own) => own.failed.is_none().then_some(own.stored),
            Body::Message(_) | Body::Action(_) | Body::Event(_) | Body::Notice(_) => None,
        });
        let said = self.log.iter().rev().filter(is_counted).filter_map(Entry::seq).map(Some);
        let found = count.checked_sub(1).and_then(|newer| waiting.chain(said).filter(is_kept).nth(newer));
        found.ok_or(NotCounted::TooFar)?.ok_or(NotCounted::OnItsWay)
    }

    /// The messages with a file.
    pub fn files(&self) -> impl Iterator<Item = Seq> + '_ {
        let has_file = |entry: &&Entry| self.attachment(entry).is_some() && !self.is_ignored(entry);
        self.log.iter().filter(has_file).filter_map(Entry::seq)
    }

    /// What is known of a message that is answered.
    #[must_use]
    pub fn original(&self, seq: Seq) -> Original<'_> {
        if let Some(entry) = self.entry_of(EntryId { seq, local: 0 }) {
            if self.is_ignored(entry) {
                return Original::Ignored;
            }
            return match (entry.body(), entry.from(), entry.text()) {
                (Body::Event(Kind::Deleted(_)), ..) => Original::Deleted,
                (_, Some(from), Some(text)) => Original::Said(from, first_line(text)),
                _ => Original::Unknown,
            };
        }
        match self.originals.get(seq) {
            Some(Fetched::Said(from, _)) if self.ignores(from.uid) => Original::Ignored,
            Some(Fetched::Said(from, text)) => Original::Said(from, text),
            Some(Fetched::Deleted) => Original::Deleted,
            Some(Fetched::Asked | Fetched::Nothing) | None => Original::Unknown,
        }
    }

    /// The originals of the answers in view that are neither here nor were asked for.
    #[must_use]
    pub fn originals_wanted(&self, viewport: &Viewport) -> Vec<Seq> {
        let blocks = self.visible(viewport).blocks;
        let answered = blocks.iter().filter_map(|block| self.answered(block.entry));
        let is_wanted = |seq: &Seq| {
            self.find(EntryId { seq: *seq, local: 0 }).is_err() && self.originals.get(*seq).is_none()
        };
        answered.filter(is_wanted).collect()
    }

    /// Notes that an original was asked for.
    pub fn original_asked(&mut self, seq: Seq) {
        self.originals.set(seq, Fetched::Asked);
    }

    /// Notes that no answer will come: it may be asked for again.
    pub fn original_lost(&mut self, seq: Seq) {
        self.originals.remove(seq);
    }

    /// An original has arrived, or there is none.
    pub fn original_arrived(&mut self, seq: Seq, event: Option<&Event>) {
        // It may have been deleted meanwhile.
        if matches!(self.originals.get(seq), Some(Fetched::Deleted)) {
            return;
        }
        let fetched = match event.map(|event| (&event.kind, event.kind.text())) {
            Some((Kind::Deleted(_), _)) => Fetched::Deleted,
            Some((_, Some(text))) => {
                let from = event.map(|event| event.from.clone());
                from.map_or(Fetched::Nothing, |from| Fetched::Said(from, first_words(text.as_str())))
            }
            Some(_) | None => Fetched::Nothing,
        };
        self.originals.set(seq, fetched);
    }

    /// An original that is not in the timeline was edited or deleted.
    pub(super) fn change_original(&mut self, change: &Event) {
        let Some(of) = change.kind.of() else { return };
        let Some(known) = self.originals.get_mut(of) else { return };
        match (&change.kind, known) {
            (Kind::Delete(_), known) => *known = Fetched::Deleted,
            (Kind::Edit(Edit { text: Some(text), .. }), Fetched::Said(_, words)) => {
                *words = first_words(text.as_str());
            }
            _ => {}
        }
    }
}
