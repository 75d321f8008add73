//! Scrolling: which rows the viewport shows from the anchor on, and moving it.
//!
//! Everything here walks from the anchor and lays out what it passes; nothing counts the rows of the whole timeline, so a
//! scroll costs a viewport whatever the length of the scrollback.

use std::collections::VecDeque;

use shared::Seq;

use super::Timeline;
use super::entry::{Entry, EntryId};
use super::layout::{Beside, Block, Geometry, Viewport, Visible, block};
use super::name_column::{LATELY, NameColumn, label_columns};
use super::scroll_anchor::{Anchor, AnchorRow, anchor_row, row_of};
use super::separator::{NewMark, Separator};

/// The most entries whose names are looked at, on each side of where the reader goes.
const NEARBY: usize = 1_000;

impl Timeline {
    /// The rows that `viewport` shows. What is less than a viewport stands at its bottom.
    #[must_use]
    pub fn visible(&self, viewport: &Viewport) -> Visible<'_> {
        let is_seen = viewport.width > 0 && viewport.height > 0;
        let blocks = if is_seen { self.lay_out(viewport) } else { VecDeque::new() };
        Visible { geometry: self.geometry(viewport), blocks }
    }

    /// The scroll anchor: what holds the viewport in place.
    #[must_use]
    pub fn anchor(&self) -> Anchor {
        self.anchor
    }

    /// Whether the viewport follows what arrives.
    #[must_use]
    pub fn at_bottom(&self) -> bool {
        self.anchor == Anchor::Bottom
    }

    /// Whether it is time to ask for what is older: the reader is near the top, the server has more, it was not
    /// asked already, and there is room.
    #[must_use]
    pub fn want_older(&self, viewport: &Viewport) -> bool {
        let is_seen = viewport.width > 0 && viewport.height > 0;
        if !is_seen || !self.has_older || self.asking || self.full || self.log.len() >= self.cap {
            return false;
        }
        // An entry that is shown has one row at least, so this looks two viewports ahead.
        let near = 2 * usize::from(viewport.height);
        self.len() <= near || self.top(viewport).is_none_or(|(at, _)| self.is_near_top(at, near, viewport))
    }

    /// Scrolls by rows, down when positive. At the bottom the viewport follows what arrives again.
    pub fn scroll(&mut self, rows: i32, viewport: &Viewport) {
        // Before rows are counted: a name that comes near may make the texts narrower.
        let from = self.anchored().map_or(self.len(), |id| self.find(id).unwrap_or_else(|next| next));
        self.note_names_near(from, rows, viewport);
        match self.top(viewport) {
            Some((at, row)) => self.go(at, row.saturating_add(rows), viewport),
            None => self.to_bottom(),
        }
    }

    /// Moves up by a page less two rows.
    pub fn page_up(&mut self, viewport: &Viewport) {
        self.scroll(-page(viewport), viewport);
    }

    /// Moves down by a page less two rows.
    pub fn page_down(&mut self, viewport: &Viewport) {
        self.scroll(page(viewport), viewport);
    }

    /// Moves to the oldest row.
    pub fn to_top(&mut self, viewport: &Viewport) {
        self.go(0, 0, viewport);
    }

    /// Moves to the newest row and stays there.
    pub fn to_bottom(&mut self) {
        self.anchor = Anchor::Bottom;
        self.new_below = None;
        self.note_names_at_bottom();
    }

    /// Moves an event into view, a third from the top. Says whether it is here; if not, page `around` it first.
    pub fn to_seq(&mut self, seq: Seq, viewport: &Viewport) -> bool {
        let found = self.find(EntryId { seq, local: 0 });
        if let Ok(at) = found {
            self.go(at, -i32::from(viewport.height / 3), viewport);
        }
        found.is_ok()
    }

    /// The entry of the anchor.
    pub(super) fn anchored(&self) -> Option<EntryId> {
        match self.anchor {
            Anchor::Bottom => None,
            Anchor::Row { entry, .. } => Some(entry),
        }
    }

    /// An entry has another id now: a message got its seq, or failed. Anchor and selection follow it.
    pub(super) fn rename(&mut self, old: EntryId, new: EntryId) {
        if let Anchor::Row { entry, .. } = &mut self.anchor
            && *entry == old
        {
            *entry = new;
        }
        if self.selected == Some(old) {
            self.selected = Some(new);
        }
        if self.unfolded.remove(&old) {
            self.unfolded.insert(new);
        }
    }

    /// Where the anchor's entry is gone, the next one becomes the anchor.
    pub(super) fn anchor_to_next(&mut self) {
        let Some(Err(next)) = self.anchored().map(|id| self.find(id)) else { return };
        match self.entry(next).map(Entry::id) {
            Some(entry) => self.anchor = Anchor::Row { entry, row: AnchorRow::Byte(i32::MIN) },
            None => self.to_bottom(),
        }
    }

    /// Puts row `row` of the entry at `at` at the top, or the nearest there is; rows may lie outside the entry.
    pub(super) fn go(&mut self, mut at: usize, mut row: i32, viewport: &Viewport) {
        self.note_names_near(at, row, viewport);
        while row < 0 && at > 0 {
            at -= 1;
            row = row.saturating_add(self.height(at, viewport));
        }
        row = row.max(0);
        let mut below = loop {
            if at >= self.len() {
                return self.to_bottom();
            }
            let height = self.height(at, viewport);
            if row < height {
                break height - row;
            }
            row -= height;
            at += 1;
        };
        for later in at + 1..self.len() {
            if below > i32::from(viewport.height) {
                break;
            }
            below += self.height(later, viewport);
        }
        if below <= i32::from(viewport.height) {
            return self.to_bottom();
        }
        self.hold_at(at, row, viewport);
        self.note_seen(viewport);
    }

    fn hold_at(&mut self, at: usize, row: i32, viewport: &Viewport) {
        if let Some(block) = self.block(at, viewport) {
            self.anchor = Anchor::Row { entry: block.entry.id(), row: anchor_row(&block, row) };
        }
    }

    /// The entry and the row in it at the top of the viewport; nothing when everything fits.
    fn top(&self, viewport: &Viewport) -> Option<(usize, i32)> {
        let blocks = self.visible(viewport).blocks;
        let first = blocks.front()?;
        let at = self.find(first.entry.id()).ok()?;
        let last = blocks.back()?;
        let fits = first.top >= 0 && last.bottom() <= i32::from(viewport.height);
        let is_all = || {
            let end = self.find(last.entry.id()).unwrap_or_else(|next| next);
            self.is_blank_above(at, viewport) && self.is_blank_below(end, viewport)
        };
        (!(fits && is_all())).then_some((at, -first.top))
    }
}

/// The column of names.
impl Timeline {
    /// The reader goes to the entry at `at`, or so many rows from it: the names there count from now on, so that scrolling
    /// to and fro does not wrap the texts anew each time.
    pub(super) fn note_names_near(&mut self, at: usize, rows: i32, viewport: &Viewport) {
        let reach = usize::try_from(rows.unsigned_abs()).unwrap_or(usize::MAX);
        let reach = reach.saturating_add(2 * usize::from(viewport.height)).min(NEARBY);
        let entries = at.saturating_sub(reach)..at.saturating_add(reach).min(self.len());
        let shown = entries.filter_map(|at| self.entry(at)).filter(|entry| !self.is_ignored(entry));
        let near = shown.filter_map(label_columns).max().unwrap_or(0);
        self.names.near = self.names.near.max(near);
    }

    /// An entry has arrived: its name counts, if it is shown.
    pub(super) fn note_name(&mut self, entry: &Entry) {
        if !self.is_ignored(entry) {
            self.names.add(entry);
        }
    }

    /// The reader is at the bottom again: what was said last counts.
    pub(super) fn note_names_at_bottom(&mut self) {
        let mut names = NameColumn::default();
        for at in self.len().saturating_sub(LATELY)..self.len() {
            if let Some(entry) = self.entry(at).filter(|entry| !self.is_ignored(entry)) {
                names.add(entry);
            }
        }
        self.names = names;
    }
}

/// Layout.
impl Timeline {
    fn geometry(&self, viewport: &Viewport) -> Geometry {
        Geometry::new(viewport.width, self.names.widest(), viewport.times.clock, viewport.lang)
    }

    pub(super) fn lay_out(&self, viewport: &Viewport) -> VecDeque<Block<'_>> {
        let height = i32::from(viewport.height);
        let Anchor::Row { entry, row } = self.anchor else { return self.walk_up(viewport) };
        let (at, row) = match self.find(entry) {
            // Of a run that has grown at its beginning the line stands further up.
            Ok(at) => (self.line_of(at, viewport), row),
            Err(next) => (next, AnchorRow::Byte(i32::MIN)),
        };
        let Some(anchored) = self.block(at, viewport) else { return self.walk_up(viewport) };
        let mut blocks = self.walk_down(at, -row_of(&anchored, row), viewport);
        let mut at = at;
        while let Some(top) = blocks.front().map(|first| first.top).filter(|&top| top > 0) {
            let Some(above) = at.checked_sub(1).and_then(|above| self.block(above, viewport)) else {
                // There is nothing left to show above the first entry.
                blocks = self.walk_down(0, 0, viewport);
                break;
            };
            at -= 1;
            blocks.push_front(Block { top: top - above.height(), ..above });
        }
        if blocks.back().is_none_or(|last| last.bottom() < height) {
            return self.walk_up(viewport);
        }
        blocks.retain(|block| block.top < height && block.bottom() > 0);
        blocks
    }

    /// The blocks from the entry at `at`, which begins at the row `top`, to the bottom of the viewport.
    fn walk_down(&self, at: usize, mut top: i32, viewport: &Viewport) -> VecDeque<Block<'_>> {
        let mut blocks = VecDeque::new();
        for at in at..self.len() {
            if top >= i32::from(viewport.height) {
                break;
            }
            let Some(block) = self.block(at, viewport) else { break };
            let block = Block { top, ..block };
            top = block.bottom();
            blocks.push_back(block);
        }
        blocks
    }

    /// The blocks from the newest entry, which ends at the bottom of the viewport, to its top.
    fn walk_up(&self, viewport: &Viewport) -> VecDeque<Block<'_>> {
        let mut blocks = VecDeque::new();
        let mut bottom = i32::from(viewport.height);
        for at in (0..self.len()).rev() {
            if bottom <= 0 {
                break;
            }
            let Some(block) = self.block(at, viewport) else { break };
            bottom -= block.height();
            blocks.push_front(Block { top: bottom, ..block });
        }
        blocks
    }

    fn height(&self, at: usize, viewport: &Viewport) -> i32 {
        self.block(at, viewport).map_or(0, |block| block.height())
    }

    pub(super) fn block(&self, at: usize, viewport: &Viewport) -> Option<Block<'_>> {
        let is_unfolded = !self.unfolded.is_empty() && self.unfolded.contains(&self.entry(at)?.id());
        self.block_with(at, viewport, is_unfolded)
    }

    /// The same, as it is where it was not unfolded.
    pub(super) fn block_folded(&self, at: usize, viewport: &Viewport) -> Option<Block<'_>> {
        self.block_with(at, viewport, false)
    }

    fn block_with(&self, at: usize, viewport: &Viewport, is_unfolded: bool) -> Option<Block<'_>> {
        let entry = self.entry(at)?;
        if self.is_blank(at, viewport) {
            return Some(Block::blank(entry));
        }
        let previous = self.shown_before(at);
        let beside = Beside {
            separators: self.separators(entry, previous),
            original: self.answered(entry).map(|seq| self.original(seq)),
            facts: entry.seq().and_then(|seq| self.facts(seq)),
            file: self.attachment(entry),
            mark: self.file_mark(entry),
            reader: self.reader,
            ignored: &self.ignored,
            condensed: self.condensed(at, viewport),
            is_deleting: entry.seq().is_some_and(|seq| self.is_deleting(seq)),
            is_editing: entry.seq().is_some_and(|seq| self.is_editing(seq)),
            reacting: entry.seq().map(|seq| self.reacting(seq).collect()).unwrap_or_default(),
            is_unfolded,
        };
        Some(block(entry, previous, beside, viewport, &self.geometry(viewport)))
    }

    /// The separators between two neighbours, but for the date.
    fn separators(&self, entry: &Entry, previous: Option<&Entry>) -> Vec<Separator> {
        let mut separators = Vec::new();
        if previous.is_none() && self.has_older {
            separators.push(Separator::Older);
        }
        if entry.id().is_pending() {
            return separators;
        }
        let before = previous.map_or(Seq::ZERO, |previous| previous.seq);
        if previous.is_some() && self.gaps.between(entry.seq, before) {
            separators.push(Separator::Gap);
        }
        let begins_here = |mark: NewMark| mark.first == Some(entry.id());
        if let Some(missed) = self.missed.filter(|missed| begins_here(missed.mark)) {
            separators.push(Separator::Missed(missed.count));
        } else if self.read.is_some_and(begins_here) {
            separators.push(Separator::Unread(previous.map(|previous| previous.at)));
        }
        separators
    }

    /// The index of the first entry after `seq`.
    pub(super) fn index_after(&self, seq: Seq) -> usize {
        self.log.partition_point(|entry| entry.seq <= seq)
    }
}

fn page(viewport: &Viewport) -> i32 {
    i32::from(viewport.height).saturating_sub(2).max(1)
}
