//! The wall clock was set: every deadline moves with it, so that a mute of 60 s lasts 60 s, a resume window stays as long as
//! it was, and a countdown ends when it was to end.

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
