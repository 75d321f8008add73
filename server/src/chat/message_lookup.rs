//! What the store says of a message that is to be changed, deleted or reacted to: the chat does not remember messages. The
//! question waits until everything before it is committed, and the answer comes as a proposal.

use serde::{Deserialize, Serialize};

use shared::{Code, Refusal, RoomName, Sender, Seq, Uid};

/// Which message somebody wants to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageQuestion {
    /// Who asks.
    pub uid: Uid,
    /// The room.
    pub room: RoomName,
    /// Its seq.
    pub of: Seq,
    /// The number of the question: the answer to an earlier one about the same message may be out of date.
    pub number: u64,
}

/// A question, and what the store says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageLookup {
    /// What was asked.
    #[serde(flatten)]
    pub question: MessageQuestion,
    /// The answer.
    pub answer: MessageAnswer,
}

/// What the store says of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageAnswer {
    /// It is there.
    Found {
        /// Who said it, as they were called then.
        from: Sender,
        /// How many reactions it has.
        reactions: u32,
    },
    /// There is no message at this place of the room, or it was deleted.
    Missing,
    /// The store cannot be read.
    Unknown,
}

impl MessageAnswer {
    /// Who said it, and how many reactions it has.
    pub(super) fn found(&self) -> Result<(&Sender, u32), Refusal> {
        match self {
            Self::Found { from, reactions } => Ok((from, *reactions)),
            Self::Missing => Err(Refusal::new(
                Code::NoSuchMessage,
                "there is no message with this seq in the room, or it was deleted; history has what is there",
            )),
            Self::Unknown => {
                Err(Refusal::new(Code::Storage, "the server cannot read what was said just now; try again"))
            }
        }
    }
}
