//! A person with a client: the real app, its saved state file, and its end of a connection.

use shared::client_msg::Empty;
use shared::codec::{Frame, LineCodec, to_line};
use shared::{ClientMsg, Name, Request, ServerMsg, limits};
use tokio_util::bytes::{Bytes, BytesMut};
use tokio_util::codec::Decoder as _;
use tui_client::app::{App, Setup};
use tui_client::profile::Profile;

use super::protocol_check::ProtocolCheck;

/// The times of `net::link`, in milliseconds.
const GREETING_TIMEOUT: u64 = 10_000;
const PING_AFTER: u64 = 30_000;
const DEAD_AFTER: u64 = 75_000;

/// Somebody.
pub(crate) struct Person {
    pub(crate) app: App,
    /// The state file, once there is one.
    pub(crate) saved: Option<Profile>,
    pub(crate) link: Option<Link>,
    /// When the client starts again; none while it runs.
    pub(crate) back_at: Option<u64>,
    /// Does not read its socket until then (slow consumer).
    pub(crate) not_reading_until: u64,
    /// Has no network until then.
    pub(crate) unplugged_until: u64,
    /// When the person reacts to a client that does not reconnect by itself.
    pub(crate) checks_at: Option<u64>,
    /// Was kicked or banned, and the person has not typed `/reconnect`.
    pub(crate) is_removed: bool,
    pub(crate) runs: u64,
    pub(crate) said: u64,
    /// The server they connect to, and whether they ever did.
    pub(crate) node: usize,
    pub(crate) has_dialled: bool,
    /// Whether they connect to the same one the next time.
    pub(crate) dials_again: bool,
    wish: Option<Name>,
}

/// A client's end of a connection: `net::link` without its socket.
pub(crate) struct Link {
    pub(crate) wire: u64,
    pub(crate) check: ProtocolCheck,
    codec: LineCodec,
    buffer: BytesMut,
    pub(crate) heard: u64,
    pub(crate) began: u64,
    asked: bool,
    greeted: bool,
}

/// What to do after a heartbeat timeout.
pub(crate) enum LinkTimeout {
    Ping(Bytes),
    GiveUp,
}

impl Person {
    pub(crate) fn new(wish: Option<Name>, seed: u64) -> Self {
        let mut person = Self {
            app: App::new(setup(None, Profile::default(), seed)),
            saved: None,
            link: None,
            back_at: None,
            not_reading_until: 0,
            unplugged_until: 0,
            checks_at: None,
            is_removed: false,
            runs: 0,
            said: 0,
            node: 0,
            has_dialled: false,
            dials_again: false,
            wish,
        };
        person.restart(seed);
        person
    }

    /// A further window of somebody, in a client of its own with a state file of its own.
    pub(crate) fn beside(saved: &Profile, seed: u64) -> Self {
        let Profile { secret, name, uid, read, .. } = saved.clone();
        let mut person = Self::new(None, seed);
        person.saved = Some(Profile { secret, name, uid, read, ..Profile::default() });
        person.restart(seed);
        person
    }

    /// Starts the client again with its saved state.
    pub(crate) fn restart(&mut self, seed: u64) {
        self.runs += 1;
        let wish = self.wish.clone().filter(|_| self.saved.is_none());
        self.app = App::new(setup(wish, self.saved.clone().unwrap_or_default(), seed));
        (self.back_at, self.checks_at, self.is_removed) = (None, None, false);
    }

    pub(crate) fn runs(&self) -> bool {
        self.back_at.is_none()
    }

    pub(crate) fn reads(&self, now: u64) -> bool {
        now >= self.not_reading_until
    }
}

fn setup(name: Option<Name>, profile: Profile, seed: u64) -> Setup {
    Setup { name, profile, seed, ..Setup::default() }
}

impl Link {
    pub(crate) fn new(wire: u64, check: ProtocolCheck, now: u64) -> Self {
        let codec = LineCodec::new(limits::SERVER_LINE_BYTES);
        Self {
            wire,
            check,
            codec,
            buffer: BytesMut::new(),
            heard: now,
            began: now,
            asked: false,
            greeted: false,
        }
    }

    /// Appends received bytes.
    pub(crate) fn read(&mut self, now: u64, bytes: &[u8]) {
        self.heard = now;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next complete line.
    pub(crate) fn next_line(&mut self) -> Option<Bytes> {
        match self.codec.decode(&mut self.buffer).unwrap()? {
            Frame::Line(line) => {
                self.greeted = true;
                Some(line)
            }
            bad @ (Frame::TooLong | Frame::BadUtf8) => panic!("the server sent {bad:?}"),
        }
    }

    /// Whether a message is handled by the link and not shown to the app.
    pub(crate) fn is_private(msg: &ServerMsg) -> bool {
        matches!(msg, ServerMsg::Ping(_) | ServerMsg::Pong(_))
    }

    /// The link's answer to such a message.
    pub(crate) fn answer(&mut self, msg: &ServerMsg) -> Option<Bytes> {
        self.asked &= !matches!(msg, ServerMsg::Pong(_));
        matches!(msg, ServerMsg::Ping(_)).then(|| to_line(&Request::unnamed(ClientMsg::Pong(Empty {}))))
    }

    pub(crate) fn deadline(&self) -> u64 {
        self.heard
            + match (self.greeted, self.asked) {
                (false, _) => GREETING_TIMEOUT,
                (true, false) => PING_AFTER,
                (true, true) => DEAD_AFTER,
            }
    }

    /// Nothing was received until the deadline.
    pub(crate) fn on_timeout(&mut self) -> LinkTimeout {
        if self.greeted && !self.asked {
            self.asked = true;
            return LinkTimeout::Ping(to_line(&Request::unnamed(ClientMsg::Ping(Empty {}))));
        }
        LinkTimeout::GiveUp
    }
}
