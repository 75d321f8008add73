//! Defers a request while its nonce, or the message it changes, is looked up in the store, and carries it out when the answer was proposed.

use shared::{Code, Millis, Nonce, Refusal, RoomName, Seq, ServerMsg, Uid};

use super::Stored;
use crate::chat::Chat;
use crate::chat::conn_id::ConnId;
use crate::chat::effect::Effect;
use crate::chat::message_lookup::{MessageLookup, MessageQuestion};
use crate::chat::nonce_queue::{Message, Ready, Step, Unanswered};
use crate::chat::proposal::{NonceAnswer, NonceLookup};
use crate::chat::proposed_request::{ProposedOperation, ProposedRequest, changed_message};

impl Chat {
    /// Defers a request if its nonce must be looked up, or if an earlier one waits; hands it back otherwise.
    pub(super) fn defer_request(&mut self, uid: Uid, request: ProposedRequest) -> Option<ProposedRequest> {
        let nonce = self.unknown_nonce(uid, &request).cloned();
        let message = self.unknown_message(uid, &request);
        if nonce.is_none() && message.is_none() && !self.deferred.is_waiting(uid) {
            return Some(request);
        }
        let conn = request.conn;
        if self.deferred.overflows(uid) {
            self.tell(conn, ServerMsg::Error(too_many_wait().to(request.id)));
            return None;
        }
        let step = match nonce {
            Some(nonce) => {
                self.effects.push(Effect::LookUpNonce { uid, nonce, on: conn.on });
                Step::LookedUp(Box::new(request))
            }
            None => Step::Request(Box::new(request)),
        };
        let asked = message.map_or(Message::NotNeeded, |message| self.look_up_message(uid, conn, message));
        self.deferred.push(uid, conn, step, asked);
        None
    }

    /// Defers a request of the operator about a message; hands any other back, which waits for none. They have a queue of their own.
    pub(super) fn defer_operation(&mut self, operated: ProposedOperation) -> Option<ProposedOperation> {
        let operator = Uid::ZERO;
        let message = changed_message(&operated.msg).map(|(room, of)| (room.clone(), of));
        let Some(message) = message else { return Some(operated) };
        let conn = operated.conn;
        if self.deferred.overflows(operator) {
            self.tell(conn, ServerMsg::Error(too_many_wait().to(operated.id)));
            return None;
        }
        let asked = self.look_up_message(operator, conn, message);
        self.deferred.push(operator, conn, Step::Operation(Box::new(operated)), asked);
        None
    }

    fn look_up_message(&mut self, uid: Uid, conn: ConnId, (room, of): (RoomName, Seq)) -> Message {
        let number = self.deferred.next_question();
        let question = MessageQuestion { uid, room, of, number };
        self.effects.push(Effect::LookUpMessage { question, on: conn.on });
        Message::Asked(number)
    }

    /// A node that was to look something up is lost: another one does it.
    pub(super) fn ask_again(&mut self) {
        let Some(on) = self.nodes.running().first().map(|running| running.start) else { return };
        let is_lost = |start| self.nodes.get(start).is_none();
        let again = self.deferred.unanswered(is_lost);
        self.effects.extend(again.into_iter().map(|question| match question {
            Unanswered::Nonce(uid, nonce) => Effect::LookUpNonce { uid, nonce, on },
            Unanswered::Message(question) => Effect::LookUpMessage { question, on },
        }));
    }

    /// Defers the loss of a connection until the requests it made before are done; returns whether it was deferred.
    pub(super) fn defer_loss(&mut self, uid: Uid, conn: ConnId) -> bool {
        let waits = self.deferred.is_waiting(uid);
        if waits {
            self.deferred.push(uid, conn, Step::Lost, Message::NotNeeded);
        }
        waits
    }

    /// The store has answered: what waited for it is carried out, and what waited behind that.
    pub(in crate::chat) fn nonces_looked_up(&mut self, now: Millis, lookups: &[NonceLookup]) {
        for NonceLookup { uid, nonce, answer, greatest } in lookups {
            if let (Some(identity), Some(greatest)) = (self.roster.get_mut(*uid), greatest) {
                identity.forgotten.read(greatest.clone());
            }
            self.deferred.answer(*uid, nonce, answer);
            self.run_ready(now, *uid);
        }
    }

    /// The same for messages that are to be changed.
    pub(in crate::chat) fn messages_looked_up(&mut self, now: Millis, lookups: &[MessageLookup]) {
        for lookup in lookups {
            self.deferred.answer_message(lookup);
            self.run_ready(now, lookup.question.uid);
        }
    }

    fn run_ready(&mut self, now: Millis, uid: Uid) {
        while let Some(ready) = self.deferred.pop_ready(uid) {
            self.run_deferred(now, uid, ready);
        }
    }

    fn run_deferred(&mut self, now: Millis, uid: Uid, ready: Ready) {
        let Ready { conn, step, answer, message } = ready;
        let request = match step {
            Step::LookedUp(request) | Step::Request(request) => *request,
            Step::Operation(operated) => {
                self.effects.push(Effect::Begin { conn, id: operated.id.clone() });
                let stored = Stored { message: message.as_ref(), ..Stored::default() };
                return self.carry_out_operation(now, *operated, stored);
            }
            Step::Lost => {
                self.effects.push(Effect::Begin { conn, id: None });
                return self.let_go(now, conn);
            }
        };
        self.effects.push(Effect::Begin { conn, id: request.id.clone() });
        if answer == Some(NonceAnswer::Unknown) {
            let unknown = "the server cannot tell whether this was said before; try again";
            let refusal = Refusal::new(Code::Storage, unknown).to(request.id);
            return self.tell(conn, ServerMsg::Error(refusal));
        }
        let before = answer.as_ref().and_then(NonceAnswer::said);
        let stored = Stored { before, message: message.as_ref(), ..Stored::default() };
        self.carry_out(now, uid, request, stored);
    }

    /// The message that a request changes, unless it is one that was carried out before. None is looked for in a room that does
    /// not exist for them: how long that takes would say whether there is one.
    fn unknown_message(&self, uid: Uid, request: &ProposedRequest) -> Option<(RoomName, Seq)> {
        let is_known = request.nonce().is_some_and(|nonce| self.dedupe.remembers(uid, nonce));
        let (room, of) = request.of().filter(|(room, _)| !is_known && !self.is_hidden(uid, room))?;
        Some((room.clone(), of))
    }

    /// The nonce of a message, if it may have been used before and only the store knows.
    fn unknown_nonce<'a>(&self, uid: Uid, request: &'a ProposedRequest) -> Option<&'a Nonce> {
        let nonce = request.nonce()?;
        let may_be_forgotten =
            self.roster.get(uid).is_some_and(|identity| identity.forgotten.may_have(nonce));
        (may_be_forgotten && !self.dedupe.remembers(uid, nonce)).then_some(nonce)
    }
}

fn too_many_wait() -> Refusal {
    let many = "too many requests wait for the store; send it again in a second";
    Refusal { retry_ms: Some(1000), ..Refusal::new(Code::RateLimited, many) }
}
