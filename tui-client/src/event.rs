//! Everything that can happen to the app, as plain data: input of a person, reports of the connection, the passing of time.
//! The app is fed the same events by every shell, by tests and by the simulation.

mod key;
mod layout;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use shared::server_msg::Answer;
use shared::{FileHash, Fingerprint, RoomName, ServerMsg};

use crate::local_files::FilesFound;
use crate::met::{Damaged, Recognised};
use crate::picture_way::PictureWay;
use crate::pictures::large::LargePicture;
use crate::pictures::viewing::PictureProblem;
use crate::profile::FileSource;
use crate::server_list::{Others, ServerNews};
use crate::settings::Settings;
use crate::transfer::{TransferId, TransferNews};

pub use key::{Code, Key};
pub use layout::{latin_keys, latin_letter};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// The mouse wheel turned by one notch.
    Wheel(Wheel),
    /// The left button of the mouse was pressed on this cell, counted from 0.
    Click {
        /// The column.
        column: u16,
        /// The row.
        row: u16,
    },
    /// Text was pasted in one piece. It never sends anything.
    Paste(String),
    /// The terminal has this many columns and rows now.
    Resize(u16, u16),
    /// The terminal window got or lost the focus.
    Focus(bool),
    /// The terminal says that it reports the focus. It has it until it says otherwise.
    ReportsFocus,
    /// This is how the terminal shows pictures from now on.
    Pictures(PictureWay),
    /// The picture of a file with this hash was decoded to be shown large; or not, and why.
    LargePicture(FileHash, Result<Arc<LargePicture>, PictureProblem>),
    /// A whole line from a program or a pipe: what Enter does, without a composer.
    Line(String),
    /// The same, of text alone: it is said, whatever it begins with.
    Text(String),
    /// A file that a program sends, with what it says about it.
    SendFile(Box<FileSource>, String),
    /// A command is being completed where the shell has the draft: what can stand in it should be known.
    Completing,
    /// A program's own request let us into a room: what it says next is for there.
    Entered(RoomName, Box<Answer>),
    /// A program's own request let us out of a room.
    Left(RoomName),
    /// A line that may have chosen the room of the next ones could not be read.
    RoomUnknown,
    /// There will be no more lines: leave when everything is sent.
    Eof,
    /// The process is asked to end.
    Terminate,
    /// Something from the connection.
    Link(FromLink),
    /// Events that the server told of one after the other: the same as each of them alone, for less.
    Events(Vec<Arc<shared::Event>>),
    /// Something came of a transfer of a file.
    Transfer(TransferId, TransferNews),
    /// What was to be copied has gone somewhere.
    Copied(Copied),
    /// The configuration file was changed from outside; this is its text.
    SettingsFile(String),
    /// A link was opened; or not, and why.
    Opened(Result<(), String>),
    /// A file was handed to a program that opens it; or not, and why.
    FileOpened(Result<(), (PathBuf, String)>),
    /// The editor of the person has ended.
    DraftWritten {
        /// The room whose draft it had.
        room: RoomName,
        /// What it made of it.
        written: Result<Written, EditorFailure>,
    },
    /// What was asked about files of this machine was found out.
    FilesFound(u64, FilesFound),
    /// The shell could not do something the person should know of.
    LocalFailure(LocalFailure),
    /// The other servers of this client are these, or have changed.
    Others(Others),
    /// The terminal shows this server from now on (true), or another one.
    Shown(bool),
    /// A room of this server was chosen where another one was shown.
    Look(RoomName),
    /// Something became of a server that is not shown.
    ServerNews(ServerNews),
    /// The settings were changed where another server was shown.
    Settings(Box<Settings>),
    /// This server is to be left; without a word to the others if `quiet`.
    Leave {
        /// Whether nobody is told.
        quiet: bool,
    },
    /// The time [`crate::app::App::deadline`] asked for has come.
    Tick,
}

impl Event {
    /// Whether it is something a person did at the terminal just now.
    #[must_use]
    pub fn is_by_person(&self) -> bool {
        matches!(
            self,
            Self::Key(_)
                | Self::Wheel(_)
                | Self::Click { .. }
                | Self::Paste(_)
                | Self::DraftWritten { .. }
                | Self::Focus(true)
                | Self::Line(_)
        )
    }
}

/// Where a copied text has gone. Whether a terminal puts it on a clipboard is never known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// To the terminal, for its clipboard.
    Terminal,
    /// To a buffer of tmux, and through it to the terminal.
    Tmux,
    /// To a terminal within another one, which by its usual settings keeps it to itself.
    Multiplexer,
}

/// What an editor has made of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// It, with U+FFFD for what is no character.
    pub text: String,
    /// Whether all of it was characters.
    pub is_utf8: bool,
}

/// Why nothing came of an editor. The draft is as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditorFailure {
    /// There is none here.
    None,
    /// This variable has no command in it, but this.
    NoCommand(&'static str, String),
    /// This command could not be started; what the system said.
    NotStarted(String, String),
    /// This program ended with this status.
    Failed(String, String),
    /// What it has written is too long for a draft; it is still in this file.
    TooBig(String),
}

/// What a shell could not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LocalFailure {
    /// The stored profile could not be read.
    ProfileDamaged(Damaged),
    /// The profile cannot be written; what the system said. It is told once until it works again.
    ProfileUnwritten(String),
    /// It can be written again.
    ProfileWritten,
    /// The configuration file cannot be written; why.
    SettingsUnwritten(String),
    /// There is no place for a configuration file.
    NoSettingsFile,
    /// A hook did not run, or not to a good end: its program, and why. Each is told once.
    Hook(String, HookFailure),
    /// Something was asked for that concerns this machine, by somebody who is elsewhere.
    NotHere,
    /// The terminal has no job control: there is nothing to suspend to.
    NoJobControl,
    /// Something that was typed or pasted was no UTF-8, and is lost.
    InputNotUtf8,
    /// The locale is not UTF-8.
    LocaleNotUtf8,
}

/// Why a hook did not run to a good end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HookFailure {
    /// It could not be started; what the system said.
    NotStarted(String),
    /// It ended with this status; the first line of what it said on its standard error.
    Failed(String, String),
    /// It ran longer than it may, and was ended.
    TooLong,
    /// So many run already that it was left out.
    Behind,
}

/// Which way the mouse wheel turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wheel {
    /// Away from the person: to what is above.
    Up,
    /// Towards the person: to what is below.
    Down,
}

/// What a connection reports (it comes from [`crate::net::link::Link`]).
#[derive(Clone, Debug, PartialEq)]
pub enum FromLink {
    /// The server was reached; the greeting goes out.
    Reached(Reached),
    /// The server is not the one that was expected at this address: the greeting goes out for another profile.
    Recognised(Recognised),
    /// The server said something.
    Said(ServerMsg),
    /// The server told of an event. Where many clients share a process, they share the event, too.
    Event(Arc<shared::Event>),
    /// A line from the server could not be read; the connection goes on.
    Unreadable,
    /// Nothing comes from the server though it was asked something (true), or something comes again.
    NoAnswer(bool),
    /// The server answered a ping after this many milliseconds.
    Lag(u32),
    /// The connection is over; nothing more comes from it.
    Down(Lost),
}

/// How a connection ended, as seen from this side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    /// It could not be opened.
    Unreachable(SystemError),
    /// Nobody listens there.
    Refused,
    /// None of its addresses could be reached; each with the reason.
    NoneOf(Vec<Tried>),
    /// The server answers, but not in a way this version understands.
    NotUnderstood,
    /// The server closed it.
    Closed,
    /// It broke.
    Broken(SystemError),
    /// Timeout: nothing came for too long, not even an answer to a ping.
    Silent,
    /// The queue of lines to be sent is full: the server has stopped reading.
    Stuck,
    /// The server closed it during the TLS handshake.
    NoHandshake,
    /// Another server answers at this address than at the others that were given or told for it.
    AnotherServer,
    /// The server is not trusted; trying again would not change that.
    Untrusted(Box<TrustError>),
}

/// Why the system could not do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemError {
    /// What kind of reason it is, where there are words for it.
    pub kind: SystemErrorKind,
    /// What the system said, in English.
    pub said: String,
}

/// The kinds of reasons why a server cannot be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemErrorKind {
    /// Its name has no address, or nobody can be asked for it (DNS).
    NoAddress,
    /// There is no way to it.
    NoRoute,
    /// It does not answer.
    TimedOut,
    /// The connection was broken off.
    BrokenOff,
    /// There is no such socket.
    NoSocket,
    /// We may not.
    Denied,
    /// Anything else.
    Other,
}

impl From<&io::Error> for SystemError {
    fn from(error: &io::Error) -> Self {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the list of the standard library is open")]
        let kind = match error.kind() {
            io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown => SystemErrorKind::NoRoute,
            io::ErrorKind::TimedOut => SystemErrorKind::TimedOut,
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
                SystemErrorKind::BrokenOff
            }
            io::ErrorKind::NotFound => SystemErrorKind::NoSocket,
            io::ErrorKind::PermissionDenied => SystemErrorKind::Denied,
            _ => SystemErrorKind::Other,
        };
        let said = error.to_string();
        // Without the system's number for it.
        let said = said.split_once(" (os error").map_or(said.as_str(), |(words, _)| words);
        Self { kind, said: said.to_owned() }
    }
}

impl From<&str> for SystemError {
    fn from(said: &str) -> Self {
        Self { kind: SystemErrorKind::Other, said: said.to_owned() }
    }
}

/// An address that was tried in vain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The address.
    pub address: SocketAddr,
    /// Why it did not come about.
    pub why: Lost,
}

/// How a server was reached, and the key it showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Its key; none without TLS, which it is shown by.
    pub key: Option<Fingerprint>,
    /// What protects the connection.
    pub protection: Protection,
}

/// What protects a connection, and by what the server is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// A socket in this machine's file system.
    UnixSocket,
    /// Nothing: no TLS.
    Clear,
    /// TLS, with a server of this machine that nobody was asked about.
    AnyKey,
    /// TLS; the key is the one that is remembered.
    KnownKey,
    /// TLS; the key was seen for the first time (trust on first use).
    NewKey {
        /// Whether it could be written to the file of known hosts.
        remembered: bool,
    },
    /// TLS; an authority of the system vouches for the name.
    Authority,
    /// TLS; the server runs in this process, which knows its key.
    Own,
}

/// Why a server is not trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustError {
    /// It showed another key than before.
    Changed {
        /// The keys it is known by.
        known: Vec<Fingerprint>,
        /// The one it showed.
        shown: Fingerprint,
        /// Where it is remembered.
        file: String,
        /// In which line, counted from 1.
        line: usize,
    },
    /// No certificate authority of the system has issued its certificate.
    UnknownIssuer,
    /// Its certificate is for another name.
    WrongName,
    /// Its certificate has expired.
    Expired,
    /// It speaks, but not TLS.
    NoTls,
    /// The file of known hosts cannot be read; what the system said.
    Unreadable(String),
    /// Anything else; what TLS said.
    Failed(String),
}

impl From<TrustError> for Lost {
    fn from(why: TrustError) -> Self {
        Self::Untrusted(Box::new(why))
    }
}
