//! The input history: the lines sent before. A recalled line that was edited keeps its edits until something is sent, so no
//! draft is lost on the way through the history. A line whose message is deleted goes.

use std::collections::BTreeMap;

use shared::Seq;

use crate::profile::{SentLine, sent_lines};

/// How many lines are kept; beyond it the oldest is forgotten.
const LINES: usize = 200;

/// A step along the history: from the text shown now to the one to show, if there is one.
pub(super) type Walk = fn(&mut History, &str) -> Option<String>;

/// The lines sent before, oldest first, and after them the draft.
#[derive(Debug, Default)]
pub(super) struct History {
    sent: Vec<SentLine>,
    /// Where the person is: an index into `sent`, or its length for the draft.
    line: usize,
    /// The draft and the recalled lines as they were left, by index.
    left: BTreeMap<usize, String>,
}

impl History {
    /// Keeps a line sent, unless it is blank or the same as the last one, and goes to the new draft.
    pub(super) fn push(&mut self, text: &str) {
        if !text.trim().is_empty() && self.sent.last().is_none_or(|last| last.text != text) {
            if self.sent.len() == LINES {
                self.sent.remove(0);
            }
            self.sent.push(SentLine::new(text));
        }
        self.left.clear();
        self.leave();
    }

    /// Forgets the oldest lines above so many bytes, and then what recalled lines were edited to; unless the person is among them.
    pub(super) fn keep_within(&mut self, bytes: usize) {
        if self.line != self.sent.len() {
            return;
        }
        let mut held = 0;
        let fits = |line: &&SentLine| {
            held += line.text.len();
            held <= bytes
        };
        let kept = self.sent.iter().rev().take_while(fits).count();
        if kept < self.sent.len() {
            self.sent.drain(..self.sent.len() - kept);
            self.left.clear();
            self.leave();
        }
    }

    /// The lines sent, oldest first.
    pub(super) fn lines(&self) -> impl DoubleEndedIterator<Item = &SentLine> {
        self.sent.iter()
    }

    /// Puts older lines before those sent, and goes to the draft.
    pub(super) fn put_before(&mut self, mut lines: Vec<SentLine>) {
        let over = (lines.len() + self.sent.len()).saturating_sub(LINES).min(lines.len());
        lines.drain(..over);
        self.sent.splice(0..0, lines);
        self.left.clear();
        self.leave();
    }

    /// A message is stored that says this: the line it was typed as is known from now on by its seq. One that was too long went
    /// `in_part`. Says whether there is one.
    pub(super) fn became(&mut self, said: &str, seq: Seq, in_part: bool) -> bool {
        let fits = |line: &SentLine| {
            let typed = line.text.trim_end();
            typed == said
                || typed.starts_with('/') && typed.ends_with(said)
                || in_part && typed.contains(said)
        };
        let fresh = self.sent.iter().rposition(|line| line.of.is_empty() && fits(line));
        let at = fresh.or_else(|| self.sent.iter().rposition(fits));
        let Some(line) = at.and_then(|at| self.sent.get_mut(at)) else { return false };
        line.became(seq);
        true
    }

    /// A message is deleted: the line it was typed as goes, and the person is at the end, where `shown` is what they write. Where
    /// that is the very line, their draft comes back in its place. Says whether there was one.
    pub(super) fn forget(&mut self, seq: Seq, shown: &str) -> (bool, Option<String>) {
        let (draft, recalled) = (self.left.remove(&self.sent.len()), self.sent.get(self.line).cloned());
        if !sent_lines::forget(&mut self.sent, seq) {
            self.left.extend(draft.map(|draft| (self.sent.len(), draft)));
            return (false, None);
        }
        self.left.clear();
        let is_recalled = recalled.is_some_and(|line| line.text == shown && line.of.contains(&seq));
        let draft = draft.unwrap_or_default();
        if !is_recalled && !draft.is_empty() {
            // Behind another line that is recalled: it can be had again as one of them.
            self.sent.push(SentLine::new(&draft));
        }
        self.leave();
        (true, is_recalled.then_some(draft))
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
        self.line = line.min(self.sent.len());
    }

    /// To the draft: what is shown next is one.
    pub(super) fn leave(&mut self) {
        self.line = self.sent.len();
    }

    /// The newest line but `skip` that contains `needle` in any case.
    pub(super) fn search(&self, needle: &str, skip: usize) -> Option<&str> {
        let needle = needle.to_lowercase();
        let newest_first = self.sent.iter().rev().map(|line| line.text.as_str());
        newest_first.filter(|line| line.to_lowercase().contains(&needle)).nth(skip)
    }

    fn walk(&mut self, line: usize, shown: &str) -> Option<String> {
        let text = self.left.get(&line).or_else(|| self.sent.get(line).map(|line| &line.text))?.clone();
        self.left.insert(self.line, shown.to_owned());
        self.line = line;
        Some(text)
    }
}
