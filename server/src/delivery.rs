//! Fan-out: brings events to the connections that follow their rooms. A connection has a cursor into each room's ring
//! buffer instead of a queue of copies, so it costs the same memory whether it reads or not, and a slow consumer never
//! delays another.
//!
//! Owned by the hub, so there are no locks. Writing is a non-blocking system call; a socket that would block is marked
//! blocked, and the connection's task tells the hub when it is writable again. Urgent events are written with the next
//! flush; joins, leaves and presence are coalesced for a moment (`ring/run.rs`). A cursor that falls out of the ring gets a gap.
//! A ring is kept as long as somebody follows its room, and all of them together have a limit (`rings.rs`).

mod loading;
pub mod ring;
mod rings;
pub mod subscriber;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bytes::Bytes;

use shared::codec::to_line;
use shared::server_msg::{Form, Presence, PresenceChange, PresenceState};
use shared::{RoomName, Seq, ServerMsg, Uid};

use self::loading::Loading;
use self::ring::{Ring, RingCapacity};
use self::subscriber::{Cursor, Subscriber, gap};
use crate::chat::conn_id::ConnId;
use crate::number_map::NumberMap;
use crate::stats::Stats;
use crate::transport::socket::Socket;

/// With more bytes than this in its outbox, a connection gets no more presence, nor anything else that it may miss.
const PRESENCE_BACKLOG: usize = 16 * 1024;

/// From how many bytes on a line is written at once and not with the next flush: when a thousand people come in together, their
/// member lists are not in memory together.
const LONG_LINE: usize = 16 * 1024;

/// The rings of all rooms and the cursors of all connections.
#[derive(Debug, Default)]
pub struct Delivery {
    capacity: RingCapacity,
    stats: Arc<Stats>,
    rings: Vec<Ring>,
    /// The places of rings that were let go of.
    free_rings: Vec<usize>,
    /// The bytes of all rings.
    ring_bytes: u64,
    by_room: HashMap<RoomName, usize>,
    /// Rooms that are being loaded from the store.
    loading: HashMap<RoomName, Loading>,
    subscribers: Vec<Option<Subscriber>>,
    free: Vec<usize>,
    by_conn: NumberMap<ConnId, usize>,
    /// Subscribers with something to write, each once.
    dirty: Vec<usize>,
    /// Rooms with events that are being coalesced.
    coalescing: Vec<usize>,
    /// Presence that is being coalesced. Ordered by name, so that a simulated history is deterministic.
    presence: BTreeMap<RoomName, Vec<PresenceChange>>,
}

impl Delivery {
    /// No rooms and no connections yet; each ring will have this capacity.
    #[must_use]
    pub fn new(capacity: RingCapacity, stats: Arc<Stats>) -> Self {
        Self { capacity, stats, ..Self::default() }
    }

    /// Registers a connection; it may be written to from now on.
    pub fn open(&mut self, conn: ConnId, socket: Arc<Socket>, form: Form) {
        let subscriber = Subscriber::new(conn, socket, form);
        let slot = if let Some(slot) = self.free.pop() {
            self.subscribers[slot] = Some(subscriber);
            slot
        } else {
            self.subscribers.push(Some(subscriber));
            self.subscribers.len() - 1
        };
        self.by_conn.insert(conn, slot);
    }

    /// The connection is closed.
    pub fn closed(&mut self, conn: ConnId) {
        let Some(slot) = self.by_conn.remove(&conn) else { return };
        let Some(subscriber) = self.subscribers[slot].take() else { return };
        for cursor in subscriber.follows {
            self.rings[cursor.ring].followers.retain(|&follower| follower != slot);
            self.drop_unfollowed(cursor.ring);
        }
        self.dirty.retain(|&dirty| dirty != slot);
        self.free.push(slot);
    }

    /// The number of connections.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.by_conn.len()
    }

    /// All connections that are not closing.
    pub fn open_connections(&self) -> impl Iterator<Item = ConnId> {
        let open = self.subscribers.iter().flatten().filter(|subscriber| !subscriber.closing);
        open.map(|subscriber| subscriber.conn)
    }

    /// The socket of one connection.
    #[must_use]
    pub fn socket(&self, conn: ConnId) -> Option<&Arc<Socket>> {
        let slot = *self.by_conn.get(&conn)?;
        self.subscribers[slot].as_ref().map(|subscriber| &subscriber.socket)
    }

    /// The form that a connection asked to be told of people in.
    #[must_use]
    pub fn form(&self, conn: ConnId) -> Form {
        let slot = self.by_conn.get(&conn);
        slot.and_then(|&slot| self.subscribers[slot].as_ref()).map_or(Form::Full, |one| one.form)
    }

    /// The same, unless the connection is closing.
    #[must_use]
    pub fn open_socket(&self, conn: ConnId) -> Option<&Arc<Socket>> {
        let slot = *self.by_conn.get(&conn)?;
        let open = self.subscribers[slot].as_ref().filter(|subscriber| !subscriber.closing);
        open.map(|subscriber| &subscriber.socket)
    }

    /// The connection follows a room from the event after `after`. If the ring no longer has that one, it gets a gap.
    pub fn follow(&mut self, conn: ConnId, room: &RoomName, after: Seq) {
        let (Some(&slot), Some(&at)) = (self.by_conn.get(&conn), self.by_room.get(room)) else { return };
        if after < self.rings[at].newest() {
            // What it missed is written now, and `resumed` after it.
            self.change_ring(at, Ring::seal);
        }
        let ring = &mut self.rings[at];
        let Some(subscriber) = &mut self.subscribers[slot] else { return };
        let (offset, seq) = if let Some(offset) = ring.offset_after(after) {
            (offset, after)
        } else {
            self.stats.gaps.add(1);
            subscriber.push(&gap(room, after, ring.head));
            (ring.end(), ring.head)
        };
        // The backlog counts as an answer and is charged to the connection; later events are not.
        subscriber.socket.answer(usize::try_from(ring.end().saturating_sub(offset)).unwrap_or(usize::MAX));
        // Most follow one or two, and a vector that grows by itself begins with four.
        subscriber.follows.reserve_exact(1);
        subscriber.follows.push(Cursor { ring: at, offset, seq });
        ring.followers.push(slot);
        subscriber.mark_dirty(slot, &mut self.dirty);
    }

    /// The newest event of a room that was written to a connection that follows it.
    #[must_use]
    pub fn position(&self, conn: ConnId, room: &RoomName) -> Option<Seq> {
        let (slot, at) = (*self.by_conn.get(&conn)?, *self.by_room.get(room)?);
        let follows = &self.subscribers[slot].as_ref()?.follows;
        follows.iter().find(|cursor| cursor.ring == at).map(|cursor| cursor.seq)
    }

    /// The connection no longer follows a room. Writes first what the socket takes of earlier events.
    pub fn unfollow(&mut self, conn: ConnId, room: &RoomName) {
        let (Some(&slot), Some(&at)) = (self.by_conn.get(&conn), self.by_room.get(room)) else { return };
        self.pump(slot);
        self.rings[at].followers.retain(|&follower| follower != slot);
        if let Some(subscriber) = &mut self.subscribers[slot] {
            subscriber.follows.retain(|cursor| cursor.ring != at);
        }
        self.drop_unfollowed(at);
    }

    /// Sends a line to one connection and charges it for the bytes.
    pub fn tell(&mut self, conn: ConnId, line: Bytes) {
        let Some(&slot) = self.by_conn.get(&conn) else { return };
        let Some(subscriber) = &mut self.subscribers[slot] else { return };
        subscriber.socket.answer(line.len());
        let is_long = line.len() >= LONG_LINE;
        subscriber.push_own(line);
        if is_long {
            self.pump(slot);
        } else {
            subscriber.mark_dirty(slot, &mut self.dirty);
        }
    }

    /// Sends one line to all connections that are not closing and that `whom` says yes to.
    pub fn tell_all(&mut self, line: &Bytes, whom: impl Fn(&Socket) -> bool) {
        let told = |conn: &ConnId| self.socket(*conn).is_some_and(|socket| whom(socket));
        let conns: Vec<ConnId> = self.open_connections().filter(told).collect();
        for conn in conns {
            self.tell(conn, line.clone());
        }
    }

    /// Sends a line that a connection may miss: one with much to read does not get it.
    pub fn tell_in_passing(&mut self, conn: ConnId, line: &[u8]) {
        let Some(&slot) = self.by_conn.get(&conn) else { return };
        if let Some(subscriber) = &mut self.subscribers[slot]
            && subscriber.backlog() < PRESENCE_BACKLOG
        {
            subscriber.push(line);
            subscriber.mark_dirty(slot, &mut self.dirty);
        }
    }

    /// Sends `resumed` once the connection has caught up in all rooms.
    pub fn resumed(&mut self, conn: ConnId) {
        let Some(&slot) = self.by_conn.get(&conn) else { return };
        if let Some(subscriber) = &mut self.subscribers[slot] {
            subscriber.resuming = true;
            subscriber.mark_dirty(slot, &mut self.dirty);
        }
    }

    /// Sends a connection its last lines, if there are any, after what the socket takes of earlier events, and closes it.
    pub fn close(&mut self, conn: ConnId, goodbye: &[u8]) {
        let Some(&slot) = self.by_conn.get(&conn) else { return };
        self.pump(slot);
        if let Some(subscriber) = &mut self.subscribers[slot] {
            subscriber.push(goodbye);
            subscriber.closing = true;
        }
        self.pump(slot);
    }

    /// Records a change of presence; a later one of the same person replaces it. That they say they are away, or back, is beside
    /// whether they are connected.
    pub fn presence(&mut self, room: RoomName, uid: Uid, state: PresenceState) {
        let changes = self.presence.entry(room).or_default();
        let is_said = |state| matches!(state, PresenceState::Absent | PresenceState::Back);
        changes.retain(|change| change.uid != uid || is_said(change.state) != is_said(state));
        changes.push(PresenceChange { uid, state });
    }

    /// Whether something waits for [`Delivery::flush_coalesced`].
    #[must_use]
    pub fn has_coalesced(&self) -> bool {
        !self.coalescing.is_empty() || !self.presence.is_empty()
    }

    /// Marks everything that was coalesced as due.
    pub fn flush_coalesced(&mut self) {
        for at in std::mem::take(&mut self.coalescing) {
            self.rings[at].coalescing = false;
            self.change_ring(at, Ring::seal);
        }
        self.shrink_rings();
        // Events before presence: otherwise a client could see somebody leave before they joined.
        self.flush();
        for (room, changes) in std::mem::take(&mut self.presence) {
            let Some(&at) = self.by_room.get(&room) else {
                // Kept for those who wait for the room: the member list they got is older than this.
                if self.loading.contains_key(&room) {
                    self.presence.insert(room, changes);
                }
                continue;
            };
            let line = to_line(&ServerMsg::Presence(Presence { room: Some(room), changes }));
            for &slot in &self.rings[at].followers {
                if let Some(subscriber) = &mut self.subscribers[slot]
                    && subscriber.backlog() < PRESENCE_BACKLOG
                {
                    subscriber.push(&line);
                    subscriber.mark_dirty(slot, &mut self.dirty);
                }
            }
        }
    }

    /// Writes to every connection with something to write.
    pub fn flush(&mut self) {
        let mut dirty = std::mem::take(&mut self.dirty);
        for &slot in &dirty {
            self.pump(slot);
        }
        dirty.clear();
        self.dirty = dirty;
    }

    /// The connection's socket is writable again.
    pub fn writable(&mut self, conn: ConnId) {
        let Some(&slot) = self.by_conn.get(&conn) else { return };
        if let Some(subscriber) = &mut self.subscribers[slot] {
            subscriber.unblock();
        }
        self.pump(slot);
    }

    fn pump(&mut self, slot: usize) {
        if let Some(subscriber) = &mut self.subscribers[slot] {
            subscriber.dirty = false;
            subscriber.pump(&self.rings);
        }
    }
}
