//! Effects for a connection that waits for a room to be loaded, in order.

use shared::RoomName;

use crate::chat::effect::Effect;

/// How many effects are kept for one connection.
const MOST: usize = 1024;

/// What is kept for a connection.
#[derive(Debug)]
pub(super) struct QueuedEffects {
    /// The room it waits for.
    pub(super) room: RoomName,
    pub(super) effects: Vec<Effect>,
}

impl QueuedEffects {
    /// Begins with the effect that has to wait.
    pub(super) fn new(room: RoomName, first: Effect) -> Self {
        Self { room, effects: vec![first] }
    }

    /// Adds an effect; false when there are too many already. A room that is left before it could be followed is not
    /// followed at all: what happens in it after that is not for this connection.
    pub(super) fn push(&mut self, effect: Effect) -> bool {
        if let Effect::Unfollow { room, .. } = &effect {
            let follows =
                |queued: &Effect| matches!(queued, Effect::Follow { room: followed, .. } if followed == room);
            if let Some(at) = self.effects.iter().rposition(follows) {
                self.effects.remove(at);
                return true;
            }
        }
        let fits = self.effects.len() < MOST;
        if fits {
            self.effects.push(effect);
        }
        fits
    }
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
    fn only_so_much_is_kept() {
        let conn = ConnId::new(NodeStart::default(), 1);
        let mut queue = QueuedEffects::new(RoomName::lobby(), Effect::Resumed { conn });
        assert!((1..MOST).all(|_| queue.push(Effect::Resumed { conn })));
        assert!(!queue.push(Effect::Resumed { conn }));
    }
}
