//! Draws the prompt for the admin key or a password: as many dots as characters, and nothing of what was typed.

use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use super::sheet;
use crate::app::App;
use crate::app::panes::{Panes, cut_top};
use crate::app::popup::unseen_prompt::{UnseenPrompt, Wanted};
use crate::ui::paint;
use crate::ui::theme::Theme;

/// Draws it. Returns where the caret goes.
pub(super) fn draw(
    app: &App,
    prompt: &UnseenPrompt,
    panes: &Panes,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    let lang = app.lang();
    let (title, (hint, style), keys) = match prompt.wanted() {
        Wanted::AdminKey if app.connection().is_online() => {
            (lang.admin_key_title(), (lang.admin_key_hint(), theme.hint), lang.admin_key_keys())
        }
        Wanted::AdminKey => {
            (lang.admin_key_title(), (lang.needs_connection(), theme.warning), lang.admin_key_keys())
        }
        Wanted::IrcWord { .. } if !app.connection().is_online() => {
            (lang.irc_word_title(), (lang.needs_connection(), theme.warning), lang.admin_key_keys())
        }
        Wanted::IrcWord { was_bad: false } => {
            (lang.irc_word_title(), (lang.irc_word_hint(), theme.hint), lang.admin_key_keys())
        }
        Wanted::IrcWord { was_bad: true } => {
            (lang.irc_word_title(), (lang.bad_irc_word(), theme.warning), lang.admin_key_keys())
        }
        Wanted::Password { was_wrong: false } => {
            (lang.password_title(), (lang.password_hint(), theme.hint), lang.password_keys())
        }
        Wanted::Password { was_wrong: true } => {
            (lang.password_title(), (lang.password_was_wrong(), theme.warning), lang.password_keys())
        }
    };
    let wanted = sheet::height(hint, buf.area.width.saturating_sub(2)) + 1;
    let mut area = sheet::lay(title, keys, wanted, panes, buf, theme);
    if area.height > 1 {
        let mut above = area;
        above.height -= 1;
        let before = above.height;
        paint::words(hint, &mut above, buf, style);
        cut_top(&mut area, before - above.height);
    }
    let row = cut_top(&mut area, 1);
    // A long key need not be counted: its end is in sight.
    let room = usize::from(row.width.saturating_sub(3));
    let dots = "•".repeat(prompt.len().min(room));
    paint::spans(&[("› ", theme.prompt), (&dots, theme.input)], row, buf);
    let caret = u16::try_from(prompt.caret().min(room)).unwrap_or(u16::MAX).saturating_add(2);
    (!row.is_empty()).then(|| Position::new(row.x.saturating_add(caret).min(row.right() - 1), row.y))
}
