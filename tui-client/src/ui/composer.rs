//! Draws the prompt and the draft, and says where the caret is. Nothing is drawn to the right of the caret on its row:
//! input methods (IME preedit) draw there.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::paint;
use super::shorten::shorten;
use super::theme::Theme;
use crate::app::App;
use crate::app::composing::Composing;
use crate::app::panes::{Panes, cut_top};
use crate::app::text_width::truncate;
use crate::app::timeline::original_line;

/// Draws the input. Returns where the caret goes.
pub fn render(app: &App, panes: &Panes, buf: &mut Buffer, theme: &Theme) -> Option<Position> {
    let Panes { input, prompt, .. } = *panes;
    if input.is_empty() {
        return None;
    }
    draw_purpose(app, panes.purpose, buf, theme);
    draw_prompt(app, prompt, buf, theme);
    let composer = app.composer();
    if composer.is_empty() {
        // The caret stands on the first letter; an input method that draws there covers it.
        let room = app.rooms().current();
        let hint = if app.is_read_only(&room.name) {
            Some(app.lang().cannot_write_here())
        } else {
            room.timeline.is_empty().then(|| app.lang().input_placeholder(app.is_welcome()))
        };
        if let Some(hint) = hint.filter(|_| app.screen().popups().is_empty()) {
            paint::text(&shorten(hint, input.width), input, buf, theme.placeholder);
        }
        return Some(input.as_position());
    }
    let view = composer.view(input.width, input.height);
    let mut rest = input;
    for row in &view.rows {
        paint::text(row, cut_top(&mut rest, 1), buf, theme.input);
    }
    draw_more(app, panes, &view, buf, theme);
    let column = view.caret_col.min(input.width - 1);
    Some(Position::new(input.x + column, input.y + view.caret_row.min(input.height - 1)))
}

/// The length of the draft, once the limit is near.
pub(super) fn draft_length(app: &App, theme: &Theme) -> Option<(String, Style)> {
    let length = app.draft_length()?;
    let style = if length.over() > 0 { theme.warning } else { theme.key };
    Some((format!(" {} ", app.lang().draft_length(length)), style))
}

/// What the draft is for, on the row above it.
fn draw_purpose(app: &App, row: Rect, buf: &mut Buffer, theme: &Theme) {
    let (lang, room) = (app.lang(), app.rooms().current());
    let text = match &room.composing {
        Some(Composing::Answer(seq)) => lang.answering(&original_line(&room.timeline.original(*seq), lang)),
        Some(Composing::Edit { .. }) => lang.editing().to_owned(),
        None => return,
    };
    if row.is_empty() {
        return;
    }
    let rest = paint::spans_right(
        &[(" Esc ", theme.key), (lang.esc_cancels(), theme.hint), (" ", theme.hint)],
        row,
        buf,
    );
    let rest = Rect { x: rest.x + rest.width.min(1), width: rest.width.saturating_sub(1), ..rest };
    paint::text(&truncate(&text, rest.width), rest, buf, theme.notice);
}

fn draw_prompt(app: &App, area: Rect, buf: &mut Buffer, theme: &Theme) {
    let row = Rect { height: area.height.min(1), ..area };
    let Some(me) = app.session().me().filter(|_| area.width > 2) else {
        paint::text(if area.width > 2 { " › " } else { "› " }, row, buf, theme.prompt);
        return;
    };
    let name = (me.name.as_str(), theme.person(me.style, true));
    paint::spans(&[(" ", theme.prompt), name, (" › ", theme.prompt)], row, buf);
}

/// Says on the line above the input how much of a long draft is out of sight, and its length where the limit is near.
fn draw_more(
    app: &App,
    panes: &Panes,
    view: &crate::app::composer::View<'_>,
    buf: &mut Buffer,
    theme: &Theme,
) {
    let hidden = view.hidden_above + view.hidden_below;
    let rows =
        if hidden > 0 { format!(" {} ", app.lang().row_count(view.total_rows)) } else { String::new() };
    let (length, style) = draft_length(app, theme).unwrap_or_default();
    let rest = paint::spans_right(&[(&rows, theme.hint)], panes.input_line, buf);
    paint::spans_right(&[(&length, style)], rest, buf);
}
