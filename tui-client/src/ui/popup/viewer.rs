//! Draws a picture shown large: the cells it is made of, or blank ones for one that the shell puts there; its name above, keys below.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Style};

use crate::app::App;
use crate::app::panes::cut_bottom;
use crate::app::popup::viewer::{Viewer, ViewerState};
use crate::app::text_width::columns;
use crate::pictures::large::{Drawn, LargePicture, placeholder};
use crate::ui::paint;
use crate::ui::shorten::shorten;
use crate::ui::theme::Theme;

/// Draws the view.
pub(super) fn draw(app: &App, viewer: &Viewer, buf: &mut Buffer, theme: &Theme) -> Option<Position> {
    let (lang, mut area) = (app.lang(), Rect::from((Position::ORIGIN, app.screen().size().into())));
    paint::clear(area.intersection(buf.area), buf);
    let keys = cut_bottom(&mut area, 1);
    paint::text(&shorten(lang.viewer_keys(), keys.width), keys, buf, theme.hint);
    if Viewer::rows_above(app.screen().size().1) > 0 {
        let size = lang.file_size(viewer.file.bytes);
        let kind = lang.file_kind(&viewer.file).map(|kind| format!(" · {kind}")).unwrap_or_default();
        let title = Rect { height: 1, ..area };
        let name = paint::text(viewer.file.name.as_str(), title, buf, theme.popup_title);
        let rest = Rect { x: title.x + name, width: title.width.saturating_sub(name), ..title };
        paint::text(&format!(" · {size}{kind}"), rest, buf, theme.hint);
    }
    if let Some((place, picture)) = app.large_picture() {
        draw_picture(picture, place, buf);
        return None;
    }
    let said = match &viewer.state {
        ViewerState::Loading | ViewerState::Shown(_) => lang.picture_loading().to_owned(),
        ViewerState::Fetching(id) => {
            let transfer = app.transfers().get(*id);
            let (done, bytes) = transfer.map_or((0, 0), |transfer| (transfer.done, transfer.bytes));
            lang.picture_fetching(done, bytes)
        }
        ViewerState::NotFetched(why) => why.clone(),
        ViewerState::NotShown(why) => lang.picture_not_shown(*why, &viewer.file),
    };
    let said = shorten(&said, area.width);
    let width = u16::try_from(columns(&said)).unwrap_or(u16::MAX).min(area.width);
    let x = area.x + (area.width - width) / 2;
    let middle = Rect { x, y: area.y + area.height / 2, width, height: area.height.min(1) };
    paint::text(&said, middle, buf, theme.notice);
    None
}

fn draw_picture(picture: &LargePicture, place: Rect, buf: &mut Buffer) {
    match &picture.drawn {
        Drawn::Blocks(rows) => {
            for (line, row) in place.rows().zip(rows) {
                paint::half_blocks(row, line, buf);
            }
        }
        Drawn::Placeholders { id, .. } => {
            let style = Style::reset().fg(Color::Indexed(*id));
            for at in place.intersection(buf.area).positions() {
                let symbol = placeholder(at.y - place.y, at.x - place.x);
                buf[at].set_symbol(&symbol).set_style(style);
            }
        }
        // The shell draws it above the cells.
        Drawn::Bytes(_) => {}
    }
}
