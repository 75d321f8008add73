//! Every message of a history, every other text for one and every deletion, with what its sender was told about it; [`super::invariants`] compares that with the
//! store.

use std::collections::HashMap;

use shared::{Code, Millis, Nonce, RoomName, Seq, Uid};

/// One message.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) who: usize,
    /// Its idempotency key.
    pub(crate) nonce: Nonce,
    /// Nothing for a deletion.
    pub(crate) text: String,
    /// The message that it edits or deletes.
    pub(crate) changes: Option<Seq>,
    pub(crate) room: RoomName,
    /// The recipient of a direct message.
    pub(crate) to: Option<Uid>,
    /// When it was written.
    pub(crate) at: Millis,
    /// The client was killed while it was entered, so it may be lost.
    pub(crate) is_uncertain: bool,
    /// The acknowledged seq.
    pub(crate) seq: Option<Seq>,
    /// The last refusal.
    pub(crate) refused: Option<Code>,
}

/// All of them.
#[derive(Default)]
pub(crate) struct SentMessages {
    pub(crate) messages: Vec<Message>,
    by_nonce: HashMap<Nonce, usize>,
}

impl SentMessages {
    /// A client accepted a message into its outbox.
    pub(crate) fn enter(&mut self, message: Message) {
        let taken = self.by_nonce.insert(message.nonce.clone(), self.messages.len());
        assert_eq!(taken, None, "a nonce was given twice: {message:?}");
        self.messages.push(message);
    }

    pub(crate) fn get(&self, nonce: &Nonce) -> Option<&Message> {
        self.by_nonce.get(nonce).and_then(|at| self.messages.get(*at))
    }

    pub(crate) fn knows(&self, nonce: &Nonce) -> bool {
        self.by_nonce.contains_key(nonce)
    }

    /// Its sender got `ok` or the event: it is stored.
    pub(crate) fn acknowledge(&mut self, nonce: &Nonce, seq: Seq) {
        let Some(&at) = self.by_nonce.get(nonce) else { return };
        let message = &mut self.messages[at];
        let known = *message.seq.get_or_insert(seq);
        assert_eq!(known, seq, "one message, two places: {message:?}");
    }

    /// Its sender got a refusal; panics if there was no reason for it. `is_gone` says whether a recipient was forgotten,
    /// `was_muted` whether the sender was muted, `may_be_set_up` whether a room was made
    /// read-only or somebody silenced in it.
    pub(crate) fn refuse(
        &mut self,
        nonce: &Nonce,
        why: Code,
        may_be_full: bool,
        is_gone: impl Fn(Uid) -> bool,
        was_muted: bool,
        may_be_set_up: bool,
    ) {
        let Some(&at) = self.by_nonce.get(nonce) else { return };
        let message = &mut self.messages[at];
        let is_for_nobody = || message.to.is_some_and(is_gone);
        assert!(
            matches!(why, Code::RateLimited | Code::NotMember | Code::NoSuchRoom)
                || why == Code::Storage && may_be_full
                || why == Code::NoSuchUser && is_for_nobody()
                || why == Code::NoSuchMessage && message.changes.is_some()
                || why == Code::Muted && (was_muted || may_be_set_up)
                || why == Code::Forbidden && may_be_set_up,
            "refused with {why}: {message:?}"
        );
        message.refused = Some(why);
    }

    /// What was not sent is a draft again.
    pub(crate) fn take_back(&mut self, who: usize, draft: &str) {
        for message in self.messages.iter_mut().filter(|message| message.who == who && message.seq.is_none())
        {
            if !message.text.is_empty() && draft.contains(&message.text) {
                message.refused.get_or_insert(Code::Storage);
            }
        }
    }

    /// A room did not let somebody in, and nothing they said in it is deleted.
    pub(crate) fn drop_deletions(&mut self, who: usize, room: &RoomName, why: Code) {
        let of_room = |message: &&mut Message| message.who == who && message.room == *room;
        for message in self.messages.iter_mut().filter(of_room) {
            if message.text.is_empty() && message.seq.is_none() {
                message.refused.get_or_insert(why);
            }
        }
    }

    /// Somebody was forgotten and has a new uid: their unsent direct messages are now for the room of the new uid. None
    /// of them was stored, or they would not have been forgotten.
    pub(crate) fn change_sender(&mut self, who: usize, new: Uid) {
        for message in self.messages.iter_mut().filter(|message| message.who == who) {
            let Some(to) = message.to else { continue };
            assert_eq!(message.seq, None, "spoke and was forgotten: {message:?}");
            message.room = RoomName::direct(new, to);
        }
    }

    /// The client was killed before it could save the message.
    pub(crate) fn mark_uncertain(&mut self, at: usize) {
        self.messages[at].is_uncertain = true;
    }
}
