//! Drawing primitives for every pane: lines, text, spans, clearing.

use std::num::NonZero;

use ratatui::buffer::{Buffer, CellDiffOption, CellWidth as _};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use crate::app::panes::cut_top;
use crate::app::text_width::{clusters, columns, cut_cluster, fit};
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
    let (shown, taken) = fit(text, area.width);
    restyle(Rect { width: taken, height: 1, ..area }, buf, style);
    put(&shown, area, buf, style) - area.x
}

/// Puts text into the first row of an area, over the styles that are there, and returns the column after it. What does not
/// fit is left out. Every text on the screen is drawn by this, cluster by cluster as [`clusters`] measures them.
pub fn put(text: &str, area: Rect, buf: &mut Buffer, style: Style) -> u16 {
    let mut x = area.x;
    let row = Rect { height: area.height.min(1), ..area }.intersection(buf.area);
    if row.is_empty() {
        return x;
    }
    for (symbol, columns) in clusters(text).filter(|(_, columns)| *columns > 0) {
        let (head, is_cut) = cut_cluster(symbol);
        if columns > row.right() - x {
            break;
        }
        let end = x + columns;
        place(head, Rect { x, width: columns - u16::from(is_cut), ..row }, buf, style);
        if is_cut {
            place("…", Rect { x: end - 1, width: 1, ..row }, buf, style);
        }
        x = end;
    }
    x
}

/// A row of cells of two pixels each, from the left of an area: the upper one and, where there is one, the lower. Of the style that was
/// there nothing stays.
pub fn half_blocks(pixels: &[(u8, Option<u8>)], area: Rect, buf: &mut Buffer) {
    let row = Rect { height: area.height.min(1), ..area }.intersection(buf.area);
    for (at, (upper, lower)) in row.positions().zip(pixels) {
        let style = Style::reset().fg(Color::Indexed(*upper));
        let style = lower.map_or(style, |lower| style.bg(Color::Indexed(lower)));
        buf[at].set_symbol("▀").set_style(style);
    }
}

/// Puts one symbol into as many cells as it has columns.
fn place(symbol: &str, cells: Rect, buf: &mut Buffer, style: Style) {
    for at in cells.positions().skip(1) {
        buf[at].reset();
    }
    let is_counted_otherwise = symbol.cell_width() != cells.width;
    let width = NonZero::new(cells.width).filter(|_| is_counted_otherwise);
    let option = width.map_or(CellDiffOption::None, CellDiffOption::ForcedWidth);
    buf[(cells.x, cells.y)].set_symbol(symbol).set_style(style).set_diff_option(option);
}

/// Gives an area one style and no other: as a block that is selected, whatever the colours of the text in it.
pub fn restyle(area: Rect, buf: &mut Buffer, style: Style) {
    for at in area.intersection(buf.area).positions() {
        let cell = &mut buf[at];
        // What is not a style of ratatui's, too.
        cell.modifier = Modifier::empty();
        cell.set_style(Style::reset().patch(style));
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
        if let Some(cell) = left.filter(|cell| cell.cell_width() > 1) {
            cell.set_symbol(" ");
        }
        for cell in row.columns() {
            buf[(cell.x, cell.y)].reset();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::buffer::{Buffer, CellWidth as _};
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::put;
    use crate::app::text_width::columns;
    use crate::app::text_width::tests::nasty;

    fn drawn(text: &str) -> (u16, Buffer) {
        let mut buf = Buffer::empty(Rect::new(0, 0, 400, 1));
        let end = put(text, buf.area, &mut buf, Style::new());
        (end, buf)
    }

    #[test]
    fn a_cell_holds_few_code_points_and_shows_where_it_was_cut() {
        let (end, buf) = drawn(&format!("a{}b", "👨\u{200d}".repeat(580)));
        let most = buf.content.iter().map(|cell| cell.symbol().chars().count()).max();
        assert!(most < Some(13), "{most:?}");
        assert_eq!((buf[(3, 0)].symbol(), buf[(4, 0)].symbol(), end), ("…", "b", 5));
    }

    #[test]
    fn a_halfwidth_syllable_has_two_cells() {
        let (end, buf) = drawn("ｶﾞx");
        assert_eq!((buf[(0, 0)].symbol(), buf[(0, 0)].cell_width()), ("ｶﾞ", 2));
        assert_eq!((buf[(2, 0)].symbol(), end), ("x", 3));
    }

    proptest! {
        #[test]
        fn what_is_drawn_has_the_columns_it_was_measured_with(text in nasty()) {
            let (end, buf) = drawn(&text);
            prop_assert_eq!(usize::from(end), columns(&text));
            let mut x = 0;
            while x < end {
                x += buf[(x, 0)].cell_width().max(1);
            }
            prop_assert_eq!(x, end, "the cells say the same");
        }
    }
}
