//! What of the log is shown. Joins and leaves that stand beside each other are condensed into one line or left out. That is a matter of layout alone: entries keep their place, and one that is not shown has no
//! rows, so paging, gaps, search and the scroll anchor do not know of it, and another choice shows it again.
//!
//! The first entry of a run of joins and leaves has its line. A run ends where something else is shown between, where events
//! are missing, where a day begins, and at fixed seqs, so that a line costs no more than a bounded number of entries.

use std::ops::Range;

use shared::Kind;
use shared::event::Leave;

use super::Timeline;
use super::condensed::{Coming, Condensed};
use super::entry::{Body, Entry};
use super::layout::Viewport;
use crate::joins::Joins;
use crate::local_time::local_time;

/// A run ends at multiples of this seq, as a power of two.
const RUN_SEQS: u32 = 10;
/// Within such a slot, in milliseconds, no day begins in any time zone.
const SLOT: i64 = 15 * 60 * 1000;
/// How many entries above a run are searched for people who spoke lately.
const LATELY: usize = 200;
/// More entries than this above the viewport are enough, whatever is shown of them, while a line of them is in sight above.
const ENOUGH: usize = 1_000;

impl Timeline {
    /// From now on joins and leaves are shown in this way.
    pub fn set_joins(&mut self, joins: Joins) {
        self.joins = joins;
    }

    /// Whether nothing is shown of an entry, wherever it stands.
    pub(super) fn is_hidden(&self, entry: &Entry) -> bool {
        self.joins == Joins::None && coming(entry).is_some()
    }

    /// Whether the entry at `at` has no rows: it is hidden, or the line of its run stands further up.
    pub(super) fn is_blank(&self, at: usize, viewport: &Viewport) -> bool {
        self.entry(at).is_some_and(|entry| self.is_hidden(entry)) || self.continues_run(at, viewport)
    }

    /// Whether there are rows to scroll to above the entry at `at`.
    pub(super) fn is_blank_above(&self, at: usize, viewport: &Viewport) -> bool {
        (0..at.min(self.len())).rev().all(|at| self.is_blank(at, viewport))
    }

    /// The same below it.
    pub(super) fn is_blank_below(&self, at: usize, viewport: &Viewport) -> bool {
        (at + 1..self.len()).all(|at| self.is_blank(at, viewport))
    }

    /// Whether fewer than `lines` entries are shown above the one at `at`, so that older ones are wanted.
    pub(super) fn is_near_top(&self, at: usize, lines: usize, viewport: &Viewport) -> bool {
        if at <= lines {
            return true;
        }
        let mut seen = 0;
        for (passed, at) in (0..at).rev().enumerate() {
            seen += usize::from(!self.is_blank(at, viewport));
            if seen > lines || seen > 0 && passed > ENOUGH {
                return false;
            }
        }
        true
    }

    /// The entry that is shown before the one at `at`, which a line above that one separates it from.
    pub(super) fn shown_before(&self, at: usize) -> Option<&Entry> {
        (0..at).rev().filter_map(|at| self.entry(at)).find(|entry| !self.is_hidden(entry))
    }

    /// The entry whose line shows the one at `at`: itself, or the first of its run.
    pub(super) fn line_of(&self, mut at: usize, viewport: &Viewport) -> usize {
        while self.continues_run(at, viewport) {
            at -= 1;
        }
        at
    }

    /// The line of the run that begins at `at`, if it is one of several.
    pub(super) fn condensed(&self, at: usize, viewport: &Viewport) -> Option<Condensed> {
        coming(self.entry(at)?)?;
        let run = self.run_from(at, viewport);
        if run.len() < 2 {
            return None;
        }
        let entries = run.filter_map(|at| self.entry(at));
        let comings = entries.filter_map(|entry| Some((entry.from()?, coming(entry)?)));
        let above = (at.saturating_sub(LATELY)..at).rev().filter_map(|at| self.entry(at));
        let spoke = above.filter(|entry| entry.text().is_some()).filter_map(Entry::from);
        Some(Condensed::new(comings, spoke.map(|from| from.uid)))
    }

    fn run_from(&self, at: usize, viewport: &Viewport) -> Range<usize> {
        let end = (at + 1..self.len()).find(|at| !self.continues_run(*at, viewport));
        at..end.unwrap_or(self.len())
    }

    /// Whether the entry at `at` is in the run of the one before it.
    fn continues_run(&self, at: usize, viewport: &Viewport) -> bool {
        if self.joins != Joins::Condensed {
            return false;
        }
        let before = at.checked_sub(1).and_then(|at| self.entry(at));
        let (Some(entry), Some(before)) = (self.entry(at), before) else { return false };
        coming(entry).is_some()
            && coming(before).is_some()
            && entry.seq.get() >> RUN_SEQS == before.seq.get() >> RUN_SEQS
            && !self.gaps.between(entry.seq, before.seq)
            && is_same_day(before, entry, viewport)
    }
}

/// Whether an entry says that somebody came or left.
fn coming(entry: &Entry) -> Option<Coming> {
    match entry.body() {
        Body::Event(Kind::Join) => Some(Coming::Came),
        Body::Event(Kind::Leave(Leave::Quit | Leave::Part | Leave::Lost | Leave::Unknown)) => {
            Some(Coming::Left)
        }
        Body::Event(_) | Body::Message(_) | Body::Action(_) | Body::Own(_) | Body::Notice(_) => None,
    }
}

fn is_same_day(one: &Entry, other: &Entry, viewport: &Viewport) -> bool {
    let day = |entry: &Entry| local_time(entry.at, &viewport.zone).date();
    one.at.div_euclid(SLOT) == other.at.div_euclid(SLOT) || day(one) == day(other)
}
