//! The sheet most popups are drawn on: from the top of the screen down over the timeline, over the whole width, so that
//! nothing stands to the right of a caret in it; what was said last stays in sight below, with the draft. And the text field.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::panes::{Panes, cut_left, cut_top};
use crate::app::popup::text_field::TextField;
use crate::app::wrap;
use crate::ui::paint;
use crate::ui::shorten::shorten;
use crate::ui::theme::Theme;

/// Lays a sheet with so many rows, fewer where there is no room. Returns its inside.
pub(super) fn lay(
    title: &str,
    keys: &str,
    wanted: u16,
    panes: &Panes,
    buf: &mut Buffer,
    theme: &Theme,
) -> Rect {
    let whole = |row: Rect| Rect { x: buf.area.x, width: buf.area.width, ..row };
    let top = whole(if panes.header_line.is_empty() { panes.header } else { panes.header_line });
    let mut rest = whole(Rect { y: panes.timeline.y, ..panes.timeline });
    // Where no line stands above the input the last row of the timeline has the keys.
    let has_own_row = panes.input_line.is_empty() && rest.height > 1;
    let mut inside = cut_top(&mut rest, wanted.min(panes.timeline.height - u16::from(has_own_row)));
    let below = if rest.is_empty() { whole(panes.input_line) } else { cut_top(&mut rest, 1) };
    for row in [top, below] {
        paint::clear(row, buf);
        paint::line(row, buf, theme.border);
    }
    if below.y != panes.input_line.y {
        for x in panes.lines_down() {
            paint::joint(below, x, "┬", buf, theme.border);
        }
    }
    for (row, text, style) in [(top, title, theme.popup_title), (below, keys, theme.hint)] {
        let at = row.width.min(2);
        let row = Rect { x: row.x + at, width: row.width - at, ..row };
        paint::text(&format!(" {} ", shorten(text, row.width.saturating_sub(2))), row, buf, style);
    }
    paint::clear(inside, buf);
    if inside.width > 20 {
        cut_left(&mut inside, 2);
    }
    inside
}

/// A line that is edited, from the next rows of an area: in several it is wrapped, in one it scrolls with the caret. Returns where the caret goes.
pub(super) fn field(
    text: &TextField,
    rows: u16,
    area: &mut Rect,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    let mut at = cut_top(area, rows);
    if at.is_empty() {
        return None;
    }
    let mut prompt = at;
    prompt.height = 1;
    let taken = paint::text("› ", prompt, buf, theme.prompt).min(at.width);
    cut_left(&mut at, taken);
    if at.height == 1 {
        let (row, caret) = text.row(at.width);
        paint::text(&row, at, buf, theme.input);
        return Some(Position::new(at.x + caret.min(at.width.saturating_sub(1)), at.y));
    }
    let view = text.composer().view(at.width, at.height);
    let mut rest = at;
    for row in &view.rows {
        paint::text(row, cut_top(&mut rest, 1), buf, theme.input);
    }
    let x = at.x + view.caret_col.min(at.width.saturating_sub(1));
    Some(Position::new(x, at.y + view.caret_row.min(at.height - 1)))
}

/// How many rows a text takes.
pub(super) fn height(text: &str, width: u16) -> u16 {
    u16::try_from(wrap::count_rows(text, width)).unwrap_or(u16::MAX)
}
