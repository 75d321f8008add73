//! Requests that wait for the store to say whether a nonce was used before, or what it has of a message they change. The
//! chat remembers only the latest messages; for older ones, and those from before a restart, the store must be read. The requests that the same identity makes
//! meanwhile wait behind it, so that they keep their order; other identities are not affected. The answer comes as a
//! proposal, so that every machine continues at the same place in the order.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use shared::{Nonce, RoomName, Seq, Uid};

use super::conn_id::{ConnId, NodeStart};
use super::dedupe::Said;
use super::message_lookup::{MessageAnswer, MessageLookup, MessageQuestion};
use super::presence::is_zero;
use super::proposal::NonceAnswer;
use super::proposed_request::{ProposedOperation, ProposedRequest, changed_message};

/// The most requests of one identity that may wait; the next one is refused.
pub(super) const MOST: usize = 2048;

/// What waits, by identity, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct NonceQueue {
    queues: BTreeMap<Uid, VecDeque<Waiting>>,
    /// Identities whose queue was full: what they ask is refused until it is empty, so that a later message is not stored
    /// before an earlier one that was refused.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    overflowed: BTreeSet<Uid>,
    /// The messages that requests wait to change, and what happens to those meanwhile.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    wanted: BTreeMap<Seq, Wanted>,
    /// How many questions about messages there were.
    #[serde(default)]
    questions: u64,
}

/// A message that requests wait to change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Wanted {
    /// How many wait.
    by: u32,
    /// How many reactions to it were carried out since the first of them.
    reacted: u32,
}

/// An entry of a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Waiting {
    conn: ConnId,
    step: Step,
    /// What is known of its nonce.
    answer: Option<NonceAnswer>,
    /// What is known of the message it changes.
    #[serde(default, skip_serializing_if = "Message::is_not_needed")]
    message: Message,
    /// [`Wanted::reacted`] when the store was asked: it knows of those.
    #[serde(default, skip_serializing_if = "is_zero")]
    reacted: u32,
}

/// What is known of the message that a request changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Message {
    /// It changes none, or need not know.
    #[default]
    NotNeeded,
    /// The store is asked, with this number.
    Asked(u64),
    /// The store has answered.
    Answered(MessageAnswer),
}

impl Message {
    fn is_not_needed(&self) -> bool {
        *self == Self::NotNeeded
    }
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Step {
    /// A message whose nonce is looked up.
    LookedUp(Box<ProposedRequest>),
    /// A request behind one that waits.
    Request(Box<ProposedRequest>),
    /// A request of the operator about a message, in a queue of its own.
    Operation(Box<ProposedOperation>),
    /// The loss of the connection.
    Lost,
}

impl Step {
    fn nonce(&self) -> Option<&Nonce> {
        match self {
            Self::LookedUp(request) | Self::Request(request) => request.nonce(),
            Self::Operation(_) | Self::Lost => None,
        }
    }

    fn of(&self) -> Option<(&RoomName, Seq)> {
        match self {
            Self::LookedUp(request) | Self::Request(request) => request.of(),
            Self::Operation(operated) => changed_message(&operated.msg),
            Self::Lost => None,
        }
    }
}

/// A question to the store that is not answered.
#[derive(Debug)]
pub(super) enum Unanswered {
    /// Whether somebody used a nonce.
    Nonce(Uid, Nonce),
    /// What a message is.
    Message(MessageQuestion),
}

/// What can be done now.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) conn: ConnId,
    pub(super) step: Step,
    /// What is known of its nonce.
    pub(super) answer: Option<NonceAnswer>,
    /// What is known of the message it changes.
    pub(super) message: Option<MessageAnswer>,
}

impl NonceQueue {
    /// Whether something of an identity waits; then what it asks next must wait behind it.
    pub(super) fn is_waiting(&self, uid: Uid) -> bool {
        self.queues.contains_key(&uid)
    }

    /// Whether the next request of an identity must be refused, because its queue is full, or was and is not empty yet.
    pub(super) fn overflows(&mut self, uid: Uid) -> bool {
        if self.queues.get(&uid).is_some_and(|queue| queue.len() >= MOST) {
            self.overflowed.insert(uid);
        }
        self.overflowed.contains(&uid)
    }

    fn remove_queue(&mut self, uid: Uid) {
        for waiting in self.queues.remove(&uid).into_iter().flatten() {
            self.no_longer_wanted(&waiting);
        }
        self.overflowed.remove(&uid);
    }

    /// Somebody reacted to a message: the answers of the store do not have it to questions asked before.
    pub(super) fn reacted(&mut self, of: Seq) {
        if let Some(wanted) = self.wanted.get_mut(&of) {
            wanted.reacted += 1;
        }
    }

    /// An entry is gone; says how many reactions to its message the store did not know of.
    fn no_longer_wanted(&mut self, waiting: &Waiting) -> u32 {
        let Some((_, of)) = waiting.step.of().filter(|_| waiting.message != Message::NotNeeded) else {
            return 0;
        };
        let Some(wanted) = self.wanted.get_mut(&of) else { return 0 };
        let missed = wanted.reacted.saturating_sub(waiting.reacted);
        wanted.by -= 1;
        if wanted.by == 0 {
            self.wanted.remove(&of);
        }
        missed
    }

    /// Appends to the queue of an identity.
    pub(super) fn push(&mut self, uid: Uid, conn: ConnId, step: Step, message: Message) {
        let mut reacted = 0;
        if let Some((_, of)) = step.of().filter(|_| message != Message::NotNeeded) {
            let wanted = self.wanted.entry(of).or_default();
            wanted.by += 1;
            reacted = wanted.reacted;
        }
        self.queues.entry(uid).or_default().push_back(Waiting { conn, step, answer: None, message, reacted });
    }

    /// Records what the store answered for a message. What was deleted since it was asked stays missing.
    pub(super) fn answer_message(&mut self, lookup: &MessageLookup) {
        let MessageLookup { question, answer } = lookup;
        for waiting in self.queues.get_mut(&question.uid).into_iter().flatten() {
            if waiting.message == Message::Asked(question.number) {
                waiting.message = Message::Answered(answer.clone());
            }
        }
    }

    /// The number of the next question about a message.
    pub(super) fn next_question(&mut self) -> u64 {
        self.questions += 1;
        self.questions
    }

    /// A message was deleted: for whatever waits to change it there is none any more, whatever the store has said or will say.
    pub(super) fn message_deleted(&mut self, room: &RoomName, of: Seq) {
        for waiting in self.queues.values_mut().flatten() {
            if waiting.message != Message::NotNeeded && waiting.step.of() == Some((room, of)) {
                waiting.message = Message::Answered(MessageAnswer::Missing);
            }
        }
    }

    /// Records what the store answered for a nonce, or that its message was forgotten while the same nonce waits here again.
    pub(super) fn answer(&mut self, uid: Uid, nonce: &Nonce, answer: &NonceAnswer) {
        for waiting in self.queues.get_mut(&uid).into_iter().flatten() {
            // The store may have been read before the message was stored.
            let is_answered = waiting.answer.as_ref().is_some_and(|answer| answer.said().is_some());
            if !is_answered && waiting.step.nonce() == Some(nonce) {
                waiting.answer = Some(answer.clone());
            }
        }
    }

    /// What was asked for connections of nodes that are lost, and was not answered.
    pub(super) fn unanswered(&self, is_lost: impl Fn(NodeStart) -> bool) -> Vec<Unanswered> {
        let mut questions = Vec::new();
        for (&uid, waiting) in
            self.queues.iter().flat_map(|(uid, queue)| queue.iter().map(move |one| (uid, one)))
        {
            if !is_lost(waiting.conn.on) {
                continue;
            }
            if let (Step::LookedUp(request), None) = (&waiting.step, &waiting.answer)
                && let Some(nonce) = request.nonce()
            {
                questions.push(Unanswered::Nonce(uid, nonce.clone()));
            }
            if let (Message::Asked(number), Some((room, of))) = (&waiting.message, waiting.step.of()) {
                let question = MessageQuestion { uid, room: room.clone(), of, number: *number };
                questions.push(Unanswered::Message(question));
            }
        }
        questions
    }

    /// The next entry of an identity that need not wait any longer.
    pub(super) fn pop_ready(&mut self, uid: Uid) -> Option<Ready> {
        let queue = self.queues.get_mut(&uid)?;
        let is_ready = |waiting: &mut Waiting| {
            let nonce_known = !matches!(waiting.step, Step::LookedUp(_)) || waiting.answer.is_some();
            nonce_known && !matches!(waiting.message, Message::Asked(_))
        };
        let ready = queue.pop_front_if(is_ready);
        if queue.is_empty() {
            self.remove_queue(uid);
        }
        let ready = ready?;
        let missed = self.no_longer_wanted(&ready);
        let Waiting { conn, step, answer, message, .. } = ready;
        let mut message = if let Message::Answered(answer) = message { Some(answer) } else { None };
        if let Some(MessageAnswer::Found { reactions, .. }) = &mut message {
            *reactions += missed;
        }
        Some(Ready { conn, step, answer, message })
    }

    /// Drops the queue of an identity that left.
    pub(super) fn drop_all(&mut self, uid: Uid) {
        self.remove_queue(uid);
    }

    /// Drops what one connection asked, when the identity has a new connection. Nothing of it was acknowledged, so the
    /// client sends its messages again.
    pub(super) fn drop_of(&mut self, uid: Uid, conn: ConnId) {
        let Some(queue) = self.queues.get_mut(&uid) else { return };
        let (dropped, left): (VecDeque<_>, _) =
            std::mem::take(queue).into_iter().partition(|waiting| waiting.conn == conn);
        *queue = left;
        if queue.is_empty() {
            self.remove_queue(uid);
        }
        for waiting in dropped {
            self.no_longer_wanted(&waiting);
        }
    }
}

impl NonceAnswer {
    /// The earlier message, where there is one.
    pub(super) fn said(&self) -> Option<&Said> {
        match self {
            Self::Said(said) => Some(said),
            Self::New | Self::Unknown => None,
        }
    }
}
