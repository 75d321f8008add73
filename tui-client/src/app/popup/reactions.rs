//! The reactions to choose from for a message: a short list, and any other emoji by its name. One that is there already is
//! taken back by choosing it again.

use shared::{Reaction, RoomName, Seq};

use super::choices::Choices;
use super::context::Context;
use super::outcome::{Choice, Outcome};
use crate::app::completion::emoji;
use crate::event::{Code, Key};

/// What is offered while nothing is typed, with the names they are found by.
const SHORT_LIST: [&str; 6] = ["👍", "❤️", "😂", "🎉", "👀", "✅"];

/// The list.
#[derive(Debug)]
pub struct ReactionPicker {
    room: RoomName,
    seq: Seq,
    /// What was used last stands first.
    last: Option<Reaction>,
    /// What was typed, and which of them is selected.
    pub list: Choices,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// The reaction.
    pub with: Reaction,
    /// What it is called.
    pub name: &'static str,
    /// Whether it is there already: choosing it takes it back.
    pub is_own: bool,
}

impl ReactionPicker {
    /// For this message.
    #[must_use]
    pub fn new((room, seq): (RoomName, Seq), last: Option<Reaction>) -> Self {
        Self { room, seq, last, list: Choices::default() }
    }

    /// What there is to choose from: those whose names have in them what was typed, or the typed emoji itself.
    #[must_use]
    pub fn items(&self, ctx: &Context<'_>) -> Vec<Offered> {
        let typed = self.list.query.text().trim().trim_matches(':').to_lowercase();
        let found: Vec<String> = if typed.is_empty() {
            let last = self.last.iter().map(ToString::to_string);
            let short = SHORT_LIST.iter().map(ToString::to_string);
            last.chain(short.filter(|one| self.last.as_ref().is_none_or(|last| last.as_str() != one)))
                .collect()
        } else {
            let mut found: Vec<String> = Vec::new();
            for one in emoji::with(&typed)
                .map(str::to_owned)
                .chain(Some(typed.clone()).filter(|_| !typed.is_ascii()))
            {
                if !found.contains(&one) {
                    found.push(one);
                }
            }
            found
        };
        let timeline = ctx.rooms.get(&self.room).map(|room| &room.timeline);
        let offered = found.iter().filter_map(|one| Reaction::parse(one).ok()).map(|with| {
            let is_own = timeline.is_some_and(|timeline| timeline.has_reacted(self.seq, ctx.my_uid(), &with));
            Offered { name: emoji::name_of(with.as_str(), ctx.lang).unwrap_or_default(), with, is_own }
        });
        offered.collect()
    }

    pub(super) fn on_key(&mut self, key: Key, ctx: &Context<'_>) -> Outcome {
        let items = self.items(ctx);
        if key.code != Code::Enter {
            self.list.on_key(key, items.len(), ctx.keymap);
            return Outcome::Kept;
        }
        let Some(chosen) = items.into_iter().nth(self.list.at) else { return Outcome::Kept };
        let (room, seq) = (self.room.clone(), self.seq);
        Outcome::Chosen(Choice::React { room, seq, with: chosen.with })
    }
}
