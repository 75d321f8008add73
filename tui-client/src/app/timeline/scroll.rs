//! Where the reader is: the anchor, what is visible from it, and moving it.
//!
//! Everything here walks from the anchor and lays out what it passes; nothing counts the rows of the whole
//! scrollback. It must not change what the scrollback holds.

use std::collections::VecDeque;

use shared::Seq;

use super::entry::EntryId;
use super::layout::{Block, Geometry, Ruler, Viewport, block, signed};
use super::{Entry, Timeline};

/// What holds the viewport in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The newest row stands at the bottom.
    Bottom,
    /// This row of this entry stands at the top, as long as there are enough rows below it to fill the viewport.
    Row {
        /// The entry.
        entry: EntryId,
        /// The row in it.
        spot: Spot,
    },
}

/// A row of an entry, told so that it survives another width and other neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// The row that shows this byte of what the entry says, counted from where somebody's own words begin; negative
    /// in what stands before them.
    Byte(i32),
    /// So many rows above the entry's first row: among its rulers.
    Above(usize),
}

/// What arrived since the reader left the bottom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fresh {
    /// The first of it not seen.
    first: EntryId,
    /// How many messages it is.
    count: usize,
}

/// The rows to draw.
#[derive(Clone, Debug)]
pub struct Visible<'a> {
    /// Which columns are what.
    pub geometry: Geometry,
    /// The entries that have a row in the viewport, oldest first. The first may begin above it, the last may end
    /// below it.
    pub blocks: VecDeque<Block<'a>>,
}

impl Timeline {
    /// The rows that `viewport` shows. What is less than a viewport stands at its bottom.
    #[must_use]
    pub fn visible(&self, viewport: Viewport) -> Visible<'_> {
        let is_seen = viewport.width > 0 && viewport.height > 0;
        let blocks = if is_seen { self.lay_out(viewport) } else { VecDeque::new() };
        Visible { geometry: self.geometry(viewport), blocks }
    }

    /// What holds the viewport in place.
    #[must_use]
    pub fn anchor(&self) -> Anchor {
        self.anchor
    }

    /// Whether the viewport follows what arrives.
    #[must_use]
    pub fn at_bottom(&self) -> bool {
        self.anchor == Anchor::Bottom
    }

    /// How many messages arrived below since the reader left the bottom and were not scrolled to since.
    #[must_use]
    pub fn new_below(&self) -> usize {
        self.fresh.map_or(0, |fresh| fresh.count)
    }

    /// Whether it is time to ask for what is older: the reader is near the top, the server has more, it was not
    /// asked already, and there is room.
    #[must_use]
    pub fn want_older(&self, viewport: Viewport) -> bool {
        let is_seen = viewport.width > 0 && viewport.height > 0;
        if !is_seen || !self.has_older || self.asking || self.log.len() >= self.cap {
            return false;
        }
        // An entry has one row at least, so this looks two viewports ahead.
        let near = 2 * usize::from(viewport.height);
        self.len() <= near || self.top(viewport).is_none_or(|(at, _)| at <= near)
    }

    /// Moves by rows, down when positive. The bottom holds on to the reader who reaches it.
    pub fn scroll(&mut self, rows: i32, viewport: Viewport) {
        match self.top(viewport) {
            Some((at, row)) => self.go(at, row.saturating_add(rows), viewport),
            None => self.to_bottom(),
        }
    }

    /// Moves up by a page less two rows.
    pub fn page_up(&mut self, viewport: Viewport) {
        self.scroll(-page(viewport), viewport);
    }

    /// Moves down by a page less two rows.
    pub fn page_down(&mut self, viewport: Viewport) {
        self.scroll(page(viewport), viewport);
    }

    /// Moves to the oldest row.
    pub fn to_top(&mut self, viewport: Viewport) {
        self.go(0, 0, viewport);
    }

    /// Moves to the newest row and stays there.
    pub fn to_bottom(&mut self) {
        self.anchor = Anchor::Bottom;
        self.fresh = None;
    }

    /// Moves to the first message not read, its ruler at the top. Says whether there is one.
    pub fn to_unread(&mut self, viewport: Viewport) -> bool {
        let Some(read) = self.read else { return false };
        let at = self.after(read);
        let is_there = at < self.log.len();
        if is_there {
            self.go(at, 0, viewport);
        }
        is_there
    }

    /// Moves an event into view, a third from the top. Says whether it is here; if not, page `around` it first.
    pub fn to_seq(&mut self, seq: Seq, viewport: Viewport) -> bool {
        let found = self.find(EntryId { seq, local: 0 });
        if let Ok(at) = found {
            self.go(at, -i32::from(viewport.height / 3), viewport);
        }
        found.is_ok()
    }

    /// The entry the viewport is held by.
    pub(super) fn anchored(&self) -> Option<EntryId> {
        match self.anchor {
            Anchor::Bottom => None,
            Anchor::Row { entry, .. } => Some(entry),
        }
    }

    /// An entry is called otherwise now: a message got its seq, or failed.
    pub(super) fn rename(&mut self, old: EntryId, new: EntryId) {
        if let Anchor::Row { entry, .. } = &mut self.anchor
            && *entry == old
        {
            *entry = new;
        }
        if self.selected == Some(old) {
            self.selected = Some(new);
        }
    }

    /// The entry the viewport is held by may be gone: the next one holds it then.
    pub(super) fn hold_next(&mut self) {
        let Some(Err(next)) = self.anchored().map(|id| self.find(id)) else { return };
        match self.entry(next).map(Entry::id) {
            Some(entry) => self.anchor = Anchor::Row { entry, spot: Spot::Byte(i32::MIN) },
            None => self.to_bottom(),
        }
    }

    /// Counts what arrives while the reader is elsewhere.
    pub(super) fn count_fresh(&mut self, entry: &Entry) {
        if !self.at_bottom() && entry.text().is_some() {
            let fresh = self.fresh.get_or_insert(Fresh { first: entry.id(), count: 0 });
            fresh.count += 1;
        }
    }

    /// Makes the reader stay where they are, whatever arrives.
    pub(super) fn hold(&mut self, viewport: Viewport) {
        if let (Anchor::Bottom, Some((at, row))) = (self.anchor, self.top(viewport)) {
            self.hold_at(at, row, viewport);
        }
    }

    /// Puts row `row` of the entry at `at` at the top, or the nearest there is; rows may lie outside the entry.
    pub(super) fn go(&mut self, mut at: usize, mut row: i32, viewport: Viewport) {
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

    fn hold_at(&mut self, at: usize, row: i32, viewport: Viewport) {
        if let Some(block) = self.block(at, viewport) {
            self.anchor = Anchor::Row { entry: block.entry.id(), spot: spot(&block, row) };
        }
    }

    /// What is visible now is not new any more.
    fn note_seen(&mut self, viewport: Viewport) {
        let last = self.lay_out(viewport).back().map(|block| block.entry.id());
        let (Some(mut fresh), Some(last)) = (self.fresh, last) else { return };
        let (Ok(mut at) | Err(mut at)) = self.find(fresh.first);
        while let Some(entry) = self.entry(at).filter(|entry| entry.id() <= last) {
            fresh.count = fresh.count.saturating_sub(usize::from(entry.text().is_some()));
            at += 1;
        }
        self.fresh = self.entry(at).map(|entry| Fresh { first: entry.id(), ..fresh });
        self.fresh = self.fresh.filter(|fresh| fresh.count > 0);
    }

    /// The entry and the row in it at the top of the viewport; nothing when everything fits.
    fn top(&self, viewport: Viewport) -> Option<(usize, i32)> {
        let blocks = self.visible(viewport).blocks;
        let first = blocks.front()?;
        let at = self.find(first.entry.id()).ok()?;
        let fits = at == 0 && first.top >= 0 && blocks.back()?.bottom() <= i32::from(viewport.height);
        let ends = at + blocks.len() == self.len();
        (!(fits && ends)).then_some((at, -first.top))
    }
}

/// Layout.
impl Timeline {
    fn geometry(&self, viewport: Viewport) -> Geometry {
        Geometry::new(viewport.width, self.senders.widest())
    }

    fn lay_out(&self, viewport: Viewport) -> VecDeque<Block<'_>> {
        let height = i32::from(viewport.height);
        let Anchor::Row { entry, spot } = self.anchor else { return self.walk_up(viewport) };
        let (at, spot) = match self.find(entry) {
            Ok(at) => (at, spot),
            Err(next) => (next, Spot::Byte(i32::MIN)),
        };
        let Some(anchored) = self.block(at, viewport) else { return self.walk_up(viewport) };
        let mut blocks = self.walk_down(at, -row_of(&anchored, spot), viewport);
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
    fn walk_down(&self, at: usize, mut top: i32, viewport: Viewport) -> VecDeque<Block<'_>> {
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
    fn walk_up(&self, viewport: Viewport) -> VecDeque<Block<'_>> {
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

    fn height(&self, at: usize, viewport: Viewport) -> i32 {
        self.block(at, viewport).map_or(0, |block| block.height())
    }

    pub(super) fn block(&self, at: usize, viewport: Viewport) -> Option<Block<'_>> {
        let entry = self.entry(at)?;
        let previous = at.checked_sub(1).and_then(|at| self.entry(at));
        Some(block(entry, previous, self.rulers(entry, previous), &viewport, &self.geometry(viewport)))
    }

    /// What stands between two neighbours, but for the day.
    fn rulers(&self, entry: &Entry, previous: Option<&Entry>) -> Vec<Ruler> {
        let mut rulers = Vec::new();
        if previous.is_none() && self.has_older {
            rulers.push(Ruler::Older);
        }
        if entry.id().is_pending() {
            return rulers;
        }
        let before = previous.map_or(Seq::ZERO, |previous| previous.seq);
        if previous.is_some() && self.holes.between(entry.seq, before) {
            rulers.push(Ruler::Hole);
        }
        let begins_after = |mark: Seq| before <= mark && mark < entry.seq;
        let missed = self.missed.filter(|missed| begins_after(missed.after));
        if let Some(missed) = missed {
            rulers.push(Ruler::Missed(missed.count));
        } else if self.read.is_some_and(begins_after) {
            rulers.push(Ruler::Unread);
        }
        rulers
    }

    /// Where the first entry after `seq` is, or would be.
    fn after(&self, seq: Seq) -> usize {
        self.log.partition_point(|entry| entry.seq <= seq)
    }
}

fn page(viewport: Viewport) -> i32 {
    i32::from(viewport.height).saturating_sub(2).max(1)
}

/// The row of a block that `spot` means; negative when it has fewer rows above its own than it had.
fn row_of(block: &Block<'_>, spot: Spot) -> i32 {
    let rulers = signed(block.rulers.len());
    match spot {
        Spot::Above(rows) => rulers - signed(rows),
        Spot::Byte(byte) => {
            let byte = usize::try_from(signed(block.said.own.start).saturating_add(byte)).unwrap_or_default();
            let row = block.rows.partition_point(|row| row.start <= byte).saturating_sub(1);
            rulers + signed(row)
        }
    }
}

/// The spot of a row of a block.
fn spot(block: &Block<'_>, row: i32) -> Spot {
    let rulers = signed(block.rulers.len());
    if row < rulers {
        return Spot::Above(usize::try_from(rulers - row).unwrap_or_default());
    }
    let row = usize::try_from(row - rulers).unwrap_or_default();
    let start = block.rows.get(row).map_or(0, |row| row.start);
    Spot::Byte(signed(start) - signed(block.said.own.start))
}
