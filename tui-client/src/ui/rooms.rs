//! Draws the list of rooms, with the unread count of each.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint;
use super::theme::Theme;
use crate::app::App;
use crate::app::panes::cut_top;
use crate::app::room::Room;

/// Draws the rooms; a list longer than the pane is scrolled so that the current one is in it.
pub fn render(app: &App, area: Rect, buf: &mut Buffer, theme: &Theme) {
    if area.width < 2 {
        return;
    }
    paint::bar(area.right() - 1, area, buf, theme.border);
    let mut rest = Rect { width: area.width - 1, ..area };
    let rooms = app.rooms();
    let height = usize::from(rest.height);
    let first = (rooms.current_index() + 1).saturating_sub(height);
    for (at, room) in rooms.list().iter().enumerate().skip(first).take(height) {
        let row = cut_top(&mut rest, 1);
        draw(app, room, at == rooms.current_index(), row, buf, theme);
    }
}

fn draw(app: &App, room: &Room, is_current: bool, row: Rect, buf: &mut Buffer, theme: &Theme) {
    let style = match (is_current, room.mentions, room.unread) {
        (true, ..) => theme.room_current,
        (_, 1.., _) => theme.room_mention,
        (_, _, 1..) => theme.room_unread,
        (false, 0, 0) => theme.room,
    };
    if is_current {
        buf.set_style(row, style);
    }
    let mark = if room.mentions > 0 { "!" } else { "" };
    let count = match room.unread {
        0 => String::new(),
        unread @ ..1000 => format!("{mark}{unread} "),
        _ => format!("{mark}999+ "),
    };
    let count_style = if is_current { style } else { theme.count };
    let rest = paint::spans_right(&[(count.as_str(), count_style)], row, buf);
    paint::spans(&[(" ", style), (&room.title(app.my_uid()), style)], rest, buf);
}
