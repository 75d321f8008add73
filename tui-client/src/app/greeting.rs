//! Connecting, losing the connection and connecting again: the greeting with the positions to resume from, what a lost
//! connection undoes, and the wait (backoff) before the next attempt.

use std::collections::BTreeMap;

use shared::client_msg::Hello;
use shared::{ClientMsg, Code, Line, PROTOCOL, Request, limits};

use super::App;
use super::connection::{Closed, Status};
use super::pending_requests::Purpose;
use super::room::CatchUp;
use super::screen::Page;
use super::timeline::Level;
use crate::address::Address;
use crate::effect::{Effect, Exit};
use crate::event::{Lost, NewServerKey, TrustError};

impl App {
    /// Connects, or connects anew.
    pub(super) fn connect(&mut self) {
        self.screen.dismiss_page();
        let hello = self.hello();
        self.connection.begin(hello.resume.keys().cloned().collect(), !self.session.is_welcome());
        self.effects.push(Effect::Connect(Box::new(hello)));
    }

    /// Connects now because the person wants it, if we are not connected.
    pub(super) fn reconnect(&mut self) {
        if self.connection.is_online() {
            return self.hint(self.lang().already_online(), Level::Info);
        }
        self.connection.reset_backoff();
        self.connect();
    }

    /// The greeting. Its line must fit what a server reads from strangers, so with very many rooms only the first of them
    /// are resumed; the others are paged.
    fn hello(&self) -> Hello {
        let mut hello = Hello {
            protocol: PROTOCOL,
            client: Line::parse(concat!("chinwag ", env!("CARGO_PKG_VERSION"))).unwrap_or_default(),
            name: self.setup.name.clone(),
            secret: self.session.profile().secret.clone(),
            password: self.setup.password.clone(),
            resume: BTreeMap::new(),
        };
        if self.session.is_welcome() && hello.secret.is_some() {
            let joined = self.rooms.list().iter().filter(|room| room.joined && room.resumable);
            hello.resume = joined.map(|room| (room.name.clone(), room.position)).collect();
        } else if hello.secret.is_some() && self.tells_unread() {
            hello.resume = self.session.profile().read.clone();
        }
        let length =
            |hello: &Hello| shared::codec::to_line(&Request::unnamed(ClientMsg::Hello(hello.clone()))).len();
        while length(&hello) > limits::GREETING_LINE_BYTES && hello.resume.pop_last().is_some() {}
        hello
    }

    /// The server was never met before: trust on first use.
    pub(super) fn on_new_server_key(&mut self, key: &NewServerKey) {
        let text = self.lang().first_meeting(&self.setup.address.to_string(), key);
        self.notice(&text, if key.remembered { Level::Info } else { Level::Warning });
    }

    /// The connection is down.
    pub(super) fn on_down(&mut self, lost: &Lost) {
        if self.connection.is_leaving() {
            return self.exit(Exit::Done);
        }
        self.log(format!("connection lost: {lost:?}"));
        let address = self.setup.address.to_string();
        if let Lost::Untrusted(why) = lost {
            return self.distrust(&address, why);
        }
        let was_online = self.connection.is_online();
        self.undo_connection();
        match self.connection.take_goodbye() {
            Some(goodbye) => self.after_goodbye(goodbye),
            None if was_online => {
                let text = self.lang().disconnected(&self.lang().loss_reason(lost));
                self.notice(&text, Level::Warning);
                self.wait(None);
            }
            None => {
                if !self.connection.has_failed() {
                    self.notice(&self.lang().unreachable(&address, lost), Level::Warning);
                    if matches!(lost, Lost::Unreachable(_)) && self.setup.address == Address::default() {
                        self.notice(self.lang().host_starts_one(), Level::Info);
                    }
                }
                self.wait(None);
            }
        }
    }

    /// No further attempt is made, for this reason.
    pub(super) fn give_up(&mut self, status: Status, why: &str) {
        self.connection.end(status);
        self.undo_connection();
        self.stay_or_fail(Some(why), why);
    }

    /// The server is not trusted. Of a changed key there is much to say, which has a page of its own.
    fn distrust(&mut self, address: &str, why: &TrustError) {
        self.connection.end(Status::Closed(Closed::Distrusted));
        self.undo_connection();
        let lang = self.lang();
        if let TrustError::Changed { .. } = why {
            self.screen.show_page(Page::KeyChanged(Box::new(why.clone())));
        }
        self.stay_or_fail(Some(&lang.not_connected(address, why)), &lang.not_trusted(address, why));
    }

    /// The server refuses the greeting.
    pub(super) fn refuse_greeting(&mut self, code: Code) {
        let why = self.not_let_in(code);
        self.give_up(Status::Closed(Closed::Refused(code)), &why);
    }

    /// Undoes whatever depended on the connection; messages in flight will be sent again.
    fn undo_connection(&mut self) {
        self.outbox.rewind();
        self.connection.lost();
        self.session.lost();
        for purpose in self.requests.drain() {
            if let Purpose::History { room, .. } | Purpose::Newer { room, .. } = &purpose
                && let Some(room) = self.rooms.get_mut(room)
            {
                room.paging = None;
                room.timeline.older_refused();
            } else if purpose.is_asked() {
                self.hint(self.lang().answer_lost(), Level::Warning);
                self.effects.push(Effect::NotDone);
            }
        }
        self.rooms.seeking = None;
        for room in self.rooms.list_mut() {
            let after = room.position;
            room.catching_up = Some(room.catching_up.unwrap_or(CatchUp { after, count: 0 }));
            (room.told_typing, room.asked) = (None, false);
        }
    }

    /// Waits before the next attempt: at least as long as the server said, or longer each time; with jitter.
    pub(super) fn wait(&mut self, server_ms: Option<u64>) {
        let random = self.random.next_u64();
        self.connection.wait(self.now, server_ms, random);
    }
}
