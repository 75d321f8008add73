//! What a server may make this client hold in memory: one budget for each kind of thing, in bytes, whatever the server says or
//! how often. Most are far above what honest use needs; beyond them something is let go of, as each constant says. What one line
//! brings (at most 4 MiB) may stand above a budget until the line is dealt with. `rooms/budget.rs` keeps what rooms hold.

use shared::server_msg::{ListedRoom, Member, Sanction, User};
use shared::{Event, Kind, RoomName};

use crate::place::Place;

/// The scrollback of all rooms together: a hundred thousand messages of a thousand bytes, or a million short ones. Beyond it the
/// oldest entries go, first of the rooms that were looked at longest ago; they can be paged again. While the reader is scrolled
/// up in the current room, that one may have as much again.
pub const SCROLLBACK: usize = 128 << 20;
/// The members of all rooms together: more than a hundred thousand. Beyond it the last by name are not listed, first in the
/// rooms that were looked at longest ago.
pub const MEMBERS: usize = 16 << 20;
/// Events of all rooms that wait, where lines are printed, for what is missing before them. Beyond it they are printed without.
pub const WAITING_LINES: usize = 16 << 20;
/// The results of a search. Beyond it no more of them are asked for.
pub const FOUND: usize = 8 << 20;
/// Each of the other lists: rooms of the server, people of `/who`, bans and mutes. Beyond it the rest of a list is not shown.
pub const LIST: usize = 2 << 20;
/// The gaps of one room, of sixteen bytes each. Beyond it the two oldest become one, and what is between them is paged again.
pub const GAPS: usize = 256;
/// The edits, deletions and reactions of one room that are kept for messages that are not here. Beyond it the oldest go: most
/// messages come as they are by then.
pub const CHANGES: usize = 256;
/// The keys of one server. Beyond it only those it told of last are remembered.
pub const KEYS: usize = 16;

/// What one of many people may hold whose clients run in one process, on a machine that is not theirs ([`crate::place::Place`]). What
/// is above the first two comes from the server again. This is the scrollback, one or two thousand messages.
pub const SCROLLBACK_ELSEWHERE: usize = 256 << 10;
/// As [`MEMBERS`].
pub const MEMBERS_ELSEWHERE: usize = 1 << 20;
/// The draft of a room: eight messages. What would make it longer is declined.
pub const DRAFT_ELSEWHERE: usize = 32 << 10;
/// What is beside a draft: steps to undo, what was killed, lines sent before. Beyond it the oldest of each goes.
pub const BESIDE_DRAFT_ELSEWHERE: usize = 64 << 10;
/// Messages that wait to be sent. Beyond it a further one stays in the draft.
pub const QUEUED_ELSEWHERE: usize = 100;

/// The budgets of what rooms hold, so that a test can have smaller ones.
#[derive(Clone, Copy, Debug)]
pub struct RoomBudget {
    /// [`SCROLLBACK`].
    pub scrollback: usize,
    /// [`MEMBERS`].
    pub members: usize,
    /// [`WAITING_LINES`].
    pub waiting_lines: usize,
}

impl Default for RoomBudget {
    fn default() -> Self {
        Self { scrollback: SCROLLBACK, members: MEMBERS, waiting_lines: WAITING_LINES }
    }
}

impl RoomBudget {
    /// The budgets for somebody who is at this place.
    #[must_use]
    pub fn at(place: &Place) -> Self {
        match place {
            Place::Here => Self::default(),
            Place::Elsewhere(_) => Self {
                scrollback: SCROLLBACK_ELSEWHERE,
                members: MEMBERS_ELSEWHERE,
                waiting_lines: MEMBERS_ELSEWHERE,
            },
        }
    }
}

/// What an allocation costs beside its bytes, with the counters of what is shared.
pub const ALLOCATION: usize = 32;

/// The bytes of something that is held.
pub trait Bytes {
    /// Its own and those it points to, estimated.
    fn bytes(&self) -> usize;
}

impl Bytes for Member {
    fn bytes(&self) -> usize {
        size_of::<Self>() + ALLOCATION + self.name.as_str().len()
    }
}

impl Bytes for RoomName {
    fn bytes(&self) -> usize {
        size_of::<Self>() + ALLOCATION + self.as_str().len()
    }
}

impl Bytes for ListedRoom {
    fn bytes(&self) -> usize {
        size_of::<Self>() + self.name.bytes() + ALLOCATION + self.topic.as_str().len()
    }
}

impl Bytes for User {
    fn bytes(&self) -> usize {
        let why = self.absent.as_ref().map_or(0, |absent| ALLOCATION + absent.why.as_str().len());
        let sanctions = self.details.iter().flat_map(|details| &details.sanctions).map(Bytes::bytes);
        size_of::<Self>()
            + self.member.bytes()
            + self.rooms.iter().map(Bytes::bytes).sum::<usize>()
            + why
            + sanctions.sum::<usize>()
    }
}

impl Bytes for Sanction {
    fn bytes(&self) -> usize {
        let names = self.target.name.as_str().len() + self.by.name.as_str().len();
        size_of::<Self>() + 3 * ALLOCATION + names + self.reason.as_str().len()
    }
}

impl Bytes for Event {
    fn bytes(&self) -> usize {
        // Of what has no text, no field is longer than a reason.
        let edited = if let Kind::Edit(edit) = &self.kind { edit.text.as_ref() } else { None };
        let text = self.kind.text().or(edited).map_or(shared::Line::MAX_BYTES, |text| text.as_str().len());
        let reactions = self.reactions.iter().map(|reacted| {
            size_of_val(reacted) + 3 * ALLOCATION + reacted.with.as_str().len() + size_of_val(&*reacted.uids)
        });
        let held = 4 * ALLOCATION + self.from.name.as_str().len() + text + reactions.sum::<usize>();
        size_of::<Self>() + held
    }
}

/// Adds to a list what fits. Says whether all of it did.
pub fn add_within<T: Bytes>(list: &mut Vec<T>, more: impl IntoIterator<Item = T>, budget: usize) -> bool {
    let mut left = budget.saturating_sub(list.iter().map(Bytes::bytes).sum());
    for one in more {
        match left.checked_sub(one.bytes()) {
            Some(rest) => left = rest,
            None => return false,
        }
        list.push(one);
    }
    true
}
