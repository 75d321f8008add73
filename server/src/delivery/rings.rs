//! The rings of rooms: filled when a room is loaded, appended to, trimmed to what somebody still has to read, and let go of when
//! nobody follows the room.

use shared::{RoomName, Seq};

use super::Delivery;
use super::loading::Loading;
use super::ring::Ring;
use crate::encoded::Encoded;

/// The most bytes of all rings together; beyond it the largest are shrunk. A connection that is further behind in one gets a
/// gap.
pub(super) const ALL_RINGS: u64 = 128 * 1024 * 1024;

impl Delivery {
    /// Whether a room is loaded; only then it can be followed.
    #[must_use]
    pub fn has_ring(&self, room: &RoomName) -> bool {
        self.by_room.contains_key(room)
    }

    /// Starts to buffer the events of a room that is being loaded; false if it is being loaded already.
    pub fn begin_loading(&mut self, room: &RoomName) -> bool {
        let is_new = !self.loading.contains_key(room);
        if is_new {
            self.loading.insert(room.clone(), Loading::default());
        }
        is_new
    }

    /// The room could not be loaded: drops what was buffered.
    pub fn cancel_loading(&mut self, room: &RoomName) {
        self.loading.remove(room);
    }

    /// Fills a room's ring with its newest events and with those buffered since. `floor` is the seq of the event before
    /// the first of them.
    pub fn begin(&mut self, room: &RoomName, floor: Seq, tail: &[Encoded]) {
        let mut ring = Ring::new(room.clone(), floor, self.capacity);
        ring.append(tail);
        ring.seal();
        let Loading { events, oldest } = self.loading.remove(room).unwrap_or_default();
        ring.append(&events);
        ring.forget_before(oldest);
        self.ring_bytes += ring.bytes();
        let at = if let Some(at) = self.free_rings.pop() {
            self.rings[at] = ring;
            at
        } else {
            self.rings.push(ring);
            self.rings.len() - 1
        };
        self.by_room.insert(room.clone(), at);
        self.coalesce(at);
        self.shrink_rings();
    }

    /// Lets go of a room's ring if nobody follows it: those who waited for it may be gone meanwhile.
    pub fn forget_unfollowed(&mut self, room: &RoomName) {
        if let Some(&at) = self.by_room.get(room) {
            self.drop_unfollowed(at);
        }
    }

    /// Lets go of a ring that nobody follows any more. Who follows the room next has it loaded from the store.
    pub(super) fn drop_unfollowed(&mut self, at: usize) {
        let ring = &mut self.rings[at];
        if !ring.followers.is_empty() || self.by_room.get(&ring.room) != Some(&at) {
            return;
        }
        self.ring_bytes -= ring.bytes();
        let room = ring.room.clone();
        *ring = Ring::new(room.clone(), Seq::ZERO, self.capacity);
        self.by_room.remove(&room);
        self.presence.remove(&room);
        self.coalescing.retain(|&coalescing| coalescing != at);
        self.free_rings.push(at);
    }

    /// Drops what everybody has read of a ring, if it has grown enough since that was last done.
    fn trim_ring(&mut self, at: usize) {
        if !self.rings[at].is_trim_due() {
            return;
        }
        let followers = self.rings[at].followers.iter();
        let read = followers.filter_map(|&slot| self.subscribers[slot].as_ref()?.offset_in(at)).min();
        let ring = &mut self.rings[at];
        let before = ring.bytes();
        ring.trim(read.unwrap_or_else(|| ring.end()));
        self.ring_bytes -= before - ring.bytes();
    }

    /// Shrinks the largest rings while all together have too many bytes.
    pub(super) fn shrink_rings(&mut self) {
        while self.ring_bytes > ALL_RINGS {
            let Some(largest) = self.rings.iter_mut().max_by_key(|ring| ring.bytes()) else { return };
            let before = largest.bytes();
            largest.shrink(before / 2);
            if largest.bytes() == before {
                return;
            }
            self.ring_bytes -= before - largest.bytes();
        }
    }

    /// Appends events to a room. They are written by the next [`Delivery::flush`], joins and leaves with nothing else after
    /// them by the next [`Delivery::flush_coalesced`].
    pub fn append(&mut self, room: &RoomName, events: &[Encoded]) {
        let Some(&at) = self.by_room.get(room) else {
            return self
                .loading
                .get_mut(room)
                .into_iter()
                .for_each(|room| room.events.extend_from_slice(events));
        };
        let followers = self.rings[at].followers.len();
        self.stats.deliveries.add((events.len() * followers) as u64);
        self.trim_ring(at);
        self.change_ring(at, |ring| ring.append(events));
        self.coalesce(at);
        self.shrink_rings();
    }

    /// Lets go of what a room's ring has from before an event: something of it was deleted. Whoever has not read it pages it.
    pub fn forget_before(&mut self, room: &RoomName, seq: Seq) {
        match self.by_room.get(room) {
            Some(&at) => self.change_ring(at, |ring| ring.forget_before(seq)),
            None => self.loading.get_mut(room).into_iter().for_each(|room| room.oldest = seq),
        }
    }

    /// Notes that a ring has joins or leaves that wait, if it has.
    fn coalesce(&mut self, at: usize) {
        let ring = &mut self.rings[at];
        if ring.is_coalescing() && !std::mem::replace(&mut ring.coalescing, true) {
            self.coalescing.push(at);
        }
    }

    /// Changes a ring; where there is more to write then, everyone who follows it is written to.
    pub(super) fn change_ring(&mut self, at: usize, change: impl FnOnce(&mut Ring)) {
        let ring = &mut self.rings[at];
        let (bytes, end) = (ring.bytes(), ring.end());
        change(ring);
        self.ring_bytes = self.ring_bytes + ring.bytes() - bytes;
        if ring.end() == end {
            return;
        }
        for &slot in &ring.followers {
            if let Some(subscriber) = &mut self.subscribers[slot] {
                subscriber.mark_dirty(slot, &mut self.dirty);
            }
        }
    }
}
