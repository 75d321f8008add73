//! Draws the page that says why we were kicked, banned or replaced, in place of the timeline and the panes beside it. The
//! input stays.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use shared::server_msg::Goodbye;

use super::paint;
use super::theme::Theme;
use crate::app::App;
use crate::app::panes::{Panes, cut_left, cut_top};
use crate::app::wrap;

/// The widest text, in columns: longer lines are hard to read.
const WIDEST: u16 = 72;

/// The columns for the word before a fact.
const LABEL: u16 = 10;

/// Draws it.
pub fn render(app: &App, goodbye: &Goodbye, panes: &Panes, buf: &mut Buffer, theme: &Theme) {
    let lang = app.lang();
    let mut area = Rect { x: buf.area.x, width: buf.area.width, ..panes.timeline };
    paint::clear(area, buf);
    let margin = if area.width >= 40 { area.width.saturating_sub(WIDEST).max(4) / 2 } else { 0 };
    cut_left(&mut area, margin);
    area.width = area.width.min(WIDEST);
    let until = goodbye.until.map(|until| lang.moment(until, app.now(), app.zone()));
    let facts = lang.goodbye_facts(goodbye, until.as_deref());
    let notes = lang.goodbye_notes(app.outbox().entries().len());
    let keys = lang.goodbye_keys(goodbye.code);
    let texts = notes.iter().map(String::as_str).chain([keys]);
    let fact_rows: usize =
        facts.iter().map(|(_, fact)| wrap::count_rows(fact, area.width.saturating_sub(LABEL))).sum();
    let wanted = 3 + fact_rows + texts.map(|text| wrap::count_rows(text, area.width)).sum::<usize>();
    let free = usize::from(area.height).saturating_sub(wanted);
    // Where there is little room, the blank rows go first.
    let blank = u16::from(free > 0);
    cut_top(&mut area, u16::try_from(free / 3).unwrap_or(0));
    paint::text(lang.goodbye_title(goodbye.code), cut_top(&mut area, 1), buf, theme.danger);
    cut_top(&mut area, blank);
    for (label, fact) in &facts {
        paint::text(label, Rect { height: area.height.min(1), ..area }, buf, theme.hint);
        let mut rest = area;
        cut_left(&mut rest, LABEL);
        let before = rest.height;
        paint::words(fact, &mut rest, buf, theme.popup);
        cut_top(&mut area, before - rest.height);
    }
    cut_top(&mut area, blank);
    let is_tight = wanted > usize::from(panes.timeline.height);
    if is_tight {
        paint::words(keys, &mut area, buf, theme.key);
    }
    for note in &notes {
        paint::words(note, &mut area, buf, theme.hint);
    }
    if !is_tight {
        paint::words(keys, &mut area, buf, theme.key);
    }
}
