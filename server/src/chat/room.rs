//! One room as the chat sees it: its topic, how far its log is, who is in it. It must not hold the log.

use serde::{Deserialize, Serialize};

use shared::{Line, Seq, Uid};

/// A room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// What it is about; may be empty.
    pub topic: Line,
    /// The seq of its newest event.
    pub head: Seq,
    /// Who is in it, here or away, in the order they came.
    pub members: Vec<Uid>,
}

impl Room {
    /// Lets somebody in; false when they are in already.
    pub fn enter(&mut self, uid: Uid) -> bool {
        let new = !self.members.contains(&uid);
        if new {
            self.members.push(uid);
        }
        new
    }

    /// Lets somebody out; false when they were not in.
    pub fn leave(&mut self, uid: Uid) -> bool {
        let before = self.members.len();
        self.members.retain(|&member| member != uid);
        self.members.len() < before
    }
}
