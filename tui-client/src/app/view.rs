//! What there is to see of the app, for whoever draws it. It must not change anything.

use ratatui::layout::Rect;
use shared::server_msg::{Goodbye, ServerInfo, You};
use shared::{Millis, Uid};

use super::complete::Completion;
use super::composer::Composer;
use super::layer::Layer;
use super::link::Link;
use super::outbox::Outbox;
use super::panes::Panes;
use super::rooms::Rooms;
use super::timeline::Viewport;
use super::{App, Hint, wrap};
use crate::address::Address;
use crate::lang::Lang;

impl App {
    /// The person's language.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.setup.lang
    }

    /// The time of the last event.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.now
    }

    /// How far the clocks here are ahead of UTC, in minutes.
    #[must_use]
    pub fn offset_minutes(&self) -> i32 {
        self.setup.offset_minutes
    }

    /// The server's address.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.setup.address
    }

    /// The connection.
    #[must_use]
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// The round trip of the last ping, in milliseconds.
    #[must_use]
    pub fn lag(&self) -> Option<u32> {
        self.lag
    }

    /// Who we are, once the server has said it.
    #[must_use]
    pub fn me(&self) -> Option<&You> {
        self.me.as_ref()
    }

    /// Our number; zero, which nobody has, before the first welcome.
    #[must_use]
    pub fn my_uid(&self) -> Uid {
        self.me.as_ref().map_or(Uid::ZERO, |me| me.uid)
    }

    /// The server's name and version.
    #[must_use]
    pub fn server(&self) -> Option<&ServerInfo> {
        self.server.as_ref()
    }

    /// Whether the server has told us of rooms and people.
    #[must_use]
    pub fn is_welcome(&self) -> bool {
        self.me.is_some()
    }

    /// Whether the program is about to end.
    #[must_use]
    pub fn is_leaving(&self) -> bool {
        self.leaving.is_some()
    }

    /// The rooms.
    #[must_use]
    pub fn rooms(&self) -> &Rooms {
        &self.rooms
    }

    /// The draft.
    #[must_use]
    pub fn composer(&self) -> &Composer {
        &self.composer
    }

    /// What is not known to be stored.
    #[must_use]
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// The popups, the one on top last.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The completion under way.
    #[must_use]
    pub fn completion(&self) -> Option<&Completion> {
        self.completion.as_ref()
    }

    /// Why somebody wants us out, until it was read.
    #[must_use]
    pub fn parting(&self) -> Option<&Goodbye> {
        self.parting.as_ref()
    }

    /// The remark in the status line.
    #[must_use]
    pub fn hint(&self) -> Option<&Hint> {
        self.hint.as_ref()
    }

    /// What stands before the input.
    #[must_use]
    pub fn prompt(&self) -> String {
        match &self.me {
            Some(me) => format!(" {} › ", me.name),
            None => " › ".to_owned(),
        }
    }

    /// Where everything is on a terminal of the size last reported.
    #[must_use]
    pub fn panes(&self) -> Panes {
        let area = Rect::new(0, 0, self.size.0, self.size.1);
        let prompt = u16::try_from(wrap::columns(&self.prompt())).unwrap_or(u16::MAX);
        Panes::new(area, prompt, |width| self.composer.count_rows(width))
    }

    /// How many columns the terminal has.
    #[must_use]
    pub fn columns(&self) -> u16 {
        self.size.0
    }

    /// What the scrollback is looked at through.
    #[must_use]
    pub fn viewport(&self) -> Viewport {
        let Rect { width, height, .. } = self.panes().log;
        Viewport { width, height, offset_minutes: self.setup.offset_minutes, lang: self.setup.lang }
    }
}
