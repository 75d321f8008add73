//! Draws what stands in a room in which nobody has said anything yet, above what little happened in it: what this is, how
//! others come, and the keys one needs first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint;
use super::theme::Theme;
use crate::app::first_screen::FirstScreen;
use crate::app::panes::{cut_left, cut_top};
use crate::app::text_width::columns;
use crate::app::wrap;

/// The widest text, in columns.
const WIDEST: u16 = 72;

/// Draws it into rows that are free. Where not all fits, the title goes first, then the last lines, the keys at last.
pub fn render(first: &FirstScreen, free: Rect, buf: &mut Buffer, theme: &Theme) {
    let texts = || first.lines.iter().chain([&first.title, &first.keys]).map(String::as_str);
    let mut area = free;
    let widest = texts().map(columns).max().unwrap_or(0);
    let width = u16::try_from(widest).unwrap_or(WIDEST).min(WIDEST).min(area.width.saturating_sub(2));
    cut_left(&mut area, (free.width - width) / 2);
    area.width = width;
    let mut spare = usize::from(area.height);
    let mut fits = |text: &str| {
        let left = spare.checked_sub(wrap::count_rows(text, width));
        spare = left.unwrap_or(spare);
        left.is_some()
    };
    if !fits(&first.keys) {
        return;
    }
    let lines: Vec<_> = first.lines.iter().take_while(|line| fits(line)).collect();
    let has_title = fits(&first.title);
    let blank = u16::from(spare >= 2);
    cut_top(&mut area, u16::try_from(spare.saturating_sub(2) / 2).unwrap_or(0));
    if has_title {
        paint::words(&first.title, &mut area, buf, theme.title);
        cut_top(&mut area, blank);
    }
    for line in lines {
        paint::words(line, &mut area, buf, theme.text);
    }
    cut_top(&mut area, blank);
    paint::words(&first.keys, &mut area, buf, theme.hint);
}
