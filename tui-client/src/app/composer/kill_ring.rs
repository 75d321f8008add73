//! The kill ring: what was killed (Ctrl-W, Ctrl-U, Ctrl-K) and can be yanked back. Single characters that were deleted are
//! not in it: undo brings those back.

use std::collections::VecDeque;

/// How many kills are kept, as many as readline does roughly; beyond it the oldest is forgotten.
const KILLS: usize = 16;

/// The kills, newest first.
#[derive(Debug, Default)]
pub(super) struct KillRing {
    kills: VecDeque<String>,
    /// The one yanked last.
    yanked: usize,
}

/// Which side of the caret a kill was on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Side {
    Before,
    After,
}

impl KillRing {
    /// Keeps what was killed; `join` adds it to the last kill, on its side.
    pub(super) fn kill(&mut self, text: &str, side: Side, join: bool) {
        match (self.kills.front_mut().filter(|_| join), side) {
            (Some(last), Side::Before) => last.insert_str(0, text),
            (Some(last), Side::After) => last.push_str(text),
            (None, _) => self.add(text),
        }
    }

    /// Forgets the oldest kills above so many bytes.
    pub(super) fn keep_within(&mut self, bytes: usize) {
        let mut held = 0;
        let fits = |kill: &&String| {
            held += kill.len();
            held <= bytes
        };
        let kept = self.kills.iter().take_while(fits).count();
        self.kills.truncate(kept);
    }

    /// The bytes of the longest kill.
    pub(super) fn longest(&self) -> usize {
        self.kills.iter().map(String::len).max().unwrap_or(0)
    }

    /// What was killed last.
    pub(super) fn newest(&mut self) -> Option<&str> {
        self.yanked = 0;
        self.kills.front().map(String::as_str)
    }

    /// What was killed before that which was yanked last, after the oldest the newest again.
    pub(super) fn older(&mut self) -> Option<&str> {
        self.yanked = (self.yanked + 1).checked_rem(self.kills.len())?;
        self.kills.get(self.yanked).map(String::as_str)
    }

    fn add(&mut self, text: &str) {
        self.kills.truncate(KILLS - 1);
        self.kills.push_front(text.to_owned());
    }
}
