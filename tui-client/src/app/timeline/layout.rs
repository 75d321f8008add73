//! Which rows an entry takes, and what stands in them: the one answer for scrolling and for drawing.
//! It must not know colours, nor where the reader is.

mod wording;

use std::borrow::Cow;
use std::ops::Range;

use shared::Millis;

use super::date::{Date, Local};
use super::entry::{Body, Entry, Level};
use crate::app::wrap::{self, Row};
use crate::lang::Lang;

/// What the scrollback is looked at through. Whoever scrolls must use the one that is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewport {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
    /// How far the clocks here are ahead of UTC, in minutes.
    pub offset_minutes: i32,
    /// What the reader reads; longer words make more rows.
    pub lang: Lang,
}

/// Which columns of a row are what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Whether the time stands at the left, in five columns.
    pub time: bool,
    /// The column the names begin at, and how many they have; `None` where the name is part of the text.
    pub names: Option<(u16, u16)>,
    /// The column of the marks; `None` where there is no room for it.
    pub gutter: Option<u16>,
    /// The column the text begins at.
    pub text: u16,
    /// How many columns the text has.
    pub text_width: u16,
}

impl Geometry {
    /// Below this width the time is dropped.
    const TIME_FROM: u16 = 40;
    /// Below this width the names are part of the text.
    const NAMES_FROM: u16 = 50;
    /// Below this width the marks are dropped.
    const GUTTER_FROM: u16 = 12;
    /// The narrowest and the widest column of names.
    const NAMES: (u16, u16) = (4, 16);

    /// Divides `width` columns, where the widest name has `widest`.
    #[must_use]
    pub fn new(width: u16, widest: u16) -> Self {
        if width >= Self::NAMES_FROM {
            let names = widest.clamp(Self::NAMES.0, Self::NAMES.1.min(width / 4));
            let text = names + 9;
            let (gutter, text_width) = (Some(names + 7), width - text);
            return Self { time: true, names: Some((6, names)), gutter, text, text_width };
        }
        let time = width >= Self::TIME_FROM;
        let gutter = if time { Some(6) } else { (width >= Self::GUTTER_FROM).then_some(0) };
        let text = gutter.map_or(0, |gutter| gutter + 1);
        Self { time, names: None, gutter, text, text_width: width - text }
    }
}

/// A row above an entry that parts it from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruler {
    /// There is more before this.
    Older,
    /// Some events are missing here.
    Hole,
    /// A day begins.
    Day(Date),
    /// So many were missed while away.
    Missed(usize),
    /// What is new begins.
    Unread,
}

/// One entry as it is laid out.
#[derive(Clone, Debug)]
pub struct Block<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// The row its first row stands at; negative above the viewport.
    pub top: i32,
    /// The rows before its own.
    pub rulers: Vec<Ruler>,
    /// Whether it continues what the same person said just before, so that the name need not be repeated.
    pub grouped: bool,
    /// The time, when it is not the one above as well.
    pub clock: Option<(u8, u8)>,
    /// What it says.
    pub said: Said<'a>,
    /// The rows of what it says.
    pub rows: Vec<Row>,
}

/// The words of an entry.
#[derive(Clone, Debug)]
pub struct Said<'a> {
    /// What stands where the name would; in a narrow viewport it is in the text instead.
    pub label: Label<'a>,
    /// Everything that is drawn in the text's columns.
    pub text: Cow<'a, str>,
    /// Which part of `text` somebody wrote: in it are links and mentions.
    pub own: Range<usize>,
    /// Parts of `text` that look different.
    pub paints: Vec<(Range<usize>, Paint)>,
}

/// What stands before the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label<'a> {
    /// The speaker.
    Name(&'a str),
    /// What kind of thing it is.
    Symbol(&'static str),
}

/// How a part of a text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// The sender's name.
    Name,
    /// Why a message was not sent.
    Failure,
    /// A word that says what follows.
    Heading,
}

impl Block<'_> {
    /// How many rows it has.
    #[must_use]
    pub fn height(&self) -> i32 {
        signed(self.rulers.len() + self.rows.len())
    }

    /// The row after its last one.
    #[must_use]
    pub fn bottom(&self) -> i32 {
        self.top + self.height()
    }
}

/// A number of rows, for reckoning.
pub(super) fn signed(rows: usize) -> i32 {
    i32::try_from(rows).unwrap_or(i32::MAX)
}

/// How long one's name is not repeated.
const GROUPED_FOR: Millis = 5 * 60 * 1000;

/// Lays out an entry. `rulers` are those that do not come from the day.
pub(super) fn block<'a>(
    entry: &'a Entry,
    previous: Option<&Entry>,
    mut rulers: Vec<Ruler>,
    viewport: &Viewport,
    geometry: &Geometry,
) -> Block<'a> {
    let local = |entry: &Entry| Local::new(entry.at, viewport.offset_minutes);
    let (now, before) = (local(entry), previous.map(local));
    if before.is_none_or(|before| before.days < now.days) {
        let at = rulers.iter().take_while(|ruler| matches!(ruler, Ruler::Older | Ruler::Hole)).count();
        rulers.insert(at, Ruler::Day(now.date()));
    }
    let grouped = geometry.names.is_some()
        && rulers.is_empty()
        && previous.is_some_and(|previous| continues(previous, entry));
    let same_minute = before.is_some_and(|before| (before.hour, before.minute) == (now.hour, now.minute));
    let clock = (geometry.time && !(grouped && same_minute)).then_some((now.hour, now.minute));
    let said = say(entry, viewport, geometry);
    let rows = wrap::wrap(&said.text, geometry.text_width);
    Block { entry, top: 0, rulers, grouped, clock, said, rows }
}

/// Whether an entry is more of what somebody is just saying.
fn continues(previous: &Entry, entry: &Entry) -> bool {
    let speaks = |entry: &Entry| match &entry.body {
        Body::Said(_) => true,
        Body::Own(own) => !own.action,
        Body::Did(_) | Body::Event(_) | Body::Notice(_) => false,
    };
    speaks(previous)
        && speaks(entry)
        && previous.from == entry.from
        && (0..GROUPED_FOR).contains(&entry.at.saturating_sub(previous.at))
}

/// Puts an entry into words.
fn say<'a>(entry: &'a Entry, viewport: &Viewport, geometry: &Geometry) -> Said<'a> {
    let lang = viewport.lang;
    let name = entry.from.as_ref().map(|from| lang.person(from.uid, &from.name));
    let said = match &entry.body {
        Body::Said(text) => Said::plain(label(name), text.as_str()),
        Body::Did(text) => Said::action(name, text.as_str()),
        Body::Own(own) => {
            let text = own.text.as_str();
            let said = if own.action { Said::action(name, text) } else { Said::plain(label(name), text) };
            match own.failed {
                Some((why, until)) => {
                    let until = until.map(|until| lang.moment(until, entry.at, viewport.offset_minutes));
                    said.with_failure(&lang.not_sent_until(why, until.as_deref()))
                }
                None => said,
            }
        }
        Body::Notice(notice) => {
            let symbol = match notice.level {
                Level::Info => "·",
                Level::Warning => "!",
            };
            Said::plain(Label::Symbol(symbol), &*notice.text)
        }
        Body::Event(kind) => wording::say_event(kind, entry, name, viewport),
    };
    if geometry.names.is_some() { said } else { said.with_label_in_text(geometry.text_width) }
}

fn label(name: Option<&str>) -> Label<'_> {
    name.map_or(Label::Symbol(""), Label::Name)
}

impl<'a> Said<'a> {
    fn plain(label: Label<'a>, text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        Self { label, own: 0..text.len(), text, paints: Vec::new() }
    }

    fn action(name: Option<&'a str>, text: &str) -> Self {
        let name = name.unwrap_or_default();
        let mut said = Self::plain(Label::Symbol("*"), format!("{name} {text}"));
        said.own.start = name.len() + 1;
        said.paints.push((0..name.len(), Paint::Name));
        said
    }

    fn headed(label: Label<'a>, heading: &str, text: &str) -> Self {
        let mut said = Self::plain(label, format!("{heading} {text}"));
        said.own.start = heading.len() + 1;
        said.paints.push((0..heading.len(), Paint::Heading));
        said
    }

    fn with_failure(mut self, why: &str) -> Self {
        let text = self.text.to_mut();
        text.push('\n');
        let start = text.len();
        text.push_str(why);
        self.paints.push((start..text.len(), Paint::Failure));
        self
    }

    /// Moves the label to the front of the text, for want of a column.
    fn with_label_in_text(mut self, width: u16) -> Self {
        let (before, paint) = match self.label {
            Label::Name(name) => {
                let name = cut(name, (width / 2).max(4));
                let paint = (0..name.len(), Paint::Name);
                (format!("{name}: "), Some(paint))
            }
            Label::Symbol("") => return self,
            Label::Symbol(symbol) => (format!("{symbol} "), None),
        };
        let by = before.len();
        let moved = |range: Range<usize>| range.start + by..range.end + by;
        self.own = moved(self.own);
        self.paints =
            self.paints.into_iter().map(|(range, paint)| (moved(range), paint)).chain(paint).collect();
        self.text = Cow::Owned(before + &self.text);
        self.label = Label::Symbol("");
        self
    }
}

/// As much of `text` as fits `width` columns, with `…` at the end when something is left out.
#[must_use]
pub fn cut(text: &str, width: u16) -> Cow<'_, str> {
    if wrap::columns(text) <= usize::from(width) {
        return Cow::Borrowed(text);
    }
    let mut room = width.saturating_sub(1);
    let mut kept = String::new();
    for (symbol, columns) in wrap::clusters(text) {
        let Some(left) = room.checked_sub(columns) else { break };
        room = left;
        kept.push_str(symbol);
    }
    if width > 0 {
        kept.push('…');
    }
    Cow::Owned(kept)
}
