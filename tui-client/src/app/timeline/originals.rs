//! The messages that are answered and are not in the timeline: their first words, asked for once and only for answers in view.
//! `answered` looks for them.

use std::collections::VecDeque;

use shared::{Sender, Seq};

/// The most that are remembered: more than a screen has rows. Beyond it the first go, and are asked for again.
const MOST: usize = 256;
/// What is kept of a text, in characters: a row of a wide screen.
const FIRST_WORDS: usize = 160;

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Original<'a> {
    /// Somebody said this first line of it.
    Said(&'a Sender, &'a str),
    /// It was deleted.
    Deleted,
    /// It is of somebody who is ignored.
    Ignored,
    /// Nothing that was said, or not known.
    Unknown,
}

/// The originals that are not in the timeline.
#[derive(Debug, Default)]
pub(super) struct Originals(VecDeque<(Seq, Fetched)>);

/// What is known of one of them.
#[derive(Debug)]
pub(super) enum Fetched {
    /// The server was asked for it.
    Asked,
    /// Who said what.
    Said(Sender, Box<str>),
    /// It was deleted.
    Deleted,
    /// There is no such message.
    Nothing,
}

impl Originals {
    pub(super) fn set(&mut self, seq: Seq, fetched: Fetched) {
        self.remove(seq);
        if self.0.len() >= MOST {
            self.0.pop_front();
        }
        self.0.push_back((seq, fetched));
    }

    pub(super) fn remove(&mut self, seq: Seq) {
        self.0.retain(|(known, _)| *known != seq);
    }

    pub(super) fn get_mut(&mut self, seq: Seq) -> Option<&mut Fetched> {
        self.0.iter_mut().find(|(known, _)| *known == seq).map(|(_, fetched)| fetched)
    }

    pub(super) fn get(&self, seq: Seq) -> Option<&Fetched> {
        self.0.iter().find(|(known, _)| *known == seq).map(|(_, fetched)| fetched)
    }
}

pub(super) fn first_line(text: &str) -> &str {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default()
}

pub(super) fn first_words(text: &str) -> Box<str> {
    first_line(text).chars().take(FIRST_WORDS).collect()
}
