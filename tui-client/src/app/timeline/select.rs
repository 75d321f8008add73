//! The selection: one entry, chosen to be copied or answered. The viewport moves only as far as the selection needs.

use shared::Uid;

use super::Timeline;
use super::called::Called;
use super::entry::{Entry, EntryId};
use super::layout::{Block, Viewport, signed};

impl Timeline {
    /// The entry that is selected.
    #[must_use]
    pub fn selected(&self) -> Option<&Entry> {
        self.selected.and_then(|id| self.entry_of(id))
    }

    /// Selects the entry above: the lowest one in view to begin with. Only what somebody said can be selected.
    ///
    /// The viewport moves only as far as the selection needs: at the bottom it goes on following what arrives.
    pub fn select_prev(&mut self, viewport: &Viewport) {
        let above = match self.selected.map(|id| self.find(id)) {
            // The topmost one stays selected, and comes back into view.
            Some(Ok(at)) => (0..at).rev().find(|&at| self.is_said(at)).or(Some(at)),
            Some(Err(at)) => (0..at).rev().find(|&at| self.is_said(at)),
            None => self.lowest_in_view(viewport),
        };
        if let Some(at) = above {
            self.select(at, viewport);
        }
    }

    /// Selects the entry below; after the last one, none.
    pub fn select_next(&mut self, viewport: &Viewport) {
        let Some(Ok(at) | Err(at)) = self.selected.map(|id| self.find(id)) else { return };
        match (at + 1..self.len()).find(|&at| self.is_said(at)) {
            Some(at) => self.select(at, viewport),
            None => self.select_none(),
        }
    }

    /// Selects the nearest message that names somebody, above the selection or what is in view, or below it. Says whether
    /// there is one here. What they said themselves does not count.
    pub fn select_mention(&mut self, below: bool, uid: Uid, called: Called<'_>, viewport: &Viewport) -> bool {
        let from = match self.selected.map(|id| self.find(id)) {
            Some(Ok(at) | Err(at)) => at,
            None if below => return false,
            None => self.lowest_in_view(viewport).map_or(0, |at| at + 1),
        };
        let names = |at: &usize| {
            self.is_said(*at) && self.entry(*at).is_some_and(|entry| calls_somebody(entry, uid, called))
        };
        let found = if below {
            (from + 1..self.len()).find(names)
        } else {
            (0..from.min(self.len())).rev().find(names)
        };
        if let Some(at) = found {
            self.select(at, viewport);
            self.show_place(at, |text| called.find(text), viewport);
        }
        found.is_some()
    }

    /// Selects an entry if it is there. It need not be in view.
    pub fn select_entry(&mut self, id: EntryId) {
        self.selected = self.find(id).is_ok().then_some(id);
    }

    /// Selects an entry that is in view, or nothing if it is selected already.
    pub fn select_or_deselect(&mut self, id: EntryId, viewport: &Viewport) {
        match self.find(id) {
            Ok(at) if self.selected != Some(id) => self.select(at, viewport),
            Ok(_) | Err(_) => self.select_none(),
        }
    }

    /// Selects nothing.
    pub fn select_none(&mut self) {
        self.selected = None;
    }

    fn select(&mut self, at: usize, viewport: &Viewport) {
        self.selected = self.entry(at).map(Entry::id);
        self.reveal(at, viewport);
    }

    /// Follows what arrives only as long as the selected entry stays in view; of one that is longer than the viewport, some of it.
    pub fn keep_selected_in_view(&mut self, viewport: &Viewport) {
        let Some((id, Ok(at))) = self.selected.filter(|_| self.at_bottom()).map(|id| (id, self.find(id)))
        else {
            return;
        };
        let visible = self.visible(viewport).blocks;
        let is_long = |block: &Block<'_>| block.height() > i32::from(viewport.height);
        if !visible.iter().any(|block| block.entry.id() == id && is_long(block)) {
            self.reveal(at, viewport);
        }
    }

    fn is_said(&self, at: usize) -> bool {
        self.entry(at).is_some_and(|entry| self.is_said_and_shown(entry))
    }

    fn lowest_in_view(&self, viewport: &Viewport) -> Option<usize> {
        let blocks = self.visible(viewport).blocks;
        let said = blocks.iter().rev().find(|block| self.is_said_and_shown(block.entry))?;
        self.find(said.entry.id()).ok()
    }

    /// Moves the viewport as little as it takes to show the entry, or its beginning where it is longer.
    pub(super) fn reveal(&mut self, at: usize, viewport: &Viewport) {
        let Some(block) = self.block(at, viewport) else { return };
        let (id, rows, separators) = (block.entry.id(), block.height(), signed(block.separators.len()));
        let height = i32::from(viewport.height);
        let visible = self.visible(viewport).blocks;
        let Some(first) = visible.front().map(|first| first.entry.id()) else { return };
        let place =
            visible.iter().find(|block| block.entry.id() == id).map(|block| (block.top, block.bottom()));
        match place {
            Some((top, bottom)) if top + separators >= 0 && bottom <= height => {}
            Some((top, _)) if top + separators < 0 => {
                self.go(at, (rows - height).clamp(0, separators), viewport);
            }
            None if id < first => self.go(at, (rows - height).clamp(0, separators), viewport),
            // As high as its last row needs, but not so high that its first one goes.
            Some(_) | None => self.go(at, (rows - height).min(separators), viewport),
        }
    }
}

fn calls_somebody(entry: &Entry, uid: Uid, called: Called<'_>) -> bool {
    let by_others = entry.from().is_some_and(|from| from.uid != uid);
    by_others && entry.text().is_some_and(|text| called.is_in(text))
}
