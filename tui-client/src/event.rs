//! Everything that can happen to the app, as plain data. It must not know where any of it comes from.

mod key;

use shared::{Fingerprint, ServerMsg};

pub use key::{Code, Key};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// The mouse wheel turned by one notch.
    Wheel(Wheel),
    /// Text was pasted in one piece. It never sends anything.
    Paste(String),
    /// The terminal has this many columns and rows now.
    Resize(u16, u16),
    /// The terminal window got or lost the focus.
    Focus(bool),
    /// A whole line from a program or a pipe: what Enter does, without a composer.
    Line(String),
    /// There will be no more lines: leave when everything is sent.
    Eof,
    /// The process is asked to end.
    Terminate,
    /// Something from the connection.
    Link(FromLink),
    /// The shell could not do something the person should know of.
    Trouble(Trouble),
    /// The time [`crate::app::App::deadline`] asked for has come.
    Tick,
}

/// What a shell could not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The stored profile could not be read: this client begins without one. The damaged file is kept under this path.
    ProfileDamaged(String),
    /// The profile cannot be written; what the system said. It is told once until it works again.
    ProfileUnwritten(String),
    /// The terminal has no job control: there is nothing to suspend to.
    NoJobControl,
}

/// Which way the mouse wheel turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wheel {
    /// Away from the person: to what is above.
    Up,
    /// Towards the person: to what is below.
    Down,
}

/// What a connection reports.
#[derive(Clone, Debug, PartialEq)]
pub enum FromLink {
    /// The server was never met before, and is trusted from now on.
    Met(Met),
    /// The server said something.
    Said(ServerMsg),
    /// A line from the server could not be read; the connection goes on.
    Unreadable,
    /// The server answered a ping after this many milliseconds.
    Lag(u32),
    /// The connection is over; nothing more comes from it.
    Down(Lost),
}

/// How a connection ended, as seen from this side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    /// It never came about; what the system said.
    Unreachable(String),
    /// The server closed it.
    Closed,
    /// It broke; what the system said.
    Broken(String),
    /// Nothing was heard for too long.
    Silent,
    /// The server reads nothing any more: what is to be sent piles up.
    Stuck,
    /// The server closed it instead of shaking hands for TLS.
    NoHandshake,
    /// The server is not trusted; trying again would not change that.
    Distrusted(Box<Distrust>),
}

/// A server that was met for the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// The key it showed.
    pub key: Fingerprint,
    /// Whether it is remembered.
    pub kept: bool,
}

/// Why a server is not trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Distrust {
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
    /// No authority of the system vouches for its certificate.
    UnknownIssuer,
    /// Its certificate is for another name.
    WrongName,
    /// Its certificate has run out.
    Expired,
    /// It speaks, but not TLS.
    NoTls,
    /// The file of known servers cannot be read; what the system said.
    Unread(String),
    /// Anything else; what TLS said.
    Failed(String),
}

impl From<Distrust> for Lost {
    fn from(why: Distrust) -> Self {
        Self::Distrusted(Box::new(why))
    }
}
