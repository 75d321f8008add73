//! Draws the question before leaving.

use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use super::sheet;
use crate::app::App;
use crate::app::panes::Panes;
use crate::app::popup::leave::LeaveQuestion;
use crate::ui::paint;
use crate::ui::theme::Theme;

/// Draws it.
pub(super) fn draw(
    app: &App,
    question: &LeaveQuestion,
    panes: &Panes,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    let lang = app.lang();
    let inside = buf.area.width.saturating_sub(2);
    let wanted = question.costs.iter().map(|cost| sheet::height(cost, inside)).sum();
    let mut area = sheet::lay(lang.leave_title(), lang.leave_keys(), wanted, panes, buf, theme);
    for cost in &question.costs {
        paint::words(cost, &mut area, buf, theme.popup);
    }
    None
}
