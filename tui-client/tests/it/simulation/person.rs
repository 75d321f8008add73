//! Somebody with a client: the real app, what it wrote to its state file, and its end of a connection.
//! It must not decide what happens to them.

use jiff::tz::TimeZone;
use shared::client_msg::Empty;
use shared::codec::{Frame, LineCodec, to_line};
use shared::{ClientMsg, Name, Request, ServerMsg, limits};
use tokio_util::bytes::{Bytes, BytesMut};
use tokio_util::codec::Decoder as _;
use tui_client::address::Address;
use tui_client::app::output_mode::OutputMode;
use tui_client::app::{App, Setup};
use tui_client::lang::Lang;
use tui_client::profile::Profile;

use super::protocol_check::ProtocolCheck;

/// The times of `net::link`, in milliseconds.
const PATIENCE: u64 = 10_000;
const PING_AFTER: u64 = 30_000;
const DEAD_AFTER: u64 = 75_000;

/// Somebody.
pub(crate) struct Person {
    pub(crate) app: App,
    /// The state file, once there is one.
    pub(crate) saved: Option<Profile>,
    pub(crate) link: Option<Link>,
    /// When the next run of the client begins; none while it runs.
    pub(crate) back_at: Option<u64>,
    /// Reads nothing until then.
    pub(crate) deaf_until: u64,
    /// No connection comes about until then.
    pub(crate) unplugged_until: u64,
    /// When they look at a client that does not come back by itself.
    pub(crate) looks_at: Option<u64>,
    /// Was thrown out, and has not asked to come back.
    pub(crate) is_out: bool,
    pub(crate) runs: u64,
    pub(crate) said: u64,
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

/// What silence calls for.
pub(crate) enum Silence {
    Ask(Bytes),
    GiveUp,
}

impl Person {
    pub(crate) fn new(wish: Option<Name>, seed: u64) -> Self {
        let mut person = Self {
            app: App::new(setup(None, Profile::default(), seed)),
            saved: None,
            link: None,
            back_at: None,
            deaf_until: 0,
            unplugged_until: 0,
            looks_at: None,
            is_out: false,
            runs: 0,
            said: 0,
            wish,
        };
        person.restart(seed);
        person
    }

    /// Another run of the client, with what the last one left.
    pub(crate) fn restart(&mut self, seed: u64) {
        self.runs += 1;
        let wish = self.wish.clone().filter(|_| self.saved.is_none());
        self.app = App::new(setup(wish, self.saved.clone().unwrap_or_default(), seed));
        (self.back_at, self.looks_at, self.is_out) = (None, None, false);
    }

    pub(crate) fn runs(&self) -> bool {
        self.back_at.is_none()
    }

    pub(crate) fn reads(&self, now: u64) -> bool {
        now >= self.deaf_until
    }
}

fn setup(name: Option<Name>, profile: Profile, seed: u64) -> Setup {
    Setup {
        address: Address::default(),
        lang: Lang::En,
        name,
        password: None,
        admin_key: None,
        profile,
        output_mode: OutputMode::Screen,
        zone: TimeZone::UTC,
        seed,
    }
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

    /// Takes in what came.
    pub(crate) fn read(&mut self, now: u64, bytes: &[u8]) {
        self.heard = now;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next line of it.
    pub(crate) fn next_line(&mut self) -> Option<Bytes> {
        match self.codec.decode(&mut self.buffer).unwrap()? {
            Frame::Line(line) => {
                self.greeted = true;
                Some(line)
            }
            bad @ (Frame::TooLong | Frame::BadUtf8) => panic!("the server sent {bad:?}"),
        }
    }

    /// Whether a message is only for the link.
    pub(crate) fn is_private(msg: &ServerMsg) -> bool {
        matches!(msg, ServerMsg::Ping(_) | ServerMsg::Pong(_))
    }

    /// What the link says to such a message.
    pub(crate) fn answer(&mut self, msg: &ServerMsg) -> Option<Bytes> {
        self.asked &= !matches!(msg, ServerMsg::Pong(_));
        matches!(msg, ServerMsg::Ping(_)).then(|| to_line(&Request::unnamed(ClientMsg::Pong(Empty {}))))
    }

    pub(crate) fn deadline(&self) -> u64 {
        self.heard
            + match (self.greeted, self.asked) {
                (false, _) => PATIENCE,
                (true, false) => PING_AFTER,
                (true, true) => DEAD_AFTER,
            }
    }

    /// Nothing was heard until the deadline.
    pub(crate) fn on_silence(&mut self) -> Silence {
        if self.greeted && !self.asked {
            self.asked = true;
            return Silence::Ask(to_line(&Request::unnamed(ClientMsg::Ping(Empty {}))));
        }
        Silence::GiveUp
    }
}
