//! What the server says, dispatched by message type: events, answers, presence, gaps. Welcome and goodbye are in files of
//! their own (`welcome.rs`, `goodbye.rs`).

mod answer;
mod event;

use std::sync::Arc;

use shared::server_msg::{Gap, Membership, Presence, PresenceState, Resumed};
use shared::{Code, Event, Millis, Refusal, Seq, ServerMsg};

use super::App;
use super::line_order::LineOrder;
use super::timeline::Level;
use crate::event::FromLink;

impl App {
    /// Something came from the connection.
    pub(super) fn on_link(&mut self, heard: FromLink) {
        // What a closed connection still had to say does not count.
        if !self.connection.status().is_open() {
            return;
        }
        match heard {
            FromLink::Reached(reached) => self.on_reached(reached),
            FromLink::Recognised(recognised) => self.on_recognised(recognised),
            FromLink::Said(msg) => self.on_server(msg),
            FromLink::Event(event) => self.on_event(&event),
            FromLink::Unreadable => self.on_unreadable(),
            FromLink::NoAnswer(silent) => self.connection.set_silent(silent),
            FromLink::Lag(lag) => self.connection.set_lag(lag),
            FromLink::Down(lost) => self.on_down(&lost),
        }
    }

    /// The server told of several events.
    pub(super) fn on_events(&mut self, events: &[Arc<Event>]) {
        for event in events {
            // What happened to us may have ended the connection.
            if self.connection.status().is_open() {
                self.on_event(event);
            }
        }
    }

    /// A line from the server could not be read: that is said once in each connection.
    fn on_unreadable(&mut self) {
        self.log("a line from the server could not be read".into());
        if self.connection.is_online() && self.connection.note_garbled() {
            self.notice(self.lang().garbled(), Level::Warning);
        }
    }

    fn on_server(&mut self, msg: ServerMsg) {
        match msg {
            ServerMsg::Event(event) => self.on_event(&event),
            ServerMsg::Membership(told) => self.on_membership(&told),
            ServerMsg::Reacted(told) => self.on_run(&told.room, told.events()),
            ServerMsg::Presence(presence) => self.on_presence(&presence),
            ServerMsg::Ok(answer) => self.on_answer(*answer),
            ServerMsg::Error(refusal) => self.on_error(&refusal),
            ServerMsg::Welcome(welcome) => self.on_welcome(*welcome),
            ServerMsg::Resumed(resumed) => self.on_resumed(&resumed),
            ServerMsg::Gap(gap) => self.on_gap(&gap),
            ServerMsg::Goodbye(goodbye) => self.on_goodbye(goodbye),
            ServerMsg::Joined(joined) => self.on_joined_elsewhere(&joined.state),
            ServerMsg::Parted(parted) => self.on_parted_by(&parted),
            ServerMsg::Invited(invited) => self.on_invited(&invited),
            ServerMsg::KeptOut(told) => self.on_kept_out(&told),
            ServerMsg::Machines(told) => self.on_machines_changed(&told.machines),
            ServerMsg::Read(read) => self.on_read_elsewhere(&read),
            ServerMsg::Order(order) => self.on_order(&order),
            ServerMsg::Cluster(cluster) => self.on_nodes(cluster),
            // The link answers pings; a transfer has a connection of its own; the rest is of a newer protocol.
            ServerMsg::Transfer(_)
            | ServerMsg::Transferred(_)
            | ServerMsg::Identity(_)
            | ServerMsg::Ping(_)
            | ServerMsg::Pong(_)
            | ServerMsg::Unknown(_) => {}
        }
    }

    fn on_error(&mut self, refusal: &Refusal) {
        let Some(id) = &refusal.id else {
            if self.connection.is_online() {
                return self.hint(self.why_refused(refusal), Level::Warning);
            }
            return self.on_refused(refusal);
        };
        match self.requests.close(id) {
            Some(purpose) => {
                self.withdraw_that_it_waits();
                self.on_refusal(&purpose, refusal);
            }
            None => self.on_message_refused(id, refusal),
        }
    }

    /// Everything that was missed has come.
    fn on_resumed(&mut self, resumed: &Resumed) {
        let is_start = self.connection.is_resuming_start();
        self.connection.resumed();
        for room in self.rooms.histories_mut() {
            let head = resumed.rooms.get(&room.name).copied();
            if let Some(head) = head.filter(|head| room.joined && *head > room.position) {
                room.skip_to(head);
            }
            if let Some(missed) = room.catching_up.take() {
                room.timeline.set_missed(missed.after, missed.count);
            }
            if is_start && room.recount.is_none() {
                room.timeline.forget_idle_mark();
            }
        }
        if let Some(motd) = self.session.take_motd() {
            self.tell_at_start(&motd);
        }
    }

    fn on_gap(&mut self, gap: &Gap) {
        let (live, is_elsewhere) = (!self.connection.is_resuming(), self.place().is_elsewhere());
        if gap.room.pair().is_some() && self.rooms.get(&gap.room).is_none() {
            if self.rooms.is_full() {
                return;
            }
            if self.rooms.is_held_back(&gap.room) {
                return self.hold_direct_room(&gap.room, gap.before);
            }
            // Somebody began to talk to us, and we did not keep up.
            let room = self.rooms.ensure(&gap.room);
            room.line_order = LineOrder::starting_after(gap.after);
            room.joined = true;
            room.recount_after(gap.after);
        }
        if self.connection.is_resuming_start()
            && let Some(room) = self.rooms.get_mut(&gap.room)
        {
            let read = room.read;
            room.recount_after(read);
        }
        if let Some(room) = self.rooms.history_mut(&gap.room) {
            // What comes next goes on from here.
            let last = gap.before.get().saturating_sub(1);
            room.skip_to(shared::Seq::new(last).unwrap_or_default());
            // Who came and went in the gap is not known.
            room.wants_members |= live && !room.is_direct();
            if live && is_elsewhere {
                // All who are here with us have missed it, too, and must not all ask for it while there is too much to do.
                room.far = room.far.max(gap.before);
            }
        }
    }

    /// Several events of a room in one line. Who came in the middle of it hears the beginning, too.
    fn on_run(&mut self, room: &shared::RoomName, events: Vec<shared::Event>) {
        let seen = self.rooms.get(room).map_or(Seq::ZERO, |room| room.position);
        for event in events.into_iter().filter(|event| event.seq > seen) {
            self.on_event(&event);
        }
    }

    /// Several joins and leaves in one line.
    fn on_membership(&mut self, told: &Membership) {
        self.on_run(&told.room, told.events());
        if let Some(room) = self.rooms.get_mut(&told.room).filter(|room| told.seq > room.head) {
            for uid in &told.passed {
                room.roster.remove(*uid);
            }
        }
    }

    fn on_presence(&mut self, presence: &Presence) {
        let now = self.now;
        for change in &presence.changes {
            if let PresenceState::Absent | PresenceState::Back = change.state {
                self.rooms.set_absent(change.uid, change.state == PresenceState::Absent);
            }
        }
        for room in self.rooms.list_mut() {
            if presence.room.as_ref().is_some_and(|name| *name != room.name) {
                continue;
            }
            for change in &presence.changes {
                match change.state {
                    PresenceState::Here => room.roster.set_away(change.uid, false),
                    PresenceState::Away => room.roster.set_away(change.uid, true),
                    PresenceState::Typing => room.roster.typing(change.uid, now),
                    PresenceState::Gone => drop(room.roster.remove(change.uid)),
                    PresenceState::Absent | PresenceState::Back | PresenceState::Unknown => {}
                }
            }
        }
    }

    /// Until when we may not speak, where that is why: as the refusal says, or the event that muted us.
    fn muted_until(&self, refusal: &Refusal) -> Option<Millis> {
        if refusal.code != Code::Muted {
            return None;
        }
        let wait = refusal.retry_ms.and_then(|wait| Millis::try_from(wait).ok());
        wait.map(|wait| self.now.saturating_add(wait)).or(self.session.muted_until(self.now))
    }

    fn on_message_refused(&mut self, id: &shared::RequestId, refusal: &Refusal) {
        let Ok(nonce) = shared::Nonce::parse(id.as_str()) else { return };
        if let Some(wait) = self.wait_asked(refusal)
            && self.outbox.hold(&nonce, self.now, wait)
        {
            return;
        }
        if refusal.code == Code::NoSuchFile && self.send_file_again(&nonce) {
            return;
        }
        self.fail_message(&nonce, refusal, self.muted_until(refusal));
        self.leave_if_done();
    }
}
