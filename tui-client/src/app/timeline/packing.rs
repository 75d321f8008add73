//! Packing: what arrived one by one is packed once it has become a run, a page of the history as it comes.

use std::ops::Range;
use std::sync::Arc;

use shared::{Sender, Text};

use super::Timeline;
use super::entry::{Content, Entry, Said};
use super::packed::{Packed, Run};

/// So many messages become one run. Longer runs save little more, and a run is held until its last message is let go of.
pub(super) const RUN: usize = 128;

/// A run that is being filled.
#[derive(Default)]
struct Filling {
    texts: String,
    senders: Vec<Arc<Sender>>,
    /// The place of each message in the log, with its start, length and sender.
    messages: Vec<(usize, u16, u16, u16)>,
}

impl Filling {
    /// Adds the message at `at` of the log. Says whether it had room.
    fn add(&mut self, at: usize, said: &Said) -> bool {
        let text = said.text.as_str();
        let known = self.senders.iter().rposition(|sender| Arc::ptr_eq(sender, &said.from));
        let numbers = (
            u16::try_from(self.texts.len()),
            u16::try_from(text.len()),
            u16::try_from(known.unwrap_or(self.senders.len())),
        );
        let (Ok(start), Ok(length), Ok(sender)) = numbers else { return false };
        if known.is_none() {
            self.senders.push(Arc::clone(&said.from));
        }
        self.texts.push_str(text);
        self.messages.push((at, start, length, sender));
        true
    }
}

impl Timeline {
    /// Packs the newest entries once they are enough for a run.
    pub(super) fn pack_newest(&mut self) {
        if self.loose < RUN {
            return;
        }
        self.loose = 0;
        let end = self.log.len();
        let reached = self.log.iter().rev().take_while(|entry| !entry.is_packed()).count();
        self.pack(end - reached, end);
    }

    /// Packs the messages from `from` up to `to` of the log, as many as are not packed.
    pub(super) fn pack(&mut self, from: usize, to: usize) {
        let mut filling = Filling::default();
        for at in from..to {
            let Some(said) = self.log.get(at).and_then(Entry::said) else { continue };
            if !filling.add(at, said) {
                let more = std::mem::take(&mut filling);
                self.finish(more);
                if let Some(said) = self.log.get(at).and_then(Entry::said) {
                    filling.add(at, said);
                }
            }
        }
        self.finish(filling);
    }

    /// Takes all messages of a run out of it, so that one of them can be changed and the run with its text is gone. Says between
    /// which places they stand; nothing where the entry at `at` is not packed.
    pub(super) fn unpack(&mut self, at: usize) -> Option<Range<usize>> {
        let Content::Packed(packed) = &self.log.get(at)?.content else { return None };
        let run = Arc::clone(&packed.run);
        let places = self.places_of(&run, at);
        self.bytes -= run.bytes();
        for entry in self.log.range_mut(places.clone()) {
            let Content::Packed(packed) = &entry.content else { continue };
            // What was a text once can be one again.
            let (Some(from), Ok(text)) = (packed.sender(), Text::parse(packed.text())) else { continue };
            if Arc::ptr_eq(&packed.run, &run) {
                let said = Said { from: Arc::clone(from), text, action: packed.action };
                self.bytes -= size_of::<Entry>();
                entry.content = Content::Said(Box::new(said));
                self.bytes += entry.bytes();
            }
        }
        Some(places)
    }

    /// Where the messages of a run stand, of which one is at `at`: others may stand between them, but not many.
    fn places_of(&self, run: &Arc<Run>, at: usize) -> Range<usize> {
        let is_in = |at: usize| {
            let content = self.log.get(at).map(|entry| &entry.content);
            matches!(content, Some(Content::Packed(packed)) if Arc::ptr_eq(&packed.run, run))
        };
        // The caller has one more.
        let mut missing = Arc::strong_count(run).saturating_sub(2);
        let (mut low, mut high) = (at, at + 1);
        while missing > 0 && (low > 0 || high < self.log.len()) {
            if low > 0 {
                low -= 1;
                missing = missing.saturating_sub(usize::from(is_in(low)));
            }
            if missing > 0 && high < self.log.len() {
                missing = missing.saturating_sub(usize::from(is_in(high)));
                high += 1;
            }
        }
        low..high
    }

    fn finish(&mut self, filling: Filling) {
        if filling.messages.len() < 2 {
            return;
        }
        let run = Run { texts: filling.texts.into(), senders: filling.senders.into() };
        let run = Arc::new(run);
        self.bytes += run.bytes();
        for (at, start, length, sender) in filling.messages {
            let Some(entry) = self.log.get_mut(at) else { continue };
            self.bytes -= entry.bytes();
            let action = entry.said().is_some_and(|said| said.action);
            entry.content = Content::Packed(Packed { run: Arc::clone(&run), start, length, sender, action });
            self.bytes += size_of::<Entry>();
        }
    }
}
