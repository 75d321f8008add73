//! What few messages have, kept beside the entries by seq so that a million entries stay small: which message one answers, that
//! it was edited, the reactions to it, the file it brings.

use std::collections::BTreeMap;

use shared::event::React;
use shared::reaction::Reactions;
use shared::{Attachment, Event, Reaction, Seq, Uid};

use crate::app::memory_budget::ALLOCATION;

/// The facts of the messages that have any.
#[derive(Debug, Default)]
pub(super) struct FactTable(BTreeMap<Seq, Box<Facts>>);

/// What one message has beside its text.
#[derive(Debug, Default)]
pub struct Facts {
    /// The message it answers.
    pub reply_to: Option<Seq>,
    /// The file it brings.
    pub file: Option<Box<Attachment>>,
    /// Whether it has another text than at first.
    pub edited: bool,
    /// Who reacted to it with what.
    pub reactions: Reactions,
    /// The server had all changes up to here in it when it sent it.
    pub(super) as_of: Seq,
    /// The edit whose text it has.
    pub(super) edit: Seq,
    /// The newest event of each person and reaction that came since: they come in any order where a gap is filled.
    reacted: Vec<(Seq, Uid, Reaction)>,
}

impl FactTable {
    pub(super) fn get(&self, seq: Seq) -> Option<&Facts> {
        self.0.get(&seq).map(AsRef::as_ref)
    }

    /// Changes the facts of a message. Says how many bytes there were before and are now.
    pub(super) fn change(&mut self, seq: Seq, change: impl FnOnce(&mut Facts)) -> (usize, usize) {
        let before = self.bytes_of(seq);
        let facts = self.0.entry(seq).or_insert_with(|| Box::new(Facts { as_of: seq, ..Facts::default() }));
        change(facts);
        (before, self.bytes_of(seq))
    }

    /// The message is gone. Says how many bytes are free.
    pub(super) fn remove(&mut self, seq: Seq) -> usize {
        let bytes = self.bytes_of(seq);
        self.0.remove(&seq);
        bytes
    }

    fn bytes_of(&self, seq: Seq) -> usize {
        self.get(seq).map_or(0, Facts::bytes)
    }
}

impl Facts {
    /// The most reactions kept of one message, of everybody together; the server's own limit is lower.
    const MOST: usize = 4_096;

    /// Those that come with an event, if it has any. All changes up to `as_of` are in it.
    pub(super) fn of_event(event: &Event, as_of: Seq) -> Option<Self> {
        let Event { reply_to, file, edited, reactions, .. } = event;
        let has_any = reply_to.is_some() || file.is_some() || edited.is_some() || !reactions.is_empty();
        has_any.then(|| Self {
            reply_to: *reply_to,
            file: file.clone(),
            edited: edited.is_some(),
            reactions: reactions.clone(),
            as_of,
            ..Self::default()
        })
    }

    /// Somebody reacts, or takes it back. Of several events of the same person and reaction the newest counts.
    pub(super) fn react(&mut self, seq: Seq, uid: Uid, react: &React) {
        let is_full = self.reacted.len() >= Self::MOST;
        match self.reacted.iter_mut().find(|(_, who, with)| *who == uid && *with == react.with) {
            Some((newest, ..)) if *newest >= seq => return,
            Some((newest, ..)) => *newest = seq,
            None if is_full => return,
            None => self.reacted.push((seq, uid, react.with.clone())),
        }
        self.reactions.set(uid, &react.with, react.off);
    }

    /// Whether somebody reacted to it with this.
    #[must_use]
    pub fn has_reacted(&self, uid: Uid, with: &Reaction) -> bool {
        self.reactions.iter().any(|reacted| reacted.with == *with && reacted.uids.contains(&uid))
    }

    fn bytes(&self) -> usize {
        let one = |reaction: &Reaction| ALLOCATION + reaction.as_str().len();
        let shown = self.reactions.iter().map(|reacted| {
            2 * ALLOCATION + size_of_val(reacted) + one(&reacted.with) + size_of_val(&*reacted.uids)
        });
        let since = self.reacted.iter().map(|reacted| size_of_val(reacted) + one(&reacted.2));
        let file = self.file.as_deref().map_or(0, file_bytes);
        size_of::<Self>() + 2 * ALLOCATION + shown.sum::<usize>() + since.sum::<usize>() + file
    }
}

/// What is told of a file takes so many bytes.
pub(super) fn file_bytes(file: &Attachment) -> usize {
    let words = file.name.as_str().len() + file.media_type.as_str().len();
    let preview = file.picture.as_ref().and_then(|picture| picture.preview.as_ref());
    let pixels = preview.map_or(0, |preview| preview.rows().len() * usize::from(preview.width()));
    size_of::<Attachment>() + 4 * ALLOCATION + words + pixels
}
