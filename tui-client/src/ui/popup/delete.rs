//! Draws the question before a message is deleted.

use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use super::sheet;
use crate::app::App;
use crate::app::panes::{Panes, cut_top};
use crate::app::popup::delete::DeleteQuestion;
use crate::ui::paint;
use crate::ui::theme::Theme;

/// Of a long message so much is shown, in characters.
const SHOWN: usize = 200;

/// Draws it.
pub(super) fn draw(
    app: &App,
    question: &DeleteQuestion,
    panes: &Panes,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    let lang = app.lang();
    let inside = buf.area.width.saturating_sub(2);
    let mut said: String =
        question.text.chars().take(SHOWN).map(|c| if c == '\n' { ' ' } else { c }).collect();
    if question.text.chars().nth(SHOWN).is_some() {
        said.push('…');
    }
    let name = lang.person_name(question.author.uid, &question.author.name);
    let (said, asked) = (format!("{name}: {said}"), lang.delete_is_final());
    let asked_rows = sheet::height(asked, inside);
    let wanted = sheet::height(&said, inside) + asked_rows;
    let mut area = sheet::lay(lang.delete_title(), lang.delete_keys(), wanted, panes, buf, theme);
    let said_rows = area.height.saturating_sub(asked_rows).max(1);
    paint::words(&said, &mut cut_top(&mut area, said_rows), buf, theme.popup);
    paint::words(asked, &mut area, buf, theme.danger);
    None
}
