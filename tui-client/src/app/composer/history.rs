//! The input history: the lines sent before. A recalled line that was edited keeps its edits until something is sent, so no
//! draft is lost on the way through the history.

use std::collections::{BTreeMap, VecDeque};

/// How many lines are kept; beyond it the oldest is forgotten.
const LINES: usize = 200;

/// A step along the history: from the text shown now to the one to show, if there is one.
pub(super) type Walk = fn(&mut History, &str) -> Option<String>;

/// The lines sent before, oldest first, and after them the draft.
#[derive(Debug, Default)]
pub(super) struct History {
    sent: VecDeque<String>,
    /// Where the person is: an index into `sent`, or its length for the draft.
    line: usize,
    /// The draft and the recalled lines as they were left, by index.
    left: BTreeMap<usize, String>,
}

impl History {
    /// Keeps a line sent, unless it is blank or the same as the last one, and goes to the new draft.
    pub(super) fn push(&mut self, text: &str) {
        if !text.trim().is_empty() && self.sent.back().is_none_or(|last| last != text) {
            if self.sent.len() == LINES {
                self.sent.pop_front();
            }
            self.sent.push_back(text.to_owned());
        }
        self.left.clear();
        self.leave();
    }

    /// The lines sent, oldest first.
    pub(super) fn lines(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.sent.iter().map(String::as_str)
    }

    /// Puts older lines before those sent, and goes to the draft.
    pub(super) fn put_before(&mut self, lines: Vec<String>) {
        let room = LINES.saturating_sub(self.sent.len());
        for line in lines.into_iter().rev().take(room) {
            self.sent.push_front(line);
        }
        self.left.clear();
        self.leave();
    }

    /// To the line before.
    pub(super) fn older(&mut self, shown: &str) -> Option<String> {
        self.walk(self.line.checked_sub(1)?, shown)
    }

    /// To the line after, at last to the draft.
    pub(super) fn newer(&mut self, shown: &str) -> Option<String> {
        self.walk(self.line + 1, shown)
    }

    /// Where the person is.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// To a line that [`Self::line`] named before.
    pub(super) fn go(&mut self, line: usize) {
        self.line = line;
    }

    /// To the draft: what is shown next is one.
    pub(super) fn leave(&mut self) {
        self.line = self.sent.len();
    }

    /// The newest line but `skip` that contains `needle` in any case.
    pub(super) fn search(&self, needle: &str, skip: usize) -> Option<&str> {
        let needle = needle.to_lowercase();
        let newest_first = self.sent.iter().rev().map(String::as_str);
        newest_first.filter(|line| line.to_lowercase().contains(&needle)).nth(skip)
    }

    fn walk(&mut self, line: usize, shown: &str) -> Option<String> {
        let text = self.left.get(&line).or_else(|| self.sent.get(line))?.clone();
        self.left.insert(self.line, shown.to_owned());
        self.line = line;
        Some(text)
    }
}
