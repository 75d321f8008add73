//! The settings of `--plain` and `--json`: what is done with lines that cannot be sent as they are, and how long the server is
//! waited for. The command line names them and the shell of lines acts on them, so they live below both, with the reasons why
//! a line cannot be sent.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;
use shared::{FileName, Invalid, Name, RoomName};

use crate::message_length::Length;

/// How a shell of lines behaves.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch on the command line")]
pub struct LineOptions {
    /// JSON lines go out, and JSON requests may come in.
    pub json: bool,
    /// Only ASCII goes out.
    pub ascii: bool,
    /// Nothing is read, and nothing of ours waits for an answer.
    pub listens: bool,
    /// How long the first connection may take.
    pub wait: Duration,
    /// How long the server may leave something unanswered; without one, for ever.
    pub timeout: Option<Duration>,
    /// What becomes of a line that is longer than a message may be.
    pub long_lines: LongLines,
    /// What becomes of a line with control characters.
    pub control_chars: ControlChars,
    /// What a line is that begins with a slash.
    pub slash: Slash,
    /// All lines together are one message.
    pub one_message: bool,
    /// Where lines are said from the start.
    pub to: Option<Destination>,
    /// The files that are sent there: then nothing else is read, and it ends.
    pub sends: Vec<FileToSend>,
}

/// A file of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileToSend {
    /// Where it is; `None` for what standard input has.
    pub path: Option<PathBuf>,
    /// What it is called there, if not as here.
    pub name: Option<FileName>,
    /// What is said about it.
    pub caption: String,
}

impl Default for LineOptions {
    fn default() -> Self {
        Self {
            json: false,
            ascii: false,
            listens: false,
            wait: Self::WAIT,
            timeout: Some(Self::TIMEOUT),
            long_lines: LongLines::default(),
            control_chars: ControlChars::default(),
            slash: Slash::default(),
            one_message: false,
            to: None,
            sends: Vec::new(),
        }
    }
}

impl LineOptions {
    /// These, where standard input and output are, or are not, a terminal: a person at one, and whoever listens to others,
    /// ends the program when it is enough; and what is no terminal takes UTF-8 in any locale.
    #[must_use]
    pub fn on(self, terminal_in: bool, terminal_out: bool) -> Self {
        let is_patient = self.listens || terminal_in;
        let timeout = self.timeout.or((!is_patient).then_some(Self::TIMEOUT));
        Self { timeout, ascii: self.ascii && terminal_out, ..self }
    }

    /// How long the first connection may take, unless it is said: some attempts, and a person still waits for it.
    pub const WAIT: Duration = Duration::from_secs(10);
    /// How long an answer may take, unless it is said: a server that restarts is back before.
    pub const TIMEOUT: Duration = Duration::from_secs(30);
}

/// Where something is said: in a room, or to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A room.
    Room(RoomName),
    /// Somebody, by name.
    Person(Name),
}

impl FromStr for Destination {
    type Err = Invalid;

    /// Reads `ROOM`, `#ROOM` or `@NAME`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.strip_prefix('@') {
            Some(name) => Name::parse(name).map(Self::Person),
            None => RoomName::parse(text.trim_start_matches('#')).map(Self::Room),
        }
    }
}

impl Destination {
    /// The command that goes there.
    #[must_use]
    pub fn command(&self) -> String {
        match self {
            Self::Room(room) => format!("/join {room}"),
            Self::Person(name) => format!("/msg {name}"),
        }
    }
}

/// What becomes of a line that is longer than a message may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LongLines {
    /// It goes in several messages, cut between words
    #[default]
    Split,
    /// It is not sent, and that is told
    Refuse,
}

/// What becomes of a line with colours, tabs or other control characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ControlChars {
    /// It is sent without them; tabs become spaces
    #[default]
    Clean,
    /// It is not sent, and that is told
    Refuse,
}

/// What a line is that begins with a slash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Slash {
    /// A command, or two slashes a text that begins with one
    #[default]
    Command,
    /// Text, as every line
    Text,
}

/// Why a line cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// A byte in it is not UTF-8.
    NotUtf8,
    /// It is too long.
    TooLong,
    /// It has control characters.
    ControlChars,
    /// All lines together are longer than a message may be.
    MessageTooLong(Length),
    /// It could not be read; what the system said. Nothing comes after it.
    Unread(String),
}
