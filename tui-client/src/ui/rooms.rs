//! Draws the list of rooms, with the unread count of each; with several servers, under a heading for each server.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint;
use super::theme::Theme;
use crate::app::App;
use crate::app::panes::{Panes, cut_top};
use crate::app::rooms::{Counted as _, Unseen, counted, listed};
use crate::app::servers::RoomRow;
use crate::app::text_width::truncate;
use crate::server_list::ServerState;

/// Draws the rooms; a list longer than the pane is scrolled so that the current one is in it, and says what is new beyond.
pub fn render(app: &App, panes: &Panes, buf: &mut Buffer, theme: &Theme) {
    if panes.rooms.width < 2 {
        return;
    }
    let (line, mut rest) = panes.line_and_rest(panes.rooms);
    paint::bar(line, panes.rooms, buf, theme.border);
    let rows = app.room_rows();
    let listed = listed(&rows, app.current_row(&rows), rest.height);
    if let Some(above) = listed.above {
        draw_unseen(app, "↑", above, cut_top(&mut rest, 1), buf, theme);
    }
    for row in rows.get(listed.rows.clone()).unwrap_or_default() {
        draw(app, row, cut_top(&mut rest, 1), buf, theme);
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
    let mark = if mentions > 0 { "!" } else { "" };
    if unread == 0 { String::new() } else { format!("{mark}{} ", counted(unread, more)) }
}

fn draw(app: &App, row: &RoomRow<'_>, area: Rect, buf: &mut Buffer, theme: &Theme) {
    // Where there are several servers, their rooms stand under their headings.
    let indent = if app.others().is_empty() { " " } else { "  " };
    match row {
        RoomRow::Own(at, room) => {
            let is_current = *at == app.rooms().current_index();
            let mark = match room.wish {
                Some(_) => "… ",
                None if !room.joined && app.is_welcome() => "× ",
                None => "",
            };
            let kind = app.lang().room_mark(&room.settings);
            draw_room(
                [indent, &room.title(app.my_uid()), kind],
                row.counts(),
                is_current,
                mark,
                area,
                buf,
                theme,
            );
        }
        RoomRow::Other(_, room) => {
            draw_room([indent, &room.title, room.kind], row.counts(), false, "", area, buf, theme);
        }
        RoomRow::Server(_, label, state) => {
            let sign = match state {
                ServerState::Online => "● ",
                ServerState::Connecting | ServerState::Waiting { .. } => "○ ",
                ServerState::WantsPassword => "? ",
                ServerState::Over => "× ",
            };
            let style = match state {
                ServerState::Online => theme.online,
                ServerState::Connecting => theme.connecting,
                ServerState::Waiting { .. } | ServerState::WantsPassword | ServerState::Over => theme.offline,
            };
            paint::spans(
                &[(sign, style), (&shorten_address(label, area.width.saturating_sub(2)), theme.title)],
                area,
                buf,
            );
        }
        RoomRow::State(_, state) => {
            paint::spans(
                &[(indent, theme.room), (app.lang().server_state_word(*state), theme.hint)],
                area,
                buf,
            );
        }
    }
}

/// An address in so many columns: its beginning and its end, which has the port.
fn shorten_address(label: &str, columns: u16) -> String {
    let (count, columns) = (label.chars().count(), usize::from(columns));
    if count <= columns {
        return label.to_owned();
    }
    let end = columns.saturating_sub(1) / 2;
    let begin = columns.saturating_sub(1 + end);
    label.chars().take(begin).chain(['…']).chain(label.chars().skip(count - end)).collect()
}

fn draw_room(
    [indent, title, kind]: [&str; 3],
    (unread, mentions, more): (usize, usize, bool),
    is_current: bool,
    mark: &str,
    row: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) {
    let style = match (is_current, mentions, unread) {
        (true, ..) => theme.room_current,
        (_, 1.., _) => theme.room_mention,
        (_, _, 1..) => theme.room_unread,
        (false, 0, 0) => theme.room,
    };
    if is_current {
        buf.set_style(row, style);
    }
    let count = match count(unread, mentions, more) {
        count if !count.is_empty() => count,
        _ => mark.to_owned(),
    };
    let count_style = if is_current { style } else { theme.count };
    let rest = paint::spans_right(&[(count.as_str(), count_style)], row, buf);
    let between = if kind.is_empty() { "" } else { " " };
    // Of a long name the end is left out, rather than what kind of room it is.
    let most = rest.width.saturating_sub(paint::width(&[(indent, style), (between, style), (kind, style)]));
    let kind_style = if is_current { style } else { theme.hint };
    paint::spans(
        &[(indent, style), (&truncate(title, most), style), (between, style), (kind, kind_style)],
        rest,
        buf,
    );
}
