//! What a session knows, and how it writes: every line that goes to the client passes [`State::reply`] or [`State::send`], which
//! take off the tags that the client does not speak and keep the answers to a labelled command together.

use std::collections::BTreeMap;

use shared::{ClientMsg, Millis, Name, Request, RoomName, Uid};

use super::caps::{Cap, Caps};
use super::marks::Marks;
use super::open_batch::ClientBatch;
use super::output::{Action, Output};
use super::pending::{Pending, Purpose};
use super::registration::Registration;
use super::rooms::Rooms;
use super::users::{Users, account, mask};
use crate::irc::line::Line;
use crate::irc_people::People;
use crate::irc_positions::Seen;
use crate::utc;

/// What the server calls itself as the source of a line, unless its name can be one. With a dot in it, for clients take a source
/// without one for a nick.
const SERVER: &str = "irc.chinwag";

/// What a session is given.
#[derive(Clone, Debug)]
pub struct Setup {
    /// In front of each nonce, another one for each connection, and greater for a later one.
    pub nonce_prefix: String,
    /// The SASL mechanisms there are.
    pub mechanisms: Vec<&'static str>,
    /// When the server was started, as text.
    pub created: String,
    /// What is known of people, for all sessions the same.
    pub people: People,
}

/// How far a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The client says who it is.
    Registering,
    /// The server was greeted and has not answered.
    Greeting,
    /// The client is in.
    Registered,
    /// It is over.
    Ended,
}

/// Whom the connection speaks for.
#[derive(Clone, Debug)]
pub(crate) struct Me {
    pub(crate) uid: Uid,
    pub(crate) name: Name,
}

/// Everything a session knows.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) setup: Setup,
    pub(crate) now: Millis,
    pub(crate) phase: Phase,
    pub(crate) registration: Registration,
    pub(crate) caps: Caps,
    pub(crate) me: Option<Me>,
    pub(crate) users: Users,
    pub(crate) rooms: Rooms,
    pub(crate) pending: Pending,
    /// A message of several lines that the client is sending.
    pub(crate) batch: Option<ClientBatch>,
    /// How far the client has read.
    pub(crate) marks: Marks,
    pub(crate) network: String,
    pub(crate) version: String,
    pub(crate) motd: String,
    /// Whose coming and going the client is told, by the name as names are compared, and as it was written.
    pub(crate) monitored: BTreeMap<String, String>,
    /// Up to where a client that is back had read.
    pub(crate) resume: Seen,
    /// The last nonce that was made.
    pub(crate) nonces: u64,
    /// The last batch that was begun.
    pub(crate) batches: u64,
    /// Whether the client was told that the nodes of the cluster do not agree.
    pub(crate) order_stands: bool,
    pub(crate) out: Output,
}

impl State {
    pub(crate) fn new(setup: Setup) -> Self {
        let caps = Caps::new(setup.mechanisms.clone());
        let users = Users::new(setup.people.clone());
        Self {
            setup,
            now: 0,
            phase: Phase::Registering,
            registration: Registration::default(),
            caps,
            me: None,
            users,
            rooms: Rooms::default(),
            pending: Pending::default(),
            batch: None,
            marks: Marks::default(),
            network: "Chinwag".to_owned(),
            version: String::new(),
            motd: String::new(),
            monitored: BTreeMap::new(),
            resume: Seen::default(),
            nonces: 0,
            batches: 0,
            order_stands: false,
            out: Output::default(),
        }
    }

    /// What the client is called, `*` before it has a nick.
    pub(crate) fn nick(&self) -> &str {
        self.me.as_ref().map_or(self.registration.nick.as_deref().unwrap_or("*"), |me| me.name.as_str())
    }

    /// The uid one has; 0 before the welcome.
    pub(crate) fn uid(&self) -> Uid {
        self.me.as_ref().map_or(Uid::ZERO, |me| me.uid)
    }

    /// One's own mask.
    pub(crate) fn own_mask(&self) -> String {
        mask(self.nick(), self.uid())
    }

    /// Whether somebody has a moderator's powers in a room.
    pub(crate) fn is_operator(&self, room: &RoomName, uid: Uid) -> bool {
        let role = self.users.get(uid).map(|person| person.role).unwrap_or_default();
        !role.is_member() || self.rooms.get(room).is_some_and(|room| room.settings.owner == Some(uid))
    }

    /// What the server calls itself: its name, where that reads like a host's.
    pub(crate) fn server(&self) -> String {
        let is_host = |name: &str| {
            let is_good = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-');
            name.contains('.') && name.len() <= 63 && name.chars().all(is_good)
        };
        if is_host(&self.network) { self.network.clone() } else { SERVER.to_owned() }
    }

    /// Answers the command at hand with a numeric.
    pub(crate) fn numeric<P: Into<String>>(&mut self, digits: &str, params: impl IntoIterator<Item = P>) {
        let mut line = Line::new(digits, [self.nick()]).from(self.server());
        line.params.extend(params.into_iter().map(Into::into));
        self.reply(line);
    }

    /// Says something to the client in the server's name.
    pub(crate) fn notice(&mut self, text: impl Into<String>) {
        let nick = self.nick().to_owned();
        self.reply(Line::new("NOTICE", [nick, text.into()]).from(self.server()));
    }

    /// Answers the command at hand.
    pub(crate) fn reply(&mut self, line: Line) {
        let task = self.pending.current.and_then(|task| self.pending.tasks.get_mut(&task));
        match task {
            Some(task) if task.label.is_some() => task.lines.push(line),
            Some(_) | None => self.send(line),
        }
    }

    /// Sends a line that answers nothing.
    pub(crate) fn send(&mut self, mut line: Line) {
        let is_told = line.command.bytes().any(|byte| !byte.is_ascii_digit());
        if is_told && line.source.is_some() && line.tag_value("time").is_none() {
            line = line.tag("time", utc::exact(self.now));
        }
        line.tags.retain(|tag| self.caps.allows(&tag.key));
        line.write(&mut self.out.lines);
    }

    /// A line said by somebody, with the account they have where the client wants it.
    pub(crate) fn said_by(&self, uid: Uid, name: &str, line: Line) -> Line {
        let line = line.from(mask(name, uid));
        if self.caps.has(Cap::AccountTag) { line.tag("account", account(uid)) } else { line }
    }

    /// Asks the server something for the command at hand.
    pub(crate) fn ask(&mut self, msg: ClientMsg, purpose: Purpose) {
        let id = self.pending.open(purpose);
        self.out.actions.push(Action::Ask(Box::new(Request { id, msg })));
    }

    /// Ends a request or a message of a command; with the last one the command is answered.
    pub(crate) fn close(&mut self, task: u64) {
        if let Some(open) = self.pending.tasks.get_mut(&task) {
            open.open = open.open.saturating_sub(1);
        }
        self.finish(task);
    }

    /// Answers a command if nothing of it is open.
    pub(crate) fn finish(&mut self, task: u64) {
        if self.pending.tasks.get(&task).is_none_or(|task| task.open > 0) {
            return;
        }
        if self.pending.current == Some(task) {
            self.pending.current = None;
        }
        let Some(task) = self.pending.tasks.remove(&task) else { return };
        let Some(label) = task.label else { return };
        match <[Line; 1]>::try_from(task.lines) {
            Ok([line]) => self.send(line.tag("label", label)),
            Err(mut lines) if is_one_batch(&lines) => {
                if let Some(begin) = lines.first_mut() {
                    *begin = std::mem::take(begin).tag("label", label);
                }
                for line in lines {
                    self.send(line);
                }
            }
            Err(lines) if lines.is_empty() => {
                self.send(
                    Line { command: "ACK".to_owned(), ..Line::default() }
                        .from(self.server())
                        .tag("label", label),
                );
            }
            Err(lines) => self.send_batch("labeled-response", &[], lines, Some(label)),
        }
    }

    /// Sends lines as a batch. Those that are in a batch of their own stay in it.
    pub(crate) fn send_batch(
        &mut self,
        kind: &str,
        params: &[&str],
        lines: Vec<Line>,
        label: Option<String>,
    ) {
        let name = self.next_batch();
        let mut begin = Line::new("BATCH", [format!("+{name}"), kind.to_owned()]).from(self.server());
        begin.params.extend(params.iter().map(|param| (*param).to_owned()));
        if let Some(label) = label {
            begin = begin.tag("label", label);
        }
        self.send(begin);
        for line in lines {
            let is_in_one = line.tag_value("batch").is_some();
            self.send(if is_in_one { line } else { line.tag("batch", name.as_str()) });
        }
        self.send(Line::new("BATCH", [format!("-{name}")]).from(self.server()));
    }

    /// Lines with what begins and ends a batch of them. Those that are in a batch of their own stay in it.
    pub(crate) fn in_batch(&mut self, kind: &str, params: &[&str], lines: Vec<Line>) -> Vec<Line> {
        let name = self.next_batch();
        let mut begin = Line::new("BATCH", [format!("+{name}"), kind.to_owned()]).from(self.server());
        begin.params.extend(params.iter().map(|param| (*param).to_owned()));
        let end = Line::new("BATCH", [format!("-{name}")]).from(self.server());
        let put = |line: Line| {
            let is_in_one = line.tag_value("batch").is_some();
            if is_in_one { line } else { line.tag("batch", name.as_str()) }
        };
        let within = lines.into_iter().map(put);
        std::iter::once(begin).chain(within).chain([end]).collect()
    }

    /// Answers with a batch; with the lines alone to a client that knows no batches.
    pub(crate) fn reply_batch(&mut self, kind: &str, params: &[&str], lines: Vec<Line>) {
        let lines = if self.caps.has(Cap::Batch) { self.in_batch(kind, params, lines) } else { lines };
        for line in lines {
            self.reply(line);
        }
    }

    /// Tells the server something that has no answer.
    pub(crate) fn tell_server(&mut self, msg: ClientMsg) {
        self.out.actions.push(Action::Ask(Box::new(Request::unnamed(msg))));
    }

    /// The name of another batch.
    pub(crate) fn next_batch(&mut self) -> String {
        self.batches += 1;
        format!("b{}", self.batches)
    }

    /// A problem for which there is no numeric: `FAIL` where the client speaks that (`standard-replies`), a notice elsewhere.
    pub(crate) fn fail(&mut self, command: &str, code: &str, context: &[&str], why: &str) {
        // Whoever speaks one of these knows `FAIL` from its specification.
        let knows = [Cap::StandardReplies, Cap::ChatHistory, Cap::Multiline, Cap::ReadMarker, Cap::Redaction];
        // And about a line that is not UTF-8 no client can be told otherwise.
        if command != "*" && !knows.iter().any(|cap| self.caps.has(*cap)) {
            return self.notice(format!("{command}: {why}"));
        }
        let mut line = Line::new("FAIL", [command, code]).from(self.server());
        line.params.extend(context.iter().chain([&why]).map(|param| (*param).to_owned()));
        self.reply(line);
    }

    /// Ends the connection, with the reason.
    pub(crate) fn end(&mut self, why: &str) {
        if self.phase != Phase::Ended {
            self.phase = Phase::Ended;
            Line::new("ERROR", [format!("Closing link: {why}")]).write(&mut self.out.lines);
            self.out.end = true;
        }
    }
}

/// Whether lines are a batch from its beginning to its end.
fn is_one_batch(lines: &[Line]) -> bool {
    let [begin, .., end] = lines else { return false };
    let name = begin.param(0).and_then(|name| name.strip_prefix('+'));
    let ended = end.param(0).and_then(|name| name.strip_prefix('-'));
    begin.command == "BATCH" && end.command == "BATCH" && name.is_some() && name == ended
}
