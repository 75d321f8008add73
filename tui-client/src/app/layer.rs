//! Popups: a stack of them, of which the top one gets the keys first. It must not draw.

pub mod bans;
pub mod dialog;
pub mod help;
pub mod key;
pub mod picker;
pub mod recall;
pub mod search;

mod field;

use shared::{ClientMsg, RoomName, Seq, Uid};

use self::bans::Bans;
use self::dialog::Dialog;
use self::help::Help;
use self::key::KeyPrompt;
use self::picker::{Kind, Picker};
use self::recall::Recall;
use self::search::Search;
use super::App;
use super::action::Action;
use super::request::Asked;
use crate::event::Key;

/// One popup.
#[derive(Debug)]
pub enum Layer {
    /// Keys and commands.
    Help(Help),
    /// A list to choose from.
    Picker(Picker),
    /// The search for a line sent before.
    Recall(Recall),
    /// The search in everything said.
    Search(Box<Search>),
    /// An act of a moderator or admin.
    Dialog(Box<Dialog>),
    /// The prompt for the admin key.
    Key(KeyPrompt),
    /// The bans and mutes in force.
    Bans(Bans),
}

/// What a popup makes of a key.
#[derive(Debug)]
pub enum Heard {
    /// It took it.
    Kept,
    /// It took it and is done.
    Closed,
    /// It took it, and this comes on top of it.
    Opened(Box<Layer>),
    /// It is done, and this is what follows.
    Chosen(Choice),
    /// It is not for the popup.
    Passed,
}

/// What was chosen.
#[derive(Debug)]
pub enum Choice {
    /// A room to look at.
    Room(RoomName),
    /// A person to talk to.
    Person(Uid),
    /// A message to show where it was said.
    Message {
        /// The room.
        room: RoomName,
        /// The message.
        seq: Seq,
    },
    /// A text for the draft.
    Draft(String),
    /// A request to the server, and what to make of its answer.
    Ask(Box<(Asked, ClientMsg)>),
    /// Something else to do.
    Do(Action),
}

impl Layer {
    /// Keys and commands.
    #[must_use]
    pub fn help() -> Self {
        Self::Help(Help::default())
    }

    /// The rooms to choose from.
    #[must_use]
    pub fn switcher() -> Self {
        Self::Picker(Picker::new(Kind::Rooms))
    }

    /// The members of the room to choose from.
    #[must_use]
    pub fn members() -> Self {
        Self::Picker(Picker::new(Kind::Members))
    }

    /// The search for a line sent before.
    #[must_use]
    pub fn recall() -> Self {
        Self::Recall(Recall::default())
    }

    /// The search in everything said, for these words to begin with.
    #[must_use]
    pub fn search(words: &str) -> Self {
        Self::Search(Box::new(Search::new(words)))
    }

    /// The prompt for the admin key.
    #[must_use]
    pub fn key() -> Self {
        Self::Key(KeyPrompt::default())
    }

    /// The bans and mutes in force.
    #[must_use]
    pub fn bans() -> Self {
        Self::Bans(Bans::default())
    }

    /// What the popup makes of a key.
    pub fn on_key(&mut self, key: Key, app: &App) -> Heard {
        match self {
            Self::Help(help) => help.on_key(key),
            Self::Picker(picker) => picker.on_key(key, app),
            Self::Recall(recall) => recall.on_key(key, app),
            Self::Search(search) => search.on_key(key, app),
            Self::Dialog(dialog) => dialog.on_key(key, app),
            Self::Key(prompt) => prompt.on_key(key, app),
            Self::Bans(bans) => bans.on_key(key, app),
        }
    }

    /// Takes a paste, if the popup has something to type into.
    pub fn on_paste(&mut self, text: &str) -> bool {
        let line: String = text.chars().filter(|c| !c.is_control()).collect();
        match self {
            Self::Help(_) => false,
            Self::Bans(_) => true,
            Self::Dialog(dialog) => {
                dialog.on_paste(text);
                true
            }
            Self::Key(prompt) => {
                prompt.on_paste(text);
                true
            }
            Self::Picker(picker) => {
                picker.query.push_str(&line);
                true
            }
            Self::Recall(recall) => {
                recall.query.push_str(&line);
                true
            }
            Self::Search(search) => {
                search.on_paste(text);
                true
            }
        }
    }
}

/// Whether a key belongs to the whole program, whatever popup is open.
fn is_global(key: Key) -> bool {
    ["ctrl-l", "ctrl-z"].iter().any(|name| name.parse() == Ok(key))
}

/// Whether a key closes any popup.
fn closes(key: Key) -> bool {
    ["esc", "ctrl-c", "ctrl-g"].iter().any(|name| name.parse() == Ok(key))
}
