//! Leaving one server of the client, or all. One that is left says goodbye while the person is at another one already, and
//! its last profile is written beside the loop. The program ends when the last one has.

use super::Shell;
use super::servers::Closing;
use crate::effect::Exit;
use crate::event::Event;
use crate::server_list::{ServerNews, ServerNumber};

impl Shell {
    /// Leaves a server, the one on the screen without a number, and goes on with the others.
    pub(super) fn close(&mut self, number: Option<ServerNumber>) {
        let place = match number {
            Some(number) => self.servers.iter().position(|server| server.number == number),
            None => Some(self.servers.shown_index()),
        };
        if let Some(place) = place.filter(|_| self.servers.len() > 1) {
            self.close_at(place, Closing::Left);
        }
    }

    fn close_at(&mut self, place: usize, closing: Closing) {
        if place == self.servers.shown_index() {
            self.show(self.servers.neighbour(place));
        }
        if let Some(server) = self.servers.get_mut(place).filter(|server| server.closing == Closing::No) {
            server.closing = closing;
            self.give(place, Event::Leave { quiet: closing == Closing::Double });
        }
    }

    /// One server is one entry of the list, by whatever addresses it was opened: of two, the newer one is left.
    pub(super) fn leave_doubles(&mut self) {
        while let Some((stays, goes)) = self.servers.doubles() {
            let label = |place| self.servers.iter().nth(place).map(|server| server.app.label().to_owned());
            let (Some(label), Some(stays_label)) = (label(goes), label(stays)) else { return };
            if goes == self.servers.shown_index() {
                self.show(stays);
            }
            self.close_at(goes, Closing::Double);
            self.take(Event::ServerNews(ServerNews::Same { label, stays: stays_label }));
        }
    }

    /// The program is being left at the server that is shown.
    pub(super) fn leave_others(&mut self, quiet: bool) {
        self.going.is_leaving = true;
        let (shown, count) = (self.servers.shown_index(), self.servers.len());
        for place in (0..count).filter(|place| *place != shown) {
            self.give(place, Event::Leave { quiet });
        }
    }

    /// A server has ended.
    pub(super) fn note_exit(&mut self, place: usize, exit: Exit) {
        if let Some(server) = self.servers.get_mut(place) {
            server.exit = Some(exit);
        }
    }

    /// Takes those that have ended off the list. Says how the program ends, when all have.
    pub(super) fn take_exits(&mut self) -> Option<Exit> {
        if self.servers.iter().all(|server| server.exit.is_some()) {
            let shown = self.servers.shown().exit.iter();
            let mut exits = shown.chain(self.servers.iter().filter_map(|server| server.exit.as_ref()));
            return Some(exits.find(|exit| **exit != Exit::Done).cloned().unwrap_or(Exit::Done));
        }
        while !self.going.is_leaving
            && let Some(place) = self.servers.iter().position(|server| server.exit.is_some())
        {
            if place == self.servers.shown_index() {
                self.show(self.servers.neighbour(place));
            }
            let server = self.servers.remove(place)?;
            let (label, unsent) = (server.app.label().to_owned(), server.app.outbox().entries().len());
            self.going.closing.push(tokio::spawn(server.services.close()));
            if server.closing != Closing::Double {
                self.take(Event::ServerNews(ServerNews::Left { label, unsent }));
            }
            self.tell_others();
        }
        None
    }
}
