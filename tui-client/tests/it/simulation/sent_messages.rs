//! Every message that was written in a history, and what its writer was told about it. It must not know where it
//! really is; the verdict compares.

use std::collections::HashMap;

use shared::{Code, Millis, Nonce, RoomName, Seq, Uid};

/// One message.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) who: usize,
    pub(crate) text: String,
    pub(crate) room: RoomName,
    /// The other one, where it is for one person.
    pub(crate) to: Option<Uid>,
    /// When it was written.
    pub(crate) at: Millis,
    /// The client was killed in the moment it was written: it may be gone.
    pub(crate) is_doubtful: bool,
    /// Where it stands, as its writer was told.
    pub(crate) seq: Option<Seq>,
    /// Why it was refused last.
    pub(crate) refused: Option<Code>,
}

/// All of them.
#[derive(Default)]
pub(crate) struct SentMessages {
    pub(crate) messages: Vec<Message>,
    by_nonce: HashMap<Nonce, usize>,
}

impl SentMessages {
    /// A client took a message.
    pub(crate) fn enter(&mut self, nonce: Nonce, message: Message) {
        let taken = self.by_nonce.insert(nonce, self.messages.len());
        assert_eq!(taken, None, "a nonce was given twice: {message:?}");
        self.messages.push(message);
    }

    pub(crate) fn knows(&self, nonce: &Nonce) -> bool {
        self.by_nonce.contains_key(nonce)
    }

    /// Its writer was told, by `ok` or by its event, that it is stored.
    pub(crate) fn acknowledge(&mut self, nonce: &Nonce, seq: Seq) {
        let Some(&at) = self.by_nonce.get(nonce) else { return };
        let message = &mut self.messages[at];
        let known = *message.seq.get_or_insert(seq);
        assert_eq!(known, seq, "one message, two places: {message:?}");
    }

    /// Its writer was told that it is not. `is_gone` says whether somebody was forgotten, `was_muted` whether the
    /// writer was not to speak.
    pub(crate) fn refuse(
        &mut self,
        nonce: &Nonce,
        why: Code,
        may_be_full: bool,
        is_gone: impl Fn(Uid) -> bool,
        was_muted: bool,
    ) {
        let Some(&at) = self.by_nonce.get(nonce) else { return };
        let message = &mut self.messages[at];
        let is_for_nobody = || message.to.is_some_and(is_gone);
        assert!(
            matches!(why, Code::RateLimited | Code::NotMember | Code::NoSuchRoom)
                || why == Code::Storage && may_be_full
                || why == Code::NoSuchUser && is_for_nobody()
                || why == Code::Muted && was_muted,
            "refused with {why}: {message:?}"
        );
        message.refused = Some(why);
    }

    /// Somebody was forgotten and is somebody else now: what they wrote to one person goes to the same person from
    /// their new number. None of it can be stored, or they would not have been forgotten.
    pub(crate) fn follow(&mut self, who: usize, new: Uid) {
        for message in self.messages.iter_mut().filter(|message| message.who == who) {
            let Some(to) = message.to else { continue };
            assert_eq!(message.seq, None, "spoke and was forgotten: {message:?}");
            message.room = RoomName::direct(new, to);
        }
    }

    /// The last message went down with its client.
    pub(crate) fn doubt(&mut self, at: usize) {
        self.messages[at].is_doubtful = true;
    }
}
