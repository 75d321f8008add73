//! The actions a key can mean, as data. `keymap.rs` binds keys to them, `run_action.rs` does them.

use super::composer::Edit;
use crate::place::NotHere;

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
    /// Mark everything as read, in all rooms.
    ReadAll,
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
    /// Pin the selected message.
    PinMessage,
    /// React to the selected message.
    React,
    /// Go to what the selected message answers.
    ToOriginal,
    /// Go back to the answer.
    BackToAnswer,
    /// Show the links of the selected message.
    Links,
    /// Show the picture of the selected message large.
    ViewPicture,
    /// Unfold the selected message, or fold it again.
    Fold,
    /// Save the file of the selected message.
    SaveFile,
    /// Open the file of the selected message, once that is confirmed.
    OpenFile,
    /// Stop the file of the selected message, or have it go on.
    StopFile,
    /// Have nothing more to do with the file of the selected message that is on its way.
    CancelFile,
    /// Connect now instead of waiting.
    Reconnect,
    /// Wait for the letter of a chord.
    Chord,
    /// Clear the terminal and draw everything again.
    Redraw,
    /// Stop until the shell continues us.
    Suspend,
    /// Write the draft in the person's editor.
    Editor,
}

impl Action {
    /// What it is called in the settings; empty for what a character does by being typed.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Edit(edit) => edit_name(edit),
            Self::Send => "send",
            Self::Complete => "complete",
            Self::CompleteBack => "complete-back",
            Self::Interrupt => "interrupt",
            Self::Quit => "quit",
            Self::Cancel => "cancel",
            Self::Scroll(Scroll::LineUp) => "scroll-line-up",
            Self::Scroll(Scroll::LineDown) => "scroll-line-down",
            Self::Scroll(Scroll::PageUp) => "scroll-up",
            Self::Scroll(Scroll::PageDown) => "scroll-down",
            Self::Scroll(Scroll::Top) => "oldest",
            Self::Scroll(Scroll::Bottom) => "newest",
            Self::Scroll(Scroll::Unread) => "first-unread",
            Self::Go(Go::Next) => "next-room",
            Self::Go(Go::Prev) => "previous-room",
            Self::Go(Go::Unread) => "next-unread-room",
            Self::Go(Go::Number(number)) => room_name(*number),
            Self::Open(PopupKind::Help) => "help",
            Self::Open(PopupKind::Switcher) => "find-room",
            Self::Open(PopupKind::Members) => "members",
            Self::Open(PopupKind::Search) => "search",
            Self::Open(PopupKind::HistorySearch) => "search-sent",
            Self::Open(PopupKind::Transfers) => "transfers",
            Self::ReadAll => "read-all",
            Self::MentionPrev => "previous-mention",
            Self::MentionNext => "next-mention",
            Self::SelectPrev => "pick-up",
            Self::SelectNext => "pick-down",
            Self::Copy => "copy",
            Self::Reply => "answer",
            Self::EditMessage => "edit",
            Self::DeleteMessage => "delete",
            Self::PinMessage => "pin",
            Self::React => "react",
            Self::ToOriginal => "to-original",
            Self::BackToAnswer => "back-to-answer",
            Self::Links => "links",
            Self::ViewPicture => "view-picture",
            Self::Fold => "fold",
            Self::SaveFile => "save-file",
            Self::OpenFile => "open-file",
            Self::StopFile => "stop-file",
            Self::CancelFile => "cancel-file",
            Self::Reconnect => "reconnect",
            Self::Chord => "moderate",
            Self::Redraw => "redraw",
            Self::Suspend => "suspend",
            Self::Editor => "editor",
        }
    }
}

impl Action {
    /// What of it somebody elsewhere cannot have done, if that is so. Each action is named here, so that none is offered to them by
    /// oversight.
    #[must_use]
    pub const fn not_here(&self) -> Option<NotHere> {
        match self {
            Self::ViewPicture => Some(NotHere::View),
            Self::SaveFile | Self::OpenFile => Some(NotHere::Save),
            Self::StopFile | Self::CancelFile | Self::Open(PopupKind::Transfers) => Some(NotHere::Transfers),
            Self::Suspend => Some(NotHere::Suspend),
            Self::Editor => Some(NotHere::Editor),
            Self::Edit(_)
            | Self::Send
            | Self::Complete
            | Self::CompleteBack
            | Self::Interrupt
            | Self::Quit
            | Self::Cancel
            | Self::Scroll(_)
            | Self::Go(_)
            | Self::Open(
                PopupKind::Help
                | PopupKind::Switcher
                | PopupKind::Members
                | PopupKind::Search
                | PopupKind::HistorySearch,
            )
            | Self::ReadAll
            | Self::MentionPrev
            | Self::MentionNext
            | Self::SelectPrev
            | Self::SelectNext
            | Self::Copy
            | Self::Reply
            | Self::EditMessage
            | Self::DeleteMessage
            | Self::PinMessage
            | Self::React
            | Self::ToOriginal
            | Self::BackToAnswer
            | Self::Links
            | Self::Fold
            | Self::Reconnect
            | Self::Chord
            | Self::Redraw => None,
        }
    }
}

const fn room_name(number: u8) -> &'static str {
    match number {
        1 => "room-1",
        2 => "room-2",
        3 => "room-3",
        4 => "room-4",
        5 => "room-5",
        6 => "room-6",
        7 => "room-7",
        8 => "room-8",
        _ => "room-9",
    }
}

const fn edit_name(edit: &Edit) -> &'static str {
    match edit {
        Edit::Insert(_) | Edit::InsertText(_) => "",
        Edit::Newline => "new-line",
        Edit::Left => "left",
        Edit::Right => "right",
        Edit::WordLeft => "word-left",
        Edit::WordRight => "word-right",
        Edit::Home => "line-start",
        Edit::End => "line-end",
        Edit::TextStart => "text-start",
        Edit::TextEnd => "text-end",
        Edit::Up => "up",
        Edit::Down => "down",
        Edit::Backspace => "backspace",
        Edit::Delete => "delete-character",
        Edit::DeleteWordLeft => "delete-word-left",
        Edit::DeleteWordLeftAlnum => "delete-word-left-letters",
        Edit::DeleteWordRight => "delete-word-right",
        Edit::KillToEnd => "kill-to-end",
        Edit::KillToStart => "kill-to-start",
        Edit::Yank => "yank",
        Edit::YankPop => "yank-before",
        Edit::Undo => "undo",
        Edit::Redo => "redo",
        Edit::Transpose => "transpose",
        Edit::HistoryPrev => "sent-before",
        Edit::HistoryNext => "sent-after",
    }
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
    /// The files on their way.
    Transfers,
}
