//! Everything the app can ask of its shell, as plain data, so that the app stays a pure state machine.

use std::path::PathBuf;
use std::time::Duration;

use shared::client_msg::Hello;
use shared::{Request, RoomName};

use crate::address_list::AddressList;
use crate::attempt::Attempt;
use crate::local_files::FilesAsked;
use crate::pictures::viewing::PictureWanted;
use crate::profile::Profile;
use crate::server_list::ServerNumber;
use crate::transfer::{TransferAct, TransferId};

/// One thing to be done, in the order given.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Open a connection and greet with this; a connection that is still open is closed first.
    Connect(Box<Hello>, Attempt),
    /// Send a line on the open connection.
    Send(Request),
    /// Close the connection, once what was sent before is written.
    Disconnect,
    /// Keep this until the next start.
    Save(Box<Profile>),
    /// Write this to the configuration file: a key with its value in TOML, or a key that goes back to its default.
    WriteSetting {
        /// The key.
        key: String,
        /// Its value.
        literal: Option<String>,
    },
    /// The settings are others now; what concerns the terminal has to follow them.
    SettingsChanged,
    /// Do this for a transfer of a file.
    Transfer(TransferId, TransferAct),
    /// Tell somebody without a screen that a transfer stands otherwise, or has moved.
    TransferMoved(TransferId),
    /// Run a program for a message.
    RunHook(Box<Hook>),
    /// Put this on the clipboard.
    Copy(String),
    /// Open this file by this program, or by that of the desktop.
    OpenFile {
        /// The file.
        path: PathBuf,
        /// The program.
        with: Option<PathBuf>,
    },
    /// Open this address; where nothing can, put it on the clipboard.
    Open(String),
    /// Call the window this.
    Title(String),
    /// Tell somebody who does not look that this was said: by the desktop, or by the bell.
    Notify(DesktopNotice),
    /// Tell this to somebody who has no screen to look at.
    Notice(String),
    /// Tell somebody without a screen what happened in a room.
    Happened(Box<shared::Event>),
    /// Tell somebody without a screen what happened in a room before, because they asked.
    Recalled(Box<shared::Event>),
    /// Something that was asked for was not done, and that was told: somebody without a screen reads it in the exit status.
    NotDone,
    /// Show another server of this client, and a room of it; without one, where the person was last.
    ShowServer(ServerNumber, Option<RoomName>),
    /// Connect to one more server, and show it.
    OpenServer(AddressList),
    /// Leave this server of the client and go on with the others; `None` is the one that asks.
    CloseServer(Option<ServerNumber>),
    /// The program is being left: leave the other servers of the client as well.
    LeaveOthers {
        /// Whether nobody is told.
        quiet: bool,
    },
    /// Clear the terminal and draw everything again.
    Redraw,
    /// Give the terminal back and stop until the shell continues us.
    Suspend,
    /// Have the draft written in the person's editor; [`crate::event::Event::DraftWritten`] is what came of it.
    EditDraft,
    /// Look at files of this machine; [`crate::event::Event::FilesFound`] with this number is what is there.
    AskFiles(u64, FilesAsked),
    /// Decode a picture to be shown large; [`crate::event::Event::LargePicture`] is what came of it.
    LoadPicture(Box<PictureWanted>),
    /// Write a line to the log, where there is one.
    Log(String),
    /// End the program.
    Quit(Exit),
}

/// What of the world an effect concerns. Where the person is elsewhere ([`crate::place::Place`]), what concerns the machine is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// The connection to the server.
    Connection,
    /// What is kept of the person.
    Person,
    /// The person's terminal, or the lines in its place.
    Terminal,
    /// The servers of this client that are open already, and the end of the client.
    Client,
    /// The log of whoever runs the client.
    Log,
    /// The machine: its files, its programs, and connections to anywhere else.
    Machine,
}

impl Effect {
    /// What it concerns. Each effect is named here, so that a new one is not done for somebody elsewhere by oversight.
    #[must_use]
    pub const fn concerns(&self) -> Concern {
        match self {
            Self::Connect(..) | Self::Send(_) | Self::Disconnect => Concern::Connection,
            Self::Save(_) | Self::WriteSetting { .. } => Concern::Person,
            Self::SettingsChanged
            | Self::TransferMoved(_)
            | Self::Copy(_)
            | Self::Open(_)
            | Self::Title(_)
            | Self::Notify(_)
            | Self::Notice(_)
            | Self::Happened(_)
            | Self::Recalled(_)
            | Self::NotDone
            | Self::Redraw => Concern::Terminal,
            Self::ShowServer(..) | Self::CloseServer(_) | Self::LeaveOthers { .. } | Self::Quit(_) => {
                Concern::Client
            }
            Self::Log(_) => Concern::Log,
            Self::Transfer(..)
            | Self::RunHook(_)
            | Self::OpenFile { .. }
            | Self::OpenServer(_)
            | Self::Suspend
            | Self::EditDraft
            | Self::AskFiles(..)
            | Self::LoadPicture(_) => Concern::Machine,
        }
    }
}

/// What a notice says: two short lines without control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesktopNotice {
    /// Who said it, and where.
    pub title: String,
    /// What was said.
    pub text: String,
}

/// A program to run for a message. No shell reads its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// What it reads on its standard input: a line of JSON.
    pub input: String,
    /// How long it may run.
    pub limit: Duration,
}

/// How the program ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    /// As wished.
    Done,
    /// Because it cannot go on; what to tell, in the person's language.
    Failed(String),
    /// Without a screen: so much of what was asked for was not done.
    Refused(usize),
    /// Without a screen: there was no connection in time; what was told last about it.
    Unconnected(String),
    /// Without a screen: the server did not answer in time. So many messages are not known to be stored; they are kept.
    Unanswered(usize),
    /// Without a screen: nobody reads what is printed.
    Unread,
}

impl Exit {
    /// The same, as it is told where what was printed before stands above it: not with the reason once more.
    #[must_use]
    pub fn without_what_was_told(self, is_seen: bool) -> Self {
        let is_told = is_seen && matches!(self, Self::Unconnected(_));
        if is_told { Self::Unconnected(String::new()) } else { self }
    }

    /// The exit status of the process. The manual page has them, too.
    #[must_use]
    pub const fn status(&self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed(_) => 1,
            // 2 is a wrong command line.
            Self::Refused(_) => 3,
            Self::Unconnected(_) => 4,
            Self::Unanswered(_) => 5,
            // What a Unix shell says of a process that SIGPIPE ended.
            Self::Unread => 141,
        }
    }
}
