//! What a popup makes of a key, as data. The app carries it out, so that a popup need not know the app.

use std::path::PathBuf;

use shared::{ClientMsg, Reaction, RoomName, Seq, Uid};

use crate::admin_action::{AdminAction, Subject};
use crate::app::pending_requests::Purpose;
use crate::server_list::ServerNumber;
use crate::transfer::TransferId;

/// What a popup makes of a key.
#[derive(Debug)]
pub enum Outcome {
    /// It took it.
    Kept,
    /// It took it and is done.
    Closed,
    /// It took it, and the dialog for this action comes on top of it.
    OpenDialog(AdminAction, Box<Subject>),
    /// It is done, and this is what follows.
    Chosen(Choice),
    /// It took it, stays open, and this is to be done.
    Done(Choice),
    /// It has no use for it: the app looks in its keymap.
    Passed,
}

/// What was chosen.
pub enum Choice {
    /// A room to look at.
    Room(RoomName),
    /// Another server to go to, and a room of it.
    Elsewhere(ServerNumber, Option<RoomName>),
    /// A room to join.
    Join(RoomName),
    /// A person to talk to.
    Person(Uid),
    /// A person to ignore, or not to ignore any more.
    Ignore(Uid),
    /// A message to show where it was said.
    Message {
        /// The room.
        room: RoomName,
        /// The message.
        seq: Seq,
        /// What was looked for in it.
        words: String,
    },
    /// A message to delete.
    Delete {
        /// The room.
        room: RoomName,
        /// The message.
        seq: Seq,
    },
    /// A message whose file to save.
    SaveFile {
        /// The room.
        room: RoomName,
        /// The message.
        of: Seq,
    },
    /// A reaction to a message, or one to take back.
    React {
        /// The room.
        room: RoomName,
        /// The message.
        seq: Seq,
        /// The reaction.
        with: Reaction,
    },
    /// An address to open.
    Open(String),
    /// An address to copy.
    Copy(String),
    /// To leave, without a word to the others if `quiet`.
    Leave {
        /// Whether nobody is told.
        quiet: bool,
    },
    /// The parts of the draft, which is too long for one message.
    Parts(Parts),
    /// Files to send.
    SendFiles {
        /// Where to.
        room: RoomName,
        /// Which.
        paths: Vec<PathBuf>,
    },
    /// A message whose file is opened.
    OpenFile {
        /// The room.
        room: RoomName,
        /// The message.
        of: Seq,
    },
    /// Something to be done to a transfer.
    Transfer(TransferId, TransferDeed),
    /// A text for the draft.
    Draft(String),
    /// The password of the server.
    Password(String),
    /// A request to the server, and what it is for.
    Request(Box<(Purpose, ClientMsg)>),
}

impl std::fmt::Debug for Choice {
    /// Everything but the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Room(room) => f.debug_tuple("Room").field(room).finish(),
            Self::Elsewhere(server, room) => f.debug_tuple("Elsewhere").field(server).field(room).finish(),
            Self::Join(room) => f.debug_tuple("Join").field(room).finish(),
            Self::Person(uid) => f.debug_tuple("Person").field(uid).finish(),
            Self::Ignore(uid) => f.debug_tuple("Ignore").field(uid).finish(),
            Self::Message { room, seq, .. } => f.debug_tuple("Message").field(room).field(seq).finish(),
            Self::Delete { room, seq } => f.debug_tuple("Delete").field(room).field(seq).finish(),
            Self::React { room, seq, with } => {
                f.debug_tuple("React").field(room).field(seq).field(with).finish()
            }
            Self::SaveFile { room, of } => f.debug_tuple("SaveFile").field(room).field(of).finish(),
            Self::Open(address) => f.debug_tuple("Open").field(address).finish(),
            Self::Copy(address) => f.debug_tuple("Copy").field(address).finish(),
            Self::Parts(parts) => f.debug_tuple("Parts").field(parts).finish(),
            Self::SendFiles { room, paths } => f.debug_tuple("SendFiles").field(room).field(paths).finish(),
            Self::OpenFile { room, of } => f.debug_tuple("OpenFile").field(room).field(of).finish(),
            Self::Transfer(id, deed) => f.debug_tuple("Transfer").field(id).field(deed).finish(),
            Self::Draft(draft) => f.debug_tuple("Draft").field(draft).finish(),
            Self::Password(_) => f.write_str("Password(…)"),
            Self::Leave { .. } => f.write_str("Leave"),
            Self::Request(request) => f.debug_tuple("Request").field(request).finish(),
        }
    }
}

/// A message that is too long, in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Where to.
    pub room: RoomName,
    /// The texts.
    pub texts: Vec<String>,
    /// Whether it is an action.
    pub action: bool,
}

/// What can be done to a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferDeed {
    /// Stop it, or have it go on.
    StopOrGoOn,
    /// End it for good, or take it off the list.
    Cancel,
    /// Open the file.
    Open,
}
