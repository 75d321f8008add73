//! The actions a key can mean, as data. `keymap.rs` binds keys to them, `run_action.rs` does them.

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
    /// Cancel one thing: popup, selection, scroll.
    Cancel,
    /// Move the scrollback.
    Scroll(Scroll),
    /// Look at another room.
    Go(Go),
    /// Open a popup.
    Open(PopupKind),
    /// Select the last message above that mentions us.
    MentionPrev,
    /// Select the next message below that mentions us.
    MentionNext,
    /// Select the message above.
    SelectPrev,
    /// Select the message below.
    SelectNext,
    /// Copy the selected message.
    Copy,
    /// Answer the selected message.
    Reply,
    /// Edit the selected message.
    EditMessage,
    /// Delete the selected message.
    DeleteMessage,
    /// React to the selected message.
    React,
    /// Go to what the selected message answers.
    ToOriginal,
    /// Go back to the answer.
    BackToAnswer,
    /// Connect now instead of waiting.
    Reconnect,
    /// Wait for the letter of a chord.
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

/// A popup that a key opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PopupKind {
    /// Keys and commands.
    Help,
    /// The rooms, by typing a part of the name.
    Switcher,
    /// The members.
    Members,
    /// The search in everything said.
    Search,
    /// The search in the lines sent before.
    HistorySearch,
}
