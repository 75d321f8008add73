//! Draws the question before a file is opened.

use ratatui::buffer::Buffer;

use super::sheet;
use crate::app::App;
use crate::app::panes::{Panes, cut_top};
use crate::app::popup::open_file::OpenFile;
use crate::ui::paint;
use crate::ui::theme::Theme;

/// Draws it.
pub(super) fn draw(app: &App, asked: &OpenFile, panes: &Panes, buf: &mut Buffer, theme: &Theme) {
    let lang = app.lang();
    let name = lang.person_name(asked.from.uid, &asked.from.name);
    let kind = lang.file_kind(&asked.file).map(|kind| format!(" · {kind}")).unwrap_or_default();
    let size = lang.file_size(asked.file.bytes);
    let file = format!("{name}: ≡ {} · {size}{kind}", asked.file.name);
    let with = app.settings().open_with.as_deref().map(|with| app.shown_path(with));
    let note = lang.what_opens(with.as_deref(), asked.is_here);
    let inside = buf.area.width.saturating_sub(2);
    let note_rows = sheet::height(&note, inside);
    let wanted = sheet::height(&file, inside) + note_rows;
    let mut area = sheet::lay(lang.open_file_title(), lang.open_file_keys(), wanted, panes, buf, theme);
    let file_rows = area.height.saturating_sub(note_rows).max(1);
    paint::words(&file, &mut cut_top(&mut area, file_rows), buf, theme.popup);
    paint::words(&note, &mut area, buf, theme.hint);
}
