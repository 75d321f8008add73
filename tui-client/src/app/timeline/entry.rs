//! One entry of the timeline: an event of the room, a message of our own that is not stored yet, or a notice of this client.

use std::sync::Arc;

use shared::text::is_safe;
use shared::{Attachment, Code, Event, Kind, Line, Millis, Nonce, Sender, Seq, Text};

use super::facts::file_bytes;
use super::packed::Packed;
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

/// One entry of the timeline. Small: a million of them are possible.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    pub(super) seq: Seq,
    pub(super) at: Millis,
    pub(super) content: Content,
}

/// What an entry holds. What is rare is boxed, so that packed messages stay small.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A message or an action among others.
    Packed(Packed),
    /// A message or an action that stands alone, as the newest ones do at first.
    Said(Box<Said>),
    /// Any other event; never [`Kind::Message`], [`Kind::Action`] or [`Kind::Unknown`].
    Event(Box<(Arc<Sender>, Kind)>),
    /// A message of our own that the server has not stored, or not yet.
    Own(Box<Own>),
    /// Something the client says itself.
    Notice(Box<Notice>),
}

/// What somebody said.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) from: Arc<Sender>,
    pub(super) text: Text,
    pub(super) action: bool,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body<'a> {
    /// A message.
    Message(&'a str),
    /// An action: `/me`.
    Action(&'a str),
    /// Any other event; never [`Kind::Message`], [`Kind::Action`] or [`Kind::Unknown`].
    Event(&'a Kind),
    /// A message of our own that the server has not stored, or not yet.
    Own(&'a Own),
    /// Something the client says itself.
    Notice(&'a Notice),
}

/// A message of our own that is not stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    pub(super) local: u32,
    pub(super) from: Arc<Sender>,
    /// Its idempotency key.
    pub nonce: Nonce,
    /// What was said.
    pub text: Text,
    /// Whether it is an action.
    pub action: bool,
    /// The message it answers.
    pub reply_to: Option<Seq>,
    /// The file it brings.
    pub file: Option<Box<Attachment>>,
    /// Where the server stored it, once it has said so and the event is on its way.
    pub(super) stored: Option<Seq>,
    /// Why it will not be stored, and until when that is so; `None` while it may still be.
    pub failed: Option<(Code, Option<Millis>)>,
    /// That it failed and why, in words that say more than the code.
    pub detail: Option<Box<str>>,
}

/// How something is said.
#[derive(Clone, Copy, Debug, Default)]
pub struct HowSaid {
    /// Whether it is an action.
    pub action: bool,
    /// The message it answers.
    pub reply_to: Option<Seq>,
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
        let said = |text: &Text, action| {
            Content::Said(Box::new(Said { from: Arc::clone(&from), text: text.clone(), action }))
        };
        let content = match &event.kind {
            Kind::Message(text) => said(text, false),
            Kind::Action(text) => said(text, true),
            // They change another entry.
            Kind::Edit(_) | Kind::Delete(_) | Kind::React(_) | Kind::Unknown => return None,
            Kind::Join
            | Kind::Leave(_)
            | Kind::Rename(_)
            | Kind::Topic(_)
            | Kind::Kick(_)
            | Kind::Ban(_)
            | Kind::Mute(_)
            | Kind::Announce(_)
            | Kind::Deleted(_)
            | Kind::SetRoom(_)
            | Kind::Role(..) => Content::Event(Box::new((from, event.kind.clone()))),
        };
        Some(Self { seq: event.seq, at: event.at, content })
    }

    /// What it takes in memory, in bytes: what is free when it goes. Its sender, whom others share, is not counted.
    pub(super) fn bytes(&self) -> usize {
        let content = match &self.content {
            Content::Packed(packed) => packed.bytes(),
            Content::Said(said) => size_of::<Said>() + 2 * ALLOCATION + said.text.as_str().len(),
            Content::Event(event) => {
                let text = event.1.text().map_or(Line::MAX_BYTES, |text| text.as_str().len());
                size_of::<(Arc<Sender>, Kind)>() + 3 * ALLOCATION + text
            }
            Content::Own(own) => {
                let file = own.file.as_deref().map_or(0, file_bytes);
                size_of::<Own>() + 3 * ALLOCATION + own.text.as_str().len() + file
            }
            Content::Notice(notice) => size_of::<Notice>() + 2 * ALLOCATION + notice.text.len(),
        };
        size_of::<Self>() + content
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> EntryId {
        let local = match &self.content {
            Content::Own(own) => own.local,
            Content::Notice(notice) => notice.local,
            Content::Packed(_) | Content::Said(_) | Content::Event(_) => 0,
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
        let from = match &self.content {
            Content::Packed(packed) => packed.sender(),
            Content::Said(said) => Some(&said.from),
            Content::Event(event) => Some(&event.0),
            Content::Own(own) => Some(&own.from),
            Content::Notice(_) => None,
        };
        from.map(|from| &**from)
    }

    /// What.
    #[must_use]
    pub fn body(&self) -> Body<'_> {
        match &self.content {
            Content::Packed(packed) if packed.action => Body::Action(packed.text()),
            Content::Packed(packed) => Body::Message(packed.text()),
            Content::Said(said) if said.action => Body::Action(said.text.as_str()),
            Content::Said(said) => Body::Message(said.text.as_str()),
            Content::Event(event) => Body::Event(&event.1),
            Content::Own(own) => Body::Own(own),
            Content::Notice(notice) => Body::Notice(notice),
        }
    }

    /// The text somebody wrote, to copy or to answer; `None` where nobody did.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self.body() {
            Body::Message(text) | Body::Action(text) => Some(text),
            Body::Own(own) => Some(own.text.as_str()),
            Body::Event(kind) => kind.text().map(Text::as_str),
            Body::Notice(_) => None,
        }
    }

    /// The file that a message of our own brings which is not stored.
    pub(super) fn own_file(&self) -> Option<&Attachment> {
        if let Content::Own(own) = &self.content { own.file.as_deref() } else { None }
    }

    /// A message or action that is not packed.
    pub(super) fn said(&self) -> Option<&Said> {
        if let Content::Said(said) = &self.content { Some(said) } else { None }
    }

    pub(super) fn is_packed(&self) -> bool {
        matches!(self.content, Content::Packed(_))
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
