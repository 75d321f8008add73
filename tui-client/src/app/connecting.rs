//! Connecting, losing the connection and connecting again: the greeting with the positions to resume from, what a lost
//! connection undoes, and the wait (backoff) before the next attempt.

use std::collections::BTreeMap;

use shared::client_msg::{Empty, Hello};
use shared::{ClientMsg, Code, Line, PROTOCOL, Request, limits};

use super::App;
use super::connection::{Closed, Status};
use super::nodes::Next;
use super::pending_requests::Purpose;
use super::popup::Popup;
use super::popup::unseen_prompt::UnseenPrompt;
use super::room::CatchUp;
use super::screen::Page;
use super::timeline::Level;
use crate::address::Address;
use crate::effect::{Effect, Exit};
use crate::event::{Lost, Protection, Reached, TrustError};
use crate::place::Place;

impl App {
    /// Connects, or connects anew.
    pub(super) fn connect(&mut self) {
        self.screen.dismiss_page();
        let hello = self.hello();
        self.connection.begin(hello.resume.keys().cloned().collect(), !self.session.is_welcome());
        self.effects.push(Effect::Connect(Box::new(hello), self.nodes.attempt()));
    }

    /// Connects now because the person wants it, if we are not connected.
    pub(super) fn reconnect(&mut self) {
        if self.connection.is_online() {
            return self.hint(self.lang().already_online(), Level::Info);
        }
        self.connection.reset_backoff();
        self.nodes.restart();
        self.connect();
    }

    /// The greeting. Its line must fit what a server reads from strangers, so with very many rooms only the first of them
    /// are resumed; the others are paged.
    fn hello(&self) -> Hello {
        let mut hello = Hello {
            protocol: PROTOCOL,
            client: Line::parse(match self.place() {
                Place::Here => concat!("chinwag ", env!("CARGO_PKG_VERSION")),
                Place::Elsewhere(_) => concat!("chinwag ", env!("CARGO_PKG_VERSION"), " over ssh"),
            })
            .unwrap_or_default(),
            name: self.setup.name.clone(),
            secret: self.session.profile().secret.clone().filter(|_| self.setup.link.is_none()),
            link: self.setup.link.clone(),
            machine: if self.setup.link.is_some() { self.setup.machine.clone() } else { Line::default() },
            has: if self.setup.link.is_some() { self.setup.has.clone() } else { Vec::new() },
            window: self.random.window(),
            password: self.setup.password.clone(),
            compact: self.wants_compact(),
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

    /// The server was reached. That it was never met before (trust on first use) is said when it has answered: under what
    /// the welcome brings, where one looks.
    pub(super) fn on_reached(&mut self, reached: Reached) {
        self.connection.set_reached(reached);
    }

    /// Says that the server was met for the first time, if that was not said.
    pub(super) fn tell_new_key(&mut self) {
        let Some(Reached { key: Some(key), protection: Protection::NewKey { remembered } }) =
            self.connection.take_new_key()
        else {
            return;
        };
        let text = self.lang().first_meeting(&self.nodes.current().to_string(), &key, remembered);
        self.notice(&text, if remembered { Level::Info } else { Level::Warning });
    }

    /// The connection is down.
    pub(super) fn on_down(&mut self, lost: &Lost) {
        if self.connection.is_leaving() {
            return self.exit(Exit::Done);
        }
        self.log(format!("connection lost: {lost:?}"));
        self.tell_new_key();
        let address = self.shown_address();
        if let Lost::Untrusted(why) = lost {
            return self.on_untrusted(&address, why);
        }
        let was_online = self.connection.is_online();
        if was_online {
            // "… is connected" is not true any more.
            self.screen.clear_hint();
        }
        let is_stalled = self.connection.is_order_stalled();
        self.undo_connection();
        match self.connection.take_goodbye() {
            Some(goodbye) => self.after_goodbye(goodbye),
            None if was_online => {
                let why = self.lang().loss_reason(lost);
                self.nodes.lost(&[], false);
                if self.has_other_nodes() {
                    self.connection.failed_quietly(why);
                    return self.wait_to_move(0);
                }
                let text = self.lang().disconnected(&why);
                self.connection.failed(why);
                self.notice(&text, Level::Warning);
                self.wait(None);
            }
            None => self.on_unreachable(lost, is_stalled),
        }
    }

    /// No connection came about. The next address is tried at once. That none answers is said once; the status line says the
    /// newest reason. One that has said that the nodes do not reach each other kept the greeting waiting for that.
    fn on_unreachable(&mut self, lost: &Lost, is_stalled: bool) {
        let lang = self.lang();
        let why = if is_stalled { lang.no_agreement().to_owned() } else { lang.loss_reason(lost) };
        let (tried, is_alone) = (self.shown_addresses(), !self.nodes.has_others());
        if self.nodes.failed() == Next::AtOnce {
            self.connection.failed_quietly(why);
            return self.connect();
        }
        if self.connection.failed(why) {
            let mut text =
                if is_stalled { lang.not_in_during_stall() } else { lang.unreachable(&tried, lost) };
            if is_alone && !self.session.is_welcome() && self.is_nobody_there(lost) {
                text.extend(["\n", &lang.how_to_host(self.setup.address.first())]);
            }
            self.notice(&text, Level::Warning);
        }
        self.wait(None);
    }

    /// Whether this machine has no server at the address.
    fn is_nobody_there(&self, lost: &Lost) -> bool {
        let is_refused = match lost {
            Lost::Refused => true,
            Lost::NoneOf(tried) => tried.iter().all(|tried| tried.why == Lost::Refused),
            Lost::Unreachable(_) => matches!(self.setup.address.first(), Address::Unix(_)),
            Lost::Closed
            | Lost::Broken(_)
            | Lost::Silent
            | Lost::Stuck
            | Lost::NoHandshake
            | Lost::NotUnderstood
            | Lost::AnotherServer
            | Lost::Untrusted(_) => false,
        };
        is_refused && self.setup.address.first().is_local() && !self.place().is_elsewhere()
    }

    /// No further attempt is made, for this reason.
    pub(super) fn give_up(&mut self, status: Status, why: &str) {
        self.connection.end(status);
        self.undo_connection();
        self.stay_or_fail(Some(why), why);
    }

    /// An address shows no key that is trusted. Another one may; that it was passed over is said once.
    fn on_untrusted(&mut self, address: &str, why: &TrustError) {
        if !self.nodes.has_others() {
            return self.distrust(address, why);
        }
        let next = self.nodes.distrusted();
        if next == Next::Distrusted {
            return self.distrust(address, why);
        }
        self.undo_connection();
        let lang = self.lang();
        if self.connection.note_passed_over(address) {
            self.notice(&lang.passed_over(address, why), Level::Warning);
        }
        self.connection.failed_quietly(lang.loss_reason(&Lost::Untrusted(Box::new(why.clone()))));
        if next == Next::AtOnce { self.connect() } else { self.wait(None) }
    }

    /// The server is not trusted. Of a changed key there is much to say, which has a page of its own.
    fn distrust(&mut self, address: &str, why: &TrustError) {
        self.connection.distrust(why.clone());
        self.undo_connection();
        let lang = self.lang();
        if let TrustError::Changed { .. } = why {
            self.screen.show_page(Page::KeyChanged(Box::new(why.clone())));
        }
        self.stay_or_fail(Some(&lang.not_connected(address, why)), &lang.not_trusted(address, why));
    }

    /// The server refuses the greeting.
    pub(super) fn refuse_greeting(&mut self, code: Code) {
        if self.session.asks_old_name()
            && matches!(code, Code::NameTaken | Code::NameReserved | Code::NameInvalid)
        {
            // Nobody asked for that name but this program.
            self.setup.name = None;
            self.session.forget_old_name();
            return self.wait(None);
        }
        if self.place().is_elsewhere()
            && matches!(code, Code::NameTaken | Code::NameReserved | Code::NameInvalid)
            && let Some(name) = self.setup.name.take()
        {
            // It was the user name of their ssh client, perhaps without their knowing.
            let text = self.lang().wish_not_given(name.as_str());
            self.notice(&text, Level::Info);
            // Not at once: the rest of what this connection says, a goodbye with the same code, is in the same batch and would
            // be taken for the next one's.
            return self.wait(None);
        }
        let why = self.not_let_in(code);
        self.give_up(Status::Closed(Closed::Refused(code)), &why);
        if code == Code::AuthFailed {
            let prompt = UnseenPrompt::password(self.setup.password.is_some());
            self.ask_on_screen(Popup::Unseen(prompt));
        }
    }

    /// The person has typed the server's password.
    pub(super) fn greet_with_password(&mut self, password: String) {
        self.setup.password = Some(password);
        self.reconnect();
    }

    /// Why nothing may wait for a connection now, if that is so: on a server that has let nobody in yet, nobody knows who
    /// would read it.
    pub(super) fn why_not_queue(&self) -> Option<&'static str> {
        let lang = self.lang();
        if self.has_too_many_queued() {
            return Some(lang.too_many_queued());
        }
        match self.connection.status() {
            Status::Online => None,
            Status::Closed(Closed::Refused(Code::AuthFailed)) => Some(lang.not_kept_password()),
            Status::Closed(Closed::Refused(_) | Closed::Distrusted) => Some(lang.not_kept_refused()),
            _ if !self.session.was_here() => Some(lang.not_kept_unknown()),
            Status::Connecting { .. } | Status::Waiting { .. } | Status::Kicked(_) | Status::Closed(_) => {
                None
            }
        }
    }

    /// Undoes whatever depended on the connection; messages in flight will be sent again.
    fn undo_connection(&mut self) {
        self.outbox.rewind();
        self.transfers.lost();
        self.connection.lost(self.now);
        self.session.lost();
        for purpose in self.requests.drain() {
            if let Purpose::MessageTo(wanted) = &purpose {
                self.restore_message_to(wanted);
            }
            if let Purpose::History { room, .. } | Purpose::Newer { room, .. } = &purpose
                && let Some(room) = self.rooms.get_mut(room)
            {
                room.paging = None;
                room.timeline.older_refused();
            } else if let Purpose::Original { room, seq } = &purpose
                && let Some(room) = self.rooms.get_mut(room)
            {
                room.timeline.original_lost(*seq);
            } else if purpose.is_asked() {
                self.hint(self.lang().answer_lost(), Level::Warning);
                self.effects.push(Effect::NotDone);
            }
        }
        self.rooms.seeking = None;
        for room in self.rooms.list_mut() {
            let after = room.position;
            room.catching_up = Some(room.catching_up.unwrap_or(CatchUp { after, count: 0 }));
            (room.told_typing, room.asked, room.wants_members) = (None, false, false);
        }
    }

    /// What was sent is without an answer for long: the server is asked whether it is there, once.
    pub(super) fn note_unanswered(&mut self) {
        let is_unanswered = self.connection.is_online() && self.outbox.is_unanswered(self.now);
        if self.connection.note_unanswered(is_unanswered) && is_unanswered {
            self.send_unnamed(ClientMsg::Ping(Empty {}));
        }
    }

    /// Waits before the next attempt: at least as long as the server said, or longer each time; with jitter.
    pub(super) fn wait(&mut self, server_ms: Option<u64>) {
        let random = self.random.next_u64();
        self.connection.wait(self.now, server_ms, random);
    }

    /// Goes to another address in a moment, at least after the time the server said: spread, for others of the same server go
    /// there too. One that is let in and thrown out again and again goes more slowly each time.
    pub(super) fn wait_to_move(&mut self, server_ms: u64) {
        let random = self.random.next_u64();
        self.connection.wait_to_move(self.now, server_ms, random);
    }
}
