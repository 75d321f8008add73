//! Drawing primitives for every pane: lines, text, spans, clearing.

use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::panes::cut_top;
use crate::app::text_width::{columns, truncate};
use crate::app::wrap;

/// A run of text in one style.
pub type Span<'a> = (&'a str, Style);

/// A horizontal line over the whole area.
pub fn line(area: Rect, buf: &mut Buffer, style: Style) {
    let area = area.intersection(buf.area);
    for row in area.rows() {
        for cell in row.columns() {
            buf[(cell.x, cell.y)].set_symbol("─").set_style(style);
        }
    }
}

/// A vertical line at a column of the area.
pub fn bar(x: u16, area: Rect, buf: &mut Buffer, style: Style) {
    let area = Rect { x, width: 1, ..area }.intersection(buf.area);
    for row in area.rows() {
        buf[(row.x, row.y)].set_symbol("│").set_style(style);
    }
}

/// Where a vertical line meets a horizontal one.
pub fn joint(area: Rect, x: u16, symbol: &str, buf: &mut Buffer, style: Style) {
    let area = Rect { x, width: 1, ..area }.intersection(buf.area);
    if let Some(at) = area.positions().next() {
        buf[at].set_symbol(symbol).set_style(style);
    }
}

/// Text from the left of a row, cut where it does not fit, in its own style alone: of what was drawn there before, as the
/// line under a title, nothing stays. Returns the columns it took.
pub fn text(text: &str, area: Rect, buf: &mut Buffer, style: Style) -> u16 {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return 0;
    }
    let shown = truncate(text, area.width);
    let taken = u16::try_from(columns(&shown)).unwrap_or(area.width);
    restyle(Rect { width: taken.min(area.width), height: 1, ..area }, buf, style);
    let (end, _) = buf.set_stringn(area.x, area.y, &shown, usize::from(area.width), style);
    end - area.x
}

/// Gives an area one style and no other: as a block that is selected, whatever the colours of the text in it.
pub fn restyle(area: Rect, buf: &mut Buffer, style: Style) {
    for at in area.intersection(buf.area).positions() {
        buf[at].set_style(Style::reset().patch(style));
    }
}

/// Runs of text one after the other. Returns the columns they took.
pub fn spans(spans: &[Span<'_>], area: Rect, buf: &mut Buffer) -> u16 {
    let mut taken = 0;
    for (run, style) in spans {
        let rest = Rect { x: area.x + taken, width: area.width - taken, ..area };
        taken += text(run, rest, buf, *style);
    }
    taken
}

/// Text over as many rows as it takes, off the top of an area.
pub fn words(text: &str, area: &mut Rect, buf: &mut Buffer, style: Style) {
    for row in wrap::rows(text, area.width) {
        if area.is_empty() {
            return;
        }
        self::text(text.get(row.start..row.end).unwrap_or_default(), cut_top(area, 1), buf, style);
    }
}

/// How many columns runs of text take.
#[must_use]
pub fn width(spans: &[Span<'_>]) -> u16 {
    u16::try_from(spans.iter().map(|(run, _)| columns(run)).sum::<usize>()).unwrap_or(u16::MAX)
}

/// Runs of text at the right end of a row, if they fit. Returns what is left of the row.
pub fn spans_right(runs: &[Span<'_>], area: Rect, buf: &mut Buffer) -> Rect {
    let taken = width(runs);
    if taken == 0 || taken > area.width {
        return area;
    }
    let at = Rect { x: area.right() - taken, width: taken, ..area };
    spans(runs, at, buf);
    // One column stays free between the two sides.
    Rect { width: (area.width - taken).saturating_sub(1), ..area }
}

/// Blanks an area, and what reaches into it from the left.
pub fn clear(area: Rect, buf: &mut Buffer) {
    let area = area.intersection(buf.area);
    for row in area.rows() {
        let left = row.x.checked_sub(1).and_then(|x| buf.cell_mut((x, row.y)));
        if let Some(cell) = left.filter(|cell| cell.symbol().cell_width() > 1) {
            cell.set_symbol(" ");
        }
        for cell in row.columns() {
            buf[(cell.x, cell.y)].reset();
        }
    }
}
