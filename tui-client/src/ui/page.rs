//! Draws a page in place of the timeline and the panes beside it: why we were kicked, banned or replaced, or that the server
//! showed another key. The input stays. Only its title is in the colour of what went wrong.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint;
use super::theme::Theme;
use crate::app::App;
use crate::app::panes::{Panes, cut_bottom, cut_left, cut_top};
use crate::app::screen::Page;
use crate::app::text_width;
use crate::app::wrap;

/// The widest text, in columns: longer lines are hard to read.
const WIDEST: u16 = 72;

/// The columns for the word before a fact.
const LABEL: u16 = 10;

/// The words of a page.
struct Words {
    title: String,
    /// Each with the word before it.
    facts: Vec<(&'static str, String)>,
    /// What goes first where there is little room.
    background: Vec<String>,
    /// What to do.
    notes: Vec<String>,
    keys: &'static str,
    /// The last row, where not all of it fits.
    more: &'static str,
}

/// Draws it. Where not all of it fits, the background goes first; what is still too much is left out whole, and a last row
/// says so.
pub fn render(app: &App, page: &Page, panes: &Panes, buf: &mut Buffer, theme: &Theme) {
    let Words { title, facts, background, notes, keys, more } = words(app, page);
    let mut area = Rect { x: buf.area.x, width: buf.area.width, ..panes.timeline };
    paint::clear(area, buf);
    let margin = if area.width >= 40 { area.width.saturating_sub(WIDEST).max(4) / 2 } else { 0 };
    cut_left(&mut area, margin);
    area.width = area.width.min(WIDEST);
    let rows = |text: &str| wrap::count_rows(text, area.width);
    let fact_rows: usize = facts.iter().map(|(_, fact)| count_fact_rows(fact, area.width)).sum();
    let texts = notes.iter().map(String::as_str).chain([keys, title.as_str()]);
    let needed = fact_rows + texts.map(rows).sum::<usize>();
    let background: Vec<_> = {
        let mut spare = usize::from(area.height).saturating_sub(needed);
        let fits = |text: &&String| spare.checked_sub(rows(text)).map(|left| spare = left).is_some();
        background.iter().take_while(fits).collect()
    };
    let wanted = 2 + needed + background.iter().map(|text| rows(text)).sum::<usize>();
    let free = usize::from(area.height).saturating_sub(wanted);
    // Where there is little room, the blank rows go first.
    let blank = u16::from(free > 0);
    let is_cut = usize::from(area.height) < needed;
    let last = if is_cut { cut_bottom(&mut area, 1) } else { Rect::default() };
    cut_top(&mut area, u16::try_from(free / 3).unwrap_or(0));
    paint::words(&title, &mut area, buf, theme.danger);
    cut_top(&mut area, blank);
    for (label, fact) in &facts {
        if count_fact_rows(fact, area.width) > usize::from(area.height) {
            break;
        }
        draw_fact(label, fact, &mut area, buf, theme);
    }
    if is_cut {
        paint::text(more, last, buf, theme.key);
        return;
    }
    cut_top(&mut area, blank);
    for text in background.into_iter().chain(&notes) {
        paint::words(text, &mut area, buf, theme.popup);
    }
    cut_top(&mut area, u16::from(free > 1));
    paint::words(keys, &mut area, buf, theme.key);
}

fn words(app: &App, page: &Page) -> Words {
    let lang = app.lang();
    match page {
        Page::Goodbye(goodbye) => {
            let until = goodbye.until.map(|until| lang.moment(until, app.now(), app.times()));
            Words {
                title: lang.goodbye_title(goodbye).to_owned(),
                facts: lang.goodbye_facts(goodbye, until.as_deref()),
                background: lang.goodbye_notes(app.outbox().entries().len()),
                notes: Vec::new(),
                keys: lang.goodbye_keys(goodbye),
                more: lang.goodbye_more(),
            }
        }
        Page::KeyChanged(changed) => Words {
            title: lang.changed_key_title(&app.nodes().current().to_string()),
            facts: lang.changed_key_facts(changed),
            background: vec![lang.changed_key_means().to_owned()],
            notes: lang.changed_key_notes(changed),
            keys: lang.changed_key_keys(),
            more: lang.changed_key_more(),
        },
    }
}

/// Whether a fact stands below its label: one with a word, as a fingerprint, that would be broken beside it.
fn is_below(fact: &str, width: u16) -> bool {
    let longest = fact.split_whitespace().map(text_width::columns).max().unwrap_or(0);
    longest > usize::from(width.saturating_sub(LABEL))
}

fn count_fact_rows(fact: &str, width: u16) -> usize {
    if is_below(fact, width) {
        1 + wrap::count_rows(fact, width)
    } else {
        wrap::count_rows(fact, width.saturating_sub(LABEL))
    }
}

fn draw_fact(label: &str, fact: &str, area: &mut Rect, buf: &mut Buffer, theme: &Theme) {
    paint::text(label, Rect { height: area.height.min(1), ..*area }, buf, theme.hint);
    if is_below(fact, area.width) {
        cut_top(area, 1);
        return paint::words(fact, area, buf, theme.popup);
    }
    let mut rest = *area;
    cut_left(&mut rest, LABEL);
    let before = rest.height;
    paint::words(fact, &mut rest, buf, theme.popup);
    cut_top(area, before - rest.height);
}
