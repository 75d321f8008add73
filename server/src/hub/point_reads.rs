//! Point reads: what the hub has read by key from the store, on another thread, and what is done with the answers. There is one read
//! under way at most; what is to be read meanwhile goes together with the next.

use shared::{Nonce, Sender, Uid};

use super::Hub;
use super::stop::Stop;
use crate::chat::message_lookup::{MessageAnswer, MessageLookup};
use crate::chat::proposal::{NonceAnswer, NonceLookup, Proposal};
use crate::order::Order;
use crate::store::Store;
use crate::store::point_read::{Marked, PointAnswer, PointRead};

impl<O: Order, S: Store> Hub<O, S> {
    /// Has something read by key, together with whatever else is to be read once the reads under way are answered.
    pub(super) fn read_point(&mut self, read: PointRead) {
        self.parts.stats.point_reads.add(1);
        self.reads.push(read);
    }

    pub(super) fn hand_over_reads(&mut self) {
        if self.reading || self.reads.is_empty() {
            return;
        }
        self.reading = self.parts.store.read(std::mem::take(&mut self.reads));
        if !self.reading {
            tracing::error!("the reader of the store is gone; the server stops");
            self.stop = Some(Stop::on_failure(true));
        }
    }

    pub(super) fn on_point_answers(&mut self, found: Vec<PointAnswer>) {
        self.reading = false;
        self.parts.stats.point_reads.sub(found.len() as u64);
        let (mut nonces, mut messages) = (Vec::new(), Vec::new());
        for answer in found {
            match answer {
                PointAnswer::Nonce(uid, nonce, marked) => {
                    nonces.push(nonce_lookup(uid, nonce, marked));
                }
                PointAnswer::Message(question, found) => {
                    messages.push(MessageLookup { question, answer: message_answer(found) });
                }
                PointAnswer::Tail(room, tail) => self.on_tail(&room, tail),
                PointAnswer::Committed(committed) => self.on_committed_state(committed),
            }
        }
        if !nonces.is_empty() {
            self.propose(Proposal::NoncesLookedUp { lookups: nonces });
        }
        if !messages.is_empty() {
            self.propose(Proposal::MessagesLookedUp { lookups: messages });
        }
    }
}

/// What the store says of a message, as the chat is told it.
fn message_answer(found: Result<Option<(Sender, u32)>, String>) -> MessageAnswer {
    match found {
        Ok(Some((from, reactions))) => MessageAnswer::Found { from, reactions },
        Ok(None) => MessageAnswer::Missing,
        Err(error) => {
            tracing::error!(error, "could not look a message up");
            MessageAnswer::Unknown
        }
    }
}

/// The same of a nonce.
fn nonce_lookup(uid: Uid, nonce: Nonce, marked: Result<Marked, String>) -> NonceLookup {
    match marked {
        Ok(Marked { said, greatest }) => {
            let answer = said.map_or(NonceAnswer::New, NonceAnswer::Said);
            NonceLookup { uid, nonce, answer, greatest }
        }
        Err(error) => {
            tracing::error!(error, "could not look a nonce up");
            NonceLookup { uid, nonce, answer: NonceAnswer::Unknown, greatest: None }
        }
    }
}
