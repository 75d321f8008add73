//! The life of a connection: greeting, welcome, goodbye, loss, and what follows from each.
//! It must not know how a connection is made.

mod newcomer;

use shared::client_msg::{Auth, Hello, Quit, RoomOnly};
use shared::server_msg::{Goodbye, GoodbyeCode, RoomState, Welcome};
use shared::text::is_safe;
use shared::{ClientMsg, Code, Line, Millis, PROTOCOL, Refusal, Request, RoomName, Seq, limits};

use super::App;
use super::link::{Closed, Link};
use super::request::Asked;
use super::rooms::CatchUp;
use super::teller::Teller;
use super::timeline::Level;
use crate::effect::{Effect, Exit};
use crate::event::{Lost, Met};

/// How long the server may take to answer our goodbye, in milliseconds.
const FAREWELL: Millis = 1_000;
/// The same when somebody outside wants us to end: a machine that shuts down does not wait long.
const SHORT_FAREWELL: Millis = 300;

impl App {
    /// Connects, or connects anew.
    pub(super) fn connect(&mut self) {
        self.parting = None;
        self.link = Link::Connecting { attempt: self.backoff.failures() };
        self.farewell = None;
        self.dirty.frame = true;
        let hello = self.hello();
        self.asked_for = hello.resume.keys().cloned().collect();
        self.effects.push(Effect::Connect(Box::new(hello)));
    }

    /// What to greet with. The line must fit what a server reads from strangers, so with very many rooms only the
    /// first of them are resumed; the others are paged.
    fn hello(&self) -> Hello {
        let mut hello = Hello {
            protocol: PROTOCOL,
            client: Line::parse(concat!("chinwag ", env!("CARGO_PKG_VERSION"))).unwrap_or_default(),
            name: self.setup.name.clone(),
            secret: self.profile.secret.clone(),
            password: self.setup.password.clone(),
            resume: std::collections::BTreeMap::new(),
        };
        if self.is_welcome() && hello.secret.is_some() {
            let joined = self.rooms.list().iter().filter(|room| room.joined && room.resumable);
            hello.resume = joined.map(|room| (room.name.clone(), room.position)).collect();
        }
        let length =
            |hello: &Hello| shared::codec::to_line(&Request::unnamed(ClientMsg::Hello(hello.clone()))).len();
        while length(&hello) > limits::GREETING_LINE_BYTES && hello.resume.pop_last().is_some() {}
        hello
    }

    /// The server knows us: take in who and where we are.
    pub(super) fn on_welcome(&mut self, welcome: Welcome) {
        let Welcome { server, you, secret, rooms, limits, motd, countdown, .. } = welcome;
        let first = !self.is_welcome();
        let was = self.profile.uid.filter(|_| secret.is_some());
        if secret.is_some() {
            // A stranger again: nothing is resumed.
            self.asked_for.clear();
        }
        let is_new = secret.is_some() || self.profile.uid != Some(you.uid);
        if secret.is_some() {
            self.profile.secret = secret;
        }
        (self.profile.uid, self.profile.name) = (Some(you.uid), Some(you.name.clone()));
        // A name asked for on the command line is asked for once; later the identity has its own.
        self.setup.name = None;
        self.dirty.profile = true;
        if is_new {
            self.log(format!("welcome as {} ({})", you.name, you.uid));
        }
        self.me = Some(you);
        self.server = Some(server);
        self.limits = limits;
        self.link = Link::Online;
        self.hint = None;
        self.backoff.reset();
        self.resuming = !self.asked_for.is_empty();
        self.lag = None;
        self.on_countdown(countdown.as_ref(), None);
        if let Some(was) = was {
            self.become_another(was);
        }
        self.settle_rooms(&rooms);
        self.greet(first, &motd);
        if first || was.is_some() {
            self.show_unsent(|_| true);
        }
        if let Some(key) = self.setup.admin_key.clone() {
            self.ask(Asked::Auth, ClientMsg::Auth(Auth { key }));
        }
        (self.dirty.frame, self.dirty.view) = (true, true);
    }

    fn settle_rooms(&mut self, states: &[RoomState]) {
        let lost: Vec<RoomName> = {
            let listed = |name: &RoomName| states.iter().any(|state| state.name == *name);
            let rooms = self.rooms.list_mut().iter_mut();
            let gone = rooms.filter(|room| room.joined && !room.is_direct() && !listed(&room.name));
            gone.map(|room| {
                room.joined = false;
                room.name.clone()
            })
            .collect()
        };
        for state in states {
            self.settle_room(state, self.asked_for.contains(&state.name));
        }
        // The server forgot that we were there: come back as if we had never been away.
        for room in lost {
            self.ask(Asked::Rejoin(room.clone()), ClientMsg::Join(RoomOnly { room }));
        }
    }

    /// Takes in a room as it is now. What happened since our position either comes by itself or is a hole.
    pub(super) fn settle_room(&mut self, state: &RoomState, resumes: bool) {
        let read = self.profile.read.get(&state.name).copied();
        let me = self.my_uid();
        self.restore_draft(&state.name);
        let room = self.rooms.settle(state);
        for member in &state.members {
            room.know(member.uid, &member.name, me);
        }
        room.paging = None;
        let is_another_log = room.position > state.head;
        if is_another_log {
            room.forget_log();
        }
        if room.position == Seq::ZERO {
            room.position = state.head;
            room.teller = Teller::begin(state.head);
            room.read = read.unwrap_or(state.head).min(state.head);
            room.timeline.set_head(state.head);
            if room.read < state.head {
                room.timeline.set_read(Some(room.read));
            }
        } else if !resumes && room.position < state.head {
            room.skip_to(state.head);
        }
        if is_another_log {
            self.show_unsent(|room| *room == state.name);
        }
    }

    fn greet(&mut self, first: bool, motd: &str) {
        let Some(me) = &self.me else { return };
        let text =
            if first { self.lang().connected(me.name.as_str()) } else { self.lang().connected_again() };
        self.notice(&text, Level::Info);
        if first && !motd.trim().is_empty() {
            self.notice(motd.trim_end(), Level::Info);
        }
    }

    /// The server says goodbye, and why.
    pub(super) fn on_goodbye(&mut self, goodbye: Goodbye) {
        if self.leaving.is_some() {
            return self.exit(Exit::Done);
        }
        if let (false, GoodbyeCode::Error(code)) = (self.link.is_online(), goodbye.code)
            && code != Code::Banned
        {
            let retry_ms = goodbye.after_ms;
            return self.on_refused(&Refusal { id: None, code, message: goodbye.message, retry_ms });
        }
        let text = self.lang().disconnected(&self.lang().farewell(&goodbye));
        self.notice(&text, Level::Warning);
        self.farewell = Some(goodbye);
        self.effects.push(Effect::Disconnect);
        self.on_down(&Lost::Closed);
    }

    /// An error before the welcome: the server does not want this greeting.
    pub(super) fn on_refused(&mut self, refusal: &Refusal) {
        self.effects.push(Effect::Disconnect);
        match refusal.code {
            // What passes by itself is waited for.
            Code::ResumeExpired => {
                self.rooms.list_mut().iter_mut().for_each(|room| room.resumable = false);
                self.wait(None);
            }
            Code::RateLimited
            | Code::Timeout
            | Code::Storage
            | Code::Internal
            | Code::ShuttingDown
            | Code::TooManyConnections
            | Code::ServerFull => {
                let text = self.lang().not_let_in(refusal.code);
                if self.backoff.failures() == 0 {
                    self.notice(&text, Level::Warning);
                }
                self.wait(refusal.retry_ms);
            }
            Code::Banned => self.on_shut_out(refusal),
            Code::BadJson
            | Code::TooLong
            | Code::BadUtf8
            | Code::UnknownType
            | Code::BadRequest
            | Code::Version
            | Code::NameTaken
            | Code::NameInvalid
            | Code::NameReserved
            | Code::NoSuchRoom
            | Code::NoSuchUser
            | Code::NotMember
            | Code::Forbidden
            | Code::AuthFailed
            | Code::Muted
            | Code::TextInvalid
            | Code::NonceConflict
            | Code::Unknown => {
                self.close(Link::Closed(Closed::Refused(refusal.code)), self.lang().not_let_in(refusal.code));
            }
        }
    }

    /// A ban holds: who it is from is not said at the door, but how long it lasts is, and why in the server's words.
    fn on_shut_out(&mut self, refusal: &Refusal) {
        let wait = refusal.retry_ms.and_then(|wait| Millis::try_from(wait).ok());
        let goodbye = Goodbye {
            code: GoodbyeCode::Error(Code::Banned),
            message: refusal.message.chars().filter(|&c| is_safe(c)).take(Line::MAX_BYTES).collect(),
            reason: Line::default(),
            by: None,
            until: wait.map(|wait| self.now.saturating_add(wait)),
            reconnect: false,
            after_ms: None,
        };
        self.parting = Some(goodbye.clone());
        self.close(Link::Kicked(goodbye), self.lang().not_let_in(refusal.code));
    }

    /// Nothing comes by itself any more.
    fn close(&mut self, link: Link, why: String) {
        self.link = link;
        self.offline();
        if self.setup.has_screen {
            self.notice(&why, Level::Warning);
        } else {
            self.exit(Exit::Failed(why));
        }
    }

    /// The server was never met before.
    pub(super) fn on_met(&mut self, met: &Met) {
        let text = self.lang().met(&self.setup.address.to_string(), met);
        self.notice(&text, if met.kept { Level::Info } else { Level::Warning });
    }

    /// The connection is over.
    pub(super) fn on_down(&mut self, lost: &Lost) {
        if self.leaving.is_some() {
            return self.exit(Exit::Done);
        }
        self.log(format!("connection lost: {lost:?}"));
        if let Lost::Distrusted(why) = lost {
            let text = self.lang().distrusted(&self.setup.address.to_string(), why);
            return self.close(Link::Closed(Closed::Distrusted), text);
        }
        let was_online = self.link.is_online();
        self.offline();
        match self.farewell.take() {
            Some(goodbye) => self.after_goodbye(goodbye),
            None if was_online => {
                let text = self.lang().disconnected(&self.lang().lost_link(lost));
                self.notice(&text, Level::Warning);
                self.wait(None);
            }
            None => {
                if self.backoff.failures() == 0 {
                    let text = self.lang().unreachable(&self.setup.address.to_string(), lost);
                    self.notice(&text, Level::Warning);
                }
                self.wait(None);
            }
        }
    }

    fn after_goodbye(&mut self, goodbye: Goodbye) {
        let by_hand = match goodbye.code {
            GoodbyeCode::Kicked | GoodbyeCode::Replaced | GoodbyeCode::Error(Code::Banned) => true,
            GoodbyeCode::Quit
            | GoodbyeCode::SlowConsumer
            | GoodbyeCode::Restarting
            | GoodbyeCode::Error(_) => false,
        };
        if goodbye.reconnect && !by_hand {
            return self.wait(goodbye.after_ms);
        }
        let why = self.lang().farewell(&goodbye);
        self.parting = Some(goodbye.clone()).filter(|_| by_hand);
        self.link = if by_hand { Link::Kicked(goodbye) } else { Link::Closed(Closed::GoodbyeCode(goodbye)) };
        if !self.setup.has_screen {
            self.exit(Exit::Failed(why));
        }
    }

    /// Whatever depended on the connection is undone; messages under way will go again.
    fn offline(&mut self) {
        self.outbox.rewind();
        self.resuming = false;
        (self.countdown, self.unconfirmed) = (None, None);
        self.sanctions.clear();
        for asked in self.requests.drain() {
            if let Asked::History { room, .. } | Asked::Newer { room, .. } = asked
                && let Some(room) = self.rooms.get_mut(&room)
            {
                room.paging = None;
                room.timeline.older_refused();
            }
        }
        for room in self.rooms.list_mut() {
            let after = room.position;
            room.catching_up = Some(room.catching_up.unwrap_or(CatchUp { after, count: 0 }));
            room.told_typing = None;
        }
        self.dirty.frame = true;
    }

    /// Waits before the next attempt: at least as long as the server asked for, else longer each time; with jitter.
    fn wait(&mut self, asked_ms: Option<u64>) {
        let chance = self.dice.roll();
        let wait = self.backoff.next_wait(asked_ms, chance);
        let wait = Millis::try_from(wait).unwrap_or(Millis::MAX / 4);
        self.link = Link::Waiting { until: self.now.saturating_add(wait), attempt: self.backoff.failures() };
        self.dirty.frame = true;
    }

    /// Leaves the server and the program. The others are told unless `quiet`.
    pub(super) fn leave(&mut self, quiet: bool) {
        if !self.link.is_online() || self.leaving.is_some() {
            return self.exit(Exit::Done);
        }
        self.tell(ClientMsg::Quit(Quit { quiet }));
        self.leaving = Some(self.now.saturating_add(FAREWELL));
        self.dirty.frame = true;
    }

    /// Leaves because the system says so.
    pub(super) fn terminate(&mut self) {
        self.leave(false);
        self.leaving = self.leaving.map(|_| self.now.saturating_add(SHORT_FAREWELL));
    }

    /// Leaves when there is nothing more to send.
    pub(super) fn leave_if_done(&mut self) {
        if self.ended && self.leaving.is_none() && self.outbox.waiting() == 0 && self.is_welcome() {
            self.leave(false);
        }
    }

    pub(super) fn log(&mut self, line: String) {
        self.effects.push(Effect::Log(line));
    }
}
