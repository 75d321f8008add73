//! Draws the question before a message that is too long is sent in parts.

use ratatui::buffer::Buffer;

use super::sheet;
use crate::app::App;
use crate::app::panes::Panes;
use crate::app::popup::send_parts::SendParts;
use crate::ui::paint;
use crate::ui::theme::Theme;

/// Draws it.
pub(super) fn draw(app: &App, asked: &SendParts, panes: &Panes, buf: &mut Buffer, theme: &Theme) {
    let lang = app.lang();
    let question = lang.send_parts(asked.length, asked.parts.texts.len());
    let note = if asked.is_too_soon { lang.read_it_first() } else { lang.parts_keep_their_order() };
    let width = buf.area.width.saturating_sub(2);
    let wanted = sheet::height(&question, width) + sheet::height(note, width);
    let mut area = sheet::lay(lang.send_parts_title(), lang.send_parts_keys(), wanted, panes, buf, theme);
    paint::words(&question, &mut area, buf, theme.text);
    paint::words(note, &mut area, buf, if asked.is_too_soon { theme.warning } else { theme.hint });
}
