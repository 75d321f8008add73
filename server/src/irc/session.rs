//! One IRC connection as a state machine without I/O, clock and randomness: lines of IRC and messages of the server go in, with
//! the time; lines of IRC and requests to the server come out.
//!
//! `session/state.rs` is what it knows and how it writes. `from_client.rs` is the table of the commands, each of which is a file
//! in `from_client/`; `from_server.rs` takes what the server says. `greeting.rs` goes up to the greeting, `welcome.rs` from
//! there to the first room. `pending.rs` ties answers to the commands that asked.
//!
//! Commands are taken one after the other: one that waits for an answer holds up the next (see [`Session::wants_input`]), except
//! that messages may be under way together. So `JOIN` and what follows it in the same packet mean what they would on any server.

mod caps;
mod client_batch;
mod errors;
mod from_client;
mod from_server;
mod greeting;
mod history_request;
mod listing;
mod marks;
mod members;
mod nonce;
mod open_batch;
mod outgoing;
mod output;
mod pending;
mod read_marker;
mod registration;
mod replay;
mod rooms;
mod sasl;
mod sasl_exchange;
mod state;
mod targets;
#[cfg(test)]
mod tests;
mod users;
mod welcome;

use shared::{Millis, ServerMsg};

pub use self::output::{Action, Credentials, Output};
pub use self::sasl::LoginOutcome;
pub use self::state::Setup;
use self::state::{Phase, State};
use crate::irc::line::{Line, LineError};
use crate::irc::numeric::ERR_INPUTTOOLONG;
use crate::irc_positions::Seen;

/// A connection.
#[derive(Debug)]
pub struct Session {
    state: State,
    /// A line that waits until what came before it is answered.
    held: Option<Line>,
}

impl Session {
    /// A connection that has said nothing.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        Self { state: State::new(setup), held: None }
    }

    /// Whether another line of the client may be taken: not while a command is open that the next must wait for, nor while as
    /// much is open as may be. The client is not read meanwhile.
    #[must_use]
    pub fn wants_input(&self) -> bool {
        self.held.is_none()
            && matches!(self.state.phase, Phase::Registering | Phase::Registered)
            && !self.state.pending.blocks()
            && !self.state.is_logging_in()
    }

    /// Whether the client is in.
    #[must_use]
    pub fn is_registered(&self) -> bool {
        self.state.phase == Phase::Registered
    }

    /// Ends it, as the client is not in after all the time it has. A log-in that waits for its turn is no fault of the client's.
    pub fn end_unregistered(&mut self, now: Millis) {
        let why = if self.state.is_logging_in() {
            "too many people log in at the moment; try again in a minute"
        } else {
            "registration timed out"
        };
        self.end(why, now);
    }

    /// What the client called itself in `USER`.
    #[must_use]
    pub fn user(&self) -> &str {
        self.state.registration.user.as_deref().unwrap_or_default()
    }

    /// How far the client had read when it was here last. What came after that is shown to it, unless it asks for history itself.
    pub fn resume_from(&mut self, seen: Seen) {
        self.state.resume = seen;
    }

    /// Whether the client was in, though it may be over.
    #[must_use]
    pub fn was_registered(&self) -> bool {
        self.state.me.is_some()
    }

    /// How far the client has read.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.state.positions()
    }

    /// Whether all that was said is answered.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.held.is_none() && self.state.pending.is_idle()
    }

    /// What is to be done since this was asked last.
    #[must_use]
    pub fn take_output(&mut self) -> Output {
        self.state.pending.release();
        let end = self.state.out.end;
        std::mem::replace(&mut self.state.out, Output { end, ..Output::default() })
    }

    /// A line of the client came, without its end.
    pub fn on_line(&mut self, line: &[u8], now: Millis) {
        self.state.now = now;
        match Line::parse(line) {
            Ok(line) => self.on_parsed(line),
            Err(LineError::Empty | LineError::NoCommand) => {}
            Err(LineError::TagsTooLong | LineError::TooLong) => self.on_long_line(now),
            Err(LineError::NotUtf8) => self.on_bad_utf8(now),
            Err(why @ LineError::Control) => self.state.fail("*", "INVALID_LINE", &[], &why.to_string()),
        }
    }

    /// A line of the client was not UTF-8.
    pub fn on_bad_utf8(&mut self, now: Millis) {
        self.state.now = now;
        self.state.fail("*", "INVALID_UTF8", &[], "the line is not UTF-8 and was not taken");
    }

    /// A line of the client was longer than one may be, and was skipped.
    pub fn on_long_line(&mut self, now: Millis) {
        self.state.now = now;
        self.state.numeric(ERR_INPUTTOOLONG, ["Input line was too long"]);
    }

    /// The server said something.
    pub fn on_server(&mut self, msg: ServerMsg, now: Millis) {
        self.state.now = now;
        from_server::take(&mut self.state, msg);
        self.take_held();
    }

    /// The pipe to the server has ended.
    pub fn on_server_gone(&mut self, now: Millis) {
        self.state.now = now;
        // A refused greeting ends the pipe, and another nick may follow.
        if self.state.phase != Phase::Registering {
            self.state.end("the server has ended the connection");
        }
    }

    /// What became of [`Action::LogIn`].
    pub fn on_login(&mut self, outcome: LoginOutcome, now: Millis) {
        self.state.now = now;
        self.state.on_login(outcome);
        self.take_held();
    }

    /// Asks the client whether it is there.
    pub fn ping(&mut self, now: Millis) {
        self.state.now = now;
        let line = Line::new("PING", [self.state.server()]);
        self.state.send(line);
    }

    /// The shell ends the connection, with the reason.
    pub fn end(&mut self, why: &str, now: Millis) {
        self.state.now = now;
        self.state.end(why);
    }

    fn on_parsed(&mut self, line: Line) {
        if from_client::waits(&line) && !self.state.pending.is_idle() {
            self.held = Some(line);
        } else {
            from_client::run(&mut self.state, &line);
        }
    }

    fn take_held(&mut self) {
        if self.state.pending.is_idle()
            && let Some(line) = self.held.take()
        {
            from_client::run(&mut self.state, &line);
        }
    }
}
