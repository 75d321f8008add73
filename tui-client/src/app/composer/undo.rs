//! Undo and redo: the steps done and undone. What belongs to one step is decided by the composer.

use std::collections::VecDeque;

use super::draft::{Change, Draft};

/// How many steps are kept; beyond it the oldest is forgotten.
const STEPS: usize = 1000;

/// The steps done and the steps undone.
#[derive(Debug, Default)]
pub(super) struct Undo {
    past: VecDeque<Step>,
    future: Vec<Step>,
}

/// Where the person is apart from the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) caret: usize,
    /// The line of the history that is being edited.
    pub(super) line: usize,
}

#[derive(Debug)]
struct Step {
    changes: Vec<Change>,
    before: Mark,
    after: Mark,
}

impl Undo {
    /// Keeps a change just made, as a step of its own or as part of the last one. What was undone is gone.
    pub(super) fn record(&mut self, change: Change, before: Mark, after: Mark, join: bool) {
        self.future.clear();
        if let Some(step) = self.past.back_mut().filter(|_| join) {
            step.changes.push(change);
            step.after = after;
            return;
        }
        if self.past.len() == STEPS {
            self.past.pop_front();
        }
        self.past.push_back(Step { changes: vec![change], before, after });
    }

    /// Forgets the oldest steps above so many bytes.
    pub(super) fn keep_within(&mut self, bytes: usize) {
        let size = |step: &Step| step.changes.iter().map(Change::bytes).sum::<usize>();
        let mut left = bytes;
        let mut fits = |step: &Step| {
            let rest = left.checked_sub(size(step));
            left = rest.unwrap_or(0);
            rest.is_some()
        };
        let kept = self.past.iter().rev().take_while(|step| fits(step)).count();
        self.past.drain(..self.past.len() - kept);
        let kept = self.future.iter().rev().take_while(|step| fits(step)).count();
        self.future.drain(..self.future.len() - kept);
    }

    /// Takes the last step back and says where the person was before it.
    pub(super) fn undo(&mut self, draft: &mut Draft) -> Option<Mark> {
        let step = self.past.pop_back()?;
        let mark = step.revert(draft);
        self.future.push(step);
        Some(mark)
    }

    /// Does the last step undone again and says where the person was after it.
    pub(super) fn redo(&mut self, draft: &mut Draft) -> Option<Mark> {
        let step = self.future.pop()?;
        step.changes.iter().for_each(|change| draft.redo(change));
        let mark = step.after;
        self.past.push_back(step);
        Some(mark)
    }

    /// Takes the last step back as if it had never been.
    pub(super) fn forget(&mut self, draft: &mut Draft) -> Option<Mark> {
        Some(self.past.pop_back()?.revert(draft))
    }
}

impl Step {
    fn revert(&self, draft: &mut Draft) -> Mark {
        self.changes.iter().rev().for_each(|change| draft.undo(change));
        self.before
    }
}
