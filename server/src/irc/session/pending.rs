//! What was asked of the server and not answered yet: each request by the number in its `id`, with what to make of the answer;
//! and the command of the client that it belongs to, whose lines are kept together where it has a label.

use std::collections::BTreeMap;

use shared::{Nonce, RequestId, RoomName, Seq, Uid};

use super::history_request::{Gathering, HistoryWith};
use super::marks::MarkPage;
use super::targets::Targets;
use crate::irc::line::Line;

/// The most requests that may be open. At that many no more lines are taken from the client.
pub(crate) const MAX_OPEN: usize = 64;

/// A request that is open.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The command it belongs to.
    pub(crate) task: u64,
    /// What its answer is for.
    pub(crate) purpose: Purpose,
}

/// What the answer to a request is for.
#[derive(Debug)]
pub(crate) enum Purpose {
    /// A command without an answer of its own; when it is refused, what it was about.
    Command(Subject),
    /// `JOIN`; whether a key was given.
    Join(RoomName, bool),
    /// `PART`, with the reason.
    Part(RoomName, String),
    /// `PING`, with what to send back.
    Ping(String),
    /// A message, by its nonce.
    Send(Nonce),
    /// Whoever has this name, to say something to them then.
    Resolve(Box<Resolve>),
    /// `AWAY`: whether one is away now.
    Away(bool),
    /// Why somebody is away, to tell the client.
    AwayWhy(Uid),
    /// `OPER`.
    Oper,
    /// `LIST`: which page comes.
    List(Box<crate::irc::session::listing::Listing>),
    /// `WHOIS` of this name.
    Whois(String),
    /// `INVITE`: who to what.
    Invite(String, RoomName),
    /// A page of `CHATHISTORY`.
    History(Box<Gathering>),
    /// Whoever has this name, for `CHATHISTORY` with them.
    HistoryWith(Box<HistoryWith>),
    /// A page of a room, for `CHATHISTORY TARGETS`.
    Targets(Box<(RoomName, Targets)>),
    /// `REDACT`.
    Redact(Box<Redaction>),
    /// A message that a read mark is at.
    Mark(MarkPage),
    /// A page of what was missed in a room.
    Missed(RoomName),
    /// The newest page of what came into a room while the client was away, and up to where it had read.
    Replay(RoomName, Seq),
}

/// A message to somebody whose uid is being asked for.
#[derive(Debug)]
pub(crate) struct Resolve {
    /// The nick as it was written.
    pub(crate) nick: String,
    /// The message.
    pub(crate) message: crate::irc::session::outgoing::Outgoing,
}

impl Purpose {
    /// Whether it is that of this command, as far as an event answers it.
    fn is_of(&self, command: &str) -> bool {
        let is_redaction = matches!(self, Self::Redact(_)) && command == "REDACT";
        is_redaction || matches!(self, Self::Command(subject) if subject.command == command)
    }
}

/// A message to be deleted, as the client wrote it.
#[derive(Debug)]
pub(crate) struct Redaction {
    /// The channel or nick.
    pub(crate) target: String,
    /// The message.
    pub(crate) msgid: String,
    /// The room.
    pub(crate) room: RoomName,
}

/// What a command was about, for the numerics of a refusal.
#[derive(Clone, Debug, Default)]
pub(crate) struct Subject {
    /// The command.
    pub(crate) command: &'static str,
    /// The room, as `#room`.
    pub(crate) room: Option<RoomName>,
    /// The nick.
    pub(crate) nick: Option<String>,
}

impl Subject {
    pub(crate) fn of(command: &'static str) -> Self {
        Self { command, ..Self::default() }
    }

    pub(crate) fn room(command: &'static str, room: &RoomName) -> Self {
        Self { command, room: Some(room.clone()), nick: None }
    }

    pub(crate) fn and_nick(self, nick: &str) -> Self {
        Self { nick: Some(nick.to_owned()), ..self }
    }
}

/// A command of the client.
#[derive(Debug, Default)]
pub(crate) struct Task {
    /// Its label, where it has one and labels are spoken.
    pub(crate) label: Option<String>,
    /// What it was answered so far, where it has a label.
    pub(crate) lines: Vec<Line>,
    /// How much of it is open: requests, and messages that are to come back.
    pub(crate) open: usize,
    /// Whether the next command waits for it.
    pub(crate) blocks: bool,
}

/// A message that was sent and has not come back as an event.
#[derive(Debug)]
pub(crate) struct Sent {
    /// The command it belongs to.
    pub(crate) task: u64,
    /// `#room` or the nick it goes to.
    pub(crate) target: String,
    /// To whom, where it is for one person.
    pub(crate) to: Option<Uid>,
    /// As what it was sent.
    pub(crate) message: crate::irc::session::outgoing::Outgoing,
    /// Whether the command has had its answer.
    pub(crate) answered: bool,
}

/// Everything that is open.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    next: u64,
    requests: BTreeMap<u64, Asked>,
    /// The messages on their way, by nonce.
    pub(crate) sent: BTreeMap<Nonce, Sent>,
    pub(crate) tasks: BTreeMap<u64, Task>,
    /// The commands whose event is to come.
    pub(crate) awaited: BTreeMap<Seq, u64>,
    /// The command whose answer is being written.
    pub(crate) current: Option<u64>,
}

impl Pending {
    /// Begins a command.
    pub(crate) fn begin(&mut self, label: Option<String>, blocks: bool) -> u64 {
        self.next += 1;
        self.tasks.insert(self.next, Task { label, blocks, ..Task::default() });
        self.current = Some(self.next);
        self.next
    }

    /// The id for one request more of the current command.
    pub(crate) fn open(&mut self, purpose: Purpose) -> Option<RequestId> {
        self.next += 1;
        let task = self.current.unwrap_or_default();
        if let Some(task) = self.tasks.get_mut(&task) {
            task.open += 1;
        }
        self.requests.insert(self.next, Asked { task, purpose });
        RequestId::parse(&self.next.to_string()).ok()
    }

    /// The request that was answered.
    pub(crate) fn take(&mut self, id: &RequestId) -> Option<Asked> {
        self.requests.remove(&id.as_str().parse().ok()?)
    }

    /// The command of this name that waits for the server, if one does.
    pub(crate) fn task_of(&self, command: &str) -> Option<u64> {
        let asked = self.requests.values().find(|asked| asked.purpose.is_of(command));
        asked.map(|asked| asked.task)
    }

    /// Whether so much is open that what is only of use need not be asked.
    pub(crate) fn is_busy(&self) -> bool {
        self.requests.len() >= MAX_OPEN / 2
    }

    /// Whether a command is open that the next one waits for, or as much as may be.
    pub(crate) fn blocks(&self) -> bool {
        self.requests.len() + self.sent.len() >= MAX_OPEN || self.tasks.values().any(|task| task.blocks)
    }

    /// Frees what the maps keep when they are empty: a connection that idles would have it for as long as it is there.
    pub(crate) fn release(&mut self) {
        fn free<K, V>(map: &mut BTreeMap<K, V>) {
            if map.is_empty() {
                *map = BTreeMap::new();
            }
        }
        free(&mut self.requests);
        free(&mut self.sent);
        free(&mut self.tasks);
        free(&mut self.awaited);
    }

    /// Whether nothing at all is open.
    pub(crate) fn is_idle(&self) -> bool {
        self.tasks.is_empty()
    }
}
