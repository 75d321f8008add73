//! Which rooms a list with so many rows shows: those around the current one. Where rooms out of sight have something new,
//! the first or last row says so instead, so that no list is too short to tell.

use std::ops::Range;

use crate::app::room::Room;

/// What the rows of the list show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What is new above; the first row says it.
    pub above: Option<Unseen>,
    /// The rooms in sight.
    pub rooms: Range<usize>,
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

/// What a list of `height` rows shows. The current room is always in sight.
pub(super) fn listed(list: &[Room], current: usize, height: u16) -> Listed {
    let (height, count) = (usize::from(height), list.len());
    // A row that says what is new takes the place of a room, which may have something new itself.
    let (mut above, mut below) = (None, None);
    loop {
        let said = usize::from(above.is_some()) + usize::from(below.is_some());
        let rows = height.saturating_sub(said);
        let first = (current + 1).saturating_sub(rows);
        let rooms = first..(first + rows).min(count);
        let now = (unseen(list, 0..rooms.start), unseen(list, rooms.end..count));
        if height < 3 || now == (above, below) {
            let [above, below] = if height < 3 { [None; 2] } else { [above, below] };
            return Listed { above, rooms, below };
        }
        (above, below) = (now.0.or(above), now.1.or(below));
    }
}

fn unseen(list: &[Room], places: Range<usize>) -> Option<Unseen> {
    let rooms = list.get(places.clone()).unwrap_or_default();
    let first = places.start + rooms.iter().position(|room| room.unread > 0)?;
    let sum = |of: fn(&Room) -> usize| rooms.iter().map(of).sum();
    let more = rooms.iter().any(|room| room.unread_more);
    Some(Unseen { unread: sum(|room| room.unread), mentions: sum(|room| room.mentions), more, first })
}

impl Listed {
    /// The room a click on a row goes to; on a row that says what is new, the first that has it.
    #[must_use]
    pub fn room_at(&self, row: u16) -> Option<usize> {
        let row = usize::from(row);
        match (self.above, self.below) {
            (Some(above), _) if row == 0 => return Some(above.first),
            _ => {}
        }
        let at = self.rooms.start + row - usize::from(self.above.is_some());
        if self.rooms.contains(&at) {
            return Some(at);
        }
        self.below.filter(|_| at == self.rooms.end).map(|below| below.first)
    }
}

#[cfg(test)]
mod tests {
    use crate::app::composer::Composer;
    use crate::app::rooms::Rooms;

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
        let listed = rooms(current, unread).listed(height);
        let says = |unseen: Option<super::Unseen>| {
            unseen.map_or_else(String::new, |unseen| format!("{}@{}", unseen.unread, unseen.first))
        };
        let found = format!("{} {:?} {}", says(listed.above), listed.rooms, says(listed.below));
        assert_eq!(found.trim(), expect);
        assert!(listed.rooms.contains(&current));
        let rows =
            listed.rooms.len() + usize::from(listed.above.is_some()) + usize::from(listed.below.is_some());
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
        let listed = rooms(12, &[2, 15]).listed(8);
        let found: Vec<_> = (0..9).map(|row| listed.room_at(row)).collect();
        let rooms = (7..13).map(Some);
        let expect: Vec<_> = [Some(2)].into_iter().chain(rooms).chain([Some(15), None]).collect();
        assert_eq!(found, expect);
    }
}
