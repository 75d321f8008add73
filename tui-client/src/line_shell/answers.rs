//! What the server has not answered yet, since when, and how much of what was asked for was not done.

use std::collections::BTreeMap;

use shared::{ClientMsg, Request, RequestId, RoomName, ServerMsg};
use tokio::time::Instant;

use crate::app::App;
use crate::effect::Exit;
use crate::event::Event;

/// The open answers of a shell of lines.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// The JSON requests that were sent as they came, and which of them choose the room of the lines after them.
    requests: BTreeMap<RequestId, Option<Choice>>,
    /// How much was not done.
    failures: usize,
    /// How much was answered so far, in requests: each one is progress.
    answered: usize,
    /// What was open when somebody last looked, and since when that has not changed.
    open: Option<(Open, Instant)>,
}

/// A request that chooses a room as the command does.
#[derive(Debug)]
enum Choice {
    Join(RoomName),
    Part(RoomName),
}

/// How much is open. The same later means that nothing was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Open {
    messages: usize,
    asks: bool,
    requests: usize,
    answered: usize,
    /// How much of all files is done.
    moved: u64,
    is_online: bool,
}

impl Answers {
    /// A JSON request was sent.
    pub(super) fn ask(&mut self, request: &Request) {
        let choice = if let ClientMsg::Join(join) = &request.msg {
            Some(Choice::Join(join.room.clone()))
        } else if let ClientMsg::Part(part) = &request.msg {
            Some(Choice::Part(part.room.clone()))
        } else {
            None
        };
        let is_answered = !matches!(request.msg, ClientMsg::Pong(_));
        if let Some(id) = request.id.clone().filter(|_| is_answered) {
            self.requests.insert(id, choice);
        }
    }

    /// Whether one of them chooses the room of what is said next.
    pub(super) fn choose_room(&self) -> bool {
        self.requests.values().any(Option::is_some)
    }

    /// Something that was asked for was not done.
    pub(super) fn not_done(&mut self) {
        self.failures += 1;
    }

    /// How much was not done.
    pub(super) fn failures(&self) -> usize {
        self.failures
    }

    /// The server said something: perhaps it is an answer. What follows from it for the lines after it.
    pub(super) fn hear(&mut self, msg: &ServerMsg) -> Option<Event> {
        let (id, answer) = if let ServerMsg::Ok(answer) = msg {
            (answer.id.as_ref()?, Some(answer))
        } else if let ServerMsg::Error(refusal) = msg {
            (refusal.id.as_ref()?, None)
        } else {
            return None;
        };
        let choice = self.requests.remove(id)?;
        self.answered += 1;
        self.failures += usize::from(answer.is_none());
        Some(match (choice?, answer) {
            (Choice::Join(room), Some(answer)) => Event::Entered(room, answer.clone()),
            (Choice::Part(room), Some(_)) => Event::Left(room),
            (Choice::Join(_) | Choice::Part(_), None) => Event::RoomUnknown,
        })
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
            moved: app.transfers().done(),
            is_online: app.status().is_online(),
        };
        let is_open =
            open.messages > 0 || open.asks || open.requests > 0 || has_step || app.is_moving_files();
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
