//! How wide the column of names has to be: as wide as the widest name among those who spoke lately or stand near what the
//! reader looks at. A long name that was seen once does not take room from every later message.

use std::collections::VecDeque;

use shared::{Kind, Sender};

use super::entry::{Body, Entry};
use crate::app::text_width;
use crate::lang::Lang;

/// So many of the last messages count. More than a screen has rows, so that no name in view is cut for the sake of it.
pub(super) const LATELY: usize = 200;

/// The widest name of the last [`LATELY`] messages (a sliding maximum), and of those near the reader.
#[derive(Debug, Default)]
pub(super) struct NameColumn {
    /// Falling widths, each with the number of its message: the front is the widest.
    lately: VecDeque<(usize, u16)>,
    count: usize,
    pub(super) near: u16,
}

impl NameColumn {
    /// The columns of the widest name.
    pub(super) fn widest(&self) -> u16 {
        self.lately.front().map_or(0, |(_, columns)| *columns).max(self.near)
    }

    /// An entry has arrived.
    pub(super) fn add(&mut self, entry: &Entry) {
        let Some(columns) = label_columns(entry) else { return };
        self.count += 1;
        while self.lately.back().is_some_and(|(_, last)| *last <= columns) {
            self.lately.pop_back();
        }
        self.lately.push_back((self.count, columns));
        while self.lately.front().is_some_and(|(number, _)| number + LATELY <= self.count) {
            self.lately.pop_front();
        }
    }
}

/// The columns of what stands where names do, if a name does.
pub(super) fn label_columns(entry: &Entry) -> Option<u16> {
    let is_named = match entry.body() {
        Body::Message(_) => true,
        Body::Own(own) => !own.action,
        Body::Event(kind) => matches!(kind, Kind::Announce(_)),
        Body::Action(_) | Body::Notice(_) => false,
    };
    entry.from().filter(|_| is_named).map(columns)
}

fn columns(from: &Sender) -> u16 {
    // The longest word for the operator is the English one.
    let name = Lang::En.person_name(from.uid, &from.name);
    u16::try_from(text_width::columns(name)).unwrap_or(u16::MAX)
}
