//! A picker: a list of rooms or members, narrowed by typing a part of the name. What the choice does is the app's part.

use shared::{RoomName, Uid};

use super::choices::Choices;
use super::context::Context;
use super::outcome::{Choice, Outcome};
use crate::admin_action::{AdminAction, Subject};
use crate::event::{Code, Key};
use crate::server_list::{OtherServer, ServerNumber, ServerState};

/// Ignores a member of the list, or undoes that.
pub(super) const IGNORE: Key = Key { alt: true, ..Key::plain(Code::Char('i')) };

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
    /// What was typed, and which of the matching items is selected.
    pub list: Choices,
}

/// An item of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its name.
    pub title: String,
    /// A note beside it.
    pub detail: String,
    /// What it is found by as well: the server it is on.
    pub server: String,
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
    /// This server, and this room of it.
    Elsewhere(ServerNumber, Option<RoomName>),
    /// This room, which one is not in.
    Join(RoomName),
}

impl Picker {
    pub(super) fn new(kind: PickerKind) -> Self {
        Self { kind, list: Choices::default() }
    }

    /// The rooms whose names have this in them.
    pub(super) fn of_rooms(part: &str) -> Self {
        let mut rooms = Self::new(PickerKind::Rooms);
        rooms.list.query.set_text(part.to_owned());
        rooms
    }

    /// The items whose names contain what was typed, those that begin with it first.
    #[must_use]
    pub fn items(&self, ctx: &Context<'_>) -> Vec<Item> {
        let mut items = match self.kind {
            PickerKind::Rooms => rooms(ctx),
            PickerKind::Members => members(ctx),
        };
        let query = self.list.query.text().trim().to_lowercase();
        let found_at = |item: &Item| item.title.to_lowercase().trim_start_matches('@').find(&query);
        if !query.is_empty() {
            items.retain(|item| found_at(item).is_some() || item.server.to_lowercase().contains(&query));
            items.sort_by_key(|item| found_at(item) != Some(0));
        }
        items
    }

    pub(super) fn on_key(&mut self, key: Key, ctx: &Context<'_>) -> Outcome {
        if let Some(outcome) = self.act(key, ctx) {
            return outcome;
        }
        if self.kind == PickerKind::Members && key.normal() == IGNORE {
            return match self.items(ctx).into_iter().nth(self.list.at).map(|item| item.target) {
                Some(Target::Person(uid)) => Outcome::Chosen(Choice::Ignore(uid)),
                Some(Target::Elsewhere(..) | Target::Room(_) | Target::Join(_)) | None => Outcome::Kept,
            };
        }
        if key.code == Code::Enter {
            return self.choose(ctx);
        }
        let count = self.items(ctx).len();
        self.list.on_key(key, count, ctx.keymap);
        Outcome::Kept
    }

    /// In the list of members, a moderator's letter is an action while nothing is typed; a space begins to type.
    fn act(&self, key: Key, ctx: &Context<'_>) -> Option<Outcome> {
        if self.kind != PickerKind::Members || !self.list.query.is_empty() || ctx.role().is_member() {
            return None;
        }
        let action = match key.latin().filter(|_| key.typed().is_some())? {
            'k' => AdminAction::Kick,
            'b' => AdminAction::Ban,
            'm' => AdminAction::Mute,
            _ => return None,
        };
        let Target::Person(uid) = self.items(ctx).into_iter().nth(self.list.at)?.target else { return None };
        let member = ctx.everyone().get(uid).filter(|member| member.role < ctx.role() && uid != ctx.my_uid());
        let subject = member.map(|member| Subject { uid, name: member.name.clone(), style: member.style });
        Some(subject.map_or(Outcome::Kept, |subject| Outcome::OpenDialog(action, Box::new(subject))))
    }

    fn choose(&self, ctx: &Context<'_>) -> Outcome {
        match self.items(ctx).into_iter().nth(self.list.at).map(|item| item.target) {
            Some(Target::Room(name)) => Outcome::Chosen(Choice::Room(name)),
            Some(Target::Elsewhere(server, room)) => Outcome::Chosen(Choice::Elsewhere(server, room)),
            Some(Target::Join(name)) => Outcome::Chosen(Choice::Join(name)),
            Some(Target::Person(uid)) => Outcome::Chosen(Choice::Person(uid)),
            None => Outcome::Kept,
        }
    }
}

/// The rooms one is in, on the other servers as well, then those one may join here.
fn rooms(ctx: &Context<'_>) -> Vec<Item> {
    let elsewhere = ctx.others.list.iter().flat_map(|server| rooms_of(server, ctx));
    if !ctx.session.is_welcome() {
        return elsewhere.collect();
    }
    let items = ctx.rooms.list().iter().map(|room| {
        let unread = if room.unread > 0 { room.unread.to_string() } else { String::new() };
        let access = ctx.lang.room_access(room.settings.private, room.settings.read_only);
        let own = if room.settings.owner == Some(ctx.my_uid()) { ctx.lang.own_room() } else { "" };
        Item {
            title: room.title(ctx.my_uid()),
            detail: joined(&[&unread, &access, own]),
            server: String::new(),
            target: Target::Room(room.name.clone()),
        }
    });
    let is_mine = |name: &RoomName| ctx.rooms.get(name).is_some_and(|room| room.joined);
    let others = ctx.session.room_list().iter().filter(|listed| !is_mine(&listed.name)).map(|listed| {
        let (people, topic) = (ctx.lang.join_room(listed.people), listed.topic.as_str());
        let detail = joined(&[&people, &ctx.lang.room_access(listed.private, listed.read_only), topic]);
        Item {
            title: listed.name.to_string(),
            detail,
            server: String::new(),
            target: Target::Join(listed.name.clone()),
        }
    });
    items.chain(elsewhere).chain(others).collect()
}

/// The rooms of another server; where there are none or there is no connection, the server itself, with the reason.
fn rooms_of<'a>(server: &'a OtherServer, ctx: &'a Context<'_>) -> impl Iterator<Item = Item> + 'a {
    let is_online = server.state == ServerState::Online;
    let itself = (!is_online || server.rooms.is_empty()).then(|| Item {
        title: server.label.clone(),
        detail: ctx.lang.server_state(server.state, server.node.as_ref(), ctx.now),
        server: server.label.clone(),
        target: Target::Elsewhere(server.number, None),
    });
    let rooms = server.rooms.iter().map(|room| {
        let unread = if room.unread > 0 { format!("{} · ", room.unread) } else { String::new() };
        Item {
            title: room.title.clone(),
            detail: format!("{unread}{}", server.label),
            server: server.label.clone(),
            target: Target::Elsewhere(server.number, Some(room.name.clone())),
        }
    });
    itself.into_iter().chain(rooms)
}

/// What is to be said of an item, without what is empty.
fn joined(parts: &[&str]) -> String {
    parts.iter().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn members(ctx: &Context<'_>) -> Vec<Item> {
    let lang = ctx.lang;
    let room = ctx.rooms.current();
    let items = room.roster.people().iter().map(|member| {
        let mut detail = Vec::new();
        if room.settings.owner == Some(member.uid) {
            detail.push(lang.owner());
        }
        if !member.role.is_member() {
            detail.push(lang.role(member.role));
        }
        detail.extend(ctx.session.how_is(member, ctx.rooms.is_absent(member.uid), lang));
        if member.uid == ctx.my_uid() {
            detail.push(lang.you());
        }
        Item {
            title: member.name.to_string(),
            detail: detail.join(" · "),
            server: String::new(),
            target: Target::Person(member.uid),
        }
    });
    items.collect()
}
