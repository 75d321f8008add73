//! Answers of the store as the chat is told them: what is known of a nonce, and of a message that somebody wants to change.

use shared::{Nonce, Sender, Uid};

use crate::chat::message_lookup::MessageAnswer;
use crate::chat::proposal::{NonceAnswer, NonceLookup};
use crate::store::point_read::Marked;

/// What the store says of a message, as the chat is told it.
pub(super) fn message_answer(found: Result<Option<(Sender, u32)>, String>) -> MessageAnswer {
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
pub(super) fn nonce_lookup(uid: Uid, nonce: Nonce, marked: Result<Marked, String>) -> NonceLookup {
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
