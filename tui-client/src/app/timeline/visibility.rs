//! What of the log is shown. Joins and leaves that stand beside each other are condensed into one line or left out, and what
//! ignored people did is hidden. That is a matter of layout alone: entries keep their place, and one that is not shown has no
//! rows, so paging, gaps and the scroll anchor do not know of it, and another choice shows it again.
//!
//! The first entry of a run of joins and leaves has its line. A run ends where something else is shown between, where events
//! are missing, where a day begins, and at fixed seqs, so that a line costs no more than a bounded number of entries.

use std::ops::Range;
use std::sync::Arc;

use shared::event::Leave;
use shared::{Event, Kind, Seq, Uid};

use super::Timeline;
use super::condensed::{Coming, Condensed};
use super::entry::{Body, Entry, EntryId};
use super::layout::Viewport;
use super::scroll_anchor::NewBelow;
use crate::joins::Joins;
use crate::profile::Ignored;

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

    /// From now on these people are ignored: what they did is not shown, and what they said is not new.
    pub fn set_ignored(&mut self, ignored: Arc<Ignored>) {
        self.ignored = ignored;
        if let Some(read) = self.read {
            self.set_read(Some(read.after));
        }
        if let Some(missed) = self.missed {
            self.set_missed(missed.mark.after, missed.count);
        }
        if let Some(NewBelow { first, .. }) = self.new_below {
            let (Ok(from) | Err(from)) = self.find(first);
            let entries = (from..self.len()).filter_map(|at| self.entry(at));
            let count = entries.filter(|entry| self.is_said_and_shown(entry)).count();
            self.new_below = (count > 0).then_some(NewBelow { first, count });
        }
        if self.selected().is_some_and(|entry| self.is_ignored(entry)) {
            self.select_none();
        }
        self.note_names_at_bottom();
    }

    /// Whether an event is of somebody who is ignored, so that it is not shown.
    #[must_use]
    pub fn hides(&self, event: &Event) -> bool {
        self.ignored.hides_event(event)
    }

    /// Whether somebody is ignored.
    #[must_use]
    pub fn ignores(&self, uid: Uid) -> bool {
        self.ignored.has(uid)
    }

    /// Whether a message is here and of somebody who is ignored.
    #[must_use]
    pub fn is_ignored_at(&self, seq: Seq) -> bool {
        self.entry_of(EntryId { seq, local: 0 }).is_some_and(|entry| self.is_ignored(entry))
    }

    /// Whether an entry is of somebody who is ignored.
    #[must_use]
    pub fn is_ignored(&self, entry: &Entry) -> bool {
        if self.ignored.is_empty() {
            return false;
        }
        let Some(from) = entry.from() else { return false };
        match entry.body() {
            Body::Message(_) | Body::Action(_) => self.ignored.has(from.uid),
            Body::Event(kind) => self.ignored.hides(from.uid, kind),
            Body::Own(_) | Body::Notice(_) => false,
        }
    }

    /// Whether an entry is something somebody said, and is shown.
    pub(super) fn is_said_and_shown(&self, entry: &Entry) -> bool {
        entry.text().is_some() && !self.is_ignored(entry)
    }

    /// Whether nothing is shown of an entry, wherever it stands.
    pub(super) fn is_hidden(&self, entry: &Entry) -> bool {
        self.joins == Joins::None && coming(entry).is_some() || self.is_ignored(entry)
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
        self.entry(self.index_shown_before(at)?)
    }

    fn index_shown_before(&self, at: usize) -> Option<usize> {
        (0..at).rev().find(|at| self.entry(*at).is_some_and(|entry| !self.is_hidden(entry)))
    }

    /// The entry whose line shows the one at `at`: itself, or the first of its run.
    pub(super) fn line_of(&self, mut at: usize, viewport: &Viewport) -> usize {
        while self.continues_run(at, viewport)
            && let Some(before) = self.index_shown_before(at)
        {
            at = before;
        }
        at
    }

    /// The line of the run that begins at `at`, if it is one of several.
    pub(super) fn condensed(&self, at: usize, viewport: &Viewport) -> Option<Condensed> {
        coming(self.entry(at)?)?;
        let run = self.run_from(at, viewport).filter_map(|at| self.entry(at));
        let entries = run.filter(|entry| !self.is_hidden(entry));
        // Alone, it has a line of its own.
        entries.clone().nth(1)?;
        let comings = entries.filter_map(|entry| Some((entry.from()?, coming(entry)?)));
        let above = (at.saturating_sub(LATELY)..at).rev().filter_map(|at| self.entry(at));
        let spoke = above.filter(|entry| entry.text().is_some()).filter_map(Entry::from);
        Some(Condensed::new(comings, spoke.map(|from| from.uid)))
    }

    /// Those from `at` on that are in its run; hidden ones between them are passed over.
    fn run_from(&self, at: usize, viewport: &Viewport) -> Range<usize> {
        let end = (at + 1..self.len()).find(|at| !self.is_blank(*at, viewport));
        at..end.unwrap_or(self.len())
    }

    /// Whether the entry at `at` is in the run of the one that is shown before it.
    fn continues_run(&self, at: usize, viewport: &Viewport) -> bool {
        if self.joins != Joins::Condensed {
            return false;
        }
        let Some(entry) = self.entry(at).filter(|entry| coming(entry).is_some() && !self.is_hidden(entry))
        else {
            return false;
        };
        let Some(before) = self.shown_before(at) else { return false };
        coming(before).is_some()
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
    let day = |entry: &Entry| viewport.times.local(entry.at).date();
    one.at.div_euclid(SLOT) == other.at.div_euclid(SLOT) || day(one) == day(other)
}
