//! What the server has not answered yet, since when, and how much of what was asked for was not done.

use std::collections::BTreeSet;

use shared::{RequestId, ServerMsg};
use tokio::time::Instant;

use crate::app::App;
use crate::effect::Exit;

/// The open answers of a shell of lines.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// The JSON requests that were sent as they came.
    requests: BTreeSet<RequestId>,
    /// How much was not done.
    failures: usize,
    /// How much was answered so far, in requests: each one is progress.
    answered: usize,
    /// What was open when somebody last looked, and since when that has not changed.
    open: Option<(Open, Instant)>,
}

/// How much is open. The same later means that nothing was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Open {
    messages: usize,
    asks: bool,
    requests: usize,
    answered: usize,
    is_online: bool,
}

impl Answers {
    /// A JSON request was sent.
    pub(super) fn ask(&mut self, id: RequestId) {
        self.requests.insert(id);
    }

    /// Something that was asked for was not done.
    pub(super) fn not_done(&mut self) {
        self.failures += 1;
    }

    /// How much was not done.
    pub(super) fn failures(&self) -> usize {
        self.failures
    }

    /// The server said something: perhaps it is an answer.
    pub(super) fn hear(&mut self, msg: &ServerMsg) {
        let (id, is_done) = if let ServerMsg::Ok(answer) = msg {
            (&answer.id, true)
        } else if let ServerMsg::Error(refusal) = msg {
            (&refusal.id, false)
        } else {
            return;
        };
        if id.as_ref().is_some_and(|id| self.requests.remove(id)) {
            self.answered += 1;
            self.failures += usize::from(!is_done);
        }
    }

    /// The connection is gone, and with it the answers to the requests. How many there were.
    pub(super) fn lose(&mut self) -> usize {
        let lost = std::mem::take(&mut self.requests).len();
        self.failures += lost;
        lost
    }

    /// How many JSON requests are open.
    pub(super) fn requests(&self) -> usize {
        self.requests.len()
    }

    /// Looks at what is open. `has_step` means that a line waits to be taken.
    pub(super) fn watch(&mut self, app: &App, has_step: bool) {
        let open = Open {
            messages: app.outbox().waiting(),
            asks: app.waits_for_answer(),
            requests: self.requests.len(),
            answered: self.answered,
            is_online: app.status().is_online(),
        };
        let is_open = open.messages > 0 || open.asks || open.requests > 0 || has_step;
        let same = self.open.filter(|(before, _)| *before == open);
        self.open = is_open.then(|| same.unwrap_or((open, Instant::now())));
    }

    /// Since when nothing was answered, while something is open.
    pub(super) fn since(&self) -> Option<Instant> {
        self.open.map(|(_, since)| since)
    }

    /// How the program ends when everything is answered.
    pub(super) fn exit(&self) -> Exit {
        if self.failures == 0 { Exit::Done } else { Exit::Refused(self.failures) }
    }
}
