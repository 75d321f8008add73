//! The welcome: who we are, which rooms we are in, up to where their events have arrived. What happened in a room since our
//! position is resumed by the server, or becomes a gap that is paged.

use shared::client_msg::Auth;
use shared::server_msg::{RoomState, Welcome};
use shared::{ClientMsg, Role, RoomName, Seq};

use super::App;
use super::countdown::Countdown;
use super::line_order::LineOrder;
use super::pending_requests::Purpose;
use super::room::Wish;
use super::rooms::MAX_ROOMS;
use super::timeline::Level;
use crate::place::Kept;

impl App {
    /// The server has accepted the greeting.
    pub(super) fn on_welcome(&mut self, welcome: Welcome) {
        let is_repeated = self.connection.is_online();
        if is_repeated {
            // What follows from a welcome is asked for: a server may not say it for ever.
            self.log("a second welcome on one connection".into());
            if !self.asks.may_ask(self.now) {
                return;
            }
            self.asks.charge(self.now);
        }
        let Welcome {
            server,
            you,
            secret,
            mut rooms,
            limits,
            motd,
            next_key,
            countdown,
            machines,
            absent,
            cluster,
            ..
        } = welcome;
        rooms.truncate(MAX_ROOMS);
        self.transfers.found();
        let first = !self.session.is_welcome();
        let is_new = secret.is_some();
        // A secret means that the server takes us for somebody new.
        let old_uid = self.session.profile().uid.filter(|_| secret.is_some());
        if secret.is_some() {
            self.connection.forget_resume();
        }
        // A name asked for on the command line is asked for once; later the identity has its own.
        self.setup.name = None;
        let is_linked = self.setup.link.take().is_some();
        self.session.set_machines(machines.and_then(|machines| usize::try_from(machines).ok()).unwrap_or(0));
        let log_line = format!("welcome as {} ({})", you.name, you.uid);
        self.rooms.replace_absent(&absent);
        self.rooms.set_reader(you.uid);
        if self.session.welcome(you, server, limits, secret) {
            self.log(log_line);
        }
        self.session.note_keys(next_key);
        let moved = self.connection.is_moving_quietly();
        self.connection.welcomed(self.now);
        self.on_cluster(cluster.unwrap_or_default());
        self.session.forget_old_name();
        self.screen.clear_hint();
        let countdown = countdown.and_then(|told| Countdown::told(&told, None, self.now));
        self.session.set_countdown(countdown);
        if let Some(old_uid) = old_uid {
            self.adopt_new_identity(old_uid);
        }
        if first {
            let order = &self.session.profile().rooms;
            rooms
                .sort_by_key(|state| order.iter().position(|name| *name == state.name).unwrap_or(usize::MAX));
        }
        self.enter_rooms(&rooms, old_uid.is_some());
        self.enter_rooms_of_outbox();
        if !is_repeated {
            self.greet(first, moved, &motd);
        }
        if first {
            self.tell_who_came(is_new);
        }
        if first || old_uid.is_some() {
            // What was shown before was shown as whom we took ourselves for.
            self.rooms.list_mut().iter_mut().for_each(|room| room.timeline.drop_unsent());
            self.show_unsent(|_| true);
        }
        if is_linked && let Some(me) = self.session.me() {
            let text = self.lang().linked_as(me.name.as_str());
            self.notice(&text, Level::Info);
        }
        if let Some(key) = self.setup.admin_key.clone().filter(|_| self.session.role() < Role::Admin) {
            self.request(Purpose::Auth, ClientMsg::Auth(Auth { key }));
        }
    }

    fn enter_rooms(&mut self, states: &[RoomState], is_new_identity: bool) {
        let is_behind =
            |state: &RoomState| self.rooms.get(&state.name).is_some_and(|room| room.position > state.head);
        let has_forgotten = is_new_identity
            || states.iter().any(is_behind)
            // Where there are no other windows of ours, none of them has left it.
            || self.session.limits().windows <= 1;
        let listed = |name: &RoomName| states.iter().any(|state| state.name == *name);
        let rooms = self.rooms.list().iter();
        let gone = rooms.filter(|room| room.joined && !room.is_direct() && !listed(&room.name));
        let gone: Vec<RoomName> = gone.map(|room| room.name.clone()).collect();
        for name in gone {
            if !has_forgotten {
                self.on_parted_elsewhere(&name);
            } else if let Some(room) = self.rooms.get_mut(&name) {
                // The server forgot that we were in it: it is joined again, unless it was to be left.
                room.joined = false;
                room.wish = room.wish.or(Some(Wish::Join));
            }
        }
        for state in states {
            if self.rooms.is_held_back(&state.name) {
                self.rooms.hold(state.clone());
                continue;
            }
            self.enter_room(state, self.connection.resumes(&state.name));
        }
        if states.iter().any(|state| state.more) {
            self.request_members(None, None);
        }
    }

    /// Takes in a room as it is now. What happened since our position is resumed (`resumes`), or becomes a gap.
    pub(super) fn enter_room(&mut self, state: &RoomState, resumes: bool) {
        // Further on another machine of ours, perhaps.
        let read = self.session.was_read(&state.name).max(state.read);
        if let Some(told) = state.read {
            self.session.note_read_told(&state.name, told);
        }
        let me = self.session.my_uid();
        self.restore_input(&state.name);
        let room = self.rooms.enter(state);
        for member in &state.members {
            room.know(member.uid, &member.name, me);
        }
        room.paging = None;
        let is_another_log = room.position > state.head;
        if is_another_log {
            room.forget_log();
            self.outbox.forget_seqs(&state.name);
        }
        if room.position == Seq::ZERO {
            // A direct room we know nothing of began while we were not here.
            let unknown = if room.is_direct() { Seq::ZERO } else { state.head };
            room.read = if is_another_log { state.head } else { read.unwrap_or(unknown).min(state.head) };
            room.position = if resumes { room.read } else { state.head };
            room.line_order = LineOrder::starting_after(state.head);
            room.timeline.set_head(room.position);
            if room.read < state.head {
                room.timeline.set_read(Some(room.read));
                if !resumes {
                    room.recount_after(room.read);
                }
            }
        } else if !resumes && room.position < state.head {
            room.skip_to(state.head);
        }
        if is_another_log {
            self.show_unsent(|room| *room == state.name);
        }
    }

    fn greet(&mut self, first: bool, moved: bool, motd: &str) {
        let Some(me) = self.session.me() else { return };
        let lang = self.lang();
        if !first && moved {
            // Nobody was told that the connection had gone.
            let node = self.connection.node().map_or_else(|| self.shown_address(), ToString::to_string);
            self.hint(lang.moved_to(&node), Level::Info);
            return self.tell_new_key();
        }
        if !first {
            self.notice(&lang.connected_again(), Level::Info);
            return self.tell_new_key();
        }
        // On a screen it is told in passing: the status line and the prompt go on saying it.
        self.hint(lang.connected(me.name.as_str()), Level::Info);
        if self.connection.is_resuming() {
            // Below what was missed, where it is seen.
            self.session.hold_motd(motd);
        } else {
            self.tell_at_start(motd);
        }
    }

    /// Tells somebody who came by ssh who they are and what is kept of them, if they are new, and a guest always.
    fn tell_who_came(&mut self, is_new: bool) {
        let (Some(me), Some(elsewhere)) = (self.session.me(), self.elsewhere()) else { return };
        if is_new || elsewhere.kept != Kept::ByKey {
            let text = self.lang().come_by_ssh(me.name.as_str(), elsewhere.kept);
            self.notice(&text, Level::Info);
        }
    }

    /// What is told once, when we have come in and everything that was missed is there.
    pub(super) fn tell_at_start(&mut self, motd: &str) {
        if self.setup.zone.is_unknown() {
            self.notice(self.lang().unknown_zone(), Level::Warning);
        }
        if !motd.trim().is_empty() {
            self.notice(motd.trim_end(), Level::Info);
        }
        self.tell_new_key();
        self.tell_how_others_join();
    }

    /// Tells the host of a server what to tell the others.
    pub(super) fn tell_how_others_join(&mut self) {
        let Some(hosting) = &self.setup.hosting else { return };
        let text = self.lang().hosting(hosting, self.setup.address.first());
        self.notice(&text, Level::Info);
    }
}
