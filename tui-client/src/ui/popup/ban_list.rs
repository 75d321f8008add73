//! Draws the ban list: who, until when, and below it by whom, when and why.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use shared::server_msg::Sanction;

use super::sheet;
use crate::app::App;
use crate::app::panes::{Panes, cut_top};
use crate::app::popup::ban_list::BanList;
use crate::ui::paint;
use crate::ui::theme::Theme;

/// Draws the list.
pub(super) fn draw(
    app: &App,
    list: BanList,
    panes: &Panes,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    let lang = app.lang();
    let sanctions = app.session().sanctions();
    let wanted = u16::try_from(sanctions.len().saturating_mul(2)).unwrap_or(u16::MAX).clamp(1, 20);
    let mut area = sheet::lay(lang.ban_list_title(), lang.ban_list_keys(), wanted, panes, buf, theme);
    if sanctions.is_empty() {
        paint::text(lang.empty_ban_list(), cut_top(&mut area, 1), buf, theme.hint);
        return None;
    }
    let has_room = area.height > 3 || sanctions.len() * 2 <= usize::from(area.height);
    let each = if has_room { 2 } else { 1 };
    let fits = usize::from((area.height / each).max(1));
    let at = list.at.min(sanctions.len() - 1);
    let first = (at + 1).saturating_sub(fits);
    let mut caret = None;
    for (index, sanction) in sanctions.iter().enumerate().skip(first).take(fits) {
        let rows = cut_top(&mut area, each);
        draw_sanction(app, sanction, index == at, rows, buf, theme);
        if index == at {
            caret = Some(rows.as_position());
        }
    }
    caret
}

fn draw_sanction(
    app: &App,
    sanction: &Sanction,
    is_selected: bool,
    mut area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) {
    let lang = app.lang();
    let moment = |at| lang.moment(at, app.now(), app.times());
    let row = cut_top(&mut area, 1);
    let until = sanction.until.map(moment);
    let held = format!("  {}", lang.sanction_status(sanction.kind, until.as_deref()));
    let mark = if is_selected { "› " } else { "  " };
    let name = theme.person(sanction.target.style, false);
    let spans = [(mark, theme.prompt), (sanction.target.name.as_str(), name), (held.as_str(), theme.popup)];
    let taken = paint::spans(&spans, row, buf);
    if is_selected {
        paint::restyle(Rect { width: row.width.min(taken + 1), ..row }, buf, theme.popup_selected);
    }
    let mut notes =
        vec![lang.by_person(lang.person_name(sanction.by.uid, &sanction.by.name)), moment(sanction.at)];
    notes.extend(sanction.address.map(|address| address.to_string()));
    if !sanction.reason.is_empty() {
        notes.push(sanction.reason.to_string());
    }
    paint::spans(&[("    ", theme.hint), (&notes.join(" · "), theme.hint)], area, buf);
}
