//! Popups: help, pickers, searches, the admin dialog, the unseen prompt, the ban list. They lie on a stack (in
//! [`Screen`](super::screen::Screen)), and the one on top gets each key first: global keys by one table
//! (`global_keys.rs`), then its own.
//!
//! A popup is state; what a key does to the rest of the app is an [`Outcome`], which the app carries out. It reads the app
//! through a [`Context`]. To add one: a file below, a variant here, a file in `ui/popup/`.

pub mod ban_list;
pub mod choices;
pub mod context;
pub mod delete;
pub mod dialog;
pub mod global_keys;
pub mod help;
pub mod history_search;
pub mod leave;
pub mod links;
pub mod open_file;
pub mod outcome;
pub mod picker;
pub mod reactions;
pub mod search;
pub mod send_files;
pub mod send_parts;
pub mod text_field;
pub mod transfers;
pub mod unseen_prompt;
pub mod viewer;
mod yes_no;

#[cfg(test)]
mod tests;

use self::ban_list::BanList;
use self::context::Context;
use self::delete::DeleteQuestion;
use self::dialog::Dialog;
use self::global_keys::GlobalKey;
use self::help::Help;
use self::history_search::HistorySearch;
use self::leave::LeaveQuestion;
use self::links::LinkList;
use self::open_file::OpenFile;
use self::outcome::Outcome;
use self::picker::{Picker, PickerKind};
use self::reactions::ReactionPicker;
use self::search::Search;
use self::send_files::SendFiles;
use self::send_parts::SendParts;
use self::transfers::TransferList;
use self::unseen_prompt::UnseenPrompt;
use self::viewer::Viewer;
use super::action::PopupKind;
use crate::event::Key;

/// One popup.
#[derive(Debug)]
pub enum Popup {
    /// Keys and commands.
    Help(Help),
    /// A list to choose from: rooms or members.
    Picker(Picker),
    /// The search for a line sent before.
    HistorySearch(HistorySearch),
    /// The search in everything said.
    Search(Box<Search>),
    /// An action of a moderator or admin.
    Dialog(Box<Dialog>),
    /// The prompt for the admin key or the server's password.
    Unseen(UnseenPrompt),
    /// The bans and mutes in force.
    BanList(BanList),
    /// Whether to delete a message.
    Delete(Box<DeleteQuestion>),
    /// What to react to a message with.
    Reactions(Box<ReactionPicker>),
    /// A picture, large.
    Viewer(Box<Viewer>),
    /// The links of a message.
    Links(LinkList),
    /// Whether to leave.
    Leave(LeaveQuestion),
    /// Whether a message that is too long is sent in parts.
    SendParts(Box<SendParts>),
    /// Whether to send files.
    SendFiles(Box<SendFiles>),
    /// Whether to open a file.
    OpenFile(Box<OpenFile>),
    /// The files on their way.
    Transfers(TransferList),
}

impl Popup {
    /// Whether it is a few rows at the top, far from where the caret was.
    #[must_use]
    pub fn is_sheet(&self) -> bool {
        match self {
            Self::Dialog(_)
            | Self::Unseen(_)
            | Self::BanList(_)
            | Self::Delete(_)
            | Self::Links(_)
            | Self::Leave(_)
            | Self::SendFiles(_)
            | Self::OpenFile(_)
            | Self::Transfers(_)
            | Self::SendParts(_) => true,
            Self::Help(_)
            | Self::Viewer(_)
            | Self::Picker(_)
            | Self::HistorySearch(_)
            | Self::Search(_)
            | Self::Reactions(_) => false,
        }
    }

    /// The popup a key opens.
    #[must_use]
    pub fn of_kind(kind: PopupKind) -> Self {
        match kind {
            PopupKind::Help => Self::Help(Help::default()),
            PopupKind::Switcher => Self::Picker(Picker::new(PickerKind::Rooms)),
            PopupKind::Members => Self::Picker(Picker::new(PickerKind::Members)),
            PopupKind::Search => Self::search(""),
            PopupKind::Transfers => Self::Transfers(TransferList::default()),
            PopupKind::HistorySearch => Self::HistorySearch(HistorySearch::default()),
        }
    }

    /// The rooms, those one is not in among them, whose names have this in them.
    #[must_use]
    pub fn rooms(part: &str) -> Self {
        Self::Picker(Picker::of_rooms(part))
    }

    /// The search in everything said, for these words to begin with.
    #[must_use]
    pub fn search(words: &str) -> Self {
        Self::Search(Box::new(Search::new(words)))
    }

    /// The members of the current room, with the one at this place picked out.
    #[must_use]
    pub fn members_at(place: usize) -> Self {
        let mut members = Picker::new(PickerKind::Members);
        members.list.at = place;
        Self::Picker(members)
    }

    /// The dialog for an action of a moderator or admin.
    #[must_use]
    pub fn dialog(dialog: Dialog) -> Self {
        Self::Dialog(Box::new(dialog))
    }

    /// Whether a key with Alt means something here that it does not mean elsewhere.
    #[must_use]
    pub fn binds(&self, key: Key) -> bool {
        matches!(self, Self::Picker(_)) && key == picker::IGNORE
    }

    /// What becomes of a key.
    pub fn on_key(&mut self, key: Key, ctx: &Context<'_>) -> Outcome {
        match (global_keys::find(key, ctx.keymap), self) {
            (Some(GlobalKey::Back), Self::Dialog(dialog)) => dialog.back(ctx),
            (None | Some(GlobalKey::Close), Self::Leave(question)) => question.on_key(key, ctx),
            (Some(GlobalKey::Help), Self::Help(_)) | (Some(GlobalKey::Back | GlobalKey::Close), _) => {
                Outcome::Closed
            }
            (Some(GlobalKey::Help | GlobalKey::App), _) => Outcome::Passed,
            (None, Self::Help(help)) => help.on_key(key, ctx),
            (None, Self::Picker(picker)) => picker.on_key(key, ctx),
            (None, Self::Delete(question)) => question.on_key(key, ctx),
            (None, Self::Reactions(picker)) => picker.on_key(key, ctx),
            (None, Self::Links(list)) => list.on_key(key, ctx),
            (None, Self::Viewer(viewer)) => viewer.on_key(key, ctx),
            (None, Self::HistorySearch(search)) => search.on_key(key, ctx),
            (None, Self::Search(search)) => search.on_key(key, ctx),
            (None, Self::Dialog(dialog)) => dialog.on_key(key, ctx),
            (None, Self::Unseen(prompt)) => prompt.on_key(key, ctx),
            (None, Self::BanList(list)) => list.on_key(key, ctx),
            (None, Self::SendFiles(asked)) => asked.on_key(key, ctx),
            (None, Self::OpenFile(asked)) => asked.on_key(key, ctx),
            (None, Self::Transfers(list)) => list.on_key(key, ctx),
            (None, Self::SendParts(asked)) => asked.on_key(key, ctx),
        }
    }

    /// Takes a paste into the text field. The ban list and a question have none and drop it; only above the help, which says so by `false`,
    /// a paste goes into the draft.
    pub fn on_paste(&mut self, text: &str) -> bool {
        match self {
            Self::Help(_) => return false,
            Self::BanList(_)
            | Self::Links(_)
            | Self::Viewer(_)
            | Self::Delete(_)
            | Self::Leave(_)
            | Self::SendFiles(_)
            | Self::OpenFile(_)
            | Self::Transfers(_)
            | Self::SendParts(_) => {}
            Self::Picker(picker) => picker.list.on_paste(text),
            Self::Reactions(picker) => picker.list.on_paste(text),
            Self::HistorySearch(search) => search.on_paste(text),
            Self::Search(search) => search.on_paste(text),
            Self::Dialog(dialog) => dialog.on_paste(text),
            Self::Unseen(prompt) => prompt.on_paste(text),
        }
        true
    }
}
