//! A new identity on a server that does not know us any more: it forgot who never spoke, or has another store. Unsent
//! messages, drafts and direct rooms go on under the new number, with their order and nonces, so nothing is lost or said
//! twice.

use std::collections::BTreeSet;

use shared::{Code, RoomName, Seq, Uid};

use super::App;
use super::outbox::SendState;

impl App {
    /// Goes on under the new number; `old` is the one before. What is not sent yet keeps its order and its nonces, which
    /// nobody has seen under the new number.
    pub(super) fn adopt_new_identity(&mut self, old: Uid) {
        let me = self.session.my_uid();
        let began = self.conversations(old);
        self.session.set_muted(None);
        for room in self.rooms.list_mut() {
            room.timeline.drop_unsent();
            if let Some(other) = partner(&room.name, old) {
                room.begin_anew(renamed(&room.name, other, me), other);
            }
        }
        self.outbox.readdress(|room| {
            let Some(other) = partner(room, old) else { return (room.clone(), None) };
            // Where something was said already, the server's store is another one, and a number in it may be
            // somebody else's: what is private goes there only when the person says so.
            let is_doubtful = other == me || began.contains(room);
            (renamed(room, other, me), is_doubtful.then_some(Code::NoSuchUser))
        });
        self.session.rename_rooms(|room| Some(renamed(room, partner(room, old)?, me)));
    }

    /// The direct rooms in which something was said, as far as we know.
    fn conversations(&self, old: Uid) -> BTreeSet<RoomName> {
        let here = self.rooms.list().iter().map(|room| (&room.name, room.position));
        let before = self.session.profile().read.iter().map(|(room, read)| (room, *read));
        let began = here.chain(before).filter(|(room, at)| *at > Seq::ZERO && partner(room, old).is_some());
        began.map(|(room, _)| room.clone()).collect()
    }

    /// Shows what is not sent yet in these rooms, where it is not on the screen.
    pub(super) fn show_unsent(&mut self, is_meant: impl Fn(&RoomName) -> bool) {
        let me = self.session.my_uid();
        let entries = self.outbox.entries().iter().filter(|entry| is_meant(&entry.unsent.room));
        for entry in entries.cloned().collect::<Vec<_>>() {
            let unsent = &entry.unsent;
            if let Some(other) = partner(&unsent.room, me).filter(|other| *other != me)
                && self.rooms.get(&unsent.room).is_none()
            {
                self.direct_room(other);
            }
            let Some(room) = self.rooms.get(&unsent.room) else { continue };
            if room.timeline.unsent().any(|own| own.nonce == unsent.nonce) {
                continue;
            }
            self.show_pending(unsent);
            if let (SendState::Failed(why), Some(room)) = (entry.state, self.rooms.get_mut(&unsent.room)) {
                room.timeline.fail(&unsent.nonce, why, None);
            }
        }
    }
}

/// The other one in a direct room of somebody.
fn partner(room: &RoomName, of: Uid) -> Option<Uid> {
    match room.pair()? {
        (one, other) if one == of => Some(other),
        (one, other) if other == of => Some(one),
        _ => None,
    }
}

/// The direct room with the same person under our new number. Nobody talks to themselves: that room keeps its name.
fn renamed(room: &RoomName, other: Uid, me: Uid) -> RoomName {
    if other == me { room.clone() } else { RoomName::direct(me, other) }
}
