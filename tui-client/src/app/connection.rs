//! The connection as the app knows it: its status (a state machine), the backoff between attempts, whether missed events
//! are being resumed, and whether the program is leaving. It opens and closes nothing; `connect.rs` asks for that.

use std::collections::BTreeSet;

use shared::server_msg::Goodbye;
use shared::{Code, Millis, RoomName};

use super::backoff::Backoff;
use super::changes::Changes;

/// The status of the connection.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// An attempt is under way.
    Connecting {
        /// How many failed before it.
        attempt: u32,
    },
    /// The server has welcomed us.
    Online,
    /// The next attempt is made without the person's doing.
    Waiting {
        /// When.
        until: Millis,
        /// How many failed so far.
        attempt: u32,
    },
    /// We were kicked or banned, or the same identity connected elsewhere: only the person reconnects.
    Kicked(Goodbye),
    /// It is over, and no further attempt is made.
    Closed(Closed),
}

/// Why no further attempt is made.
#[derive(Clone, Debug, PartialEq)]
pub enum Closed {
    /// The server refused the greeting.
    Refused(Code),
    /// The server is not trusted.
    Distrusted,
    /// The server said goodbye for good.
    Goodbye(Goodbye),
}

impl Status {
    /// Whether requests can be sent.
    #[must_use]
    pub fn is_online(&self) -> bool {
        *self == Self::Online
    }

    /// Whether there is a connection, or one is being made.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Online | Self::Connecting { .. })
    }

    /// Whether only the person can bring the connection back.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Kicked(_) | Self::Closed(_))
    }

    /// When the countdown to the next attempt shows another second, or is over.
    #[must_use]
    pub fn deadline(&self, now: Millis) -> Option<Millis> {
        match self {
            // The last second is rounded up, so it changes when a whole number of seconds is left.
            Self::Waiting { until, .. } => Some(until - (until - now - 1).max(0) / 1000 * 1000),
            Self::Connecting { .. } | Self::Online | Self::Kicked(_) | Self::Closed(_) => None,
        }
    }
}

/// The connection and what is under way on it.
#[derive(Debug)]
pub struct Connection {
    status: Status,
    backoff: Backoff,
    /// Round trip of the last ping, in milliseconds.
    lag: Option<u32>,
    /// The server's goodbye, until the connection is down.
    goodbye: Option<Goodbye>,
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
    pub(super) changes: Changes,
}

impl Default for Connection {
    fn default() -> Self {
        Self {
            status: Status::Connecting { attempt: 0 },
            backoff: Backoff::default(),
            lag: None,
            goodbye: None,
            resume: BTreeSet::new(),
            resuming: false,
            is_start: false,
            leaving: None,
            input_ended: false,
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

    /// Whether the last attempts failed: their first failure is said, the others are not.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.backoff.failures() > 0
    }

    /// Whether the greeting asked for the missed events of a room.
    #[must_use]
    pub fn resumes(&self, room: &RoomName) -> bool {
        self.resume.contains(room)
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
        self.status.deadline(now).into_iter().chain(self.leaving).min()
    }
}

/// What happens to it.
impl Connection {
    /// An attempt begins; its greeting asks for the missed events of the rooms in `resume`, at the start of the program for
    /// those of the time before.
    pub fn begin(&mut self, resume: BTreeSet<RoomName>, is_start: bool) {
        self.is_start = is_start;
        self.status = Status::Connecting { attempt: self.backoff.failures() };
        (self.goodbye, self.resume) = (None, resume);
        self.changes.draw();
    }

    /// The server takes us for somebody new: it resumes nothing.
    pub fn forget_resume(&mut self) {
        self.resume.clear();
    }

    /// The server has welcomed us.
    pub fn welcomed(&mut self) {
        self.status = Status::Online;
        self.backoff.reset();
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

    /// The connection is down: no missed event arrives any more.
    pub fn lost(&mut self) {
        self.resuming = false;
        self.changes.draw();
    }

    /// Waits before the next attempt: at least as long as the server said, else by exponential backoff; in both cases
    /// with jitter from `random`.
    pub fn wait(&mut self, now: Millis, server_ms: Option<u64>, random: u64) {
        let wait = self.backoff.next_wait(server_ms, random);
        let wait = Millis::try_from(wait).unwrap_or(Millis::MAX / 4);
        self.status = Status::Waiting { until: now.saturating_add(wait), attempt: self.backoff.failures() };
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

#[cfg(test)]
mod tests {
    use super::Status;

    #[test]
    fn a_countdown_wakes_once_a_second() {
        let waiting = Status::Waiting { until: 10_000, attempt: 1 };
        for (now, next) in [(7_500, 8_000), (8_000, 9_000), (8_001, 9_000), (9_000, 10_000), (9_999, 10_000)]
        {
            assert_eq!(waiting.deadline(now), Some(next), "at {now}");
        }
        assert_eq!(Status::Online.deadline(0), None);
    }
}
