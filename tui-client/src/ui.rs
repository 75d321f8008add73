//! Draws the app. It must not decide anything or change the app: the same app gives the same picture.

pub mod composer;
pub mod countdown;
pub mod header;
pub mod layer;
pub mod paint;
pub mod parting;
pub mod rooms;
pub mod roster;
pub mod status;
pub mod theme;
pub mod timeline;

#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use self::theme::Theme;
use self::timeline::Ctx;
use crate::app::App;
use crate::app::timeline::Local;

/// Draws a frame into a clear buffer of the size the app was told. Returns where the caret goes.
#[must_use]
pub fn render(app: &App, theme: &Theme, buf: &mut Buffer) -> Option<Position> {
    let panes = app.panes();
    header::render(app, panes.header, buf, theme);
    paint::line(panes.header_line, buf, theme.border);
    paint::line(panes.input_line, buf, theme.border);
    if app.is_welcome() && app.parting().is_none() {
        rooms::render(app, panes.rooms, buf, theme);
        roster::render(app, panes.roster, buf, theme);
        let bars = [(panes.rooms, panes.rooms.right().saturating_sub(1)), (panes.roster, panes.roster.x)];
        for (_, x) in bars.into_iter().filter(|(pane, _)| !pane.is_empty()) {
            paint::joint(panes.header_line, x, "┬", buf, theme.border);
            paint::joint(panes.input_line, x, "┴", buf, theme.border);
        }
    }
    let name = app.me().map_or("", |me| me.name.as_str());
    let offset_minutes = app.offset_minutes();
    let today = Some(Local::new(app.now(), offset_minutes).date());
    let ctx = Ctx { uid: app.my_uid(), name, lang: app.lang(), offset_minutes, today };
    if let Some(goodbye) = app.parting() {
        parting::render(app, goodbye, &panes, buf, theme);
    } else {
        timeline::render(&app.rooms().current().timeline, panes.log, buf, theme, &ctx);
    }
    countdown::render(app, &panes, buf, theme);
    status::render(app, panes.status, buf, theme);
    let caret = composer::render(app, &panes, buf, theme);
    layer::render(app, &panes, buf, theme).or(caret).filter(|at| buf.area.contains(*at))
}
