//! Packing: what arrived one by one is packed once it has become a run, a page of the history as it comes.

use std::sync::Arc;

use shared::Sender;

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
