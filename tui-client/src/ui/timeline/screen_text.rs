//! Prints a buffer as people see it, for tests: one line of text a row, a wide cell once, no spaces at the end. Styles are
//! asked for by [`style_of`].

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::style::Style;

/// What the screen shows.
pub(crate) fn screen(buf: &Buffer) -> String {
    let rows = buf.area.rows().map(|row| {
        let mut line = String::new();
        let mut next = row.x;
        for x in row.left()..row.right() {
            if x >= next {
                let symbol = buf[(x, row.y)].symbol();
                line.push_str(symbol);
                next = x + symbol.cell_width().max(1);
            }
        }
        line.trim_end().to_owned()
    });
    rows.collect::<Vec<_>>().join("\n")
}

/// The style of the first cell where `text` is drawn in one row.
#[track_caller]
pub(crate) fn style_of(buf: &Buffer, text: &str) -> Style {
    for row in buf.area.rows() {
        let mut places = Vec::new();
        let mut line = String::new();
        let mut next = row.x;
        for x in row.left()..row.right() {
            if x >= next {
                let symbol = buf[(x, row.y)].symbol();
                places.extend(std::iter::repeat_n(x, symbol.len()));
                line.push_str(symbol);
                next = x + symbol.cell_width().max(1);
            }
        }
        if let Some(x) = line.find(text).and_then(|at| places.get(at)) {
            return buf[(*x, row.y)].style();
        }
    }
    panic!("{text:?} is not on the screen:\n{}", screen(buf));
}
