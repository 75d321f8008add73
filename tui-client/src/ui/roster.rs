//! Draws the list of members: role, name, whether they are away or ignored.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use shared::Role;
use shared::server_msg::Member;

use super::paint;
use super::theme::Theme;
use crate::app::App;
use crate::app::panes::{Panes, cut_right, cut_top};
use crate::app::text_width::truncate;

/// Draws the members; where not all fit, the last row says how many more there are.
pub fn render(app: &App, panes: &Panes, buf: &mut Buffer, theme: &Theme) {
    if panes.roster.width < 2 {
        return;
    }
    let (line, mut rest) = panes.line_and_rest(panes.roster);
    paint::bar(line, panes.roster, buf, theme.border);
    if line > rest.x {
        // A name does not touch the line beside it.
        cut_right(&mut rest, 1);
    }
    let room = app.rooms().current();
    let (people, more) = room.roster.listed(rest.height);
    for member in people {
        let is_owner = room.settings.owner == Some(member.uid);
        draw(app, member, is_owner, cut_top(&mut rest, 1), buf, theme);
    }
    if more > 0 {
        let more = format!("  +{more}");
        paint::text(&more, cut_top(&mut rest, 1), buf, theme.hint);
    }
}

fn draw(app: &App, member: &Member, is_owner: bool, row: Rect, buf: &mut Buffer, theme: &Theme) {
    let mark = sign(member.role, is_owner);
    let mut style = theme.person(member.style, member.uid == app.my_uid());
    let how = app.how_is(member);
    if how.is_some() {
        style = style.patch(theme.member_away);
    }
    let how = how.map_or_else(String::new, |how| format!(" {how}"));
    // Of a long name the end is left out, rather than what the colours alone would say then.
    let most = row.width.saturating_sub(paint::width(&[(mark, theme.role), (&how, theme.hint)]));
    let name = truncate(member.name.as_str(), most);
    paint::spans(&[(mark, theme.role), (&name, style), (&how, theme.hint)], row, buf);
}

/// What stands before the name of somebody with a role, and of whoever owns the room.
#[must_use]
pub fn sign(role: Role, is_owner: bool) -> &'static str {
    match (role, is_owner) {
        (Role::Member, false) => "  ",
        (Role::Member, true) => " ~",
        (Role::Moderator, false) => " +",
        (Role::Moderator, true) => "~+",
        (Role::Admin, false) => " @",
        (Role::Admin, true) => "~@",
    }
}
