//! What the draft of a room is for, where it is not simply the next message: an answer, or another text for a message.

use shared::Seq;

/// What the draft is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Composing {
    /// It answers this message.
    Answer(Seq),
    /// It is the new text of this message.
    Edit {
        /// Which message.
        of: Seq,
        /// What was being written before; it comes back afterwards.
        draft: String,
    },
}

impl Composing {
    /// The message that is answered.
    #[must_use]
    pub fn answered(&self) -> Option<Seq> {
        if let Self::Answer(seq) = self { Some(*seq) } else { None }
    }

    /// The message that is edited.
    #[must_use]
    pub fn edited(&self) -> Option<Seq> {
        if let Self::Edit { of, .. } = self { Some(*of) } else { None }
    }

    /// The draft that comes back.
    #[must_use]
    pub fn draft(&self) -> Option<&str> {
        if let Self::Edit { draft, .. } = self { Some(draft) } else { None }
    }
}
