//! What a key can mean. It must not know which key it is; the keymap does.

use super::composer::Edit;

/// One thing a person can do by a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Change the draft or move in it.
    Edit(Edit),
    /// Send the draft, or carry out the command it is.
    Send,
    /// Complete the word before the caret, or take the next candidate.
    Complete,
    /// Take the candidate before.
    CompleteBack,
    /// Clear the draft; on an empty one, twice, leave.
    Interrupt,
    /// Leave.
    Quit,
    /// Peel one layer: popup, selection, scroll.
    Cancel,
    /// Search what was sent before.
    Recall,
    /// Move the scrollback.
    Scroll(Scroll),
    /// Look at another room.
    Go(Go),
    /// Open a popup.
    Open(Popup),
    /// Pick out the last message above that names us.
    MentionPrev,
    /// Pick out the next message below that names us.
    MentionNext,
    /// Pick out the message above.
    SelectPrev,
    /// Pick out the message below.
    SelectNext,
    /// Copy what is picked out.
    Copy,
    /// Answer whom is picked out.
    Reply,
    /// Connect now instead of waiting.
    Reconnect,
    /// Wait for the letter that says what a moderator wants.
    Chord,
    /// Clear the terminal and draw everything again.
    Redraw,
    /// Stop until the shell continues us.
    Suspend,
}

/// A move of the scrollback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "moves are named by where they go")]
pub enum Scroll {
    LineUp,
    LineDown,
    PageUp,
    PageDown,
    Top,
    Bottom,
    Unread,
}

/// Which room to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    /// The next in the list.
    Next,
    /// The one before.
    Prev,
    /// The n-th, counted from 1.
    Number(u8),
    /// The next with something unread.
    Unread,
}

/// A popup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Popup {
    /// Keys and commands.
    Help,
    /// The rooms, by typing a part of the name.
    Switcher,
    /// The members.
    Members,
    /// The search in everything said.
    Search,
}
