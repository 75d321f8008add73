//! Every text the client shows, in English and Korean. One method a text, so that none is missing in either language.
//!
//! It stands below [`crate::app`]: it words plain data (error codes, dates, admin actions, events of the connection) and
//! knows nothing of the app's state. Each file has the texts of what it is named after.

mod attention;
mod away;
mod command;
mod command_line;
mod connection;
mod countdown;
mod dialog;
mod door_help;
mod editor;
mod error;
mod files;
mod first_screen;
mod goodbye;
mod hosting;
mod ignored;
mod irc;
mod joins;
mod leave;
mod local_failures;
mod machines;
mod message_acts;
mod message_length;
mod moderation;
mod option_help;
mod order;
mod panes;
mod particle;
mod people;
mod pictures;
mod place;
mod room_settings;
mod rooms;
mod search;
mod send_files;
mod servers;
mod settings;
mod ssh_door;
mod ssh_exec;
mod status_line;
mod time;
mod timeline;
mod transfers;
mod trust;
mod unread;

use crate::settings::value::LangArg;

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Korean.
    Ko,
}

impl From<LangArg> for Lang {
    fn from(arg: LangArg) -> Self {
        match arg {
            LangArg::En => Self::En,
            LangArg::Ko => Self::Ko,
        }
    }
}

impl Lang {
    /// The English or the Korean one of two texts.
    #[must_use]
    pub const fn pick(self, [english, korean]: [&'static str; 2]) -> &'static str {
        match self {
            Self::En => english,
            Self::Ko => korean,
        }
    }
}
