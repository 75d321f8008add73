//! The text of an entry as it is laid out: the label (name or symbol), everything that is drawn in the text's columns, and
//! which parts of it look different.

use std::borrow::Cow;
use std::ops::Range;

use crate::app::text_width::truncate;

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
        Self { label, own: 0..text.len(), text, paints: Vec::new() }
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

    pub(super) fn with_failure(mut self, why: &str) -> Self {
        let text = self.text.to_mut();
        text.push('\n');
        let start = text.len();
        text.push_str(why);
        self.paints.push((start..text.len(), Paint::Failure));
        self
    }

    /// Moves the label to the front of the text, for want of a column.
    pub(super) fn with_label_in_text(mut self, width: u16) -> Self {
        let (before, paint) = match self.label {
            Label::Name(name) => {
                let name = truncate(name, (width / 2).max(4));
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
