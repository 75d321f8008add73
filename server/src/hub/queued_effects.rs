//! The effects of one connection that waits for a room to be loaded, in order. Bounded: a connection that causes more is
//! closed. Rooms to be followed do not count, there are as many as the person is in: strangers could open direct rooms with
//! somebody until they cannot come in any more.

use std::collections::BTreeMap;

use shared::server_msg::PresenceState;
use shared::{RoomName, Uid};

use crate::chat::effect::Effect;

/// The most effects queued for one connection, `Follow` not counted.
const MOST: usize = 1024;

/// The queue of a connection.
#[derive(Debug)]
pub(super) struct QueuedEffects {
    /// The room it waits for.
    pub(super) room: RoomName,
    pub(super) effects: Vec<Effect>,
    /// How many of them count.
    counted: usize,
    /// Whose presence changed in rooms that are to be followed, since the member list that the connection got; by what was said
    /// and by what was seen.
    pub(super) presence: BTreeMap<(RoomName, Uid, bool), PresenceState>,
}

impl QueuedEffects {
    /// A queue with the effect that has to wait.
    pub(super) fn new(room: RoomName, first: Effect) -> Self {
        let counted = usize::from(counts(&first));
        Self { room, effects: vec![first], counted, presence: BTreeMap::new() }
    }

    /// Notes somebody's presence, if the room is to be followed. Of the room that is waited for the delivery keeps it, once for all
    /// who wait.
    pub(super) fn note_presence(&mut self, room: &RoomName, uid: Uid, state: PresenceState) {
        let follows =
            |effect: &Effect| matches!(effect, Effect::Follow { room: followed, .. } if followed == room);
        if self.room != *room && self.effects.iter().any(follows) {
            let is_said = matches!(state, PresenceState::Absent | PresenceState::Back);
            self.presence.insert((room.clone(), uid, is_said), state);
        }
    }

    /// Adds an effect; false when the queue is full. An `Unfollow` cancels the queued `Follow` of the same room, because
    /// the connection may not see what happens there later.
    pub(super) fn push(&mut self, effect: Effect) -> bool {
        if let Effect::Unfollow { room, .. } = &effect {
            let follows =
                |queued: &Effect| matches!(queued, Effect::Follow { room: followed, .. } if followed == room);
            if let Some(at) = self.effects.iter().rposition(follows) {
                self.effects.remove(at);
                return true;
            }
        }
        let counts = counts(&effect);
        let fits = !counts || self.counted < MOST;
        if fits {
            self.counted += usize::from(counts);
            self.effects.push(effect);
        }
        fits
    }
}

fn counts(effect: &Effect) -> bool {
    !matches!(effect, Effect::Follow { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::conn_id::{ConnId, NodeStart};

    #[test]
    fn a_room_that_is_left_before_it_is_loaded_is_not_followed() {
        let conn = ConnId::new(NodeStart::default(), 1);
        let room = |name: &str| -> RoomName { name.parse().unwrap() };
        let follow = |name: &str| Effect::Follow { conn, room: room(name), after: shared::Seq::ZERO };
        let mut queue = QueuedEffects::new(room("dev"), follow("dev"));
        assert!(queue.push(follow("ops")) && queue.push(Effect::Resumed { conn }));
        assert!(queue.push(Effect::Unfollow { conn, room: room("dev") }));
        assert!(queue.push(Effect::Unfollow { conn, room: room("lobby") }));
        let shown: Vec<_> = queue.effects.iter().map(|effect| format!("{effect:?}")).collect();
        assert_eq!(shown.len(), 3, "{shown:?}");
        assert!(
            shown[0].contains("ops") && shown[1].contains("Resumed") && shown[2].contains("lobby"),
            "{shown:?}"
        );
    }

    #[test]
    fn a_full_queue_takes_no_more() {
        let conn = ConnId::new(NodeStart::default(), 1);
        let mut queue = QueuedEffects::new(RoomName::lobby(), Effect::Resumed { conn });
        assert!((1..MOST).all(|_| queue.push(Effect::Resumed { conn })));
        assert!(!queue.push(Effect::Resumed { conn }));
        let follow = Effect::Follow { conn, room: RoomName::lobby(), after: shared::Seq::ZERO };
        assert!((0..2 * MOST).all(|_| queue.push(follow.clone())));
        assert!(!queue.push(Effect::Resumed { conn }));
    }
}
