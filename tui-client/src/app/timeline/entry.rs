//! One entry of the timeline: an event of the room, a message of our own that is not stored yet, or a notice of this client.

use std::sync::Arc;

use shared::text::is_safe;
use shared::{Code, Event, Kind, Line, Millis, Nonce, Sender, Seq, Text};

use crate::app::memory_budget::ALLOCATION;

/// The seq under which unsent messages are sorted: above every real one.
pub(super) const PENDING: Seq = match Seq::new((1 << 53) - 1) {
    Some(last) => last,
    None => Seq::ZERO,
};

/// The id of an entry, by which entries are sorted. It stays the same for as long as the entry does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId {
    /// The event's own seq, or the newest one when a local entry was added.
    pub(super) seq: Seq,
    /// Zero for events; local entries after the same event are counted up.
    pub(super) local: u32,
}

/// One entry of the timeline. Small: a hundred thousand of them are ordinary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub(super) seq: Seq,
    pub(super) at: Millis,
    pub(super) from: Option<Arc<Sender>>,
    pub(super) body: Body,
}

/// What an entry is. What is rare is boxed, so that messages stay small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A message.
    Message(Text),
    /// An action: `/me`.
    Action(Text),
    /// Any other event; never [`Kind::Message`], [`Kind::Action`] or [`Kind::Unknown`].
    Event(Box<Kind>),
    /// A message of our own that the server has not stored, or not yet.
    Own(Box<Own>),
    /// Something the client says itself.
    Notice(Box<Notice>),
}

/// A message of our own that is not stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    pub(super) local: u32,
    /// Its idempotency key.
    pub nonce: Nonce,
    /// What was said.
    pub text: Text,
    /// Whether it is an action.
    pub action: bool,
    /// Why it will not be stored, and until when that is so; `None` while it may still be.
    pub failed: Option<(Code, Option<Millis>)>,
    /// That it failed and why, in words that say more than the code.
    pub detail: Option<Box<str>>,
}

/// Something the client says itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub(super) local: u32,
    /// How much it matters.
    pub level: Level,
    /// What it says, without control characters other than newlines.
    pub text: Box<str>,
}

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Good to know.
    Info,
    /// Something went wrong.
    Warning,
}

impl EntryId {
    /// Whether it is an unsent message, which stands below the log.
    pub(super) fn is_pending(&self) -> bool {
        self.seq == PENDING && self.local > 0
    }
}

impl Entry {
    /// What to keep of an event; nothing of a kind this client does not know.
    pub(super) fn of_event(event: &Event, from: Arc<Sender>) -> Option<Self> {
        let body = match &event.kind {
            Kind::Message(text) => Body::Message(text.clone()),
            Kind::Action(text) => Body::Action(text.clone()),
            Kind::Unknown => return None,
            Kind::Join
            | Kind::Leave(_)
            | Kind::Rename(_)
            | Kind::Topic(_)
            | Kind::Kick(_)
            | Kind::Ban(_)
            | Kind::Mute(_)
            | Kind::Announce(_)
            | Kind::Role(..) => Body::Event(Box::new(event.kind.clone())),
        };
        Some(Self { seq: event.seq, at: event.at, from: Some(from), body })
    }

    /// What it takes in memory, in bytes; its sender, whom others share, is not counted.
    pub(super) fn bytes(&self) -> usize {
        let body = match &self.body {
            Body::Message(text) | Body::Action(text) => ALLOCATION + text.as_str().len(),
            Body::Event(kind) => {
                let text = kind.text().map_or(Line::MAX_BYTES, |text| text.as_str().len());
                size_of::<Kind>() + 3 * ALLOCATION + text
            }
            Body::Own(own) => size_of::<Own>() + 3 * ALLOCATION + own.text.as_str().len(),
            Body::Notice(notice) => size_of::<Notice>() + 2 * ALLOCATION + notice.text.len(),
        };
        size_of::<Self>() + body
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> EntryId {
        let local = match &self.body {
            Body::Own(own) => own.local,
            Body::Notice(notice) => notice.local,
            Body::Message(_) | Body::Action(_) | Body::Event(_) => 0,
        };
        EntryId { seq: self.seq, local }
    }

    /// The event's seq; nothing for what only this client knows.
    #[must_use]
    pub fn seq(&self) -> Option<Seq> {
        (self.id().local == 0).then_some(self.seq)
    }

    /// When: by the server's clock for events, by ours for the rest.
    #[must_use]
    pub fn at(&self) -> Millis {
        self.at
    }

    /// Who; nobody for notices.
    #[must_use]
    pub fn from(&self) -> Option<&Sender> {
        self.from.as_deref()
    }

    /// What.
    #[must_use]
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// The text somebody wrote, to copy or to answer; `None` where nobody did.
    #[must_use]
    pub fn text(&self) -> Option<&Text> {
        match &self.body {
            Body::Message(text) | Body::Action(text) => Some(text),
            Body::Own(own) => Some(&own.text),
            Body::Event(kind) => kind.text(),
            Body::Notice(_) => None,
        }
    }
}

impl Notice {
    /// The longest notice, in characters; a longer one is cut. It is the length of a message, for the same reason.
    const MAX_CHARS: usize = Text::MAX_BYTES;

    pub(super) fn new(local: u32, level: Level, text: &str) -> Self {
        let text: String = text.chars().filter(|&c| c == '\n' || is_safe(c)).take(Self::MAX_CHARS).collect();
        Self { local, level, text: text.into() }
    }
}
