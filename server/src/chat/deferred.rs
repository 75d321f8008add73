//! Requests that wait for the store to say whether a nonce was used before. The chat remembers the latest messages only; of
//! an older one, or one from before a restart, only the store knows, and reading it takes time. Whoever sends such a message
//! waits for the answer together with everything they ask after it, so that their requests keep their order, and nobody else
//! waits. The answer comes as a proposal, so that every machine goes on at the same place in the order.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use shared::{Nonce, Uid};

use super::conn_id::ConnId;
use super::dedupe::Said;
use super::proposal::{NonceAnswer, ProposedRequest};

/// How many requests of one identity may wait; the next one is refused, to be sent again.
pub(super) const MOST: usize = 256;

/// Everything that waits, by identity, in the order it was asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Deferred {
    queues: BTreeMap<Uid, VecDeque<Waiting>>,
}

/// Something that waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Waiting {
    conn: ConnId,
    step: Step,
    /// What the store said of its nonce.
    answer: Option<NonceAnswer>,
}

/// What is to be done once it is its turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Step {
    /// A message whose nonce is looked up.
    LookedUp(Box<ProposedRequest>),
    /// A request after one that waits.
    Request(Box<ProposedRequest>),
    /// The connection was lost after that.
    Lost,
}

/// What can be done now.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) conn: ConnId,
    pub(super) step: Step,
    /// What the store said of a message.
    pub(super) answer: Option<NonceAnswer>,
}

impl Deferred {
    /// Whether something of an identity waits: then everything that follows it must wait, too.
    pub(super) fn is_waiting(&self, uid: Uid) -> bool {
        self.queues.contains_key(&uid)
    }

    /// Whether no more of an identity may wait.
    pub(super) fn is_full(&self, uid: Uid) -> bool {
        self.queues.get(&uid).is_some_and(|queue| queue.len() >= MOST)
    }

    /// Lets something wait.
    pub(super) fn push(&mut self, uid: Uid, conn: ConnId, step: Step) {
        self.queues.entry(uid).or_default().push_back(Waiting { conn, step, answer: None });
    }

    /// Notes what the store said of a nonce.
    pub(super) fn answer(&mut self, uid: Uid, nonce: &Nonce, answer: &NonceAnswer) {
        let is_asked = |waiting: &&mut Waiting| matches!(&waiting.step, Step::LookedUp(asked) if asked.nonce() == Some(nonce));
        for waiting in self.queues.get_mut(&uid).into_iter().flatten().filter(is_asked) {
            waiting.answer = Some(answer.clone());
        }
    }

    /// The next thing of an identity that need not wait any longer.
    pub(super) fn pop_ready(&mut self, uid: Uid) -> Option<Ready> {
        let queue = self.queues.get_mut(&uid)?;
        let is_ready =
            |waiting: &mut Waiting| !matches!(waiting.step, Step::LookedUp(_)) || waiting.answer.is_some();
        let ready = queue.pop_front_if(is_ready);
        if queue.is_empty() {
            self.queues.remove(&uid);
        }
        ready.map(|Waiting { conn, step, answer }| Ready { conn, step, answer })
    }

    /// Drops what waits of an identity that is not here any more.
    pub(super) fn drop_all(&mut self, uid: Uid) {
        self.queues.remove(&uid);
    }

    /// Drops what waits of one connection, when the identity has another one. Nothing of it was acknowledged, so the client
    /// sends its messages again.
    pub(super) fn drop_of(&mut self, uid: Uid, conn: ConnId) {
        if let Some(queue) = self.queues.get_mut(&uid) {
            queue.retain(|waiting| waiting.conn != conn);
            if queue.is_empty() {
                self.queues.remove(&uid);
            }
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
