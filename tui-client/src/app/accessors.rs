//! Read access to the app for whoever draws it or runs it: `ui`, the shell, tests.

use jiff::civil::Date;
use ratatui::layout::Rect;
use shared::{Millis, Role, Uid};

use super::composer::Composer;
use super::connection::{Connection, Status};
use super::input_line::Input;
use super::keymap::Keymap;
use super::nodes::Nodes;
use super::outbox::Outbox;
use super::panes::{Panes, Sides};
use super::popup::context::Context;
use super::rooms::Rooms;
use super::screen::Screen;
use super::session::Session;
use super::timeline::Viewport;
use super::transfers::Transfers;
use super::{App, text_width};
use crate::address::Address;
use crate::address_list::AddressList;
use crate::lang::Lang;
use crate::picture_way::PictureWay;
use crate::settings::value::Number;
use crate::time_style::TimeStyle;

/// Parts.
impl App {
    /// The connection.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Who we are, and what the server has told us.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Size, hint, popups.
    #[must_use]
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// The rooms.
    #[must_use]
    pub fn rooms(&self) -> &Rooms {
        &self.rooms
    }

    /// What keys mean.
    #[must_use]
    pub fn keymap(&self) -> &Keymap {
        &self.keymap
    }

    /// The draft and its completion.
    #[must_use]
    pub fn input(&self) -> &Input {
        &self.input
    }

    /// The messages not known to be stored.
    #[must_use]
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// The files on their way, in either direction.
    #[must_use]
    pub fn transfers(&self) -> &Transfers {
        &self.transfers
    }
}

/// What is asked for often.
impl App {
    /// The person's language.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.settings.lang.map_or(self.setup.lang, Lang::from)
    }

    /// The time of the last event.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.now
    }

    /// How times are shown.
    #[must_use]
    pub fn times(&self) -> &TimeStyle {
        &self.times
    }

    /// The date now.
    #[must_use]
    pub fn today(&self) -> Date {
        self.times.local(self.now).date()
    }

    /// The server's address: the first that was given.
    #[must_use]
    pub fn address(&self) -> &Address {
        self.setup.address.first()
    }

    /// The server's addresses as they were given.
    #[must_use]
    pub fn addresses(&self) -> &AddressList {
        &self.setup.address
    }

    /// The server's addresses as far as they are known, and which of them is used.
    #[must_use]
    pub fn nodes(&self) -> &Nodes {
        &self.nodes
    }

    /// The server as texts name it. To somebody who came by ssh it has no address but what they typed.
    #[must_use]
    pub fn shown_address(&self) -> String {
        if self.setup.place.is_elsewhere() {
            self.lang().the_server().to_owned()
        } else {
            self.nodes.current().to_string()
        }
    }

    /// All addresses of the server that are tried, as texts name them.
    #[must_use]
    pub fn shown_addresses(&self) -> String {
        if self.setup.place.is_elsewhere() || !self.nodes.has_others() {
            return self.shown_address();
        }
        self.nodes.all().map(Address::short).collect::<Vec<_>>().join(", ")
    }

    /// The status of the connection.
    #[must_use]
    pub fn status(&self) -> &Status {
        self.connection.status()
    }

    /// Our number; zero, which nobody has, before the first welcome.
    #[must_use]
    pub fn my_uid(&self) -> Uid {
        self.session.my_uid()
    }

    /// Our role.
    #[must_use]
    pub fn role(&self) -> Role {
        self.session.role()
    }

    /// Whether the server has told us of rooms and people.
    #[must_use]
    pub fn is_welcome(&self) -> bool {
        self.session.is_welcome()
    }

    /// Whether the answer to a command is still to come.
    #[must_use]
    pub fn waits_for_answer(&self) -> bool {
        self.requests.is_waited_for() || !self.rooms.wanted().is_empty()
    }

    /// The draft.
    #[must_use]
    pub fn composer(&self) -> &Composer {
        self.input.composer()
    }
}

/// What follows from several parts.
impl App {
    /// Whether something that was sent is without an answer for long.
    #[must_use]
    pub fn is_unanswered(&self) -> bool {
        self.connection.is_silent() || self.connection.is_online() && self.outbox.is_unanswered(self.now)
    }

    /// The columns of what stands before the input: our name, if we have one, and a sign.
    fn prompt_columns(&self) -> u16 {
        let name = self.session.me().map_or(0, |me| " ".len() + text_width::columns(me.name.as_str()));
        u16::try_from(name + text_width::columns(" › ")).unwrap_or(u16::MAX)
    }

    /// Where everything is on a terminal of the size last reported.
    #[must_use]
    pub fn panes(&self) -> Panes {
        let (columns, rows) = self.screen.size();
        let draft = self.input.composer();
        let has_purpose = self.rooms.current().composing.is_some();
        let area = Rect::new(0, 0, columns, rows);
        let width = |Number(columns)| u16::try_from(columns).unwrap_or_default();
        let sides = Sides {
            rooms: width(self.settings.rooms_width),
            roster: width(self.settings.members_width),
            order: self.settings.panes,
        };
        Panes::new(area, sides, self.prompt_columns(), has_purpose, |width| draft.count_rows(width))
    }

    /// The viewport of the timeline.
    #[must_use]
    pub fn viewport(&self) -> Viewport {
        let Rect { width, height, .. } = self.panes().timeline;
        let (formatted, fold) = (self.settings.formatting, self.fold());
        let (times, picture_rows) = (self.times.clone(), self.picture_rows());
        Viewport { width, height, times, lang: self.lang(), formatted, fold, picture_rows }
    }

    /// How many rows a picture has in the timeline at most.
    #[must_use]
    pub fn picture_rows(&self) -> u16 {
        match self.screen.picture_way() {
            PictureWay::None => 0,
            PictureWay::Blocks | PictureWay::Kitty | PictureWay::Iterm2 | PictureWay::Sixel => {
                u16::try_from(self.settings.picture_rows.0).unwrap_or(u16::MAX)
            }
        }
    }

    /// How many rows a folded message has.
    #[must_use]
    pub fn fold(&self) -> usize {
        usize::try_from(self.settings.fold.0).unwrap_or(usize::MAX)
    }

    /// What a popup may read.
    #[must_use]
    pub fn popup_context(&self) -> Context<'_> {
        Context {
            now: self.now,
            times: &self.times,
            lang: self.lang(),
            keymap: &self.keymap,
            composer: self.input.composer(),
            transfers: &self.transfers,
            rooms: &self.rooms,
            session: &self.session,
            address: self.setup.address.first(),
            place: &self.setup.place,
            others: &self.others,
            online: self.connection.is_online(),
            columns: self.screen.size().0,
            height: self.screen.size().1,
            rows: self.panes().timeline.height,
        }
    }
}
