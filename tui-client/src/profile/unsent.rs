//! What the server has not acknowledged: a message, another text for one, its deletion, a reaction. It waits in the outbox of
//! the app and is kept in the profile.

use serde::{Deserialize, Serialize};
use shared::{Nonce, Reaction, RoomName, Seq, Text};

use super::unsent_file::FileSource;

/// One thing that the server has not acknowledged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unsent {
    /// Where it goes.
    pub room: RoomName,
    /// Its mark: the same is never done twice.
    pub nonce: Nonce,
    /// What it is.
    #[serde(flatten)]
    pub act: Act,
}

/// What is to be said or done. In a file each kind is known by its fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Act {
    /// Another text for a message.
    Edit {
        /// The message.
        edits: Seq,
        /// What it says from then on.
        text: Text,
    },
    /// The end of a message.
    Delete {
        /// The message.
        deletes: Seq,
    },
    /// A reaction to a message.
    React {
        /// The message.
        reacts: Seq,
        /// The reaction.
        with: Reaction,
        /// Whether it is taken back.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        off: bool,
    },
    /// A message.
    Say {
        /// What it says.
        text: Text,
        /// Whether it is an action.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        action: bool,
        /// The message it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<Seq>,
        /// The file it brings.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file: Option<Box<FileSource>>,
    },
}

impl Act {
    /// The message it changes, if it is none itself.
    #[must_use]
    pub fn of(&self) -> Option<Seq> {
        match self {
            Self::Edit { edits: of, .. } | Self::Delete { deletes: of } | Self::React { reacts: of, .. } => {
                Some(*of)
            }
            Self::Say { .. } => None,
        }
    }

    /// The words in it.
    #[must_use]
    pub fn text(&self) -> Option<&Text> {
        match self {
            Self::Say { text, .. } | Self::Edit { text, .. } => Some(text),
            Self::Delete { .. } | Self::React { .. } => None,
        }
    }

    /// The file it brings.
    #[must_use]
    pub fn file(&self) -> Option<&FileSource> {
        match self {
            Self::Say { file, .. } => file.as_deref(),
            Self::Edit { .. } | Self::Delete { .. } | Self::React { .. } => None,
        }
    }

    /// The same, to change it.
    pub fn file_mut(&mut self) -> Option<&mut FileSource> {
        match self {
            Self::Say { file, .. } => file.as_deref_mut(),
            Self::Edit { .. } | Self::Delete { .. } | Self::React { .. } => None,
        }
    }

    /// Whether it has no words: a deletion or a reaction.
    #[must_use]
    pub fn is_wordless(&self) -> bool {
        self.text().is_none()
    }
}
