//! Goodbyes, the server's and ours: a kick, a ban, a refused greeting, a restart; and leaving by quit, end of input or
//! signal.

use shared::client_msg::{Quit, Who};
use shared::server_msg::{Goodbye, GoodbyeCode};
use shared::{ClientMsg, Code, Line, Millis, Refusal, Role};

use super::App;
use super::connection::{Closed, Status};
use super::nodes::Next;
use super::outbox::SendState;
use super::output_mode::OutputMode;
use super::pending_requests::Purpose;
use super::room::Room;
use super::screen::Page;
use super::timeline::Level;
use crate::address::Address;
use crate::effect::{Effect, Exit};
use crate::event::Lost;

/// How long the server may take to answer our goodbye, in milliseconds.
const ANSWER_TIMEOUT: Millis = 1_000;
/// The same when the system wants us to end: a machine that shuts down does not wait long.
const SIGNAL_TIMEOUT: Millis = 300;

/// The server's.
impl App {
    /// The server says goodbye, and why.
    pub(super) fn on_goodbye(&mut self, goodbye: Goodbye) {
        if self.connection.is_leaving() {
            return self.exit(Exit::Done);
        }
        if let (false, GoodbyeCode::Error(code)) = (self.connection.is_online(), goodbye.code)
            && code != Code::Banned
        {
            let named = self.named_by(&goodbye);
            self.nodes.learn(named);
            let retry_ms = goodbye.after_ms;
            return self.on_refused(&Refusal { retry_ms, ..Refusal::new(code, goodbye.message) });
        }
        let why = self.lang().goodbye_reason(&goodbye);
        if self.moves_after(&goodbye) {
            self.connection.failed_quietly(why);
        } else {
            let text = self.lang().disconnected(&why);
            self.connection.failed(why);
            self.notice(&text, Level::Warning);
        }
        self.connection.set_goodbye(goodbye);
        self.effects.push(Effect::Disconnect);
        self.on_down(&Lost::Closed);
    }

    /// An error before the welcome: the server does not accept this greeting.
    pub(super) fn on_refused(&mut self, refusal: &Refusal) {
        self.tell_new_key();
        if refusal.code == Code::Banned {
            return self.on_banned(refusal);
        }
        self.effects.push(Effect::Disconnect);
        match refusal.code {
            // What passes by itself is waited for.
            Code::ResumeExpired => {
                self.rooms.list_mut().iter_mut().for_each(|room| room.resumable = false);
                self.session.forget_read();
                self.wait(None);
            }
            Code::RateLimited
            | Code::Timeout
            | Code::Storage
            | Code::Internal
            | Code::ShuttingDown
            | Code::TooManyConnections
            | Code::TooManyWindows
            | Code::ServerFull => {
                let lang = self.lang();
                let is_stall = self.is_for_stall(refusal.code);
                let reason = if is_stall { lang.no_agreement() } else { lang.refusal_reason(refusal.code) };
                let is_of_node = matches!(
                    refusal.code,
                    Code::Timeout
                        | Code::Storage
                        | Code::Internal
                        | Code::ShuttingDown
                        | Code::TooManyConnections
                );
                if is_of_node && self.nodes.failed() == Next::AtOnce {
                    self.connection.failed_quietly(reason.to_owned());
                    return self.wait_to_move(0);
                }
                let why = match refusal.setting {
                    Some(_) => lang.not_in(&lang.server_refusal(refusal)),
                    None if is_stall => lang.not_in_during_stall(),
                    None if refusal.code == Code::Timeout => lang.greeted_late(),
                    None => self.not_let_in(refusal.code),
                };
                if self.connection.failed(reason.to_owned()) {
                    self.notice(&why, Level::Warning);
                }
                self.wait(refusal.retry_ms);
            }
            Code::Banned
            | Code::BadJson
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
            | Code::NoSuchMessage
            | Code::NotMember
            | Code::Forbidden
            | Code::AuthFailed
            | Code::LinkInvalid
            | Code::AlreadyLinked
            | Code::TakenOut
            | Code::Muted
            | Code::TextInvalid
            | Code::NonceConflict
            | Code::FileTooLarge
            | Code::NoSuchFile
            | Code::HashMismatch
            | Code::TokenInvalid
            | Code::Unknown => self.refuse_greeting(refusal.code),
        }
    }

    /// A ban refuses the greeting. The goodbye that follows says by whom and why; until it comes, or if the connection ends
    /// without one, what is known is how long the ban lasts.
    fn on_banned(&mut self, refusal: &Refusal) {
        let wait = refusal.retry_ms.and_then(|wait| Millis::try_from(wait).ok());
        self.connection.set_goodbye(Goodbye {
            code: GoodbyeCode::Error(Code::Banned),
            // In English, and the facts are in the other fields.
            message: String::new(),
            reason: Line::default(),
            by: None,
            until: wait.map(|wait| self.now.saturating_add(wait)),
            reconnect: false,
            after_ms: None,
            try_next: Vec::new(),
        });
    }

    /// Whether another address is gone to after a goodbye.
    fn moves_after(&self, goodbye: &Goodbye) -> bool {
        let is_only_here = !self.has_other_nodes() && self.named_by(goodbye).is_empty();
        goodbye.reconnect && !is_by_hand(goodbye) && !is_only_here
    }

    /// The addresses that a goodbye names, as far as they are believed.
    fn named_by(&self, goodbye: &Goodbye) -> Vec<Address> {
        self.usable_nodes(&goodbye.try_next)
    }

    /// The connection is down after a goodbye.
    pub(super) fn after_goodbye(&mut self, goodbye: Goodbye) {
        let by_hand = is_by_hand(&goodbye);
        if goodbye.code == GoodbyeCode::Replaced {
            self.session.was_replaced();
        }
        if self.moves_after(&goodbye) {
            // A node that goes on is there for whoever reads too slowly, or was not heard of.
            let stays = matches!(goodbye.code, GoodbyeCode::SlowConsumer | GoodbyeCode::Error(Code::Timeout));
            self.nodes.lost(&self.named_by(&goodbye), stays);
            return self.wait_to_move(goodbye.after_ms.unwrap_or(0));
        }
        if goodbye.reconnect && !by_hand {
            return self.wait(goodbye.after_ms);
        }
        let why = self.lang().goodbye_reason(&goodbye);
        if by_hand {
            self.screen.show_page(Page::Goodbye(goodbye.clone()));
            self.connection.end(Status::Kicked(goodbye));
        } else {
            self.connection.end(Status::Closed(Closed::Goodbye(goodbye)));
        }
        self.stay_or_fail(None, &why);
    }
}

/// Whether only the person comes back after such a goodbye.
fn is_by_hand(goodbye: &Goodbye) -> bool {
    match goodbye.code {
        GoodbyeCode::Kicked
        | GoodbyeCode::Replaced
        | GoodbyeCode::Unlinked
        | GoodbyeCode::Error(Code::Banned) => true,
        GoodbyeCode::Quit | GoodbyeCode::SlowConsumer | GoodbyeCode::Restarting | GoodbyeCode::Error(_) => {
            false
        }
    }
}

/// Ours.
impl App {
    /// Leaves the program, and so every server of it. The others are told unless `quiet`.
    pub(super) fn leave(&mut self, quiet: bool) {
        if !self.others().is_empty() {
            self.effects.push(Effect::LeaveOthers { quiet });
        }
        self.leave_alone(quiet);
    }

    /// Leaves this server. The others there are told unless `quiet`.
    pub(super) fn leave_alone(&mut self, quiet: bool) {
        self.leave_within(ANSWER_TIMEOUT, quiet);
    }

    /// Leaves, or asks first where it costs something. Only the server knows whether whoever hosts it has more windows.
    pub(super) fn leave_or_ask(&mut self, quiet: bool) {
        // Whoever asks to leave once more has waited long enough for that.
        if self.may_host_own_windows() && !self.requests.asks_own_windows() {
            let me = ClientMsg::Who(Who { uid: Some(self.session.my_uid()), ..Who::default() });
            self.request(Purpose::OwnWindows { quiet }, me);
            if self.requests.asks_own_windows() {
                return;
            }
        }
        self.leave_or_ask_with(0, quiet);
    }

    /// The server says whether we have more windows; 0 where it does not say so.
    pub(super) fn on_own_windows(&mut self, windows: usize, quiet: bool) {
        if !self.connection.is_leaving() {
            self.leave_or_ask_with(windows.saturating_sub(1), quiet);
        }
    }

    /// Whether further windows of ours may be on a server that ends with this program.
    fn may_host_own_windows(&self) -> bool {
        self.setup.hosting.is_some()
            && self.setup.output_mode == OutputMode::Screen
            && self.connection.is_online()
            && !self.connection.is_leaving()
            && self.session.limits().windows > 1
            // Others are not told how many windows somebody has.
            && self.session.role() >= Role::Moderator
    }

    fn leave_or_ask_with(&mut self, windows: usize, quiet: bool) {
        let costs = self.costs_of_leaving(windows);
        if costs.is_empty() || self.connection.is_leaving() {
            return self.leave(quiet);
        }
        self.ask_before_leaving(costs, quiet);
    }

    /// What is lost to others, to so many further windows of ours, or left behind when this program ends.
    fn costs_of_leaving(&self, windows: usize) -> Vec<String> {
        let lang = self.lang();
        let mut costs = Vec::new();
        let me = self.session.my_uid();
        let guests = self.rooms.everyone().people().iter().filter(|member| member.uid != me && !member.away);
        let guests = if self.setup.hosting.is_some() { guests.count() } else { 0 };
        if guests + windows > 0 {
            costs.push(lang.server_stops(guests, windows));
        }
        // What is on its way is stored before the server answers our goodbye.
        let is_online = self.connection.is_online();
        let is_left = |state: SendState| !(is_online && state == SendState::InFlight);
        let unsent = self.outbox.entries().iter().filter(|entry| is_left(entry.state)).count();
        if unsent > 0 {
            costs.push(lang.unsent_when_leaving(unsent));
        }
        let titles: Vec<String> = self.rooms_with_drafts().map(|room| room.title(me)).collect();
        if !titles.is_empty() {
            costs.push(lang.drafts_when_leaving(&titles.join(", ")));
        }
        let others = self.others().list.iter().filter(|other| other.unsent + other.drafts > 0);
        costs.extend(others.map(|other| lang.left_on(&other.label, other.unsent, other.drafts)));
        costs
    }

    /// The rooms in which something is written and not sent.
    pub(super) fn rooms_with_drafts(&self) -> impl Iterator<Item = &Room> {
        let current = self.rooms.current_index();
        let rooms = self.rooms.list().iter().enumerate();
        let written = rooms.filter(move |(at, room)| {
            let draft = if *at == current { self.input.text() } else { room.draft.text() };
            !draft.trim().is_empty()
        });
        written.map(|(_, room)| room)
    }

    /// Leaves because the system says so (SIGTERM, SIGHUP).
    pub(super) fn terminate(&mut self) {
        self.leave_within(SIGNAL_TIMEOUT, false);
    }

    fn leave_within(&mut self, timeout: Millis, quiet: bool) {
        if !self.connection.is_online() || self.connection.is_leaving() {
            return self.exit(Exit::Done);
        }
        self.send_unnamed(ClientMsg::Quit(Quit { quiet }));
        self.connection.leave(self.now.saturating_add(timeout));
    }

    /// Leaves when no more input comes and everything is sent.
    pub(super) fn leave_if_done(&mut self) {
        let is_done = self.outbox.waiting() == 0
            && self.rooms.wanted().is_empty()
            && self.requests.wanted_people().next().is_none()
            && !self.is_moving_files();
        if self.connection.leaves_when_sent() && is_done && self.session.is_welcome() {
            self.leave(false);
        }
    }
}
