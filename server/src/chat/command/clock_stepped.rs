//! The wall clock was set: all deadlines are shifted by the same amount, so that a mute of 60 s lasts 60 s, and the
//! resume window and a shutdown countdown keep their length.

use shared::Millis;

use crate::chat::Chat;
use crate::chat::effect::{Effect, Record};

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
    }
}
