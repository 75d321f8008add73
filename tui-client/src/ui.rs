//! The screen: draws the app into a buffer. It decides nothing and changes nothing: the same app gives the same picture. One
//! file a pane, colours and styles in `theme`; `stale` says which rows a frame has to draw anew.

pub mod composer;
pub mod countdown;
pub mod first_screen;
pub mod header;
pub mod page;
pub mod paint;
pub mod popup;
pub mod rooms;
pub mod roster;
pub mod shorten;
pub mod stale;
pub mod status;
pub mod theme;
pub mod timeline;

#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use self::status::StatusLine;
use self::theme::Theme;
use self::timeline::Reader;
use crate::app::App;
use crate::app::action::Action;
use crate::app::panes::Panes;
use crate::app::timeline::Called;
use crate::hyperlinks::Hyperlinks;

/// Draws into a clear buffer what of the screen its rows show: all of it, if it has the size the app was told. Returns where
/// the caret goes, if that is in the buffer.
#[must_use]
pub fn render(app: &App, theme: &Theme, buf: &mut Buffer, links: &mut Hyperlinks) -> Option<Position> {
    let panes = app.panes();
    let rows = buf.area;
    let shows = |pane: Rect| pane.intersects(rows);
    if shows(panes.header) {
        header::render(app, panes.header, buf, theme);
    }
    paint::line(panes.header_line, buf, theme.border);
    paint::line(panes.input_line, buf, theme.border);
    let has_rooms = app.is_welcome() || !app.others().is_empty();
    if has_rooms && app.screen().page().is_none() {
        if shows(panes.rooms) {
            rooms::render(app, &panes, buf, theme);
        }
        if shows(panes.roster) {
            roster::render(app, &panes, buf, theme);
        }
        for x in panes.lines_down() {
            paint::joint(panes.header_line, x, "┬", buf, theme.border);
            paint::joint(panes.input_line, x, "┴", buf, theme.border);
        }
    }
    if shows(panes.timeline) {
        render_timeline(app, &panes, buf, theme, links);
    }
    countdown::render(app, &panes, buf, theme);
    if shows(panes.status) {
        status::render(&StatusLine::of(app, theme), panes.status, buf, theme);
    }
    let caret = composer::render(app, &panes, buf, theme);
    let of_popup = popup::render(app, &panes, buf, theme);
    // Above a popup without a field nothing is typed, so there is no caret: least of all in the draft.
    let caret = if app.screen().popups().is_empty() { caret } else { of_popup };
    caret.filter(|at| buf.area.contains(*at))
}

/// Draws the timeline, or the page in place of it.
fn render_timeline(app: &App, panes: &Panes, buf: &mut Buffer, theme: &Theme, links: &mut Hyperlinks) {
    if let Some(page) = app.screen().page() {
        return page::render(app, page, panes, buf, theme);
    }
    let called = app.session().called().unwrap_or(Called { name: "", words: &[] });
    let fold_key = app.keymap().key_of(&Action::Fold).unwrap_or_default();
    let reader = Reader {
        uid: app.my_uid(),
        called,
        lang: app.lang(),
        times: app.times(),
        today: app.today(),
        formatted: app.settings().formatting,
        fold: app.fold(),
        fold_key: &fold_key,
        picture_rows: app.picture_rows(),
    };
    let timeline = &app.rooms().current().timeline;
    let free = timeline::render(timeline, panes.timeline, (buf, links), theme, &reader);
    if let Some(first) = app.first_screen() {
        first_screen::render(&first, free, buf, theme);
    }
}
