//! A list to choose from by typing a part of what is wanted: rooms, members. It must not act on the choice.

use shared::{RoomName, Uid};
use unicode_segmentation::UnicodeSegmentation as _;

use super::dialog::{Dialog, Verb, Whom};
use super::{Choice, Heard, Layer, closes, is_global};
use crate::app::App;
use crate::event::{Code, Key};

/// What there is to choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The rooms one is in.
    Rooms,
    /// The members of the room that is looked at.
    Members,
}

/// A list to choose from.
#[derive(Clone, Debug)]
pub struct Picker {
    /// What there is to choose from.
    pub kind: Kind,
    /// What was typed.
    pub query: String,
    /// Which of the items that fit is picked out.
    pub at: usize,
}

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it is called.
    pub title: String,
    /// What else is to know.
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
}

impl Picker {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, query: String::new(), at: 0 }
    }

    /// The items that fit what was typed, those that begin with it first.
    #[must_use]
    pub fn items(&self, app: &App) -> Vec<Item> {
        let mut items = match self.kind {
            Kind::Rooms => rooms(app),
            Kind::Members => members(app),
        };
        let query = self.query.trim().to_lowercase();
        let place = |item: &Item| item.title.to_lowercase().trim_start_matches('@').find(&query);
        if !query.is_empty() {
            items.retain(|item| place(item).is_some());
            items.sort_by_key(|item| place(item) != Some(0));
        }
        items
    }

    pub(super) fn on_key(&mut self, key: Key, app: &App) -> Heard {
        if is_global(key) {
            return Heard::Passed;
        }
        if closes(key) {
            return Heard::Closed;
        }
        if let Some(heard) = self.act(key, app) {
            return heard;
        }
        let count = self.items(app).len();
        match (key.code, key.typed()) {
            (Code::Enter, _) => return self.chosen(app),
            (Code::Up, _) => self.at = (self.at + count.max(1) - 1) % count.max(1),
            (Code::Down | Code::Tab, _) => self.at = (self.at + 1) % count.max(1),
            (Code::Backspace, _) => self.rub_out(),
            (Code::Char('u'), None) if key.ctrl => self.query.clear(),
            (_, Some(c)) => {
                self.query.push(c);
                self.at = 0;
            }
            (_, None) => {}
        }
        Heard::Kept
    }

    /// In the list of members, a moderator's letter is an act while nothing is looked for; a space begins to look.
    fn act(&self, key: Key, app: &App) -> Option<Heard> {
        if self.kind != Kind::Members || !self.query.is_empty() || app.role().is_member() {
            return None;
        }
        let verb = match key.latin().filter(|_| key.typed().is_some())? {
            'k' => Verb::Kick,
            'b' => Verb::Ban,
            'm' => Verb::Mute,
            _ => return None,
        };
        let Target::Person(uid) = self.items(app).into_iter().nth(self.at)?.target else { return None };
        let member = app.everyone().get(uid).filter(|member| member.role < app.role() && uid != app.my_uid());
        let whom = member.map(|member| Whom { uid, name: member.name.clone(), style: member.style });
        Some(whom.map_or(Heard::Kept, |whom| {
            Heard::Opened(Box::new(Layer::Dialog(Box::new(Dialog::about(verb, whom, app.now())))))
        }))
    }

    fn rub_out(&mut self) {
        let last = self.query.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
        self.query.truncate(last);
        self.at = 0;
    }

    fn chosen(&self, app: &App) -> Heard {
        match self.items(app).into_iter().nth(self.at).map(|item| item.target) {
            Some(Target::Room(name)) => Heard::Chosen(Choice::Room(name)),
            Some(Target::Person(uid)) => Heard::Chosen(Choice::Person(uid)),
            None => Heard::Kept,
        }
    }
}

fn rooms(app: &App) -> Vec<Item> {
    if !app.is_welcome() {
        return Vec::new();
    }
    let items = app.rooms().list().iter().map(|room| Item {
        title: room.title(app.my_uid()),
        detail: if room.unread > 0 { room.unread.to_string() } else { String::new() },
        target: Target::Room(room.name.clone()),
    });
    items.collect()
}

fn members(app: &App) -> Vec<Item> {
    let lang = app.lang();
    let items = app.rooms().current().roster.people().iter().map(|member| {
        let mut detail = Vec::new();
        if !member.role.is_member() {
            detail.push(lang.role(member.role));
        }
        if member.away {
            detail.push(lang.away());
        }
        if member.uid == app.my_uid() {
            detail.push(lang.yourself());
        }
        Item {
            title: member.name.to_string(),
            detail: detail.join(" · "),
            target: Target::Person(member.uid),
        }
    });
    items.collect()
}
