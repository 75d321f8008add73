//! The connection as the app knows it: its status (a state machine), the backoff between attempts, whether missed events
//! are being resumed, and whether the program is leaving. It opens and closes nothing; `connecting.rs` asks for that.

mod status;

use std::collections::BTreeSet;

use shared::server_msg::Goodbye;
use shared::{Millis, NodeName, RoomName};

use super::backoff::Backoff;
use super::changes::Changes;
use crate::event::{Protection, Reached, TrustError};

pub use self::status::{Closed, Status};

/// A connection that held for so long was a good one: what failed before it does not count any more. In milliseconds.
const STABLE: Millis = 10_000;

/// That the nodes of a cluster do not agree is told when it has lasted this long, in milliseconds: they choose a new leader in
/// less, mostly.
const STALL_TOLD: Millis = 2_000;
/// Another address is gone to within this, in milliseconds.
const MOVE_WITHIN: u64 = 250;
/// What the goodbye of one node asks us to wait before we go to another, at most, in milliseconds.
const LONGEST_MOVE: u64 = 10_000;

/// The connection and what is under way on it.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Connection {
    status: Status,
    backoff: Backoff,
    /// When the server welcomed us, while that connection lasts.
    online_since: Option<Millis>,
    /// That it failed was said since we were online last.
    failure_said: bool,
    /// Why the last attempt failed, in words.
    last_failure: Option<String>,
    /// Nothing comes from the server though it was asked something.
    silent: bool,
    /// A message is without an answer for long.
    unanswered: bool,
    /// That a line could not be read was said on this connection.
    garbled: bool,
    /// Round trip of the last ping, in milliseconds.
    lag: Option<u32>,
    /// The server's goodbye, until the connection is down.
    goodbye: Option<Goodbye>,
    /// How the server was reached last.
    reached: Option<Reached>,
    /// Why the server is not trusted, until the next attempt.
    distrusted: Option<TrustError>,
    /// That its key is new was not said yet.
    new_key_unsaid: bool,
    /// The rooms whose missed events the last greeting asked for.
    resume: BTreeSet<RoomName>,
    /// Whether the server is sending them.
    resuming: bool,
    /// Whether they are what happened since the last run of this client.
    is_start: bool,
    /// When the program ends even if the server does not answer the goodbye.
    leaving: Option<Millis>,
    /// No more input comes: leave when everything is sent.
    input_ended: bool,
    /// Which node of a cluster this connection is with, or the one before was, as it said.
    node: Option<NodeName>,
    /// Since when the nodes do not agree, so that what is sent waits.
    stalled_since: Option<Millis>,
    /// The addresses that were passed over for their keys, which was said.
    passed_over: BTreeSet<String>,
    pub(super) changes: Changes,
}

impl Default for Connection {
    fn default() -> Self {
        Self {
            status: Status::Connecting { attempt: 0 },
            backoff: Backoff::default(),
            online_since: None,
            failure_said: false,
            last_failure: None,
            silent: false,
            unanswered: false,
            garbled: false,
            lag: None,
            goodbye: None,
            reached: None,
            distrusted: None,
            new_key_unsaid: false,
            resume: BTreeSet::new(),
            resuming: false,
            is_start: false,
            leaving: None,
            input_ended: false,
            node: None,
            stalled_since: None,
            passed_over: BTreeSet::new(),
            changes: Changes::default(),
        }
    }
}

/// What is known.
impl Connection {
    /// Its status.
    #[must_use]
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Whether requests can be sent.
    #[must_use]
    pub fn is_online(&self) -> bool {
        self.status.is_online()
    }

    /// The round trip of the last ping, in milliseconds.
    #[must_use]
    pub fn lag(&self) -> Option<u32> {
        self.lag
    }

    /// Why the last attempt failed, in words; nothing while there is a connection.
    #[must_use]
    pub fn last_failure(&self) -> Option<&str> {
        self.last_failure.as_deref()
    }

    /// Which node of a cluster we are connected to, if it said so.
    #[must_use]
    pub fn node(&self) -> Option<&NodeName> {
        self.node.as_ref()
    }

    /// Whether the nodes have not agreed for so long that it is worth telling: what is sent waits.
    #[must_use]
    pub fn is_stalled(&self, now: Millis) -> bool {
        self.is_online() && self.stalled_since.is_some_and(|since| now.saturating_sub(since) >= STALL_TOLD)
    }

    /// Whether this server has said that the nodes do not agree, however lately, and before it lets us in, too.
    #[must_use]
    pub fn is_order_stalled(&self) -> bool {
        self.stalled_since.is_some()
    }

    /// Whether the connection was lost without anybody being told: another address was tried first.
    #[must_use]
    pub fn is_moving_quietly(&self) -> bool {
        self.last_failure.is_some() && !self.failure_said
    }

    /// Whether nothing comes from the server though it was asked something.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.silent
    }

    /// Whether the greeting asked for the missed events of a room.
    #[must_use]
    pub fn resumes(&self, room: &RoomName) -> bool {
        self.resume.contains(room)
    }

    /// How the server was reached, in this connection or the one before.
    #[must_use]
    pub fn reached(&self) -> Option<&Reached> {
        self.reached.as_ref()
    }

    /// Why the server is not trusted, where that is why there is no connection.
    #[must_use]
    pub fn distrusted(&self) -> Option<&TrustError> {
        self.distrusted.as_ref()
    }

    /// Whether missed events are arriving; live ones come after them.
    #[must_use]
    pub fn is_resuming(&self) -> bool {
        self.resuming
    }

    /// Whether those are arriving that were not read when the last run ended.
    #[must_use]
    pub fn is_resuming_start(&self) -> bool {
        self.resuming && self.is_start
    }

    /// Whether the program is about to end.
    #[must_use]
    pub fn is_leaving(&self) -> bool {
        self.leaving.is_some()
    }

    /// Whether the program ends once everything is sent.
    #[must_use]
    pub fn leaves_when_sent(&self) -> bool {
        self.input_ended && self.leaving.is_none()
    }

    /// Whether the server has had long enough to answer our goodbye.
    #[must_use]
    pub fn must_exit(&self, now: Millis) -> bool {
        self.leaving.is_some_and(|until| now >= until)
    }

    /// When something is due without anything happening.
    #[must_use]
    pub fn deadline(&self, now: Millis) -> Option<Millis> {
        let told = self.stalled_since.map(|since| since.saturating_add(STALL_TOLD)).filter(|at| *at > now);
        self.status.deadline(now).into_iter().chain(self.leaving).chain(told).min()
    }
}

/// What happens to it.
impl Connection {
    /// An attempt begins; its greeting asks for the missed events of the rooms in `resume`, at the start of the program for
    /// those of the time before.
    pub fn begin(&mut self, resume: BTreeSet<RoomName>, is_start: bool) {
        self.is_start = is_start;
        self.status = Status::Connecting { attempt: self.backoff.failures() };
        (self.goodbye, self.resume, self.garbled) = (None, resume, false);
        self.stalled_since = None;
        self.distrusted = None;
        self.changes.draw();
    }

    /// The server is not trusted: no further attempt is made.
    pub fn distrust(&mut self, why: TrustError) {
        self.distrusted = Some(why);
        self.end(Status::Closed(Closed::Distrusted));
    }

    /// The server was reached.
    pub fn set_reached(&mut self, reached: Reached) {
        self.new_key_unsaid |= matches!(reached.protection, Protection::NewKey { .. });
        self.reached = Some(reached);
    }

    /// How the server was reached, if that is by a key nobody has heard of yet. It counts as said from now on.
    pub fn take_new_key(&mut self) -> Option<Reached> {
        std::mem::take(&mut self.new_key_unsaid).then(|| self.reached.clone()).flatten()
    }

    /// The server takes us for somebody new: it resumes nothing.
    pub fn forget_resume(&mut self) {
        self.resume.clear();
    }

    /// The server has welcomed us.
    pub fn welcomed(&mut self, now: Millis) {
        self.status = Status::Online;
        self.online_since = Some(now);
        (self.failure_said, self.last_failure) = (false, None);
        (self.silent, self.unanswered) = (false, false);
        self.resuming = !self.resume.is_empty();
        self.lag = None;
        self.changes.draw();
    }

    /// All missed events have arrived.
    pub fn resumed(&mut self) {
        self.resuming = false;
        self.changes.draw();
    }

    /// A ping was answered after this many milliseconds.
    pub fn set_lag(&mut self, lag: u32) {
        self.lag = Some(lag);
        self.changes.draw();
    }

    /// The server said goodbye; what follows from it is decided when the connection is down.
    pub fn set_goodbye(&mut self, goodbye: Goodbye) {
        self.goodbye = Some(goodbye);
    }

    /// The goodbye that came before the connection went down.
    pub fn take_goodbye(&mut self) -> Option<Goodbye> {
        self.goodbye.take()
    }

    /// Nothing comes from the server though it was asked something, or something comes again.
    pub fn set_silent(&mut self, silent: bool) {
        self.silent = silent;
        self.changes.draw();
    }

    /// Whether a message is without an answer for long. Says whether that is new.
    pub fn note_unanswered(&mut self, unanswered: bool) -> bool {
        let is_new = std::mem::replace(&mut self.unanswered, unanswered) != unanswered;
        if is_new {
            self.changes.draw();
        }
        is_new
    }

    /// A line could not be read. Says whether it is the first one of this connection.
    pub fn note_garbled(&mut self) -> bool {
        !std::mem::replace(&mut self.garbled, true)
    }

    /// The connection is down: no missed event arrives any more. One that held for a while was a good one.
    pub fn lost(&mut self, now: Millis) {
        if self.online_since.take().is_some_and(|since| now.saturating_sub(since) >= STABLE) {
            self.backoff.reset();
        }
        (self.resuming, self.silent, self.unanswered) = (false, false, false);
        self.stalled_since = None;
        self.changes.draw();
    }

    /// Which node this is, as it says.
    pub fn set_node(&mut self, node: Option<NodeName>) {
        self.node = node;
        self.changes.draw();
    }

    /// The nodes do not agree since then, or agree again. Says whether that is a change of what is told.
    pub fn set_stalled(&mut self, since: Option<Millis>, now: Millis) -> bool {
        let was_told = self.is_stalled(now);
        self.stalled_since = match (self.stalled_since, since) {
            (Some(before), Some(since)) => Some(before.min(since)),
            (_, since) => since,
        };
        self.changes.draw();
        was_told != self.is_stalled(now)
    }

    /// An address was passed over for its key. Says whether that is to be said: the first time.
    pub fn note_passed_over(&mut self, address: &str) -> bool {
        self.passed_over.insert(address.to_owned())
    }

    /// An attempt failed, or the connection, and another address is tried: there is nothing to say yet.
    pub fn failed_quietly(&mut self, why: String) {
        self.last_failure = Some(why);
        self.changes.draw();
    }

    /// An attempt failed for this reason. Says whether that is to be said: the first time since we were online.
    pub fn failed(&mut self, why: String) -> bool {
        self.last_failure = Some(why);
        self.changes.draw();
        !std::mem::replace(&mut self.failure_said, true)
    }

    /// Waits before the next attempt: by exponential backoff, and at least as long as the server said, within reason; with
    /// jitter from `random`.
    pub fn wait(&mut self, now: Millis, server_ms: Option<u64>, random: u64) {
        let wait = self.backoff.next_wait(server_ms, random);
        let wait = Millis::try_from(wait).unwrap_or(Millis::MAX / 4);
        self.status = Status::Waiting { until: now.saturating_add(wait), attempt: self.backoff.failures() };
        self.changes.draw();
    }

    /// Waits for a moment before another address is tried, at least as long as the server said, within reason.
    pub fn wait_to_move(&mut self, now: Millis, server_ms: u64, random: u64) {
        let is_first = self.backoff.failures() == 0;
        let wait = self.backoff.next_wait(None, random);
        let wait = if is_first { random % MOVE_WITHIN } else { wait };
        let wait = wait.saturating_add(server_ms.min(LONGEST_MOVE));
        let until = now.saturating_add(Millis::try_from(wait).unwrap_or(Millis::MAX / 4));
        self.status = Status::Waiting { until, attempt: self.backoff.failures() };
        self.changes.draw();
    }

    /// No further attempt is made.
    pub fn end(&mut self, status: Status) {
        self.status = status;
        self.changes.draw();
    }

    /// The person connects: earlier failures do not count.
    pub fn reset_backoff(&mut self) {
        self.backoff.reset();
        (self.failure_said, self.last_failure) = (false, None);
    }

    /// Time has passed. Says whether the next attempt is due.
    pub fn tick(&mut self, now: Millis) -> bool {
        let Status::Waiting { until, .. } = self.status else { return false };
        self.changes.draw();
        now >= until
    }

    /// The program leaves: at `until` even if the server has not answered.
    pub fn leave(&mut self, until: Millis) {
        self.leaving = Some(until);
        self.changes.draw();
    }

    /// No more input comes.
    pub fn end_input(&mut self) {
        self.input_ended = true;
    }

    /// The program ends.
    pub fn exit(&mut self) {
        self.leaving = None;
    }
}
