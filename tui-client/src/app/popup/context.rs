//! What a popup may read of the app, to decide about a key and to be drawn.

use shared::server_msg::Sanction;
use shared::{Millis, Role, Uid};

use crate::address::Address;
use crate::app::composer::Composer;
use crate::app::keymap::Keymap;
use crate::app::rooms::Rooms;
use crate::app::roster::Roster;
use crate::app::session::Session;
use crate::app::transfers::Transfers;
use crate::lang::Lang;
use crate::place::Place;
use crate::server_list::Others;
use crate::time_style::TimeStyle;

/// What a popup may read.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The time of the last event.
    pub now: Millis,
    /// How times are shown.
    pub times: &'a TimeStyle,
    /// The person's language.
    pub lang: Lang,
    /// The keys that edit text.
    pub keymap: &'a Keymap,
    /// The draft, for the lines sent before.
    pub composer: &'a Composer,
    /// The files on their way.
    pub transfers: &'a Transfers,
    /// The rooms.
    pub rooms: &'a Rooms,
    /// Who we are, and what the server has told us.
    pub session: &'a Session,
    /// The server's address.
    pub address: &'a Address,
    /// Where the person is.
    pub place: &'a Place,
    /// The other servers of this client.
    pub others: &'a Others,
    /// Whether requests can be sent.
    pub online: bool,
    /// The columns of the terminal.
    pub columns: u16,
    /// The rows of the terminal.
    pub height: u16,
    /// The rows of the scrollback.
    pub rows: u16,
}

impl<'a> Context<'a> {
    /// Our number.
    #[must_use]
    pub fn my_uid(&self) -> Uid {
        self.session.my_uid()
    }

    /// Our role.
    #[must_use]
    pub fn role(&self) -> Role {
        self.session.role()
    }

    /// Everybody on the server: the lobby is where all are.
    #[must_use]
    pub fn everyone(&self) -> &'a Roster {
        self.rooms.everyone()
    }

    /// The bans and mutes in force, as of the last answer.
    #[must_use]
    pub fn sanctions(&self) -> &'a [Sanction] {
        self.session.sanctions()
    }

    /// The server's name; its address, where it has none.
    #[must_use]
    pub fn server_name(&self) -> String {
        self.session.server_name(self.address)
    }
}
