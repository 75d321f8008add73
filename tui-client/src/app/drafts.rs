//! Keeping drafts and the rest of the profile for the next start, and putting a kept draft back into its room. A line with
//! an admin key in it is never kept.

use shared::RoomName;

use super::App;
use super::command::{self, CommandId};
use super::typed_line::{self, TypedLine};
use crate::effect::Effect;

impl App {
    /// Has the profile written: identity, read positions, drafts, outbox.
    pub(super) fn save_profile(&mut self) {
        let mut profile = self.session.profile().clone();
        profile.outbox = self.outbox.to_keep();
        profile.read = self.rooms.list().iter().map(|room| (room.name.clone(), room.read)).collect();
        profile.drafts.extend(self.drafts());
        self.effects.push(Effect::Save(Box::new(profile)));
    }

    /// Every draft, but those with a key in them.
    fn drafts(&self) -> impl Iterator<Item = (RoomName, String)> {
        let current = self.rooms.current_index();
        let drafts = self.rooms.list().iter().enumerate().map(move |(at, room)| {
            (&room.name, if at == current { self.input.text() } else { room.draft.text() })
        });
        let kept = drafts.filter(|(_, text)| !text.trim().is_empty() && !holds_key(text));
        kept.map(|(room, text)| (room.clone(), text.to_owned()))
    }

    /// Puts back what was being written in a room when the last run ended.
    pub(super) fn restore_draft(&mut self, room: &RoomName) {
        let Some(text) = self.session.take_draft(room) else { return };
        if self.rooms.current().name != *room {
            let draft = &mut self.rooms.ensure(room).draft;
            if draft.is_empty() {
                draft.set_text(text);
            }
        } else if self.input.is_empty() {
            self.input.set_text(text);
        }
    }
}

/// Whether a draft has an admin key in it: it goes neither into the profile nor into the input history. The command may be
/// misspelt.
pub(super) fn holds_key(text: &str) -> bool {
    let TypedLine::Command(line) = typed_line::read(text) else { return false };
    let (name, _) = command::split(line);
    let command = command::find(name).or_else(|| command::suggest(name).and_then(command::find));
    command.is_some_and(|command| command.id == CommandId::Admin)
}
