//! The layout of the screen: which rectangle is whose (header, rooms, timeline, members, input, status), for drawing and for
//! scrolling alike.

use ratatui::layout::Rect;

use crate::settings::look::PaneOrder;

/// From this width on, the members are shown, where they are as wide as usual.
const WITH_ROSTER: u16 = 90;
/// From this width on, the rooms are shown, where they are as wide as usual.
const WITH_ROOMS: u16 = 64;
/// From this height on, lines separate the panes.
const WITH_LINES: u16 = 12;
/// The input takes at most this part of the height.
const INPUT_SHARE: u16 = 3;
/// And at most this many rows.
const INPUT_ROWS: u16 = 8;

/// How wide the side panes are, the line beside them included, and where they stand; one of no columns is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sides {
    /// The list of rooms.
    pub rooms: u16,
    /// The list of members.
    pub roster: u16,
    /// Which pane is beside which.
    pub order: PaneOrder,
}

impl Sides {
    /// How wide they are usually.
    pub const USUAL: Self = Self { rooms: 17, roster: 20, order: PaneOrder::RoomsChatMembers };

    /// These, in a terminal of so many columns: the timeline keeps what it has beside the usual ones.
    fn within(self, columns: u16) -> Self {
        let shown = |wanted: u16, usual: u16, from: u16| {
            if columns.saturating_add(usual) >= from.saturating_add(wanted) { wanted } else { 0 }
        };
        Self {
            rooms: shown(self.rooms, Self::USUAL.rooms, WITH_ROOMS),
            roster: shown(self.roster, Self::USUAL.roster, WITH_ROSTER),
            order: self.order,
        }
    }

    /// Cuts the list of rooms and that of members off the sides of the timeline.
    fn cut_from(self, timeline: &mut Rect) -> (Rect, Rect) {
        let Self { rooms, roster, order } = self;
        match order {
            PaneOrder::RoomsChatMembers => (cut_left(timeline, rooms), cut_right(timeline, roster)),
            PaneOrder::MembersChatRooms => (cut_right(timeline, rooms), cut_left(timeline, roster)),
            PaneOrder::RoomsMembersChat => (cut_left(timeline, rooms), cut_left(timeline, roster)),
            PaneOrder::ChatMembersRooms => (cut_right(timeline, rooms), cut_right(timeline, roster)),
            PaneOrder::MembersRoomsChat => {
                let roster = cut_left(timeline, roster);
                (cut_left(timeline, rooms), roster)
            }
            PaneOrder::ChatRoomsMembers => {
                let roster = cut_right(timeline, roster);
                (cut_right(timeline, rooms), roster)
            }
        }
    }
}

/// The panes; one that is not shown is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Panes {
    /// Room, topic, how many are here.
    pub header: Rect,
    /// The line under it.
    pub header_line: Rect,
    /// The list of rooms, a line on the side of the timeline.
    pub rooms: Rect,
    /// The timeline.
    pub timeline: Rect,
    /// The list of members, a line on the side of the timeline.
    pub roster: Rect,
    /// The line above the input.
    pub input_line: Rect,
    /// What the draft is for, above it: what it answers, or that it is an edit.
    pub purpose: Rect,
    /// The prompt.
    pub prompt: Rect,
    /// What is being written. Nothing is drawn to the right of it.
    pub input: Rect,
    /// The status line.
    pub status: Rect,
}

impl Panes {
    /// Divides `area`. `prompt` is how wide the prompt would be, `rows` how many rows the draft takes in a width; `has_purpose`
    /// whether a row above the draft says what it is for.
    #[must_use]
    pub fn new(
        area: Rect,
        sides: Sides,
        prompt: u16,
        has_purpose: bool,
        rows: impl FnOnce(u16) -> usize,
    ) -> Self {
        let mut rest = area;
        let lines = u16::from(area.height >= WITH_LINES);
        let header = cut_top(&mut rest, u16::from(area.height >= 4));
        let header_line = cut_top(&mut rest, lines);
        let status = cut_bottom(&mut rest, u16::from(area.height >= 3));

        let prompt = if prompt <= area.width / 4 { prompt } else { 2.min(area.width / 4) };
        let wanted = rows(area.width - prompt);
        let most = (area.height / INPUT_SHARE).clamp(1, INPUT_ROWS);
        let wanted = u16::try_from(wanted).unwrap_or(u16::MAX).clamp(1, most).min(rest.height);
        let mut input = cut_bottom(&mut rest, wanted);
        let prompt = cut_left(&mut input, prompt);
        let has_row = has_purpose && rest.height > 1;
        let purpose = cut_bottom(&mut rest, u16::from(has_row));
        let input_line = cut_bottom(&mut rest, lines);

        let all = rest;
        let (rooms, roster) = sides.within(area.width).cut_from(&mut rest);
        // Text does not touch the lines beside it.
        let (at_left, at_right) = (rest.x > all.x, rest.right() < all.right());
        cut_left(&mut rest, at_left.into());
        cut_right(&mut rest, at_right.into());
        Self {
            header,
            header_line,
            rooms,
            timeline: rest,
            roster,
            input_line,
            purpose,
            prompt,
            input,
            status,
        }
    }

    /// The column of the line of a side pane, and the rest of that pane.
    #[must_use]
    pub fn line_and_rest(&self, pane: Rect) -> (u16, Rect) {
        let mut rest = pane;
        let is_left = pane.x < self.timeline.x;
        let line = if is_left { cut_right(&mut rest, 1) } else { cut_left(&mut rest, 1) };
        (line.x, rest)
    }

    /// The columns of the lines of the side panes.
    pub fn lines_down(&self) -> impl Iterator<Item = u16> {
        let shown = [self.rooms, self.roster].into_iter().filter(|pane| !pane.is_empty());
        shown.map(|pane| self.line_and_rest(pane).0)
    }
}

/// Cuts rows off the top; at most as many as there are.
pub fn cut_top(rest: &mut Rect, rows: u16) -> Rect {
    let rows = rows.min(rest.height);
    let cut = Rect { height: rows, ..*rest };
    (rest.y, rest.height) = (rest.y + rows, rest.height - rows);
    cut
}

/// Cuts rows off the bottom.
pub fn cut_bottom(rest: &mut Rect, rows: u16) -> Rect {
    let rows = rows.min(rest.height);
    rest.height -= rows;
    Rect { y: rest.bottom(), height: rows, ..*rest }
}

/// Cuts columns off the left.
pub fn cut_left(rest: &mut Rect, columns: u16) -> Rect {
    let columns = columns.min(rest.width);
    let cut = Rect { width: columns, ..*rest };
    (rest.x, rest.width) = (rest.x + columns, rest.width - columns);
    cut
}

/// Cuts columns off the right.
pub fn cut_right(rest: &mut Rect, columns: u16) -> Rect {
    let columns = columns.min(rest.width);
    rest.width -= columns;
    Rect { x: rest.right(), width: columns, ..*rest }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;
    use ratatui::layout::Rect;

    use super::{PaneOrder, Panes, Sides};

    fn panes(width: u16, height: u16, rows: usize) -> Panes {
        Panes::new(Rect::new(0, 0, width, height), Sides::USUAL, 8, false, |_| rows)
    }

    #[test]
    fn panes_disappear_as_the_terminal_gets_smaller() {
        let wide = panes(120, 40, 1);
        assert_eq!((wide.rooms.width, wide.timeline, wide.roster.width), (17, Rect::new(18, 2, 81, 35), 20));
        let medium = panes(80, 24, 1);
        assert_eq!((medium.rooms.width, medium.timeline.width, medium.roster.width), (17, 62, 0));
        let narrow = panes(60, 15, 1);
        assert_eq!(
            (narrow.rooms.width, narrow.timeline, narrow.roster.width),
            (0, Rect::new(0, 2, 60, 10), 0)
        );
        let tiny = panes(20, 5, 1);
        assert_eq!(
            (tiny.header.height, tiny.timeline.height, tiny.input, tiny.status.y),
            (1, 2, Rect::new(2, 3, 18, 1), 4)
        );
    }

    #[test]
    fn side_panes_are_as_wide_as_wished_and_never_at_the_cost_of_the_timeline() {
        let widths = |sides, width| {
            let panes = Panes::new(Rect::new(0, 0, width, 24), sides, 8, false, |_| 1);
            (panes.rooms.width, panes.timeline.width, panes.roster.width)
        };
        let order = PaneOrder::default();
        assert_eq!(widths(Sides { rooms: 0, roster: 20, order }, 120), (0, 99, 20));
        assert_eq!(widths(Sides { rooms: 30, roster: 0, order }, 120), (30, 89, 0));
        assert_eq!(widths(Sides { rooms: 40, roster: 40, order }, 100), (40, 59, 0));
        assert_eq!(widths(Sides { rooms: 8, roster: 8, order }, 80), (8, 62, 8));
    }

    #[test]
    fn panes_stand_in_the_order_that_is_set_with_their_lines_beside_the_timeline() {
        for (order, rooms, timeline, roster, lines) in [
            (PaneOrder::RoomsChatMembers, 0, (18, 81), 100, [16, 100]),
            (PaneOrder::MembersChatRooms, 103, (21, 81), 0, [103, 19]),
            (PaneOrder::RoomsMembersChat, 0, (38, 82), 17, [16, 36]),
            (PaneOrder::MembersRoomsChat, 20, (38, 82), 0, [36, 19]),
            (PaneOrder::ChatRoomsMembers, 83, (0, 82), 100, [83, 100]),
            (PaneOrder::ChatMembersRooms, 103, (0, 82), 83, [103, 83]),
        ] {
            let panes =
                Panes::new(Rect::new(0, 0, 120, 24), Sides { order, ..Sides::USUAL }, 8, false, |_| 1);
            let timeline_is = (panes.timeline.x, panes.timeline.width);
            assert_eq!((panes.rooms.x, timeline_is, panes.roster.x), (rooms, timeline, roster), "{order:?}");
            assert_eq!(panes.lines_down().collect::<Vec<_>>(), lines, "{order:?}");
        }
    }

    #[test]
    fn the_input_is_the_last_to_go() {
        for (height, log) in [(4, 1), (3, 1), (2, 1), (1, 0)] {
            let panes = panes(20, height, 5);
            assert_eq!((panes.input.height, panes.timeline.height), (1, log), "{height}");
        }
        assert_eq!(panes(1, 1, 1).input, Rect::new(0, 0, 1, 1));
        assert_eq!(panes(0, 0, 1), Panes::default());
    }

    #[test]
    fn a_long_draft_gets_rows_but_never_all() {
        assert_eq!(panes(80, 24, 3).input.height, 3);
        assert_eq!(panes(80, 24, 50).input.height, 8);
        assert_eq!(panes(80, 9, 50).input.height, 3);
    }

    #[test]
    fn panes_cover_the_terminal_and_never_overlap() {
        for width in 0..130 {
            for height in 0..45 {
                let orders = PaneOrder::value_variants();
                let order = orders[usize::from(height) % orders.len()];
                let [rooms, roster] = [[17, 20], [40, 0], [0, 8]][usize::from(width % 3)];
                let sides = Sides { rooms, roster, order };
                let p = Panes::new(Rect::new(0, 0, width, height), sides, 8, width % 2 == 0, |_| 4);
                let all = [
                    p.header,
                    p.header_line,
                    p.rooms,
                    p.timeline,
                    p.roster,
                    p.input_line,
                    p.purpose,
                    p.prompt,
                    p.input,
                    p.status,
                ];
                // The columns that keep the scrollback off the lines beside it belong to nobody.
                let is_beside = |at_left: bool| {
                    [p.rooms, p.roster]
                        .iter()
                        .any(|pane| pane.width > 0 && (pane.x < p.timeline.x) == at_left)
                };
                let beside = [true, false].into_iter().filter(|at_left| is_beside(*at_left)).count();
                let free = u32::try_from(beside).unwrap() * u32::from(p.timeline.height);
                let area: u32 = free + all.iter().map(|pane| pane.area()).sum::<u32>();
                assert_eq!(area, u32::from(width) * u32::from(height), "{width}x{height}: {p:?}");
            }
        }
    }
}
