//! Draws the question whether to send files: a row for each, as far as there is room.

use ratatui::buffer::Buffer;
use shared::FileName;

use super::sheet;
use crate::app::App;
use crate::app::panes::{Panes, cut_top};
use crate::app::popup::send_files::SendFiles;
use crate::ui::paint;
use crate::ui::theme::Theme;

/// The most files that have a row.
const ROWS: usize = 8;

/// Draws it.
pub(super) fn draw(app: &App, asked: &SendFiles, panes: &Panes, buf: &mut Buffer, theme: &Theme) {
    let lang = app.lang();
    let room = app.rooms().get(&asked.room);
    let to = room.map_or_else(|| asked.room.to_string(), |room| room.title(app.my_uid()));
    let title = lang.send_files_title(asked.files.len(), &to, asked.room.pair().is_some());
    let problem = asked.limit.filter(|_| asked.is_too_large()).map(|limit| lang.too_large_to_send(limit));
    let problem_rows =
        problem.as_ref().map_or(0, |text| sheet::height(text, buf.area.width.saturating_sub(2)));
    let keys = if problem.is_some() { lang.keep_as_text_key() } else { lang.send_files_keys() };
    let rows = u16::try_from(asked.files.len().min(ROWS)).unwrap_or_default();
    let mut area = sheet::lay(&title, keys, rows + problem_rows, panes, buf, theme);
    let shown = usize::from(area.height.saturating_sub(problem_rows).max(1)).min(ROWS);
    for (place, (path, bytes)) in asked.files.iter().enumerate().take(shown) {
        let row = cut_top(&mut area, 1);
        let left = asked.files.len() - place;
        let text = if place + 1 == shown && left > 1 {
            lang.more_files(left)
        } else {
            let name = path.file_name().unwrap_or(path.as_os_str());
            lang.file_to_send(&FileName::clean(&name.to_string_lossy()), *bytes)
        };
        let is_wrong = asked.limit.is_some_and(|limit| *bytes > limit);
        paint::text(&text, row, buf, if is_wrong { theme.warning } else { theme.text });
    }
    if let Some(problem) = problem {
        paint::words(&problem, &mut area, buf, theme.warning);
    }
}
