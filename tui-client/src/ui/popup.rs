//! Draws the popup on top, and the completion: the candidates on the row above the input.

mod ban_list;
mod delete;
mod dialog;
mod leave;
mod links;
mod open_file;
mod search;
mod send_files;
mod send_parts;
mod sheet;
mod transfers;
mod unseen_prompt;
mod viewer;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::paint;
use super::shorten::shorten;
use super::theme::Theme;
use crate::app::App;
use crate::app::panes::{Panes, cut_bottom, cut_top};
use crate::app::popup::Popup;
use crate::app::popup::help::{self, Help, HelpRow};
use crate::app::popup::history_search::HistorySearch;
use crate::app::popup::picker::{Picker, PickerKind};
use crate::app::popup::reactions::ReactionPicker;
use crate::app::text_width::columns;

/// Draws the completion and the popup on top. Returns where the caret goes, where a popup has one.
pub fn render(app: &App, panes: &Panes, buf: &mut Buffer, theme: &Theme) -> Option<Position> {
    draw_completion(app, panes, buf, theme);
    // Only the one on top: of one below, rows and keys would stick out that do not count now.
    match app.screen().popups().last()? {
        Popup::Help(help) => draw_help(app, *help, buf, theme),
        Popup::Picker(picker) => draw_picker(app, picker, buf, theme),
        Popup::HistorySearch(search) => draw_history_search(app, search, panes, buf, theme),
        Popup::Dialog(dialog) => dialog::draw(&app.popup_context(), dialog, panes, buf, theme),
        Popup::Unseen(prompt) => unseen_prompt::draw(app, prompt, panes, buf, theme),
        Popup::BanList(list) => ban_list::draw(app, *list, panes, buf, theme),
        Popup::Search(search) => search::draw(app, search, panes, buf, theme),
        Popup::Delete(question) => delete::draw(app, question, panes, buf, theme),
        Popup::Reactions(picker) => draw_reactions(app, picker, buf, theme),
        Popup::Viewer(viewer) => viewer::draw(app, viewer, buf, theme),
        Popup::Links(list) => links::draw(app, list, panes, buf, theme),
        Popup::Leave(question) => leave::draw(app, question, panes, buf, theme),
        Popup::OpenFile(asked) => {
            open_file::draw(app, asked, panes, buf, theme);
            None
        }
        Popup::Transfers(list) => transfers::draw(app, *list, panes, buf, theme),
        Popup::SendFiles(asked) => {
            send_files::draw(app, asked, panes, buf, theme);
            None
        }
        Popup::SendParts(asked) => {
            send_parts::draw(app, asked, panes, buf, theme);
            None
        }
    }
}

/// The candidates, on the row above the input.
fn draw_completion(app: &App, panes: &Panes, buf: &mut Buffer, theme: &Theme) {
    let Some(completion) = app.input().completion() else { return };
    let row = if panes.input_line.is_empty() {
        Rect {
            y: panes.timeline.bottom().saturating_sub(1),
            height: panes.timeline.height.min(1),
            ..panes.timeline
        }
    } else {
        panes.input_line
    };
    if row.is_empty() {
        return;
    }
    paint::clear(row, buf);
    // The one that was taken is always in sight: what is before it may go out on the left.
    let before: usize = completion.candidates.iter().take(completion.at + 1).map(|c| columns(c) + 1).sum();
    let skip = if before > usize::from(row.width) { completion.at } else { 0 };
    let mut rest = Rect { x: row.x + 1, width: row.width.saturating_sub(1), ..row };
    for (at, candidate) in completion.candidates.iter().enumerate().skip(skip) {
        let style = if at == completion.at { theme.popup_selected } else { theme.hint };
        let taken = paint::text(candidate.trim_end_matches([' ', ':']), rest, buf, style) + 2;
        let taken = taken.min(rest.width);
        rest = Rect { x: rest.x + taken, width: rest.width - taken, ..rest };
    }
}

/// A box in the middle of the screen, cleared, with a title. Returns its inside.
fn open_box(title: &str, width: u16, height: u16, buf: &mut Buffer, theme: &Theme) -> Rect {
    let screen = buf.area;
    let (width, height) = (width.min(screen.width), height.min(screen.height));
    let x = screen.x + (screen.width - width) / 2;
    let y = screen.y + (screen.height - height) / 3;
    let area = Rect { x, y, width, height };
    paint::clear(area, buf);
    if height < 4 || width < 12 {
        return area;
    }
    let edge = |y| Rect { y, height: 1, ..area };
    paint::line(edge(area.y), buf, theme.border);
    paint::line(edge(area.bottom() - 1), buf, theme.border);
    paint::bar(area.x, area, buf, theme.border);
    paint::bar(area.right() - 1, area, buf, theme.border);
    for (x, y, corner) in [
        (area.x, area.y, "╭"),
        (area.right() - 1, area.y, "╮"),
        (area.x, area.bottom() - 1, "╰"),
        (area.right() - 1, area.bottom() - 1, "╯"),
    ] {
        buf[(x, y)].set_symbol(corner);
    }
    let inside = Rect { x: area.x + 2, y: area.y + 1, width: width - 4, height: height - 2 };
    paint::spans(
        &[(" ", theme.popup), (title, theme.popup_title), (" ", theme.popup)],
        Rect { x: area.x + 2, ..edge(area.y) }.intersection(Rect { width: width - 3, ..area }),
        buf,
    );
    inside
}

fn draw_help(app: &App, help: Help, buf: &mut Buffer, theme: &Theme) -> Option<Position> {
    let lang = app.lang();
    let (width, height) = help::inside((buf.area.width, buf.area.height));
    let rows = help::rows(lang, app.role(), app.keymap(), app.place(), width);
    let wanted = u16::try_from(rows.len()).unwrap_or(u16::MAX).saturating_add(2);
    let mut inside = open_box(lang.help_title(), help::width(buf.area.width), wanted, buf, theme);
    let top = usize::from(help.top).min(rows.len().saturating_sub(usize::from(height)));
    let is_framed = inside.height < buf.area.height;
    let edges = [
        (inside.y.saturating_sub(1), top > 0, lang.more_above()),
        (inside.bottom(), top + usize::from(height) < rows.len(), lang.more_below()),
    ];
    for (y, _, more) in edges.into_iter().filter(|(_, is_more, _)| *is_more && is_framed) {
        let row = Rect { y, height: 1, ..inside };
        paint::spans_right(&[(&format!(" {more} "), theme.key)], row, buf);
    }
    for row in rows.iter().skip(top).take(usize::from(inside.height)) {
        let line = cut_top(&mut inside, 1);
        match row {
            HelpRow::Title(title) => drop(paint::text(title, line, buf, theme.title)),
            HelpRow::Entry { key, at, text } => {
                paint::text(key, line, buf, theme.key);
                let at = (*at).min(line.width);
                paint::text(text, Rect { x: line.x + at, width: line.width - at, ..line }, buf, theme.text);
            }
            HelpRow::Blank => {}
        }
    }
    None
}

fn draw_picker(app: &App, picker: &Picker, buf: &mut Buffer, theme: &Theme) -> Option<Position> {
    let lang = app.lang();
    let acts = picker.list.query.is_empty() && !app.role().is_member();
    let (title, keys) = match picker.kind {
        PickerKind::Rooms => (lang.rooms_title(), lang.room_keys()),
        PickerKind::Members => (lang.members_title(), lang.member_keys(acts)),
    };
    let items = picker.items(&app.popup_context());
    let wanted = u16::try_from(items.len().clamp(1, 16)).unwrap_or(16) + 4;
    let mut inside = open_box(title, 44, wanted, buf, theme);
    if inside.height > 3 {
        let row = cut_bottom(&mut inside, 1);
        paint::text(&shorten(keys, row.width), row, buf, theme.hint);
    }
    let caret = sheet::field(&picker.list.query, 1, &mut inside, buf, theme);
    let rows: Vec<_> = items.iter().map(|item| (item.title.as_str(), item.detail.as_str())).collect();
    draw_choices(app, &rows, picker.list.at, inside, buf, theme);
    caret
}

fn draw_reactions(app: &App, picker: &ReactionPicker, buf: &mut Buffer, theme: &Theme) -> Option<Position> {
    let lang = app.lang();
    let items = picker.items(&app.popup_context());
    let wanted = u16::try_from(items.len().clamp(1, 16)).unwrap_or(16) + 3;
    let mut inside = open_box(lang.reactions_title(), 44, wanted, buf, theme);
    let caret = sheet::field(&picker.list.query, 1, &mut inside, buf, theme);
    let rows = items.iter().map(|item| {
        let note = if item.is_own { lang.takes_reaction_back() } else { "" };
        (format!("{}  {}", item.with, item.name), note)
    });
    let rows: Vec<_> = rows.collect();
    let rows: Vec<_> = rows.iter().map(|(title, note)| (title.as_str(), *note)).collect();
    draw_choices(app, &rows, picker.list.at, inside, buf, theme);
    caret
}

/// Choices and what stands beside them, the one at `at` in sight and marked.
fn draw_choices(
    app: &App,
    items: &[(&str, &str)],
    at: usize,
    mut area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) {
    if items.is_empty() {
        paint::text(app.lang().nothing_found(), cut_top(&mut area, 1), buf, theme.hint);
    }
    let height = usize::from(area.height);
    let first = (at + 1).saturating_sub(height);
    for (place, (title, detail)) in items.iter().enumerate().skip(first).take(height) {
        let row = cut_top(&mut area, 1);
        let style = if place == at { theme.popup_selected } else { theme.popup };
        paint::restyle(row, buf, style);
        let beside = if place == at { style } else { theme.hint };
        let rest = paint::spans_right(&[(detail, beside)], row, buf);
        paint::text(title, rest, buf, style);
    }
}

/// The search for a line sent before is on the status line; what is found on the input's.
fn draw_history_search(
    app: &App,
    search: &HistorySearch,
    panes: &Panes,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    let row = if panes.status.is_empty() { panes.input } else { panes.status };
    paint::clear(row, buf);
    let label = format!(" {} ", app.lang().history_search_label());
    let taken = paint::text(&label, row, buf, theme.prompt).min(row.width);
    let mut rest = Rect { x: row.x + taken, width: row.width - taken, height: row.height.min(1), ..row };
    let caret = sheet::field(&search.query, 1, &mut rest, buf, theme);
    if row != panes.input {
        paint::clear(panes.input, buf);
        let (found, style) = match search.found(&app.popup_context()) {
            Some(found) => (found.replace('\n', " ⏎ "), theme.input),
            None => (app.lang().nothing_found().to_owned(), theme.placeholder),
        };
        paint::text(&found, Rect { height: panes.input.height.min(1), ..panes.input }, buf, style);
    }
    caret
}
