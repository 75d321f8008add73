//! Draws the search in everything said: over the whole width, so that nothing stands to the right of the caret.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use shared::search_terms::SearchTerms;
use shared::{Event, Kind};

use crate::app::App;
use crate::app::panes::{Panes, cut_left, cut_top};
use crate::app::popup::search::{Search, SearchState, rows_each};
use crate::app::text_width::{self, truncate};
use crate::app::wrap;
use crate::time_style::ClockStyle;
use crate::ui::paint;
use crate::ui::shorten::shorten;
use crate::ui::theme::Theme;

/// From this width on, the date has a year and everything has a word to explain it.
const WIDE: u16 = 40;

/// Draws the search. Returns where the caret goes.
pub(super) fn draw(
    app: &App,
    search: &Search,
    panes: &Panes,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    // The connection stays in sight.
    let mut rest = Rect { height: buf.area.height - panes.status.height, ..buf.area };
    paint::clear(rest, buf);
    draw_title(app, search, cut_top(&mut rest, panes.header.height), buf, theme);
    let caret = draw_query(search, cut_top(&mut rest, 1), buf, theme);
    draw_keys(app, search, cut_top(&mut rest, panes.header_line.height), buf, theme);
    if search.found.is_empty() {
        draw_state(app, search, rest, buf, theme);
    } else {
        draw_found(app, search, rest, buf, theme);
    }
    caret
}

fn draw_title(app: &App, search: &Search, row: Rect, buf: &mut Buffer, theme: &Theme) {
    if row.is_empty() {
        return;
    }
    let lang = app.lang();
    let count = match search.state {
        SearchState::Searching => format!("{} ", lang.searching()),
        SearchState::Answered if search.found.is_empty() => String::new(),
        SearchState::Answered => format!("{} ", lang.search_count(search.found.len(), search.more)),
        SearchState::Refused(why) if !search.found.is_empty() => format!("{} ", lang.refusal_reason(why)),
        SearchState::Offline if !search.found.is_empty() => format!("{} ", lang.offline()),
        SearchState::Blank | SearchState::Offline | SearchState::Refused(_) => String::new(),
    };
    let rest = paint::spans_right(&[(&count, theme.header_topic)], row, buf);
    let room = search.here.then(|| app.rooms().current().title(app.my_uid()));
    let scope = format!(" {}", lang.search_scope(room.as_deref()));
    let title = format!(" {} ·", lang.search_title());
    let title = if row.width < WIDE { "" } else { &title };
    paint::spans(&[(title, theme.popup_title), (&scope, theme.header)], rest, buf);
}

fn draw_query(search: &Search, row: Rect, buf: &mut Buffer, theme: &Theme) -> Option<Position> {
    if row.is_empty() {
        return None;
    }
    let mut field = row;
    let prompt = cut_left(&mut field, if row.width > 8 { 3 } else { 0 });
    paint::text(" › ", prompt, buf, theme.prompt);
    let view = search.query.composer().view(field.width, 1);
    if let Some(text) = view.rows.first() {
        paint::text(text, field, buf, theme.input);
    }
    Some(Position::new(field.x + view.caret_col.min(field.width.saturating_sub(1)), field.y))
}

fn draw_keys(app: &App, search: &Search, row: Rect, buf: &mut Buffer, theme: &Theme) {
    if row.is_empty() {
        return;
    }
    paint::line(row, buf, theme.border);
    let inside = Rect { x: row.x + 1, width: row.width.saturating_sub(2), ..row };
    let keys = format!(" {} ", shorten(app.lang().search_keys(search.here), inside.width.saturating_sub(2)));
    paint::text(&keys, inside, buf, theme.hint);
}

/// Why there is nothing to see.
fn draw_state(app: &App, search: &Search, mut area: Rect, buf: &mut Buffer, theme: &Theme) {
    let lang = app.lang();
    let (text, style) = match search.state {
        SearchState::Blank => (lang.search_hint().to_owned(), theme.hint),
        SearchState::Searching => (lang.searching().to_owned(), theme.hint),
        SearchState::Answered => (lang.nothing_found().to_owned(), theme.hint),
        SearchState::Refused(why) => (lang.search_refused(why), theme.warning),
        SearchState::Offline => (lang.search_offline().to_owned(), theme.warning),
    };
    cut_left(&mut area, 1);
    for row in wrap::rows(&text, area.width) {
        let line = cut_top(&mut area, 1);
        paint::text(text.get(row.start..row.end).unwrap_or_default(), line, buf, style);
    }
}

fn draw_found(app: &App, search: &Search, mut area: Rect, buf: &mut Buffer, theme: &Theme) {
    let each = rows_each(area.width).min(area.height);
    if each == 0 {
        return;
    }
    let fits = usize::from(area.height / each);
    let first = (search.at + 1).saturating_sub(fits);
    for (at, event) in search.found.iter().enumerate().skip(first).take(fits) {
        let result = cut_top(&mut area, each);
        draw_result(app, event, search.words(), result, buf, theme);
        if at == search.at {
            paint::restyle(result, buf, theme.popup_selected);
            paint::text("›", Rect { height: 1, width: 1, ..result }, buf, theme.popup_selected);
        }
    }
}

/// When, where, who and what: in one row, or what in a second one.
fn draw_result(app: &App, event: &Event, query: &str, area: Rect, buf: &mut Buffer, theme: &Theme) {
    let mut rest = area;
    cut_left(&mut rest, 1);
    let mut head = cut_top(&mut rest, 1);
    let room = app
        .rooms()
        .get(&event.room)
        .map_or_else(|| format!("@{}", event.from.name), |room| room.title(app.my_uid()));
    let room = truncate(&room, (area.width / 6).max(6)).into_owned();
    let when = when(app, event, area.width);
    let action = matches!(event.kind, Kind::Action(_));
    let colon = if rest.is_empty() && !action { ":" } else { "" };
    let gap = if area.width < WIDE { " " } else { "  " };
    let who = theme.person(event.from.style, event.from.uid == app.my_uid());
    let spans = [
        (when.as_str(), theme.time),
        (gap, theme.popup),
        (room.as_str(), theme.header_topic),
        (gap, theme.popup),
        (if action { "* " } else { "" }, theme.popup),
        (event.from.name.as_str(), who),
        (colon, theme.popup),
    ];
    let taken = paint::spans(&spans, head, buf);
    cut_left(&mut head, taken + 1);
    let line = if rest.is_empty() { head } else { rest };
    let indent = u16::from(!rest.is_empty());
    let line = Rect { x: line.x + indent.min(line.width), width: line.width.saturating_sub(indent), ..line };
    let text = event.kind.text().map_or(String::new(), |text| text.as_str().replace('\n', " "));
    let marks = SearchTerms::parse(query).map_or(Vec::new(), |terms| terms.find(&text));
    draw_excerpt(&text, &marks, line, buf, theme);
}

fn when(app: &App, event: &Event, width: u16) -> String {
    let (lang, times) = (app.lang(), app.times());
    let then = times.local(event.at);
    let time = lang.clock(then.time(), ClockStyle { seconds: false, ..times.clock });
    if width < WIDE && then.date() == app.today() {
        return time;
    }
    format!("{} {time}", lang.column_date(then.date(), times.dates, width >= WIDE))
}

/// As much of a text as fits, the first of the words looked for in it.
fn draw_excerpt(text: &str, marks: &[Range<usize>], line: Rect, buf: &mut Buffer, theme: &Theme) {
    if line.is_empty() {
        return;
    }
    let start = excerpt_start(text, marks, line.width);
    let shown = text.get(start..).unwrap_or_default();
    let before = if start > 0 { "…" } else { "" };
    let taken = paint::text(before, line, buf, theme.hint);
    let mut rest = line;
    cut_left(&mut rest, taken);
    let shown = truncate(shown, rest.width);
    paint::text(&shown, rest, buf, theme.text);
    let kept = shown.strip_suffix('…').unwrap_or(&shown).len();
    for mark in marks {
        let [from, to] = [mark.start, mark.end].map(|at| at.saturating_sub(start).min(kept));
        let columns = |part: Range<usize>| {
            u16::try_from(text_width::columns(shown.get(part).unwrap_or_default())).unwrap_or(u16::MAX)
        };
        let (x, width) = (rest.x.saturating_add(columns(0..from)), columns(from..to));
        buf.set_style(Rect { x, width, height: 1, ..rest }.intersection(line), theme.popup_match);
    }
}

/// The byte an excerpt begins at: 0 while the first mark is in sight from there, else a third of the width before it.
fn excerpt_start(text: &str, marks: &[Range<usize>], width: u16) -> usize {
    let Some(mark) = marks.first() else { return 0 };
    let columns = |to: usize| text_width::columns(text.get(..to).unwrap_or_default());
    let width = usize::from(width);
    let total = columns(text.len());
    if total <= width || columns(mark.end) < width {
        return 0;
    }
    // Nor is more left out than what follows needs.
    let wanted = columns(mark.start).saturating_sub(width / 3).min(total - width + 1);
    let mut at = 0;
    let mut passed = 0;
    for (symbol, columns) in text_width::clusters(text) {
        if passed >= wanted {
            break;
        }
        passed += usize::from(columns);
        at += symbol.len();
    }
    at.min(mark.start)
}
