//! Draws the links of a message: the selected one whole, its host standing out, the others in a row each.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::sheet;
use crate::app::App;
use crate::app::panes::{Panes, cut_top};
use crate::app::popup::links::LinkList;
use crate::app::text_width::truncate;
use crate::app::wrap;
use crate::ui::paint;
use crate::ui::theme::Theme;

/// Draws the list.
pub(super) fn draw(
    app: &App,
    list: &LinkList,
    panes: &Panes,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    let lang = app.lang();
    // Two for the sheet's margin, two for the sign.
    let width = buf.area.width.saturating_sub(4).max(1);
    let selected = list.targets.get(list.at)?;
    let whole = wrap::wrap(&selected.address, width);
    let others = list.targets.len() - 1;
    let wanted = u16::try_from(whole.len() + others).unwrap_or(u16::MAX);
    let mut area = sheet::lay(lang.links_title(), lang.links_keys(), wanted, panes, buf, theme);
    let room = usize::from(area.height).saturating_sub(whole.len());
    let first = list.at.saturating_sub(room.min(list.at));
    for (place, target) in list.targets.iter().enumerate().skip(first) {
        if place != list.at {
            let row = cut_top(&mut area, 1);
            paint::text(&format!("  {}", truncate(&target.address, width)), row, buf, theme.hint);
            continue;
        }
        for (index, row) in whole.iter().enumerate() {
            let line = cut_top(&mut area, 1);
            let sign = paint::text(if index == 0 { "› " } else { "  " }, line, buf, theme.prompt);
            let cells = Rect { x: line.x + sign, width: line.width.saturating_sub(sign), ..line };
            let parts = [
                (row.start, target.host.start),
                (target.host.start, target.host.end),
                (target.host.end, row.end),
            ];
            let spans = parts.map(|(from, to)| {
                let (from, to) = (from.clamp(row.start, row.end), to.clamp(row.start, row.end));
                target.address.get(from..to.max(from)).unwrap_or_default()
            });
            let [before, host, after] = spans;
            paint::spans(
                &[(before, theme.popup), (host, theme.popup_title), (after, theme.popup)],
                cells,
                buf,
            );
        }
    }
    None
}
