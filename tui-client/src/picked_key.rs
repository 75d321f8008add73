//! The keys that do something with the message that is picked out, as data: the app knows which, the status line names them.

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "keys are named by what they do")]
pub enum PickedKey {
    Answer,
    React,
    Original,
    Back,
    View,
    Save,
    OpenFile,
    Stop,
    GoOn,
    Cancel,
    Unfold,
    Fold,
    Links,
    Edit,
    Delete,
    Keep,
    Copy,
    Pin,
    Done,
}

impl PickedKey {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 19] = [
        Self::View,
        Self::Save,
        Self::OpenFile,
        Self::Stop,
        Self::GoOn,
        Self::Cancel,
        Self::Answer,
        Self::React,
        Self::Original,
        Self::Back,
        Self::Unfold,
        Self::Fold,
        Self::Links,
        Self::Edit,
        Self::Delete,
        Self::Keep,
        Self::Copy,
        Self::Pin,
        Self::Done,
    ];
}
