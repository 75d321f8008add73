//! Draws the list of files on their way: a row each, with the room at its end, and below the selected one why it failed.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::sheet;
use crate::app::App;
use crate::app::panes::{Panes, cut_top};
use crate::app::popup::transfers::TransferList;
use crate::app::text_width::{columns, truncate};
use crate::app::transfers::{Direction, Transfer, TransferState};
use crate::ui::paint;
use crate::ui::theme::Theme;

/// The most rows of the list.
const ROWS: u16 = 16;
/// The room is told from this width on.
const ROOM_FROM: u16 = 50;
/// A name has at least so many columns before what is less needed goes.
const NAME: usize = 14;

/// Draws the list.
pub(super) fn draw(
    app: &App,
    list: TransferList,
    panes: &Panes,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    let lang = app.lang();
    let sorted = TransferList::sorted(app.transfers());
    let at = list.at(&sorted);
    let width = buf.area.width.saturating_sub(4);
    let note = sorted.get(at).and_then(|transfer| note(app, transfer, list));
    let note_rows = note.as_ref().map_or(0, |note| sheet::height(note, width).min(3));
    let wanted = u16::try_from(sorted.len()).unwrap_or(ROWS).clamp(1, ROWS) + note_rows;
    let keys = sorted.get(at).map_or_else(
        || lang.close_key().to_owned(),
        |transfer| {
            let enter = (!transfer.is_resting() || transfer.may_go_on()).then(|| !transfer.is_resting());
            lang.transfer_keys(enter, transfer.direction == Direction::Save)
        },
    );
    let mut area = sheet::lay(lang.transfers_title(), &keys, wanted, panes, buf, theme);
    if sorted.is_empty() {
        paint::text(lang.nothing_moves(), cut_top(&mut area, 1), buf, theme.hint);
        return None;
    }
    let rows = area.height.saturating_sub(note_rows).max(1);
    let first = (at + 1).saturating_sub(usize::from(rows));
    let mut caret = None;
    for (place, transfer) in sorted.iter().enumerate().skip(first).take(usize::from(rows)) {
        let row = cut_top(&mut area, 1);
        draw_row(app, transfer, place == at, row, buf, theme);
        if place == at {
            caret = Some(row.as_position());
            if let Some(note) = &note {
                let mut below = cut_top(&mut area, note_rows);
                let indent = below.width.min(2);
                below = Rect { x: below.x + indent, width: below.width - indent, ..below };
                paint::words(note, &mut below, buf, theme.warning);
            }
        }
    }
    caret
}

/// What is to be said of the selected one: why it failed, or that the key has to be pressed again.
fn note(app: &App, transfer: &Transfer, list: TransferList) -> Option<String> {
    if list.cancelling == Some(transfer.id) {
        return Some(app.lang().cancel_again(transfer.name.as_str(), "c"));
    }
    match &transfer.state {
        TransferState::Failed(why) if transfer.direction == Direction::Save => Some(app.save_failure(why)),
        TransferState::Failed(why) => Some(app.lang().transfer_failure(why)),
        TransferState::Preparing
        | TransferState::Waiting
        | TransferState::Running { .. }
        | TransferState::Stopped
        | TransferState::Broken
        | TransferState::Finished { .. } => None,
    }
}

fn draw_row(app: &App, transfer: &Transfer, is_selected: bool, row: Rect, buf: &mut Buffer, theme: &Theme) {
    let sign = match transfer.direction {
        Direction::Send => "↑",
        Direction::Save => "↓",
    };
    let (mark, style) = if is_selected { ("› ", theme.popup_selected) } else { ("  ", theme.popup) };
    let room = app
        .rooms()
        .get(&transfer.room)
        .map_or_else(|| transfer.room.to_string(), |room| room.title(app.my_uid()));
    let mut rest = row;
    if row.width >= ROOM_FROM {
        let room = truncate(&room, row.width / 4).into_owned();
        rest = paint::spans_right(&[(&room, theme.hint)], row, buf);
    }
    let room_for = usize::from(rest.width).saturating_sub(4);
    let states = app.transfer_words(transfer);
    let name = transfer.name.as_str();
    let fits = |state: &&String| columns(name).min(NAME) + 3 + columns(state) <= room_for;
    let state =
        states.iter().find(fits).or(states.last()).map(|state| format!(" · {state}")).unwrap_or_default();
    let left = room_for.saturating_sub(columns(&state));
    let name = truncate(name, u16::try_from(left).unwrap_or(u16::MAX));
    let taken = paint::spans(
        &[(mark, theme.prompt), (sign, style), (" ", style), (&name, style), (&state, theme.hint)],
        rest,
        buf,
    );
    if is_selected {
        paint::restyle(Rect { width: row.width.min(taken + 1), ..row }, buf, theme.popup_selected);
    }
}
