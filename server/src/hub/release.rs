//! What leaves the hub once its batch is kept, and what is taken back when it is not. It must not decide what a
//! proposal causes.

use shared::codec::to_line;
use shared::{Event, Kind, RoomName, Seq, ServerMsg};

use super::pending::{self, Output, Pending, Touched};
use super::stop::Stop;
use super::{Hub, TAIL};
use crate::chat::effect::{Effect, Record};
use crate::chat::proposal::ConnId;
use crate::delivery::Delivery;
use crate::encoded::Encoded;
use crate::order::Order;
use crate::store::Store;

impl<O: Order, S: Store> Hub<O, S> {
    /// Lets out what is kept now.
    pub(super) fn release(&mut self, turns: Vec<Pending>) {
        let mut staged = Staged::default();
        let (mut events, mut messages) = (0, 0);
        for outputs in turns.into_iter().flat_map(|turn| turn.outputs) {
            match outputs {
                Output::Event(event, encoded) => {
                    self.log_event(&event);
                    events += 1;
                    messages += u64::from(matches!(event.kind, Kind::Message(_) | Kind::Action(_)));
                    staged.add(event, encoded);
                }
                Output::Effect(effect) => {
                    if needs_room_up_to_date(&effect) {
                        staged.deliver(&mut self.delivery);
                    }
                    self.release_effect(effect);
                }
            }
        }
        staged.deliver(&mut self.delivery);
        self.parts.stats.events.add(events);
        self.parts.stats.messages.add(messages);
    }

    pub(super) fn release_effect(&mut self, effect: Effect) {
        match effect {
            Effect::Save(Record::Audit(audit)) => pending::log_audit(&audit),
            Effect::Publish(_) | Effect::Save(_) => {}
            Effect::Reply { conn, msg } => self.reply(conn, &msg),
            Effect::Welcome { conn, welcome } => self.on_welcome(conn, welcome),
            Effect::Follow { conn, room, after } => self.follow(conn, &room, after),
            Effect::Unfollow { conn, room } => self.delivery.unfollow(conn, &room),
            Effect::Resumed { conn } => self.delivery.resumed(conn),
            Effect::Presence { room, uid, state } => self.delivery.presence(room, uid, state),
            Effect::Read { conn, id, query } => self.read(conn, id, query),
            Effect::Close { conn, goodbye } => self.close(conn, &goodbye),
            Effect::Reject { conn, refusal, goodbye } => self.reject(conn, refusal, goodbye),
            Effect::Stop { reason, by, restart, reconnect } => {
                self.stop = Some(Stop { reason, by, restart, reconnect });
            }
        }
    }

    fn reply(&mut self, conn: ConnId, msg: &ServerMsg) {
        if let ServerMsg::Error(refusal) = msg {
            self.parts.stats.refused(refusal.code);
        }
        self.delivery.tell(conn, &to_line(msg));
    }

    fn on_welcome(&mut self, conn: ConnId, welcome: Box<shared::server_msg::Welcome>) {
        if let Some(socket) = self.delivery.socket(conn) {
            let you = &welcome.you;
            tracing::info!(conn = conn.0, uid = you.uid.get(), name = %you.name, from = %socket.peer, "came");
        }
        self.delivery.tell(conn, &to_line(&ServerMsg::Welcome(welcome)));
    }

    fn follow(&mut self, conn: ConnId, room: &RoomName, after: Seq) {
        if !self.delivery.knows(room) {
            self.open_room(room);
        }
        self.delivery.follow(conn, room, after);
    }

    /// Fills a room's ring from the store, the first time somebody follows it.
    fn open_room(&mut self, room: &RoomName) {
        let most = self.parts.capacity.events.min(TAIL);
        let tail = self.parts.store.lookup().tail(room, most).unwrap_or_else(|error| {
            tracing::error!(%error, %room, "could not read the newest events of a room");
            Vec::new()
        });
        // A full tail may not be all there is: its first event only says where the rest begins.
        match tail.split_first() {
            Some((first, rest)) if tail.len() == most => self.delivery.begin(room, first.seq, rest),
            Some(_) | None => self.delivery.begin(room, Seq::ZERO, &tail),
        }
    }

    fn read(&mut self, conn: ConnId, id: Option<shared::RequestId>, query: crate::chat::effect::Query) {
        if let Err(refusal) = self.parts.store.ask(conn, id, query) {
            self.reply(conn, &ServerMsg::Error(refusal));
        }
    }

    /// What could not be kept did not happen: whoever asked is told so, and may try again.
    pub(super) fn refuse(&mut self, turns: Vec<Pending>, error: &str) {
        tracing::error!(error, turns = turns.len(), "could not store what was said");
        self.parts.stats.commit_failures.add(1);
        self.take_back(&turns);
        for turn in turns {
            turn.refuse(|effect| self.release_effect(effect));
        }
    }

    /// Brings the chat back to what is kept, as far as these turns had changed it.
    fn take_back(&mut self, turns: &[Pending]) {
        let touched = Touched::by(turns);
        for event in touched.events.iter().rev() {
            self.parts.chat.revoke(event);
        }
        let (chat, lookup, now) = (&mut self.parts.chat, self.parts.store.lookup(), self.parts.clock.now());
        let restore = || -> rusqlite::Result<()> {
            for uid in touched.people {
                chat.restore(now, uid, lookup.identity(uid)?, &touched.greeted);
            }
            for uid in touched.sanctioned {
                chat.restore_sanctions(uid, lookup.sanctions(uid)?);
            }
            for room in touched.rooms {
                chat.restore_topic(&room, lookup.topic(&room)?);
            }
            Ok(())
        };
        if let Err(error) = restore() {
            tracing::error!(%error, "could not read back what is kept");
        }
    }

    fn log_event(&mut self, event: &Event) {
        if self.parts.terms.get().settings.log_chat {
            pending::log_chat(event);
        }
    }
}

/// Events of one batch, room by room.
#[derive(Debug, Default)]
struct Staged {
    rooms: Vec<(RoomName, Vec<Encoded>, bool)>,
}

impl Staged {
    fn add(&mut self, event: Event, encoded: Encoded) {
        let urgent = !matches!(event.kind, Kind::Join | Kind::Leave(_));
        match self.rooms.iter_mut().rev().find(|(room, ..)| *room == event.room) {
            Some((_, events, any_urgent)) => {
                events.push(encoded);
                *any_urgent |= urgent;
            }
            None => self.rooms.push((event.room, vec![encoded], urgent)),
        }
    }

    fn deliver(&mut self, delivery: &mut Delivery) {
        for (room, events, urgent) in self.rooms.drain(..) {
            delivery.append(&room, &events, urgent);
        }
    }
}

/// Whether an effect depends on how far a room's ring is.
fn needs_room_up_to_date(effect: &Effect) -> bool {
    match effect {
        Effect::Follow { .. } | Effect::Unfollow { .. } | Effect::Close { .. } | Effect::Stop { .. } => true,
        Effect::Publish(_)
        | Effect::Save(_)
        | Effect::Reply { .. }
        | Effect::Welcome { .. }
        | Effect::Resumed { .. }
        | Effect::Presence { .. }
        | Effect::Read { .. }
        | Effect::Reject { .. } => false,
    }
}
