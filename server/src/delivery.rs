//! Brings events to the connections that follow their rooms. A connection is a position in each of its rooms, not
//! a queue of copies: it costs the same whether it reads or not, and never delays another.
//!
//! It must not know chat rules or the store. Only the hub calls it, so there is nothing to lock: writing to a
//! socket is a system call that never waits. A socket that takes no more is marked blocked, and its own task tells
//! the hub when it takes some again.

pub mod ring;
pub mod subscriber;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use shared::codec::to_line;
use shared::server_msg::{Presence, PresenceChange, PresenceState};
use shared::{RoomName, Seq, ServerMsg, Uid};

use self::ring::{Ring, RingCapacity};
use self::subscriber::{Cursor, Subscriber, gap};
use crate::chat::conn_id::ConnId;
use crate::encoded::Encoded;
use crate::stats::Stats;
use crate::transport::socket::Socket;

/// How much presence may wait in a connection's outbox before more of it is dropped, in bytes.
const PRESENCE_BACKLOG: usize = 16 * 1024;

/// Every room's ring and every connection's position.
#[derive(Debug, Default)]
pub struct Delivery {
    capacity: RingCapacity,
    stats: Arc<Stats>,
    rings: Vec<Ring>,
    by_room: HashMap<RoomName, usize>,
    /// Rooms whose newest events are being read, with what happened there meanwhile.
    loading: HashMap<RoomName, Vec<Encoded>>,
    subscribers: Vec<Option<Subscriber>>,
    free: Vec<usize>,
    by_conn: HashMap<ConnId, usize>,
    /// Outlets with something to write, each once.
    dirty: Vec<usize>,
    /// Rooms with something to deliver that can wait for company.
    coalescing: Vec<usize>,
    /// In the order of names, so that the same history is told the same way.
    presence: BTreeMap<RoomName, Vec<PresenceChange>>,
}

impl Delivery {
    /// Nobody follows anything yet; each room will keep so much ready.
    #[must_use]
    pub fn new(capacity: RingCapacity, stats: Arc<Stats>) -> Self {
        Self { capacity, stats, ..Self::default() }
    }

    /// A connection that may be written to from now on.
    pub fn open(&mut self, conn: ConnId, socket: Arc<Socket>) {
        let subscriber = Subscriber::new(conn, socket);
        let slot = if let Some(slot) = self.free.pop() {
            self.subscribers[slot] = Some(subscriber);
            slot
        } else {
            self.subscribers.push(Some(subscriber));
            self.subscribers.len() - 1
        };
        self.by_conn.insert(conn, slot);
    }

    /// The connection is gone.
    pub fn closed(&mut self, conn: ConnId) {
        let Some(slot) = self.by_conn.remove(&conn) else { return };
        let Some(subscriber) = self.subscribers[slot].take() else { return };
        for cursor in subscriber.follows {
            self.rings[cursor.ring].followers.retain(|&follower| follower != slot);
        }
        self.dirty.retain(|&dirty| dirty != slot);
        self.free.push(slot);
    }

    /// How many connections there are.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.by_conn.len()
    }

    /// Every connection's socket.
    pub fn sockets(&self) -> impl Iterator<Item = (ConnId, &Arc<Socket>)> {
        self.subscribers
            .iter()
            .flatten()
            .filter(|subscriber| !subscriber.closing)
            .map(|subscriber| (subscriber.conn, &subscriber.socket))
    }

    /// The socket of one connection.
    #[must_use]
    pub fn socket(&self, conn: ConnId) -> Option<&Arc<Socket>> {
        let slot = *self.by_conn.get(&conn)?;
        self.subscribers[slot].as_ref().map(|subscriber| &subscriber.socket)
    }

    /// Whether a room's ring was filled from the store since the start: only then it can be followed.
    #[must_use]
    pub fn has_ring(&self, room: &RoomName) -> bool {
        self.by_room.contains_key(room)
    }

    /// From now on keeps what happens in a room whose newest events are being read from the store; whether that is new.
    pub fn begin_loading(&mut self, room: &RoomName) -> bool {
        let is_new = !self.loading.contains_key(room);
        if is_new {
            self.loading.insert(room.clone(), Vec::new());
        }
        is_new
    }

    /// The room's newest events could not be read: it is not followed by anybody.
    pub fn cancel_loading(&mut self, room: &RoomName) {
        self.loading.remove(room);
    }

    /// Fills a room's ring with its newest events, and with what happened since they were read. `floor` is the seq of the
    /// event before the first of them.
    pub fn begin(&mut self, room: &RoomName, floor: Seq, tail: &[Encoded]) {
        let mut ring = Ring::new(room.clone(), floor, self.capacity);
        ring.append(tail);
        ring.append(&self.loading.remove(room).unwrap_or_default());
        self.by_room.insert(room.clone(), self.rings.len());
        self.rings.push(ring);
    }

    /// New events of one room. Urgent ones are delivered by the next [`Delivery::flush`], others by the next
    /// [`Delivery::flush_coalesced`] or together with something urgent.
    pub fn append(&mut self, room: &RoomName, events: &[Encoded], urgent: bool) {
        let Some(&at) = self.by_room.get(room) else {
            return self.loading.get_mut(room).into_iter().for_each(|kept| kept.extend_from_slice(events));
        };
        let ring = &mut self.rings[at];
        ring.append(events);
        self.stats.deliveries.add((events.len() * ring.followers.len()) as u64);
        if urgent {
            for &slot in &ring.followers {
                if let Some(subscriber) = &mut self.subscribers[slot] {
                    subscriber.mark_dirty(slot, &mut self.dirty);
                }
            }
        } else if !std::mem::replace(&mut ring.coalescing, true) {
            self.coalescing.push(at);
        }
    }

    /// The connection follows a room from the event after `after`; what the ring no longer has is told as a gap.
    pub fn follow(&mut self, conn: ConnId, room: &RoomName, after: Seq) {
        let (Some(&slot), Some(&at)) = (self.by_conn.get(&conn), self.by_room.get(room)) else { return };
        let ring = &mut self.rings[at];
        let Some(subscriber) = &mut self.subscribers[slot] else { return };
        let (offset, seq) = if let Some(offset) = ring.offset_after(after) {
            (offset, after)
        } else {
            self.stats.gaps.add(1);
            subscriber.push(&gap(room, after, ring.head));
            (ring.end(), ring.head)
        };
        // What it missed is an answer like any other; what happens from now on is not.
        subscriber.socket.answer(usize::try_from(ring.end() - offset).unwrap_or(usize::MAX));
        subscriber.follows.push(Cursor { ring: at, offset, seq });
        ring.followers.push(slot);
        subscriber.mark_dirty(slot, &mut self.dirty);
    }

    /// The connection no longer follows a room; what was delivered to the room before still reaches it.
    pub fn unfollow(&mut self, conn: ConnId, room: &RoomName) {
        let (Some(&slot), Some(&at)) = (self.by_conn.get(&conn), self.by_room.get(room)) else { return };
        self.pump(slot);
        self.rings[at].followers.retain(|&follower| follower != slot);
        if let Some(subscriber) = &mut self.subscribers[slot] {
            subscriber.follows.retain(|cursor| cursor.ring != at);
        }
    }

    /// A private line for one connection, which is charged for it.
    pub fn tell(&mut self, conn: ConnId, line: &[u8]) {
        let Some(&slot) = self.by_conn.get(&conn) else { return };
        if let Some(subscriber) = &mut self.subscribers[slot] {
            subscriber.socket.answer(line.len());
            subscriber.push(line);
            subscriber.mark_dirty(slot, &mut self.dirty);
        }
    }

    /// Once the connection has everything it follows up to now, it is told that it is live.
    pub fn resumed(&mut self, conn: ConnId) {
        let Some(&slot) = self.by_conn.get(&conn) else { return };
        if let Some(subscriber) = &mut self.subscribers[slot] {
            subscriber.resuming = true;
            subscriber.mark_dirty(slot, &mut self.dirty);
        }
    }

    /// Tells a connection its last line, after everything that was delivered to it before, and closes it.
    pub fn close(&mut self, conn: ConnId, goodbye: &[u8]) {
        let Some(&slot) = self.by_conn.get(&conn) else { return };
        self.pump(slot);
        if let Some(subscriber) = &mut self.subscribers[slot] {
            subscriber.push(goodbye);
            subscriber.closing = true;
        }
        self.pump(slot);
    }

    /// Notes a change of presence; the last one of a person counts.
    pub fn presence(&mut self, room: RoomName, uid: Uid, state: PresenceState) {
        let changes = self.presence.entry(room).or_default();
        changes.retain(|change| change.uid != uid);
        changes.push(PresenceChange { uid, state });
    }

    /// Whether something waits for [`Delivery::flush_coalesced`].
    #[must_use]
    pub fn has_coalesced(&self) -> bool {
        !self.coalescing.is_empty() || !self.presence.is_empty()
    }

    /// Marks everything that waited for company as due.
    pub fn flush_coalesced(&mut self) {
        for at in std::mem::take(&mut self.coalescing) {
            let ring = &mut self.rings[at];
            ring.coalescing = false;
            for &slot in &ring.followers {
                if let Some(subscriber) = &mut self.subscribers[slot] {
                    subscriber.mark_dirty(slot, &mut self.dirty);
                }
            }
        }
        // What happened comes first: nobody may be gone before they joined.
        self.flush();
        for (room, changes) in std::mem::take(&mut self.presence) {
            let Some(&at) = self.by_room.get(&room) else {
                // Whoever is about to follow the room has a list of members from before this.
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

    /// Writes to every connection that has something to write to.
    pub fn flush(&mut self) {
        let mut dirty = std::mem::take(&mut self.dirty);
        for &slot in &dirty {
            self.pump(slot);
        }
        dirty.clear();
        self.dirty = dirty;
    }

    /// The connection takes more again.
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
