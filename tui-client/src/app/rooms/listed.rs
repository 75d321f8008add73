//! Which rooms a list with so many rows shows: those around the current one. Where rooms out of sight have something new,
//! the first or last row says so instead, so that no list is too short to tell.

use std::fmt;
use std::ops::Range;

use crate::app::room::Room;

/// Something in the list, with what is new in it.
pub trait Counted {
    /// How many messages are not read, how many of them name us, and whether there are more than were counted.
    fn counts(&self) -> (usize, usize, bool);
}

impl Counted for Room {
    fn counts(&self) -> (usize, usize, bool) {
        (self.unread, self.mentions, self.unread_more)
    }
}

/// A count of messages that are not read, with a sign where there are more than were counted.
#[must_use]
pub fn counted(count: usize, more: bool) -> impl fmt::Display {
    fmt::from_fn(move |f| match count {
        ..1000 => write!(f, "{count}{}", if more { "+" } else { "" }),
        _ => f.write_str("999+"),
    })
}

/// What the rows of the list show, by places in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What is new above; the first row says it.
    pub above: Option<Unseen>,
    /// The rows in sight.
    pub rows: Range<usize>,
    /// What is new below; the last row says it.
    pub below: Option<Unseen>,
}

/// What is new in rooms out of sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// Messages not read.
    pub unread: usize,
    /// How many of them name us.
    pub mentions: usize,
    /// Whether there are more than were counted.
    pub more: bool,
    /// The first room that has one.
    pub first: usize,
}

/// What `height` rows show of a list. The one at `current` is always in sight.
#[must_use]
pub fn listed<T: Counted>(list: &[T], current: usize, height: u16) -> Listed {
    let (height, count) = (usize::from(height), list.len());
    // A row that says what is new takes the place of a room, which may have something new itself.
    let (mut above, mut below) = (None, None);
    loop {
        let said = usize::from(above.is_some()) + usize::from(below.is_some());
        let free = height.saturating_sub(said);
        let first = (current + 1).saturating_sub(free);
        let rows = first..(first + free).min(count);
        let now = (unseen(list, 0..rows.start), unseen(list, rows.end..count));
        if height < 3 || now == (above, below) {
            let [above, below] = if height < 3 { [None; 2] } else { [above, below] };
            return Listed { above, rows, below };
        }
        (above, below) = (now.0.or(above), now.1.or(below));
    }
}

fn unseen<T: Counted>(list: &[T], places: Range<usize>) -> Option<Unseen> {
    let rows = list.get(places.clone()).unwrap_or_default();
    let first = places.start + rows.iter().position(|row| row.counts().0 > 0)?;
    let (mut unread, mut mentions, mut more) = (0, 0, false);
    for (of_row, calls, is_more) in rows.iter().map(Counted::counts) {
        (unread, mentions, more) = (unread + of_row, mentions + calls, more || is_more);
    }
    Some(Unseen { unread, mentions, more, first })
}

impl Listed {
    /// The place that a click on a row goes to; on a row that says what is new, the first that has it.
    #[must_use]
    pub fn room_at(&self, row: u16) -> Option<usize> {
        let row = usize::from(row);
        match (self.above, self.below) {
            (Some(above), _) if row == 0 => return Some(above.first),
            _ => {}
        }
        let at = self.rows.start + row - usize::from(self.above.is_some());
        if self.rows.contains(&at) {
            return Some(at);
        }
        self.below.filter(|_| at == self.rows.end).map(|below| below.first)
    }
}

#[cfg(test)]
mod tests {
    use super::{counted, listed};
    use crate::app::composer::Composer;
    use crate::app::rooms::Rooms;

    #[test]
    fn a_count_says_where_it_ends() {
        for (count, more, told) in
            [(12, false, "12"), (12, true, "12+"), (999, true, "999+"), (1_000, false, "999+")]
        {
            assert_eq!(counted(count, more).to_string(), told);
        }
    }

    /// Twenty rooms, the lobby first, with something new in some.
    fn rooms(current: usize, unread: &[usize]) -> Rooms {
        let mut rooms = Rooms::default();
        for number in 1..20 {
            rooms.ensure(&format!("r{number:02}").parse().unwrap());
        }
        for &at in unread {
            rooms.list_mut()[at].unread = 3;
        }
        rooms.switch(current, &mut Composer::default());
        rooms
    }

    #[track_caller]
    fn check(current: usize, unread: &[usize], height: u16, expect: &str) {
        let listed = listed(rooms(current, unread).list(), current, height);
        let says = |unseen: Option<super::Unseen>| {
            unseen.map_or_else(String::new, |unseen| format!("{}@{}", unseen.unread, unseen.first))
        };
        let found = format!("{} {:?} {}", says(listed.above), listed.rows, says(listed.below));
        assert_eq!(found.trim(), expect);
        assert!(listed.rows.contains(&current));
        let rows =
            listed.rows.len() + usize::from(listed.above.is_some()) + usize::from(listed.below.is_some());
        assert!(rows <= usize::from(height));
    }

    #[test]
    fn what_is_new_out_of_sight_is_said() {
        check(0, &[], 8, "0..8");
        check(0, &[5], 8, "0..8");
        check(0, &[7, 19], 8, "0..7 6@7");
        check(0, &[8], 8, "0..7 3@8");
        check(12, &[2], 8, "3@2 6..13");
        check(12, &[2, 15], 8, "3@2 7..13 3@15");
        // The room that gives way to the row that says what is new may be new itself.
        check(12, &[0, 5], 8, "6@0 6..13");
        check(7, &[19], 8, "1..8 3@19");
        check(7, &[0, 19], 8, "3@0 2..8 3@19");
        check(19, &[0], 8, "3@0 13..20");
        check(5, &[0, 19], 2, "4..6");
        check(0, &[3], 30, "0..20");
    }

    #[test]
    fn a_click_goes_to_what_is_drawn_there() {
        let listed = listed(rooms(12, &[2, 15]).list(), 12, 8);
        let found: Vec<_> = (0..9).map(|row| listed.room_at(row)).collect();
        let rooms = (7..13).map(Some);
        let expect: Vec<_> = [Some(2)].into_iter().chain(rooms).chain([Some(15), None]).collect();
        assert_eq!(found, expect);
    }
}
