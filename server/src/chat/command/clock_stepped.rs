//! The wall clock was set: all deadlines are shifted by the same amount, so that a mute of 60 s lasts 60 s, and the
//! resume window and a shutdown countdown keep their length.

use std::collections::BTreeSet;

use shared::{Millis, RoomName};

use crate::chat::Chat;
use crate::chat::effect::{Effect, Record};
use crate::chat::room::Room;

impl Chat {
    pub(in crate::chat) fn clock_stepped(&mut self, by: Millis) {
        self.roster.shift(by);
        self.creation.shift(by);
        if let Some(stopping) = &mut self.stopping {
            stopping.at = stopping.at.saturating_add(by);
        }
        let shifted = self.sanctions.shift(by);
        self.effects
            .extend(shifted.into_iter().map(|sanction| Effect::Save(Record::Sanction(Box::new(sanction)))));
        let shifts = |room: &mut Room| room.settings.as_mut().is_some_and(|settings| settings.shift(by));
        let rooms = self.rooms.iter_mut().filter_map(|(name, room)| shifts(room).then(|| name.clone()));
        // In a fixed order, since a map has none.
        let rooms: BTreeSet<RoomName> = rooms.collect();
        for room in &rooms {
            self.save_room(room);
        }
    }
}
