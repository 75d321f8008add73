//! Draws the countdown to the server's shutdown, in the line under the header.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use shared::Role;

use super::paint;
use super::theme::Theme;
use crate::app::App;
use crate::app::panes::Panes;

/// Draws it, while it runs.
pub fn render(app: &App, panes: &Panes, buf: &mut Buffer, theme: &Theme) {
    let Some(countdown) = app.session().countdown() else { return };
    let lang = app.lang();
    let row = if panes.header_line.is_empty() { panes.header } else { panes.header_line };
    if row.is_empty() {
        return;
    }
    paint::clear(row, buf);
    paint::line(row, buf, theme.border);
    let inside = Rect { x: row.x + 1, width: row.width.saturating_sub(2), ..row };
    let mut rest = inside;
    if app.role() >= Role::Admin && row.width >= 60 {
        rest = paint::spans_right(&[(&format!(" {} ", lang.countdown_keys()), theme.hint)], inside, buf);
    }
    let clock = format!(" {} ", lang.countdown(countdown.restart, countdown.seconds(app.now())));
    let mut why = Vec::new();
    if let Some((uid, name)) = &countdown.by {
        why.push(uid.map_or(name.as_str(), |uid| lang.person_name(uid, name)).to_owned());
    }
    if !countdown.reason.is_empty() {
        why.push(countdown.reason.to_string());
    }
    let why = if why.is_empty() { String::new() } else { format!("· {} ", why.join(": ")) };
    paint::spans(&[(&clock, theme.danger), (&why, theme.hint)], rest, buf);
}
