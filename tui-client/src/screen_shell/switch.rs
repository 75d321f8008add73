//! Going from one server of the client to another, and opening one more.

use shared::RoomName;

use super::Shell;
use super::going::Opened;
use crate::address_list::AddressList;
use crate::app::App;
use crate::app::changes::Draw;
use crate::effect::DesktopNotice;
use crate::event::Event;
use crate::server_list::ServerNumber;
use crate::services::Services;

impl Shell {
    /// Adds a server, which is not shown.
    pub(super) fn add(&mut self, app: App, services: Services) {
        let reports_focus = self.servers.shown().app.screen().reports_focus();
        self.servers.add(app, services);
        let place = self.servers.len() - 1;
        self.give(place, Event::Resize(self.size.columns, self.size.rows));
        self.give(place, Event::Shown(false));
        if reports_focus {
            self.give(place, Event::ReportsFocus);
        }
        self.give(place, Event::Pictures(self.picture_way));
    }

    /// Has a server connect for the first time.
    pub(super) fn start(&mut self, place: usize) {
        if let Some(server) = self.servers.get_mut(place) {
            let now = server.services.now();
            let effects = server.app.start(now);
            self.execute(place, effects);
        }
    }

    /// Goes to a server, and to a room of it.
    pub(super) fn go_over(&mut self, number: ServerNumber, room: Option<RoomName>) {
        if let Some(place) = self.servers.iter().position(|server| server.number == number) {
            self.show(place);
            if let Some(room) = room {
                self.take(Event::Look(room));
            }
        }
    }

    /// Shows another server. The one that was shown keeps its draft, its place in the scrollback and its popups.
    pub(super) fn show(&mut self, place: usize) {
        let Some(left) = self.servers.show(place) else { return };
        self.servers.hand_settings(left);
        self.give(left, Event::Shown(false));
        self.take(Event::Shown(true));
        // The next key may be in the same read.
        self.tell_others();
        (self.changed, self.urgent) = (Draw::All, true);
    }

    /// Goes to the server at an address, which is opened if it is none of these.
    pub(super) fn open(&mut self, address: &AddressList) {
        if let Some(place) = self.servers.iter().position(|server| server.app.addresses().meets(address)) {
            return self.show(place);
        }
        let Some(open) = self.going.open.clone().filter(|_| !self.going.opening.contains(address)) else {
            return;
        };
        self.going.opening.push(address.clone());
        let address = address.clone();
        self.going.making.spawn_blocking(move || Box::new(open(address)));
    }

    /// A server was made: it connects, and is shown.
    pub(super) fn on_opened(&mut self, opened: Opened) {
        let (app, services) = *opened;
        self.going.opening.retain(|address| address != app.addresses());
        if self.going.is_leaving {
            return;
        }
        let settings = Box::new(self.servers.shown().app.file_settings().clone());
        self.add(app, services);
        let place = self.servers.len() - 1;
        self.give(place, Event::Settings(settings));
        self.show(place);
        self.start(place);
    }

    /// Has the app on the screen know of the others what is new.
    pub(super) fn tell_others(&mut self) {
        if let Some(others) = self.servers.news_of_others() {
            self.take(Event::Others(others));
        }
    }

    /// What was set at the server that is shown is set at all.
    pub(super) fn share_settings(&mut self) {
        let (shown, count) = (self.servers.shown_index(), self.servers.len());
        for place in (0..count).filter(|place| *place != shown) {
            let settings = Box::new(self.servers.shown().app.file_settings().clone());
            self.give(place, Event::Settings(settings));
        }
    }

    /// A notice that says which server it is from, where there are several.
    pub(super) fn named(&self, place: usize, notice: DesktopNotice) -> DesktopNotice {
        match self.servers.iter().nth(place).filter(|_| self.servers.len() > 1) {
            Some(server) => {
                DesktopNotice { title: format!("{} · {}", notice.title, server.app.label()), ..notice }
            }
            None => notice,
        }
    }
}
