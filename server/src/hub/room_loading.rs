//! Loads a room's newest events from the store into its ring, when a room is followed that nobody followed before.
//! Effects for a connection that waits for a room are queued in order until it is loaded; other connections are not
//! affected. New events of the room are buffered by the delivery meanwhile.

use std::collections::BTreeMap;

use shared::codec::to_line;
use shared::server_msg::{Presence, PresenceChange, PresenceState};
use shared::{Code, Refusal, RoomName, Seq, ServerMsg, Uid};

use super::Hub;
use super::queued_effects::QueuedEffects;
use crate::chat::conn_id::ConnId;
use crate::chat::effect::Effect;
use crate::order::Order;
use crate::store::Store;
use crate::store::point_read::{PointRead, Tail};

/// How many of a room's newest events are read.
const TAIL: usize = 512;

impl<O: Order, S: Store> Hub<O, S> {
    /// Queues an effect if its connection waits for a room, or has to from now on; hands it back otherwise.
    pub(super) fn queue_while_loading(&mut self, effect: Effect) -> Option<Effect> {
        let Some(conn) = effect.conn() else { return Some(effect) };
        if let Some(queue) = self.queued_effects.get_mut(&conn) {
            if !queue.push(effect) {
                self.queued_effects.remove(&conn);
                self.reject(conn, room_unreadable(), None);
            }
            return None;
        }
        let Effect::Follow { room, .. } = &effect else { return Some(effect) };
        if self.delivery.has_ring(room) {
            return Some(effect);
        }
        if self.delivery.begin_loading(room) {
            let most = self.parts.capacity.events.min(TAIL);
            self.read_point(PointRead::Tail(room.clone(), most));
        }
        self.queued_effects.insert(conn, QueuedEffects::new(room.clone(), effect));
        None
    }

    /// The newest events of a room were read, or cannot be read.
    pub(super) fn on_tail(&mut self, room: &RoomName, tail: Result<Tail, String>) {
        match tail {
            Ok(tail) => {
                self.parts.stats.unreadable.add(tail.unreadable.into());
                // If older events exist, the first event is only used for its seq: the floor of the ring.
                match tail.events.split_first() {
                    Some((first, rest)) if tail.is_cut => self.delivery.begin(room, first.seq, rest),
                    Some(_) | None => self.delivery.begin(room, Seq::ZERO, &tail.events),
                }
                for conn in self.waiting_for(room) {
                    let Some(queue) = self.queued_effects.remove(&conn) else { continue };
                    for effect in queue.effects {
                        self.release_effect(effect);
                    }
                    self.tell_presence(conn, queue.presence);
                }
                self.delivery.forget_unfollowed(room);
            }
            Err(error) => {
                tracing::error!(error, %room, "could not read the newest events of a room");
                self.delivery.cancel_loading(room);
                for conn in self.waiting_for(room) {
                    self.queued_effects.remove(&conn);
                    self.reject(conn, room_unreadable(), None);
                }
            }
        }
    }

    /// Tells a connection whose presence changed while it waited for a room, or keeps that while it waits for another one.
    fn tell_presence(&mut self, conn: ConnId, presence: BTreeMap<(RoomName, Uid, bool), PresenceState>) {
        if let Some(queue) = self.queued_effects.get_mut(&conn) {
            return queue.presence = presence;
        }
        let mut by_room: BTreeMap<RoomName, Vec<PresenceChange>> = BTreeMap::new();
        for ((room, uid, _), state) in presence {
            by_room.entry(room).or_default().push(PresenceChange { uid, state });
        }
        for (room, changes) in by_room {
            self.delivery.tell(conn, to_line(&ServerMsg::Presence(Presence { room: Some(room), changes })));
        }
    }

    /// The server ends: carries out the queued effects at once, without following rooms that are not loaded.
    pub(super) fn flush_queued_effects(&mut self) {
        for (_, queue) in std::mem::take(&mut self.queued_effects) {
            for effect in queue.effects {
                if !matches!(effect, Effect::Follow { .. } | Effect::Resumed { .. }) {
                    self.carry_out_effect(effect);
                }
            }
        }
    }

    /// Connections that wait for a room, sorted, so that a simulated history is deterministic.
    fn waiting_for(&self, room: &RoomName) -> Vec<ConnId> {
        let waiting =
            self.queued_effects.iter().filter(|(_, queue)| queue.room == *room).map(|(conn, _)| *conn);
        let mut waiting: Vec<_> = waiting.collect();
        waiting.sort_unstable();
        waiting
    }
}

fn room_unreadable() -> Refusal {
    Refusal::new(Code::Storage, "the server cannot read a room just now; come back in a moment")
}
