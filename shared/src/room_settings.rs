//! What is set about a room beside its topic: whose it is, who may enter, who may speak, its pinned message and its notice.
//! [`RoomSettings`] is how it stands, [`RoomChange`] what an event says has changed.

use serde::{Deserialize, Serialize};

use crate::id::{Seq, Uid};
use crate::sender::Sender;
use crate::text::Line;

/// How a room is set up. What is left out has its start value: an open room in which everybody speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomSettings {
    /// Who opened it, or was handed it: they have a moderator's powers in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Uid>,
    /// Whether only those enter who were invited or know its word, and nobody else hears of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
    /// Whether it has a word.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub word: bool,
    /// Whether only its owner and moderators speak.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
    /// The pinned message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Seq>,
    /// What newcomers are told; may be empty.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub notice: Line,
}

impl RoomSettings {
    /// Whether nothing is set.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Applies what an event says.
    pub fn apply(&mut self, change: &RoomChange) {
        let RoomChange { owner, private, word, read_only, pin, notice, invited: _ } = change;
        if let Some(owner) = owner {
            self.owner = Some(owner.uid);
        }
        self.private = private.unwrap_or(self.private);
        self.word = word.unwrap_or(self.word);
        self.read_only = read_only.unwrap_or(self.read_only);
        if let Some(pin) = pin {
            self.pin = Some(*pin).filter(|pin| *pin != Seq::ZERO);
        }
        if let Some(notice) = notice {
            self.notice = notice.clone();
        }
    }
}

/// What changed; what did not is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomChange {
    /// Whose it is from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Sender>,
    /// Whether it is private.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// Whether it has a word; `true` also where it was given another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<bool>,
    /// Whether only its owner and moderators speak.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// The pinned message; 0 for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Seq>,
    /// What newcomers are told; empty for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Line>,
    /// Who was invited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invited: Option<Sender>,
}
