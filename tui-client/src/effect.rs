//! Everything the app can ask of its shell, as plain data, so that the app stays a pure state machine.

use shared::Request;
use shared::client_msg::Hello;

use crate::profile::Profile;

/// One thing to be done, in the order given.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Open a connection and greet with this; a connection that is still open is closed first.
    Connect(Box<Hello>),
    /// Send a line on the open connection.
    Send(Request),
    /// Close the connection, once what was sent before is written.
    Disconnect,
    /// Keep this until the next start.
    Save(Box<Profile>),
    /// Put this on the clipboard.
    Copy(String),
    /// Call the window this.
    Title(String),
    /// Tell this to somebody who has no screen to look at.
    Notice(String),
    /// Tell somebody without a screen what happened in a room.
    Happened(Box<shared::Event>),
    /// Clear the terminal and draw everything again.
    Redraw,
    /// Give the terminal back and stop until the shell continues us.
    Suspend,
    /// Write a line to the log, where there is one.
    Log(String),
    /// End the program.
    Quit(Exit),
}

/// How the program ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    /// As wished.
    Done,
    /// Because it cannot go on; what to tell, in the person's language.
    Failed(String),
}
