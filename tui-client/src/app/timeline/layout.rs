//! Layout: which rows an entry takes at a width and what stands in them, for scrolling and for drawing alike. It knows no
//! colours and not where the reader is.

use std::borrow::Cow;
use std::collections::VecDeque;

use jiff::civil::{DateTime, Time};
use shared::reaction::Reactions;
use shared::{Attachment, Millis, Reaction, Uid};

use super::condensed::Condensed;
use super::date_separator;
use super::entry::{Body, Entry, Level};
use super::entry_text::{EntryText, Label, Paint};
use super::event_text::event_text;
use super::facts::Facts;
use super::file_line::FileLine;
use super::file_mark::FileMark;
use super::fold::{self, Fold};
use super::links::{Target, links};
use super::originals::Original;
use super::separator::Separator;
use super::sketch::Sketch;
use super::text_rows;
use crate::app::text_width;
use crate::app::wrap::Row;
use crate::lang::Lang;
use crate::profile::Ignored;
use crate::time_style::{ClockStyle, TimeStyle};

/// The viewport of the timeline: its size, language and times. Scrolling must use the one that is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewport {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
    /// How times are shown.
    pub times: TimeStyle,
    /// What the reader reads; longer words make more rows.
    pub lang: Lang,
    /// Whether formatting is drawn; otherwise the text as it was typed.
    pub formatted: bool,
    /// How many rows a message has that is folded; with none, none is.
    pub fold: usize,
    /// How many rows a picture has at most; with none, none is shown.
    pub picture_rows: u16,
}

/// Which columns of a row are what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// How the time is written that stands at the left; `None` where there is no room for it.
    pub time: Option<ClockStyle>,
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
    /// Below this width a time has no seconds.
    const SECONDS_FROM: u16 = 60;
    /// Below this width the names are part of the text.
    const NAMES_FROM: u16 = 50;
    /// Below this width the marks are dropped.
    const GUTTER_FROM: u16 = 12;
    /// The narrowest and the widest column of names.
    const NAMES: (u16, u16) = (4, 16);
    /// Names have at most this part of the width.
    const NAMES_SHARE: u16 = 5;

    /// Divides `width` columns, where the widest name has `widest` and times are written like this.
    #[must_use]
    pub fn new(width: u16, widest: u16, clock: ClockStyle, lang: Lang) -> Self {
        let clock = ClockStyle { seconds: clock.seconds && width >= Self::SECONDS_FROM, ..clock };
        // A column stays free beside the time.
        let times = lang.clock_columns(clock) + 1;
        if width >= Self::NAMES_FROM {
            let names = widest.clamp(Self::NAMES.0, Self::NAMES.1.min(width / Self::NAMES_SHARE));
            let text = times + names + 3;
            let (gutter, text_width) = (Some(times + names + 1), width - text);
            return Self { time: Some(clock), names: Some((times, names)), gutter, text, text_width };
        }
        let time = (width >= Self::TIME_FROM).then_some(clock);
        let gutter = if time.is_some() { Some(times) } else { (width >= Self::GUTTER_FROM).then_some(0) };
        let text = gutter.map_or(0, |gutter| gutter + 1);
        Self { time, names: None, gutter, text, text_width: width - text }
    }
}

/// One entry as it is laid out.
#[derive(Clone, Debug)]
pub struct Block<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// The row its first row stands at; negative above the viewport.
    pub top: i32,
    /// The separators above its own rows.
    pub separators: Vec<Separator>,
    /// Whether it continues what the same person said just before, so that the name need not be repeated.
    pub grouped: bool,
    /// The time. Every message has it, so that one sees where each begins.
    pub clock: Option<Time>,
    /// What it says.
    pub said: EntryText<'a>,
    /// The column its text begins at, and how many it has.
    pub text: (u16, u16),
    /// The rows of what it says.
    pub rows: Vec<Row>,
    /// Which of them stands for others that are not shown.
    pub fold: Option<Fold>,
    /// The file it brings.
    pub file: Option<&'a Attachment>,
    /// How that looks, below what it says.
    pub picture: Option<Sketch<'a>>,
}

/// The rows to draw.
#[derive(Clone, Debug)]
pub struct Visible<'a> {
    /// Which columns are what.
    pub geometry: Geometry,
    /// The entries that have a row in the viewport, oldest first. The first may begin above it, the last may end below it.
    pub blocks: VecDeque<Block<'a>>,
}

impl<'a> Block<'a> {
    /// An entry of which nothing is shown: it has no rows.
    pub(super) fn blank(entry: &'a Entry) -> Self {
        Self {
            entry,
            top: 0,
            separators: Vec::new(),
            grouped: false,
            clock: None,
            said: EntryText::plain(Label::Symbol(""), ""),
            text: (0, 0),
            rows: Vec::new(),
            fold: None,
            file: None,
            picture: None,
        }
    }
}

impl Block<'_> {
    /// How many rows it has.
    #[must_use]
    pub fn height(&self) -> i32 {
        signed(self.separators.len() + self.rows.len()) + self.picture.map_or(0, |it| i32::from(it.rows()))
    }

    /// The row of the first of its own, below its separators.
    #[must_use]
    pub fn first(&self) -> i32 {
        self.top + signed(self.separators.len())
    }

    /// The row after its last one.
    #[must_use]
    pub fn bottom(&self) -> i32 {
        self.top + self.height()
    }
}

/// A number of rows, for arithmetic.
pub(super) fn signed(rows: usize) -> i32 {
    i32::try_from(rows).unwrap_or(i32::MAX)
}

/// How long after a message the next one of the same person is grouped with it, in milliseconds.
const GROUPED_FOR: Millis = 5 * 60 * 1000;

/// In fewer columns a text is shown as it was typed.
const FORMATTED_FROM: u16 = 10;

/// What belongs to an entry and is not in it.
pub(super) struct Beside<'a> {
    /// The separators above it that do not come from the day.
    pub(super) separators: Vec<Separator>,
    /// What it answers.
    pub(super) original: Option<Original<'a>>,
    pub(super) facts: Option<&'a Facts>,
    /// The file it brings.
    pub(super) file: Option<&'a Attachment>,
    /// How that file stands.
    pub(super) mark: Option<&'a FileMark>,
    /// Who reads it.
    pub(super) reader: Option<Uid>,
    /// Whom they ignore.
    pub(super) ignored: &'a Ignored,
    /// What its line says in its place, and in that of others after it.
    pub(super) condensed: Option<Condensed>,
    /// Whether it is being deleted.
    pub(super) is_deleting: bool,
    /// Whether another text of the reader's for it is not known to be stored.
    pub(super) is_editing: bool,
    /// The reader's reactions that wait, and whether each is taken back.
    pub(super) reacting: Vec<(&'a Reaction, bool)>,
    /// Whether all of it is shown, however long it is.
    pub(super) is_unfolded: bool,
}

/// Lays out an entry.
pub(super) fn block<'a>(
    entry: &'a Entry,
    previous: Option<&Entry>,
    beside: Beside<'a>,
    viewport: &Viewport,
    geometry: &Geometry,
) -> Block<'a> {
    let Beside {
        mut separators,
        original,
        facts,
        file,
        mark,
        reader,
        ignored,
        condensed,
        is_deleting,
        is_editing,
        reacting,
        is_unfolded,
    } = beside;
    let shown = viewport.times.local(entry.at);
    let before = previous.map(|previous| viewport.times.local(previous.at));
    date_separator::insert(&mut separators, before.map(DateTime::date), shown.date());
    let grouped = geometry.names.is_some()
        && separators.is_empty()
        && original.is_none()
        && previous.is_some_and(|previous| continues(previous, entry));
    let clock = geometry.time.map(|_| shown.time());
    let said = condensed
        .map_or_else(|| text_of(entry, (file, mark), viewport, geometry), |line| line.text(viewport.lang));
    let (mut said, text) = place(said, entry, geometry);
    let lang = viewport.lang;
    if facts.is_some_and(|facts| facts.edited) {
        said = said.with_aside(' ', lang.edited());
    }
    if viewport.formatted {
        for host in misleading_links(entry) {
            said = said.with_warning(&lang.link_leads_to(&host));
        }
    }
    if is_editing && !is_deleting {
        said = said.with_aside(' ', lang.being_edited());
    }
    if is_deleting {
        said = said.with_aside(' ', lang.being_deleted());
    }
    if let Some(original) = original {
        let line = format!("↱ {}", original_line(&original, lang));
        said = said.with_line_above(&text_width::truncate(&line, text.1));
    }
    let reactions = facts.map(|facts| &facts.reactions).filter(|reactions| !reactions.is_empty());
    if reactions.is_some() || !reacting.is_empty() {
        let counts = reaction_counts(reactions, &reacting, reader, ignored);
        if !counts.is_empty() {
            said = said.with_aside('\n', &counts);
        }
    }
    let mut rows = text_rows::rows(&said, text.1);
    let fold = if !is_unfolded && fold::may_fold(entry) {
        fold::fold(&said, &mut rows, viewport.fold)
    } else {
        None
    };
    let preview = file.and_then(|file| file.picture.as_ref()?.preview.as_ref());
    let picture = preview.and_then(|it| Sketch::new(it, text.1, viewport.height, viewport.picture_rows));
    Block { entry, top: 0, separators, grouped, clock, said, text, rows, fold, file, picture }
}

/// The hosts of links that may be taken for links to others.
fn misleading_links(entry: &Entry) -> Vec<String> {
    let text = entry.text().filter(|text| text.contains("://") && (!text.is_ascii() || text.contains('@')));
    let Some(text) = text else { return Vec::new() };
    let targets = links(text).into_iter().filter_map(|link| Target::of(text.get(link)?));
    targets.filter(|target| target.looks_like_another).map(|target| target.host().to_owned()).collect()
}

/// What is answered, in one line: who, and the first words.
#[must_use]
pub fn original_line(original: &Original<'_>, lang: Lang) -> String {
    match original {
        Original::Said(from, text) => format!("{}: {text}", lang.person_name(from.uid, &from.name)),
        Original::Deleted => lang.deleted_message().to_owned(),
        Original::Ignored => lang.ignored_message().to_owned(),
        Original::Unknown => lang.unknown_message().to_owned(),
    }
}

/// The reactions to a message, each with how many reacted so, but for ignored people; in brackets where the reader is one of
/// them. Those of the reader that are not stored yet are counted as if they were, with the sign of what waits.
#[must_use]
pub fn reaction_counts(
    stored: Option<&Reactions>,
    waiting: &[(&Reaction, bool)],
    reader: Option<Uid>,
    ignored: &Ignored,
) -> String {
    let none = Reactions::default();
    let mut reactions = Cow::Borrowed(stored.unwrap_or(&none));
    for (with, off) in waiting {
        reactions.to_mut().set(reader.unwrap_or(Uid::ZERO), with, *off);
    }
    let sign = |with: &Reaction| if waiting.iter().any(|(waits, _)| *waits == with) { "…" } else { "" };
    let counts = reactions.iter().filter_map(|reacted| {
        let people = reacted.uids.iter().filter(|uid| !ignored.has(**uid)).count();
        let count = format!("{} {people}{}", reacted.with, sign(&reacted.with));
        let is_own = reacted.uids.iter().any(|uid| Some(*uid) == reader);
        (people > 0).then(|| if is_own { format!("[{count}]") } else { count })
    });
    // Of one that only the reader has and takes back something must be seen.
    let is_gone = |with: &Reaction| reactions.iter().all(|reacted| reacted.with != *with);
    let gone =
        waiting.iter().filter(|(with, off)| *off && is_gone(with)).map(|(with, _)| format!("{with} 0…"));
    counts.chain(gone).collect::<Vec<_>>().join("  ")
}

/// Which columns a text gets. A notice with a word that would be broken in the column of texts, as a fingerprint is in a
/// narrow terminal, begins where the names do.
fn place<'a>(said: EntryText<'a>, entry: &Entry, geometry: &Geometry) -> (EntryText<'a>, (u16, u16)) {
    let columns = (geometry.text, geometry.text_width);
    let Some((names, _)) = geometry.names else {
        return (said.with_label_in_text(geometry.text_width), columns);
    };
    if !matches!(entry.body(), Body::Notice(_)) {
        return (said, columns);
    }
    let words = said.text.split_whitespace().map(text_width::columns);
    let longest = words.max().unwrap_or(0);
    let wide = geometry.text_width + geometry.text - names;
    let is_wide = longest > usize::from(geometry.text_width) && longest <= usize::from(wide);
    if is_wide { (said.with_label_in_text(wide), (names, wide)) } else { (said, columns) }
}

/// Whether an entry is more of what somebody is just saying.
fn continues(previous: &Entry, entry: &Entry) -> bool {
    let speaks = |entry: &Entry| match entry.body() {
        Body::Message(_) => true,
        Body::Own(own) => !own.action,
        Body::Action(_) | Body::Event(_) | Body::Notice(_) => false,
    };
    speaks(previous)
        && speaks(entry)
        && previous.from() == entry.from()
        && (0..GROUPED_FOR).contains(&entry.at.saturating_sub(previous.at))
}

/// The text of an entry.
fn text_of<'a>(
    entry: &'a Entry,
    (file, mark): (Option<&Attachment>, Option<&FileMark>),
    viewport: &Viewport,
    geometry: &Geometry,
) -> EntryText<'a> {
    let lang = viewport.lang;
    // Where nothing is said about a file, its name is the text; the line of the file has it.
    let line = |width| FileLine::of(file, mark, width, lang);
    let is_only_file = file
        .map(|file| &file.name)
        .or(mark.map(|mark| &mark.name))
        .is_some_and(|name| entry.text() == Some(name.as_str()));
    let is_formatted = viewport.formatted && geometry.text_width >= FORMATTED_FROM && !is_only_file;
    let with_file = |said: EntryText<'a>| match line(geometry.text_width) {
        Some(whole) if is_only_file => {
            said.only_file(whole, line, (geometry.text_width, geometry.names.is_some()))
        }
        Some(whole) => said.with_file(&whole),
        None => said,
    };
    let formatted = |said: EntryText<'a>, source, with_blocks| {
        if is_formatted { said.formatted(source, with_blocks) } else { said }
    };
    let name = entry.from().map(|from| lang.person_name(from.uid, &from.name));
    match entry.body() {
        Body::Message(text) => with_file(formatted(EntryText::plain(Label::of(name), text), text, true)),
        Body::Action(text) => with_file(formatted(EntryText::action(name, text), text, false)),
        Body::Own(own) => {
            let text = own.text.as_str();
            let said = if own.action {
                EntryText::action(name, text)
            } else {
                EntryText::plain(Label::of(name), text)
            };
            let said = with_file(formatted(said, text, !own.action));
            match (&own.detail, own.failed) {
                (Some(detail), _) => said.with_failure(detail),
                (None, Some((why, until))) => {
                    let until = until.map(|until| lang.moment(until, entry.at, &viewport.times));
                    said.with_failure(&lang.not_sent_until(why, until.as_deref()))
                }
                (None, None) => said,
            }
        }
        Body::Notice(notice) => {
            let symbol = match notice.level {
                Level::Info => "·",
                Level::Warning => "!",
            };
            let mut said = EntryText::plain(Label::Symbol(symbol), &*notice.text);
            if notice.level == Level::Warning {
                let heading = notice.text.find('\n').unwrap_or(notice.text.len());
                said.paints.push((0..heading, Paint::Warning));
            }
            said
        }
        Body::Event(kind) => event_text(kind, entry, name, viewport.lang, &viewport.times),
    }
}
