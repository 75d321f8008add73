//! Direct rooms, the conversations of two: finding a person by name, opening the room with them, and making it when the
//! first message arrives.

use shared::{RoomName, Uid};

use super::App;
use super::timeline::Level;

impl App {
    /// Somebody by name: in this room first, then anywhere.
    pub(super) fn find_person(&self, name: &str) -> Result<Uid, String> {
        let here = self.rooms.current().roster.find(name);
        let anywhere = || self.rooms.list().iter().find_map(|room| room.roster.find(name));
        // People one has talked to are found though they are not connected.
        let title = format!("@{}", name.trim_start_matches('@'));
        let me = self.session.my_uid();
        let direct =
            || self.rooms.list().iter().find(|room| room.title(me) == title).and_then(|room| room.other(me));
        let found = here.or_else(anywhere).map(|member| member.uid).or_else(direct);
        found.ok_or_else(|| self.lang().nobody_called(name))
    }

    /// Looks at the direct room with somebody, made now if need be.
    pub(super) fn open_direct(&mut self, uid: Uid) {
        let me = self.session.my_uid();
        if uid == me {
            return self.hint(self.lang().that_is_you(), Level::Info);
        }
        let name = self.direct_room(uid);
        if let Some(at) = self.rooms.index_of(&name) {
            self.go(at);
        }
    }

    /// The direct room with somebody, with what is known of them.
    pub(super) fn direct_room(&mut self, uid: Uid) -> RoomName {
        let me = self.session.my_uid();
        let name = RoomName::direct(me, uid);
        let known =
            [me, uid].map(|uid| self.rooms.list().iter().find_map(|room| room.roster.get(uid).cloned()));
        if let Some(state) = self.rooms.take_held(&name) {
            self.enter_room(&state, false);
        }
        let room = self.rooms.ensure(&name);
        room.joined = true;
        for member in known.into_iter().flatten() {
            if room.roster.get(member.uid).is_none() {
                room.roster.put(member);
            }
        }
        self.restore_input(&name);
        name
    }
}
