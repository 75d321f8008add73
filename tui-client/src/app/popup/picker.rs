//! A picker: a list of rooms or members, narrowed by typing a part of the name. What the choice does is the app's part.

use shared::{RoomName, Uid};

use super::context::Context;
use super::outcome::{Choice, Outcome};
use super::text_field::TextField;
use crate::admin_action::{AdminAction, Subject};
use crate::event::{Code, Key};

/// What there is to choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickerKind {
    /// The rooms one is in, and those one may join.
    Rooms,
    /// The members of the current room.
    Members,
}

/// A list to choose from.
#[derive(Debug)]
pub struct Picker {
    /// What there is to choose from.
    pub kind: PickerKind,
    /// What was typed.
    pub query: TextField,
    /// Which of the matching items is selected.
    pub at: usize,
}

/// An item of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its name.
    pub title: String,
    /// A note beside it.
    pub detail: String,
    /// What choosing it means.
    pub target: Target,
}

/// What choosing an item means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// This room.
    Room(RoomName),
    /// This person.
    Person(Uid),
    /// This room, which one is not in.
    Join(RoomName),
}

impl Picker {
    pub(super) fn new(kind: PickerKind) -> Self {
        Self { kind, query: TextField::default(), at: 0 }
    }

    /// The rooms whose names have this in them.
    pub(super) fn of_rooms(part: &str) -> Self {
        let mut query = TextField::default();
        query.set_text(part.to_owned());
        Self { kind: PickerKind::Rooms, query, at: 0 }
    }

    /// The items whose names contain what was typed, those that begin with it first.
    #[must_use]
    pub fn items(&self, ctx: &Context<'_>) -> Vec<Item> {
        let mut items = match self.kind {
            PickerKind::Rooms => rooms(ctx),
            PickerKind::Members => members(ctx),
        };
        let query = self.query.text().trim().to_lowercase();
        let found_at = |item: &Item| item.title.to_lowercase().trim_start_matches('@').find(&query);
        if !query.is_empty() {
            items.retain(|item| found_at(item).is_some());
            items.sort_by_key(|item| found_at(item) != Some(0));
        }
        items
    }

    pub(super) fn on_key(&mut self, key: Key, ctx: &Context<'_>) -> Outcome {
        if let Some(outcome) = self.act(key, ctx) {
            return outcome;
        }
        let count = self.items(ctx).len().max(1);
        match key.code {
            Code::Enter => return self.choose(ctx),
            Code::Up => self.at = (self.at + count - 1) % count,
            Code::Down | Code::Tab => self.at = (self.at + 1) % count,
            Code::Char(_)
            | Code::F(_)
            | Code::Backspace
            | Code::Delete
            | Code::Esc
            | Code::Left
            | Code::Right
            | Code::Home
            | Code::End
            | Code::PageUp
            | Code::PageDown => {
                if self.query.on_key(key, ctx.keymap) {
                    self.at = 0;
                }
            }
        }
        Outcome::Kept
    }

    pub(super) fn on_paste(&mut self, text: &str) {
        if self.query.on_paste(text) {
            self.at = 0;
        }
    }

    /// In the list of members, a moderator's letter is an action while nothing is typed; a space begins to type.
    fn act(&self, key: Key, ctx: &Context<'_>) -> Option<Outcome> {
        if self.kind != PickerKind::Members || !self.query.is_empty() || ctx.role().is_member() {
            return None;
        }
        let action = match key.latin().filter(|_| key.typed().is_some())? {
            'k' => AdminAction::Kick,
            'b' => AdminAction::Ban,
            'm' => AdminAction::Mute,
            _ => return None,
        };
        let Target::Person(uid) = self.items(ctx).into_iter().nth(self.at)?.target else { return None };
        let member = ctx.everyone().get(uid).filter(|member| member.role < ctx.role() && uid != ctx.my_uid());
        let subject = member.map(|member| Subject { uid, name: member.name.clone(), style: member.style });
        Some(subject.map_or(Outcome::Kept, |subject| Outcome::OpenDialog(action, Box::new(subject))))
    }

    fn choose(&self, ctx: &Context<'_>) -> Outcome {
        match self.items(ctx).into_iter().nth(self.at).map(|item| item.target) {
            Some(Target::Room(name)) => Outcome::Chosen(Choice::Room(name)),
            Some(Target::Join(name)) => Outcome::Chosen(Choice::Join(name)),
            Some(Target::Person(uid)) => Outcome::Chosen(Choice::Person(uid)),
            None => Outcome::Kept,
        }
    }
}

fn rooms(ctx: &Context<'_>) -> Vec<Item> {
    if !ctx.session.is_welcome() {
        return Vec::new();
    }
    let items = ctx.rooms.list().iter().map(|room| Item {
        title: room.title(ctx.my_uid()),
        detail: if room.unread > 0 { room.unread.to_string() } else { String::new() },
        target: Target::Room(room.name.clone()),
    });
    let is_mine = |name: &RoomName| ctx.rooms.get(name).is_some_and(|room| room.joined);
    let others = ctx.session.room_list().iter().filter(|listed| !is_mine(&listed.name)).map(|listed| {
        let mut detail = ctx.lang.join_room(listed.people);
        if !listed.topic.is_empty() {
            detail.extend([" · ", listed.topic.as_str()]);
        }
        Item { title: listed.name.to_string(), detail, target: Target::Join(listed.name.clone()) }
    });
    items.chain(others).collect()
}

fn members(ctx: &Context<'_>) -> Vec<Item> {
    let lang = ctx.lang;
    let items = ctx.rooms.current().roster.people().iter().map(|member| {
        let mut detail = Vec::new();
        if !member.role.is_member() {
            detail.push(lang.role(member.role));
        }
        if member.away {
            detail.push(lang.away());
        }
        if member.uid == ctx.my_uid() {
            detail.push(lang.you());
        }
        Item {
            title: member.name.to_string(),
            detail: detail.join(" · "),
            target: Target::Person(member.uid),
        }
    });
    items.collect()
}
