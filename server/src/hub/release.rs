//! Releases the effects of a committed batch: events to the rooms' ring buffers, grouped by room, everything else to one
//! connection.

use shared::codec::to_line;
use shared::server_msg::Welcome;
use shared::{Event, Kind, RoomName, ServerMsg};

use super::Hub;
use super::pending::{self, Output, Pending};
use super::stop::Stop;
use crate::chat::conn_id::ConnId;
use crate::chat::effect::{Effect, Record};
use crate::delivery::Delivery;
use crate::encoded::Encoded;
use crate::order::Order;
use crate::store::Store;
use crate::store::point_read::PointRead;

impl<O: Order, S: Store> Hub<O, S> {
    /// Releases a batch that was committed, or that needed no commit.
    pub(super) fn release(&mut self, batch: Vec<Pending>) {
        let mut staged = Staged::default();
        let (mut events, mut messages, mut deletions) = (0, 0, Vec::new());
        let outputs =
            |pending: Pending| pending.outputs.into_iter().map(move |output| (output, pending.is_own));
        for (output, is_own) in batch.into_iter().flat_map(outputs) {
            match output {
                Output::Event(event, encoded) => {
                    if is_own {
                        self.log_event(&event);
                        events += 1;
                        messages += u64::from(matches!(event.kind, Kind::Message(_) | Kind::Action(_)));
                    }
                    if matches!(event.kind, Kind::Delete(_)) {
                        deletions.push((event.room.clone(), event.seq));
                    }
                    staged.add(event, encoded);
                }
                Output::Effect(Effect::Save(Record::Audit(_))) if !is_own => {}
                Output::Effect(effect) => {
                    if needs_room_up_to_date(&effect) {
                        staged.deliver(&mut self.delivery);
                    }
                    self.release_effect(effect);
                }
            }
        }
        staged.deliver(&mut self.delivery);
        for (room, seq) in deletions {
            self.delivery.forget_before(&room, seq);
        }
        self.parts.stats.events.add(events);
        self.parts.stats.messages.add(messages);
    }

    /// Carries out an effect, or queues it while its connection waits for a room to be loaded.
    pub(super) fn release_effect(&mut self, effect: Effect) {
        if let Some(effect) = self.queue_while_loading(effect) {
            self.carry_out_effect(effect);
        }
    }

    pub(super) fn carry_out_effect(&mut self, effect: Effect) {
        match effect {
            Effect::Save(Record::Audit(audit)) => pending::log_audit(&audit),
            Effect::Publish(_) | Effect::Save(_) | Effect::Begin { .. } => {}
            Effect::LookUpNonce { uid, nonce, .. } => self.read_point(PointRead::Nonce(uid, nonce)),
            Effect::LookUpMessage { question, .. } => self.read_point(PointRead::Message(question)),
            Effect::Tell { conn, msg } if matches!(*msg, ServerMsg::Read(_)) => {
                self.delivery.tell_in_passing(conn, &to_line(&*msg));
            }
            Effect::Tell { conn, mut msg } => {
                self.hold_head_back(conn, &mut msg);
                self.choose_form(conn, &mut msg);
                self.add_link_code(conn, &mut msg);
                self.tell(conn, &mut msg);
            }
            Effect::Welcome { conn, welcome, has_fresh_secret } => {
                self.on_welcome(conn, welcome, has_fresh_secret);
            }
            Effect::Follow { conn, room, after } => self.delivery.follow(conn, &room, after),
            Effect::Unfollow { conn, room } => self.delivery.unfollow(conn, &room),
            Effect::Resumed { conn } => self.delivery.resumed(conn),
            Effect::Presence { room, uid, state } => {
                for queue in self.queued_effects.values_mut() {
                    queue.note_presence(&room, uid, state);
                }
                self.delivery.presence(room, uid, state);
            }
            Effect::Read { conn, id, query } => self.read(conn, id, query),
            Effect::Upload { conn, id, uid, upload } => self.ask_upload(conn, id, uid, &upload),
            Effect::EndTransfers(uid) => self.parts.transfers.end(uid),
            Effect::Finish { conn } => self.finish(conn),
            Effect::Limits { conn, id, change } => self.on_limits(conn, id, change),
            Effect::Close { conn, goodbye } => self.close(conn, &goodbye),
            Effect::Reject { conn, refusal, goodbye } => self.reject(conn, refusal, goodbye),
            Effect::Stop { reason, by, restart, reconnect } => {
                self.stop = Some(Stop { reason, by, restart, reconnect });
            }
        }
    }

    pub(super) fn tell(&mut self, conn: ConnId, msg: &mut ServerMsg) {
        if let ServerMsg::Error(refusal) = msg {
            self.parts.stats.refused(refusal.code);
        }
        self.delivery.tell(conn, self.lists.encode(msg));
    }

    /// A room that the connection follows already is told as far as its events were written: the answer overtakes the rest of
    /// them, and a client takes what is up to `head` for seen.
    fn hold_head_back(&self, conn: ConnId, msg: &mut ServerMsg) {
        if let ServerMsg::Ok(answer) = msg
            && let Some(state) = &mut answer.state
            && let Some(written) = self.delivery.position(conn, &state.name)
        {
            state.head = state.head.min(written);
        }
    }

    /// Members are listed in the form that the connection asked for.
    fn choose_form(&self, conn: ConnId, msg: &mut ServerMsg) {
        if let ServerMsg::Ok(answer) = msg
            && let Some(state) = &mut answer.state
        {
            state.form = self.delivery.form(conn);
        } else if let ServerMsg::Joined(joined) = msg {
            joined.state.form = self.delivery.form(conn);
        }
    }

    /// The chat has only the hash of the code that it answers with.
    fn add_link_code(&self, conn: ConnId, msg: &mut ServerMsg) {
        if let ServerMsg::Ok(answer) = msg
            && let Some(offer) = &mut answer.link
        {
            offer.code = self.link_codes.get(&conn).cloned();
        }
    }

    fn on_welcome(&mut self, conn: ConnId, mut welcome: Box<Welcome>, has_fresh_secret: bool) {
        welcome.secret = self.fresh_secrets.remove(&conn).filter(|_| has_fresh_secret);
        if let Some(socket) = self.delivery.socket(conn) {
            let you = &welcome.you;
            tracing::info!(conn = conn.number, uid = you.uid.get(), name = %you.name, from = %socket.peer, "came");
        }
        let uid = welcome.you.uid;
        let form = self.delivery.form(conn);
        if let Some(cluster) = self.cluster_info() {
            self.add_node(&mut welcome, cluster);
        }
        welcome.rooms.iter_mut().for_each(|room| room.form = form);
        self.delivery.tell(conn, self.lists.encode(&mut ServerMsg::Welcome(welcome)));
        if let Some(socket) = self.delivery.socket(conn) {
            socket.welcomed(uid, has_fresh_secret);
        }
    }

    fn read(&mut self, conn: ConnId, id: Option<shared::RequestId>, query: crate::chat::effect::Query) {
        match self.parts.store.ask(conn, id, query) {
            Ok(()) => self.asked.entry(conn).or_default().pages += 1,
            Err(refusal) => self.tell(conn, &mut ServerMsg::Error(refusal)),
        }
    }

    fn log_event(&mut self, event: &Event) {
        if self.parts.terms.get().settings.log_chat {
            pending::log_chat(event);
        }
    }
}

/// The events of one batch grouped by room, so that each ring gets one chunk.
#[derive(Debug, Default)]
struct Staged {
    rooms: Vec<(RoomName, Vec<Encoded>)>,
}

impl Staged {
    fn add(&mut self, event: Event, encoded: Encoded) {
        match self.rooms.iter_mut().rev().find(|(room, _)| *room == event.room) {
            Some((_, events)) => events.push(encoded),
            None => self.rooms.push((event.room, vec![encoded])),
        }
    }

    fn deliver(&mut self, delivery: &mut Delivery) {
        for (room, events) in self.rooms.drain(..) {
            delivery.append(&room, &events);
        }
    }
}

/// Whether an effect depends on the head of a room's ring, so that staged events must be appended first.
fn needs_room_up_to_date(effect: &Effect) -> bool {
    match effect {
        Effect::Follow { .. }
        | Effect::Unfollow { .. }
        | Effect::Finish { .. }
        | Effect::Close { .. }
        | Effect::Stop { .. } => true,
        Effect::Publish(_)
        | Effect::Save(_)
        | Effect::Tell { .. }
        | Effect::Welcome { .. }
        | Effect::Resumed { .. }
        | Effect::Presence { .. }
        | Effect::Read { .. }
        | Effect::Upload { .. }
        | Effect::EndTransfers(_)
        | Effect::Limits { .. }
        | Effect::LookUpNonce { .. }
        | Effect::LookUpMessage { .. }
        | Effect::Begin { .. }
        | Effect::Reject { .. } => false,
    }
}
