//! A room: topic, head, members and how it is set up. Its events are in the store and in the delivery's ring, not here.

use serde::{Deserialize, Serialize};

use shared::{Line, Seq, Uid};

use super::room_settings::Settings;

/// A room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// What it is about; may be empty.
    pub topic: Line,
    /// The seq of its newest event.
    pub head: Seq,
    /// The people in it, connected or away, in the order they entered.
    pub members: Vec<Uid>,
    /// How it is set up, if anything is. Boxed, since direct rooms have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Box<Settings>>,
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

    /// Whose it is, if it is somebody's.
    #[must_use]
    pub fn owner(&self) -> Option<Uid> {
        self.settings.as_ref()?.owner
    }

    /// Whether only those enter who were invited or know its word, and nobody else hears of it.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.settings.as_ref().is_some_and(|settings| settings.private)
    }

    /// Whether somebody may know of it who is not in it.
    pub(super) fn is_known_to(&self, uid: Uid) -> bool {
        self.settings.as_ref().is_none_or(|settings| {
            !settings.private || settings.owner == Some(uid) || settings.invited.get(&uid).is_some()
        })
    }
}
