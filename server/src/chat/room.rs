//! A room: topic, head and members. Its events are in the store and in the delivery's ring, not here.

use serde::{Deserialize, Serialize};

use shared::{Line, Seq, Uid};

/// A room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// What it is about; may be empty.
    pub topic: Line,
    /// The seq of its newest event.
    pub head: Seq,
    /// The people in it, connected or away, in the order they entered.
    pub members: Vec<Uid>,
}

impl Room {
    /// Adds somebody; false when they are in already.
    pub fn enter(&mut self, uid: Uid) -> bool {
        let new = !self.members.contains(&uid);
        if new {
            self.members.push(uid);
        }
        new
    }

    /// Removes somebody; false when they were not in.
    pub fn leave(&mut self, uid: Uid) -> bool {
        let before = self.members.len();
        self.members.retain(|&member| member != uid);
        self.members.len() < before
    }
}
