//! The text of an entry as it is laid out: the label (name or symbol), everything that is drawn in the text's columns, and
//! which parts of it look different.

use std::borrow::Cow;
use std::ops::Range;

use super::file_line::FileLine;
use super::markup::{BlockKind, Look, Markup};
use crate::app::text_width::{columns, truncate};

/// In fewer columns beside the name of its sender, a file has a row of its own.
const BESIDE_NAME: u16 = 24;

/// The words of an entry.
#[derive(Clone, Debug)]
pub struct EntryText<'a> {
    /// What stands where the name would; in a narrow viewport it is in the text instead.
    pub label: Label<'a>,
    /// Everything that is drawn in the text's columns.
    pub text: Cow<'a, str>,
    /// Which part of `text` somebody wrote: in it are links and mentions.
    pub own: Range<usize>,
    /// Parts of `text` that look different.
    pub paints: Vec<(Range<usize>, Paint)>,
    /// Parts of `text` that have rows of their own, in order.
    pub blocks: Vec<(Range<usize>, BlockKind)>,
    /// What `own` is made of, where formatting is drawn.
    pub(super) source: Option<(&'a str, Markup)>,
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
    /// The line that says what is wrong.
    Warning,
    /// What is said about a message: what it answers, that it was edited, the reactions.
    Aside,
    /// The name of a file.
    File,
    /// What is formatted.
    Formatted(Look),
}

impl<'a> Label<'a> {
    /// The name of a speaker, or nothing.
    pub(super) fn of(name: Option<&'a str>) -> Self {
        name.map_or(Self::Symbol(""), Self::Name)
    }
}

impl<'a> EntryText<'a> {
    pub(super) fn plain(label: Label<'a>, text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        Self { label, own: 0..text.len(), text, paints: Vec::new(), blocks: Vec::new(), source: None }
    }

    pub(super) fn action(name: Option<&'a str>, text: &str) -> Self {
        let name = name.unwrap_or_default();
        let mut said = Self::plain(Label::Symbol("*"), format!("{name} {text}"));
        said.own.start = name.len() + 1;
        said.paints.push((0..name.len(), Paint::Name));
        said
    }

    pub(super) fn headed(label: Label<'a>, heading: &str, text: &str) -> Self {
        let mut said = Self::plain(label, format!("{heading} {text}"));
        said.own.start = heading.len() + 1;
        said.paints.push((0..heading.len(), Paint::Heading));
        said
    }

    /// Draws the formatting of the words somebody wrote, which are `source`.
    pub(super) fn formatted(mut self, source: &'a str, with_blocks: bool) -> Self {
        let Some(markup) = Markup::of(source, with_blocks) else { return self };
        let start = self.own.start;
        let moved = |range: Range<usize>| range.start + start..range.end + start;
        let text = self.text.get(..start).unwrap_or_default().to_owned() + &markup.strip(source);
        self.own.end = text.len();
        self.text = Cow::Owned(text);
        let looks = markup.looks.iter();
        self.paints.extend(looks.map(|(range, look)| (moved(markup.drawn(range)), Paint::Formatted(*look))));
        self.blocks = markup.blocks.iter().map(|(range, kind)| (moved(markup.drawn(range)), *kind)).collect();
        self.source = Some((source, markup));
        self
    }

    /// Looks for something in the words somebody wrote, as they were typed. Says where it is drawn.
    pub fn find(&self, what: impl Fn(&str) -> Vec<Range<usize>>) -> Vec<Range<usize>> {
        let start = self.own.start;
        let found = match &self.source {
            Some((source, markup)) => what(source).iter().map(|range| markup.drawn(range)).collect(),
            None => what(self.text.get(self.own.clone()).unwrap_or_default()),
        };
        found.into_iter().map(|range| range.start + start..range.end + start).collect()
    }

    /// The kind of block that a row is part of, by where the row starts.
    #[must_use]
    pub fn block_at(&self, start: usize) -> Option<BlockKind> {
        let block = self.blocks.iter().find(|(range, _)| (range.start..=range.end).contains(&start));
        block.map(|(_, kind)| *kind)
    }

    pub(super) fn with_failure(mut self, why: &str) -> Self {
        let text = self.text.to_mut();
        text.push('\n');
        let start = text.len();
        text.push_str(why);
        self.paints.push((start..text.len(), Paint::Failure));
        self
    }

    /// Adds a line that warns.
    pub(super) fn with_warning(mut self, line: &str) -> Self {
        self = self.with_aside('\n', line);
        if let Some((_, paint)) = self.paints.last_mut() {
            *paint = Paint::Warning;
        }
        self
    }

    /// Adds a line above: what is answered.
    pub(super) fn with_line_above(mut self, line: &str) -> Self {
        self.put_before(&format!("{line}\n"));
        self.paints.push((0..line.len(), Paint::Aside));
        self
    }

    /// Adds something after the text, on the same row or on rows below.
    pub(super) fn with_aside(mut self, separator: char, aside: &str) -> Self {
        let ends_with_block = self.blocks.last().is_some_and(|(range, _)| range.end == self.text.len());
        let separator = if ends_with_block { '\n' } else { separator };
        let text = self.text.to_mut();
        text.push(separator);
        let start = text.len();
        text.push_str(aside);
        self.paints.push((start..text.len(), Paint::Aside));
        self
    }

    /// Adds the line of a file below what is said about it.
    pub(super) fn with_file(mut self, line: &FileLine) -> Self {
        let text = self.text.to_mut();
        text.push('\n');
        self.put_file(line);
        self
    }

    /// Has nothing but the line of a file, after the name of whoever sent it where that is in the text. `line` is it in so many
    /// columns.
    pub(super) fn only_file(
        mut self,
        whole: FileLine,
        line: impl Fn(u16) -> Option<FileLine>,
        (width, has_names): (u16, bool),
    ) -> Self {
        self.text.to_mut().truncate(self.own.start);
        let before = match (self.label, has_names) {
            (Label::Name(name), false) => columns(name).min(usize::from((width / 2).max(4))) + columns(": "),
            (Label::Symbol(_) | Label::Name(_), _) => columns(&self.text),
        };
        let left = width.saturating_sub(u16::try_from(before).unwrap_or(u16::MAX));
        if before > 0 && left < BESIDE_NAME && columns(&whole.text) > usize::from(left) {
            self.text.to_mut().push('\n');
            self.put_file(&whole);
        } else {
            self.put_file(&line(left).unwrap_or(whole));
        }
        if let Some((name, _)) = self.paints.last() {
            self.own = name.clone();
        }
        self
    }

    fn put_file(&mut self, line: &FileLine) {
        let text = self.text.to_mut();
        let start = text.len();
        text.push_str(&line.text);
        let name = line.name.start + start..line.name.end + start;
        self.paints.push((start..name.start, Paint::Aside));
        self.paints.push((name.end..text.len(), Paint::Aside));
        self.paints.push((name, Paint::File));
    }

    fn put_before(&mut self, before: &str) {
        let by = before.len();
        let moved = |range: &mut Range<usize>| *range = range.start + by..range.end + by;
        moved(&mut self.own);
        self.paints.iter_mut().for_each(|(range, _)| moved(range));
        self.blocks.iter_mut().for_each(|(range, _)| moved(range));
        self.text = Cow::Owned(before.to_owned() + &self.text);
    }

    /// Moves the label to the front of the text, for want of a column.
    pub(super) fn with_label_in_text(mut self, width: u16) -> Self {
        let (before, paint) = match self.label {
            Label::Name(name) => {
                let name = truncate(name, (width / 2).max(4));
                let paint = (0..name.len(), Paint::Name);
                let is_block = self.blocks.first().is_some_and(|(range, _)| range.start == 0);
                (format!("{name}:{}", if is_block { '\n' } else { ' ' }), Some(paint))
            }
            Label::Symbol("") => return self,
            Label::Symbol(symbol) => (format!("{symbol} "), None),
        };
        self.put_before(&before);
        self.paints.extend(paint);
        self.label = Label::Symbol("");
        self
    }
}
