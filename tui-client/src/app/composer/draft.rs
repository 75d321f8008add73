//! The text buffer and its caret: the one place where bytes change, so that the text stays in NFC and the caret on a grapheme
//! cluster boundary whatever comes in.

use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::motion;

/// The text being written.
#[derive(Debug, Default)]
pub(super) struct Draft {
    text: String,
    caret: usize,
}

/// One change of the text, both ways.
#[derive(Debug)]
pub(super) struct Change {
    at: usize,
    removed: String,
    inserted: String,
}

impl Change {
    /// What it takes in memory, about.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + self.removed.len() + self.inserted.len()
    }
}

impl Draft {
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    pub(super) fn caret(&self) -> usize {
        self.caret
    }

    /// Moves the caret; `caret` is a cluster boundary.
    pub(super) fn set_caret(&mut self, caret: usize) {
        self.caret = caret;
    }

    /// The text in `range`, whose ends are cluster boundaries.
    pub(super) fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    /// Replaces `range`, whose ends are cluster boundaries, with clean text and puts the caret after it.
    ///
    /// What came in may compose with what stood around it ('하' and 'ᆫ' make '한'), so more than the range can change.
    /// `None` when the text is the same as before.
    pub(super) fn replace(&mut self, range: Range<usize>, with: &str) -> Option<Change> {
        // Nothing composes across a newline: the lines touched are all there is to normalise.
        let from = motion::line_start(&self.text, range.start);
        let to = motion::line_end(&self.text, range.end);
        let head = [self.slice(from..range.start), with].concat();
        let (lines, caret) = compose(&head, self.slice(range.end..to));
        let change = Change::between(from, self.slice(from..to), &lines);
        self.text.replace_range(from..to, &lines);
        self.caret = motion::boundary_after(&self.text, from + caret);
        change
    }

    /// Does `change` again, to the text it was made of.
    pub(super) fn redo(&mut self, change: &Change) {
        self.text.replace_range(change.at..change.at + change.removed.len(), &change.inserted);
    }

    /// Takes `change` back, from the text it made.
    pub(super) fn undo(&mut self, change: &Change) {
        self.text.replace_range(change.at..change.at + change.inserted.len(), &change.removed);
    }
}

/// Joins two texts in NFC, and says where in the result the second begins: at the latest byte that only the first
/// decides, or just inside the cluster they made together.
fn compose(head: &str, tail: &str) -> (String, usize) {
    let joined = [head, tail].concat();
    if is_nfc(&joined) {
        return (joined, head.len());
    }
    let head: String = head.nfc().collect();
    let joined: String = joined.nfc().collect();
    let shared = shared_prefix(&head, &joined);
    // One byte into what the two made of each other; the caret is then put after its cluster.
    let caret = if shared < head.len() { joined.ceil_char_boundary(shared + 1) } else { shared };
    (joined, caret)
}

impl Change {
    fn between(from: usize, old: &str, new: &str) -> Option<Self> {
        if old == new {
            return None;
        }
        let start = shared_prefix(old, new);
        let (old, new) = (old.get(start..)?, new.get(start..)?);
        let end = shared_suffix(old, new);
        let removed = old.get(..old.len() - end)?.to_owned();
        let inserted = new.get(..new.len() - end)?.to_owned();
        Some(Self { at: from + start, removed, inserted })
    }
}

fn shared_prefix(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum()
}

fn shared_suffix(a: &str, b: &str) -> usize {
    a.chars().rev().zip(b.chars().rev()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum()
}
