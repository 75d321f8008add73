//! One person on several machines: codes, the list, and how far the others have read. What was read here is told to them with the
//! next write of the profile, so not with each message.

use shared::client_msg::Read;
use shared::server_msg::{LinkOffer, Machine, ReadTo};
use shared::{ClientMsg, RoomName, Seq};

use super::App;
use super::timeline::Level;
use crate::address::Address;
use crate::place::Place;

const MINUTE_MS: u64 = 60_000;

impl App {
    /// The server has a code for another machine.
    pub(super) fn on_link_offer(&mut self, offer: Option<LinkOffer>) {
        let Some(LinkOffer { code: Some(code), valid_ms }) = offer else { return };
        let address = match self.place() {
            Place::Here => self.setup.address.to_string(),
            // Which address the program would use from there, they know.
            Place::Elsewhere(_) => self.lang().an_address().to_owned(),
        };
        let mut text = self.lang().link_code(&code, &address, valid_ms.div_ceil(MINUTE_MS));
        if let Some(elsewhere) = self.elsewhere() {
            // For another key of theirs.
            text.extend(["\nssh ", &elsewhere.destination, " link ", code.as_str()]);
        }
        self.notice(&text, Level::Info);
    }

    /// The word for IRC clients was set, or taken out.
    pub(super) fn on_irc_password(&mut self, is_set: bool) {
        let lang = self.lang();
        if !is_set {
            return self.notice(lang.irc_word_off(), Level::Info);
        }
        if self.setup.hosting.is_some() {
            return self.notice(lang.irc_word_set_while_hosting(), Level::Info);
        }
        let name = self.session.me().map(|me| me.name.to_string()).unwrap_or_default();
        let host = match self.nodes.current() {
            _ if self.place().is_elsewhere() => lang.an_address(),
            Address::Net { host, .. } => host,
            Address::Unix(_) => "127.0.0.1",
        };
        self.notice(&lang.irc_word_set(&name, host), Level::Info);
    }

    /// The machines, as they were asked for.
    pub(super) fn on_machines(&mut self, machines: &[Machine]) {
        let lang = self.lang();
        let text = lang.machine_list(machines, |at| lang.moment(at, self.now, &self.times));
        self.notice(&text, Level::Info);
    }

    /// Another machine was linked or taken out.
    pub(super) fn on_machines_changed(&mut self, machines: &[Machine]) {
        self.session.set_machines(machines.len());
        self.on_machines(machines);
    }

    /// Another machine or window of ours has read a room.
    pub(super) fn on_read_elsewhere(&mut self, read: &ReadTo) {
        let Some(room) = self.rooms.get_mut(&read.room) else { return };
        if read.seq >= room.position {
            return self.note_read_elsewhere(&read.room);
        }
        if let Some(called) = self.session.called() {
            room.count_back(read.seq, self.session.my_uid(), called);
        }
    }

    /// Tells our other machines what was read since it was told last, where there are any.
    pub(super) fn tell_read(&mut self, read: impl Iterator<Item = (RoomName, Seq)>) {
        if !self.connection.is_online() || self.session.machines() < 2 {
            return;
        }
        for (room, seq) in read {
            if seq > Seq::ZERO && self.session.note_read_told(&room, seq) {
                self.send_unnamed(ClientMsg::Read(Read { room, seq }));
            }
        }
    }
}
