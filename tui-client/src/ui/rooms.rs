//! Draws the list of rooms, with the unread count of each.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint;
use super::theme::Theme;
use crate::app::App;
use crate::app::panes::cut_top;
use crate::app::room::Room;
use crate::app::rooms::Unseen;
use crate::app::text_width::truncate;

/// Draws the rooms; a list longer than the pane is scrolled so that the current one is in it, and says what is new beyond.
pub fn render(app: &App, area: Rect, buf: &mut Buffer, theme: &Theme) {
    if area.width < 2 {
        return;
    }
    paint::bar(area.right() - 1, area, buf, theme.border);
    let mut rest = Rect { width: area.width - 1, ..area };
    let rooms = app.rooms();
    let listed = rooms.listed(rest.height);
    if let Some(above) = listed.above {
        draw_unseen(app, "↑", above, cut_top(&mut rest, 1), buf, theme);
    }
    for (at, room) in rooms.list().iter().enumerate().skip(listed.rooms.start).take(listed.rooms.len()) {
        let row = cut_top(&mut rest, 1);
        draw(app, room, at == rooms.current_index(), row, buf, theme);
    }
    if let Some(below) = listed.below {
        draw_unseen(app, "↓", below, cut_top(&mut rest, 1), buf, theme);
    }
}

/// What is new in rooms out of sight.
fn draw_unseen(app: &App, arrow: &str, unseen: Unseen, row: Rect, buf: &mut Buffer, theme: &Theme) {
    let style = if unseen.mentions > 0 { theme.room_mention } else { theme.room_unread };
    let count = count(unseen.unread, unseen.mentions, unseen.more);
    let rest = paint::spans_right(&[(count.as_str(), theme.count)], row, buf);
    paint::text(&format!(" {arrow} {}", app.lang().more_rooms()), rest, buf, style);
}

/// How much is new, with signs where it names us and where there is more than was counted.
fn count(unread: usize, mentions: usize, more: bool) -> String {
    let plus = if more { "+" } else { "" };
    let mark = if mentions > 0 { "!" } else { "" };
    match unread {
        0 => String::new(),
        unread @ ..1000 => format!("{mark}{unread}{plus} "),
        _ => format!("{mark}999+ "),
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
    let count = match count(room.unread, room.mentions, room.unread_more) {
        count if !count.is_empty() => count,
        _ if room.wish.is_some() => "… ".to_owned(),
        _ if !room.joined && app.is_welcome() => "× ".to_owned(),
        none => none,
    };
    let count_style = if is_current { style } else { theme.count };
    let rest = paint::spans_right(&[(count.as_str(), count_style)], row, buf);
    let mark = app.lang().room_mark(&room.settings);
    let between = if mark.is_empty() { "" } else { " " };
    // Of a long name the end is left out, rather than the mark.
    let most = rest.width.saturating_sub(paint::width(&[(" ", style), (between, style), (mark, style)]));
    let title = room.title(app.my_uid());
    let mark_style = if is_current { style } else { theme.hint };
    paint::spans(
        &[(" ", style), (&truncate(&title, most), style), (between, style), (mark, mark_style)],
        rest,
        buf,
    );
}
