//! Draws the header: room, topic, how many are here, the server. Before the welcome it shows the address instead.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint;
use super::theme::Theme;
use crate::app::App;
use crate::app::room::Wish;
use crate::app::rooms::counted;

/// From this width on, the server's name is shown.
const WITH_SERVER: u16 = 60;

/// Draws the header.
pub fn render(app: &App, area: Rect, buf: &mut Buffer, theme: &Theme) {
    if area.is_empty() {
        return;
    }
    buf.set_style(area, theme.header);
    if !app.is_welcome() {
        let text = format!(" chinwag · {}", app.shown_address());
        let others = elsewhere(app, area);
        paint::spans(&[(&text, theme.header_topic), (&others, theme.count)], area, buf);
        return;
    }
    let room = app.rooms().current();
    let here = app.lang().members_here(room.roster.len());
    let is_alone = app.others().is_empty();
    // Among several servers the address says which one this is: several may have the same name.
    let name = app.session().server().map_or("", |server| server.name.as_str());
    let server = if is_alone { name } else { app.label() };
    let right = if area.width >= WITH_SERVER && !server.is_empty() {
        format!("{here} · {server} ")
    } else if is_alone {
        format!("{here} ")
    } else {
        format!("{server} ")
    };
    let mut right = vec![(right.as_str(), theme.header_topic)];
    if room.roster.is_empty() || area.width < 24 {
        right.clear();
    }
    let rest = paint::spans_right(&right, area, buf);
    let title = format!(" {}", room.title(app.my_uid()));
    let is_ignored = room.other(app.my_uid()).is_some_and(|other| app.session().ignored().has(other));
    let topic = match room.wish {
        Some(Wish::Join) => app.lang().entering(),
        None if !room.joined => app.lang().not_in_room(),
        Some(Wish::Part) | None if is_ignored => app.lang().ignored(),
        Some(Wish::Part) | None => room.topic.as_str(),
    };
    let access = match (area.width >= WITH_SERVER, &room.settings) {
        (true, settings) => app.lang().room_access(settings.private, settings.read_only),
        (false, settings) => app.lang().room_mark(settings).to_owned(),
    };
    let others = elsewhere(app, area);
    let pinned = pinned(app);
    let between = match (topic.is_empty() && pinned.is_empty(), access.is_empty() || area.width < WITH_SERVER)
    {
        (true, _) => "",
        (false, true) => "  ",
        (false, false) => " · ",
    };
    let left = [
        (title.as_str(), theme.header_room),
        (others.as_str(), theme.count),
        (if access.is_empty() { "" } else { "  " }, theme.header),
        (access.as_str(), theme.header_topic),
        (between, theme.header),
        (topic, theme.header_topic),
        (if topic.is_empty() || pinned.is_empty() { "" } else { " · " }, theme.header_topic),
        (pinned.as_str(), theme.header_topic),
    ];
    paint::spans(&left, rest, buf);
}

/// The pinned message of the room, as far as it is here.
fn pinned(app: &App) -> String {
    let room = app.rooms().current();
    let pin = room.settings.pin.filter(|pin| !room.timeline.is_ignored_at(*pin));
    let text = pin.and_then(|pin| Some(room.timeline.said(pin)?.1));
    let first = text.and_then(|text| text.lines().find(|line| !line.trim().is_empty()));
    first.map_or_else(String::new, |line| format!("{} {line}", app.lang().pinned()))
}

/// What is new in other rooms, where there is no list of rooms to show it.
fn elsewhere(app: &App, area: Rect) -> String {
    if app.panes().rooms.width > 0 || area.width < 12 {
        return String::new();
    }
    let rooms = app.rooms();
    let others = rooms.list().iter().filter(|room| room.name != rooms.current().name);
    let elsewhere = app.others().unread();
    let (unread, mentions, more) = others.fold(elsewhere, |(unread, mentions, more), room| {
        (unread + room.unread, mentions + room.mentions, more | room.unread_more)
    });
    match (counted(unread, more), mentions) {
        _ if unread == 0 => String::new(),
        (count, 0) => format!("  +{count}"),
        (count, _) => format!("  +{count}!"),
    }
}
